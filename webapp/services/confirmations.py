"""Authorisations that a bank must confirm on paper: the queue, the scans, yes or no."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from sqlalchemy import ColumnElement, delete, func, select
from sqlalchemy.orm import Session

from webapp.adapters.archive import open_file, seal_content
from webapp.adapters.scans import media_type_of
from webapp.adapters.vault import Vault
from webapp.domain.bank_refusals import BankRefusal
from webapp.domain.errors import NotFound, PaperMissing
from webapp.domain.statuses import MandateStatus
from webapp.models import ConfirmingBank, Employer, Mandate, MandatePaper, Subject
from webapp.services.endings import end_mandates
from webapp.services.events import move_all, record
from webapp.services.outbox import tell
from webapp.services.sets import upserting
from webapp.services.transactions import reading, transaction
from webapp.services.working_day import WorkingDay

ROWS_OF_A_PAGE = 50


@dataclass(frozen=True, slots=True)
class Waiting:
    """An authorisation that waits for its bank: whose, since when, until when, and its papers."""

    id: int
    reference: str
    member_number: str
    name_ar: str
    name_fr: str
    bank_code: str
    account_last4: str
    signed_on: date
    paper_due_on: date
    papers: int


@dataclass(frozen=True, slots=True)
class Paper:
    """A scan that was received."""

    reference: str
    media_type: str
    size: int
    received_at: datetime


def confirming_banks(session: Session) -> dict[str, int]:
    """The banks that ask for the stamped paper, with the days they are given."""
    with reading(session):
        return dict(
            session.execute(
                select(ConfirmingBank.bank_code, ConfirmingBank.paper_days).order_by(
                    ConfirmingBank.bank_code
                )
            ).all()
        )


def ask_for_paper(session: Session, bank_code: str, days: int | None) -> None:
    """Let a bank ask for the paper within so many days, or, with None, no more.

    For what is signed from now on; who waits already goes on waiting.
    """
    with transaction(session):
        if days is None:
            session.execute(delete(ConfirmingBank).where(ConfirmingBank.bank_code == bank_code))
            return
        columns = ("bank_code", "paper_days")
        statement = upserting(session, ConfirmingBank, ("bank_code",), columns)
        session.execute(statement, [{"bank_code": bank_code, "paper_days": days}])


def waiting(session: Session, agency_id: int | None, after: int = 0) -> Sequence[Waiting]:
    """What waits for a bank, in the order in which the papers are due; of one agency or of all."""
    papers = (
        select(func.count())
        .where(MandatePaper.mandate_id == Mandate.id)
        .correlate(Mandate)
        .scalar_subquery()
    )
    with reading(session):
        rows = session.execute(
            select(
                Mandate.id,
                Mandate.reference,
                Employer.member_number,
                Employer.name_ar,
                Employer.name_fr,
                Mandate.bank_code,
                Mandate.account_last4,
                Mandate.signed_on,
                Mandate.paper_due_on,
                papers.label("papers"),
            )
            .join(Employer, Employer.id == Mandate.employer_id)
            .where(Mandate.status == MandateStatus.SIGNED, Mandate.id > after, *_scope(agency_id))
            .order_by(Mandate.id)
            .limit(ROWS_OF_A_PAGE)
        ).all()
    return [Waiting(**row._asdict()) for row in rows]


def count_waiting(session: Session, agency_id: int | None) -> int:
    """How many wait for a bank."""
    with reading(session):
        return (
            session.scalar(
                select(func.count())
                .select_from(Mandate)
                .join(Employer, Employer.id == Mandate.employer_id)
                .where(Mandate.status == MandateStatus.SIGNED, *_scope(agency_id))
            )
            or 0
        )


def find_waiting(session: Session, agency_id: int | None, reference: str) -> Waiting:
    """One that waits. Raises NotFound, also for another agency's."""
    with reading(session):
        mandate_id = session.scalar(
            select(Mandate.id)
            .join(Employer, Employer.id == Mandate.employer_id)
            .where(
                Mandate.reference == reference,
                Mandate.status == MandateStatus.SIGNED,
                *_scope(agency_id),
            )
        )
    if mandate_id is None:
        raise NotFound(kind="mandate", reference=reference)
    return waiting(session, agency_id, mandate_id - 1)[0]


def papers_of(session: Session, mandate_id: int) -> Sequence[Paper]:
    """The scans of a mandate, the latest first."""
    with reading(session):
        rows = session.execute(
            select(
                MandatePaper.reference,
                MandatePaper.media_type,
                MandatePaper.size,
                MandatePaper.received_at,
            )
            .where(MandatePaper.mandate_id == mandate_id)
            .order_by(MandatePaper.id.desc())
        ).all()
    return [Paper(**row._asdict()) for row in rows]


