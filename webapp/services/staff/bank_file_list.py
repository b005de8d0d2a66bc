"""The bank files for the office: the list, one file, and what waits for a decision."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from webapp.domain.errors import NotFound
from webapp.domain.money import Centimes
from webapp.domain.statuses import BankFileStatus
from webapp.models import BankFile, Channel
from webapp.services.staff.actor_names import names_of_actors
from webapp.services.transactions import reading

FILES_ON_A_PAGE = 24
# A person must do something, or the bank has to answer, before these go on.
WAITING = (BankFileStatus.UNKNOWN, BankFileStatus.WRITTEN)


@dataclass(frozen=True, slots=True)
class FileRow:
    """One bank file, its amounts in centimes; the names are of the staff, or of a command."""

    id: int
    reference: str
    status: BankFileStatus
    institution_ar: str
    institution_fr: str
    collect_on: date
    transactions: int
    total: Centimes
    sha256: str
    frozen_by: str
    frozen_by_name: str
    frozen_at: datetime
    approved_by_name: str
    sent_at: datetime | None


def list_files(session: Session, before: int | None = None) -> tuple[list[FileRow], bool]:
    """The files, the latest first, and whether there are older ones than these."""
    older = [] if before is None else [BankFile.id < before]
    with reading(session):
        rows = _read(session, FILES_ON_A_PAGE + 1, *older)
    return rows[:FILES_ON_A_PAGE], len(rows) > FILES_ON_A_PAGE


def waiting_files(session: Session) -> list[FileRow]:
    """What waits for a person: to be approved, or to be confirmed by the bank."""
    with reading(session):
        return _read(session, FILES_ON_A_PAGE, BankFile.status.in_(WAITING))


def find_file(session: Session, reference: str) -> FileRow:
    """One file. Raises NotFound."""
    with reading(session):
        found = _read(session, 1, BankFile.reference == reference)
    if not found:
        raise NotFound(kind="bank_file", reference=reference)
    return found[0]


def _read(session: Session, most: int, *conditions: ColumnElement[bool]) -> list[FileRow]:
    rows = session.execute(
        select(BankFile, Channel.institution_ar, Channel.institution_fr)
        .join(Channel, Channel.id == BankFile.channel_id)
        .where(*conditions)
        .order_by(BankFile.id.desc())
        .limit(most)
        .execution_options(populate_existing=True)
    ).all()
    people = [by for file, *_ in rows for by in (file.frozen_by, file.approved_by)]
    names = names_of_actors(session, people)
    return [
        FileRow(
            id=file.id,
            reference=file.reference,
            status=file.status,
            institution_ar=arabic,
            institution_fr=french,
            collect_on=file.collect_on,
            transactions=file.transactions,
            total=Centimes(file.total_centimes),
            sha256=file.sha256 or "",
            frozen_by=file.frozen_by,
            frozen_by_name=names.get(file.frozen_by, file.frozen_by),
            frozen_at=file.frozen_at,
            approved_by_name=names.get(file.approved_by or "", file.approved_by or ""),
            sent_at=file.sent_at,
        )
        for file, arabic, french in rows
    ]
