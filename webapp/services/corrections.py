"""Corrections that employers ask for, and what the fund answers (law 18-07)."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, func, select, update
from sqlalchemy.orm import Session

from webapp.adapters.vault import Vault
from webapp.domain.errors import NotFound, TooManyOpen
from webapp.models import (
    CorrectionRequest,
    CorrectionStatus,
    CorrectionSubject,
    Employer,
    Subject,
)
from webapp.services.events import record
from webapp.services.outbox import tell
from webapp.services.transactions import reading, transaction
from webapp.services.working_day import WorkingDay

ROWS_OF_A_PAGE = 50
MOST_OPEN = 10


@dataclass(frozen=True, slots=True)
class Correction:
    """What an employer asked to be corrected, and the answer; empty while there is none."""

    id: int
    reference: str
    member_number: str
    name_ar: str
    name_fr: str
    subject: CorrectionSubject
    status: CorrectionStatus
    wish: str
    answer: str
    asked_at: datetime
    answered_at: datetime | None


def ask_for_correction(
    session: Session,
    day: WorkingDay,
    vault: Vault,
    employer_id: int,
    subject: CorrectionSubject,
    wish: str,
) -> str:
    """Ask; return the reference. Raises TooManyOpen while too many wait for an answer."""
    reference = secrets.token_hex(16)
    with transaction(session):
        waiting = session.scalar(
            select(func.count())
            .select_from(CorrectionRequest)
            .where(CorrectionRequest.employer_id == employer_id, _is_open())
        )
        if (waiting or 0) >= MOST_OPEN:
            raise TooManyOpen(most=MOST_OPEN)
        session.add(
            CorrectionRequest(
                reference=reference,
                employer_id=employer_id,
                subject=subject,
                status=CorrectionStatus.OPEN,
                wish=vault.seal(wish, context_of("wish", reference)),
                asked_at=day.now,
                answer=b"",
            )
        )
        record(session, day, Subject.EMPLOYER, [employer_id], None, "asked", "correction_asked")
    return reference


def corrections_of(session: Session, vault: Vault, employer_id: int) -> Sequence[Correction]:
    """What the employer has asked for, the latest first."""
    return _read(session, vault, CorrectionRequest.employer_id == employer_id)


def open_corrections(
    session: Session, vault: Vault, agency_id: int | None, after: int = 0
) -> Sequence[Correction]:
    """What waits for an answer, the oldest first; of one agency, or of all."""
    return _read(
        session, vault, _is_open(), CorrectionRequest.id > after, *_scope(agency_id), oldest=True
    )


def find_correction(
    session: Session, vault: Vault, agency_id: int | None, reference: str
) -> Correction:
    """One that waits for an answer. Raises NotFound, also for another agency's."""
    found = _read(
        session, vault, _is_open(), CorrectionRequest.reference == reference, *_scope(agency_id)
    )
    if not found:
        raise NotFound(kind="correction", reference=reference)
    return found[0]


def count_open_corrections(session: Session, agency_id: int | None) -> int:
    """How many wait for somebody of the agency."""
    with reading(session):
        return (
            session.scalar(
                select(func.count())
                .select_from(CorrectionRequest)
                .join(Employer, Employer.id == CorrectionRequest.employer_id)
                .where(_is_open(), *_scope(agency_id))
            )
            or 0
        )


def answer_correction(
    session: Session,
    day: WorkingDay,
    vault: Vault,
    staff_id: int,
    agency_id: int | None,
    reference: str,
    answer: str,
    *,
    done: bool,
) -> None:
    """Say that it is done, or why it is refused; the employer is told.

    Raises NotFound, also for another agency's and for one that was answered already.
    """
    status = CorrectionStatus.DONE if done else CorrectionStatus.REFUSED
    employers = select(Employer.id).where(*_scope(agency_id))
    with transaction(session):
        employer_id = session.scalar(
            update(CorrectionRequest)
            .where(
                CorrectionRequest.reference == reference,
                CorrectionRequest.employer_id.in_(employers),
                _is_open(),
            )
            .values(
                status=status,
                answer=vault.seal(answer, context_of("answer", reference)),
                answered_at=day.now,
                answered_by=staff_id,
            )
            .returning(CorrectionRequest.employer_id)
            .execution_options(synchronize_session=False)
        )
        if employer_id is None:
            raise NotFound(kind="correction", reference=reference)
        cause = f"correction_{status}"
        record(session, day, Subject.EMPLOYER, [employer_id], None, "answered", cause)
        tell(session, day, vault, employer_id, "correction_answered", {"done": done})


def context_of(part: str, reference: str) -> str:
    """What the wish or the answer of a request is sealed for."""
    return f"{part}:{reference}"


def _is_open() -> ColumnElement[bool]:
    return CorrectionRequest.status == CorrectionStatus.OPEN


def _scope(agency_id: int | None) -> tuple[ColumnElement[bool], ...]:
    return () if agency_id is None else (Employer.agency_id == agency_id,)


def _read(
    session: Session, vault: Vault, *conditions: ColumnElement[bool], oldest: bool = False
) -> list[Correction]:
    order = CorrectionRequest.id.asc() if oldest else CorrectionRequest.id.desc()
    with reading(session):
        rows = session.execute(
            select(
                CorrectionRequest.id,
                CorrectionRequest.reference,
                Employer.member_number,
                Employer.name_ar,
                Employer.name_fr,
                CorrectionRequest.subject,
                CorrectionRequest.status,
                CorrectionRequest.wish,
                CorrectionRequest.answer,
                CorrectionRequest.asked_at,
                CorrectionRequest.answered_at,
            )
            .join(Employer, Employer.id == CorrectionRequest.employer_id)
            .where(*conditions)
            .order_by(order)
            .limit(ROWS_OF_A_PAGE)
        ).all()
    found = []
    for row in rows:
        words = {
            name: vault.open(sealed, context_of(name, row.reference)) if sealed else ""
            for name, sealed in (("wish", row.wish), ("answer", row.answer))
        }
        found.append(Correction(**row._asdict() | words))
    return found
