"""The scans of signed papers: received once, kept sealed, and shown to nobody without trace."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from webapp.adapters.archive import open_file, seal_content, sealed_path
from webapp.adapters.scans import media_type_of
from webapp.adapters.vault import Vault
from webapp.domain.errors import FileAltered, MandateNotInForce, NotFound
from webapp.domain.roles import Scope
from webapp.models import Employer, Mandate, MandatePaper, Subject
from webapp.services.events import record
from webapp.services.planning import ENDED
from webapp.services.staff.employers import in_scope
from webapp.services.transactions import reading, transaction
from webapp.services.working_day import WorkingDay


@dataclass(frozen=True, slots=True)
class Paper:
    """A scan that was received."""

    reference: str
    media_type: str
    size: int
    received_at: datetime


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
    """Keep the scan of a mandate's paper, sealed; the same scan twice is one. Its reference.

    Raises NotFound, also for another agency's, MandateNotInForce for one that has ended, and
    UnusableScan.
    """
    mandate_id = _owner(session, agency_id, reference)
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
        return known or keep_scan(session, day, vault, folder, staff_id, mandate_id, content, kind)


def keep_scan(
    session: Session,
    day: WorkingDay,
    vault: Vault,
    folder: Path,
    staff_id: int | None,
    mandate_id: int,
    content: bytes,
    kind: str,
) -> str:
    """Seal a scan of this kind (`media_type_of`) and write its row; return its reference.

    Inside the caller's transaction, which holds the mandate.
    """
    paper = secrets.token_hex(16)
    # On disk before its row: a row without its file would be a lie, a file alone is nothing.
    seal_content(content, paper, folder, vault)
    session.add(
        MandatePaper(
            reference=paper,
            mandate_id=mandate_id,
            media_type=kind,
            size=len(content),
            sha256=hashlib.sha256(content).hexdigest(),
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
    """The kind and the bytes of a scan; the look is an event, written first.

    Raises NotFound, also for another agency's, and the IntegrityAlarms FileAltered and SealBroken
    when its file is gone or is not what was received.
    """
    with transaction(session):
        row = session.execute(
            select(
                MandatePaper.mandate_id,
                MandatePaper.media_type,
                MandatePaper.sha256,
                MandatePaper.size,
            )
            .join(Mandate, Mandate.id == MandatePaper.mandate_id)
            .join(Employer, Employer.id == Mandate.employer_id)
            .where(MandatePaper.reference == paper, *in_scope(Scope(agency_id)))
        ).first()
        if row is None:
            raise NotFound(kind="paper", reference=paper)
        record(session, day, Subject.MANDATE, [row.mandate_id], None, "paper_shown", "staff")
    sealed = sealed_path(folder, paper, row.sha256)
    if not sealed.exists():
        raise FileAltered(reference=paper)
    # Each piece is bound to the file's name, its place and their number: nothing else opens.
    content = b"".join(open_file(sealed, paper, vault))
    if len(content) != row.size:
        raise FileAltered(reference=paper)
    return row.media_type, content


def _owner(session: Session, agency_id: int | None, reference: str) -> int:
    with reading(session):
        row = session.execute(
            select(Mandate.id, Mandate.status)
            .join(Employer, Employer.id == Mandate.employer_id)
            .where(Mandate.reference == reference, *in_scope(Scope(agency_id)))
        ).first()
    if row is None:
        raise NotFound(kind="mandate", reference=reference)
    if row.status in ENDED:
        raise MandateNotInForce(reference=reference)
    return int(row.id)