def receive_paper(
    session: Session,
    day: WorkingDay,
    vault: Vault,
    folder: Path,
    agency_id: int | None,
    staff_id: int | None,
    reference: str,
    content: bytes,
) -> str:
    """Keep the scan of a signed paper, sealed; the same scan twice is one. Its reference.

    Raises NotFound, also for another agency's, and UnusableScan.
    """
    mandate_id = find_waiting(session, agency_id, reference).id
    kind = media_type_of(content)
    digest = hashlib.sha256(content).hexdigest()
    with transaction(session):
        # Two who scan the same paper at once wait for each other.
        session.execute(select(Mandate.id).where(Mandate.id == mandate_id).with_for_update())
        known = session.scalar(
            select(MandatePaper.reference).where(
                MandatePaper.mandate_id == mandate_id, MandatePaper.sha256 == digest
            )
        )
        if known is not None:
            return known
        paper = secrets.token_hex(16)
        # On disk before its row: a row without its file would be a lie, a file alone is nothing.
        seal_content(content, paper, folder, vault)
        session.add(
            MandatePaper(
                reference=paper,
                mandate_id=mandate_id,
                media_type=kind,
                size=len(content),
                sha256=digest,
                received_at=day.now,
                staff_id=staff_id,
            )
        )
        record(session, day, Subject.MANDATE, [mandate_id], None, "paper_received", kind)
    return paper


def read_paper(
    session: Session,
    day: WorkingDay,
    vault: Vault,
    folder: Path,
    agency_id: int | None,
    paper: str,
) -> tuple[str, bytes]:
    """The kind and the bytes of a scan; the look is an event.

    Raises NotFound, also for another agency's, and SealBroken.
    """
    with transaction(session):
        row = session.execute(
            select(MandatePaper.mandate_id, MandatePaper.media_type, MandatePaper.sha256)
            .join(Mandate, Mandate.id == MandatePaper.mandate_id)
            .join(Employer, Employer.id == Mandate.employer_id)
            .where(MandatePaper.reference == paper, *_scope(agency_id))
        ).first()
        if row is None:
            raise NotFound(kind="paper", reference=paper)
        record(session, day, Subject.MANDATE, [row.mandate_id], None, "paper_shown", "staff")
    (sealed,) = folder.glob(f"{paper}.*")
    return row.media_type, b"".join(open_file(sealed, paper, vault))


def confirm(
    session: Session, day: WorkingDay, vault: Vault, agency_id: int | None, reference: str
) -> None:
    """The bank agrees, as its stamp on the paper says: debits may be made from now on.

    Raises NotFound, also for another agency's, and PaperMissing.
    """
    found = find_waiting(session, agency_id, reference)
    if not found.papers:
        raise PaperMissing(reference=reference)
    with transaction(session):
        signed, confirmed = MandateStatus.SIGNED, MandateStatus.CONFIRMED
        this = Mandate.id == found.id
        moved = move_all(session, day, Mandate, signed, confirmed, this, cause="paper_confirmed")
        if not moved:
            raise NotFound(kind="mandate", reference=reference)
        move_all(session, day, Mandate, confirmed, MandateStatus.ACTIVE, this, cause="confirmed")
        _tell(session, day, vault, found, "mandate_confirmed")


def refuse(
    session: Session,
    day: WorkingDay,
    vault: Vault,
    agency_id: int | None,
    reference: str,
    why: BankRefusal,
) -> None:
    """The bank does not agree: the authorisation ends, and its employer is told.

    Raises NotFound, also for another agency's.
    """
    found = find_waiting(session, agency_id, reference)
    with transaction(session):
        ended = end_mandates(
            session,
            day,
            MandateStatus.REFUSED,
            Mandate.id == found.id,
            Mandate.status == MandateStatus.SIGNED,
            cause=why.value,
        )
        if not ended:
            raise NotFound(kind="mandate", reference=reference)
        _tell(session, day, vault, found, "mandate_refused")


def _tell(session: Session, day: WorkingDay, vault: Vault, found: Waiting, kind: str) -> None:
    employer_id = session.scalars(select(Mandate.employer_id).where(Mandate.id == found.id)).one()
    values = {"reference": found.reference, "last4": found.account_last4, "on": day.today}
    tell(session, day, vault, employer_id, kind, values)


def _scope(agency_id: int | None) -> tuple[ColumnElement[bool], ...]:
    return () if agency_id is None else (Employer.agency_id == agency_id,)
