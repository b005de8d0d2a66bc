"""The bank files for the office: the list, what waits for a decision, and one with its standing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from webapp.domain.due_dates import cut_off
from webapp.domain.errors import NotFound
from webapp.domain.file_acts import FileAct, FileStanding, acts_for
from webapp.domain.money import Centimes
from webapp.domain.rules import HealthRules
from webapp.domain.statuses import BankFileStatus
from webapp.models import BankFile, Channel
from webapp.services.file_standings import standings_of
from webapp.services.staff.actor_names import names_of_actors
from webapp.services.transactions import reading
from webapp.services.working_day import WorkingDay

FILES_ON_A_PAGE = 24
# A person must do something, or the bank has to answer, before these go on.
WAITING = (BankFileStatus.UNKNOWN, BankFileStatus.WRITTEN, BankFileStatus.APPROVED)


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
    lost: bool


@dataclass(frozen=True, slots=True)
class FileLook:
    """One file as somebody stands before it: what they may do, until when, and what is wrong.

    `hours`: since when it is what it is. `alarm`: in doubt, or asked for in vain, for too long.
    `next_day`: on which its debits would fall if it were replaced or given up now. Names by their
    actors.
    """

    row: FileRow
    standing: FileStanding
    acts: list[FileAct]
    leaves_until: datetime
    too_late: bool
    next_day: date
    hours: int
    alarm: bool
    names: dict[str, str]

    def name(self, actor: str) -> str:
        """Who that is: somebody of the staff, or a command."""
        return self.names.get(actor, actor)


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


def look_at_file(session: Session, day: WorkingDay, rules: HealthRules, reference: str) -> FileLook:
    """One file, for the actor of the day. Raises NotFound."""
    with reading(session):
        found = _read(session, 1, BankFile.reference == reference)
        if not found:
            raise NotFound(kind="bank_file", reference=reference)
        (row,) = found
        standing = standings_of(session, [row.id])[row.id]
        channel = session.execute(
            select(Channel.lead_days, Channel.cut_off)
            .join(BankFile, BankFile.channel_id == Channel.id)
            .where(BankFile.id == row.id)
        ).one()
        names = names_of_actors(
            session, [standing.missing_by, standing.agreed_by, standing.asked_by]
        )
    until = cut_off(row.collect_on, channel.lead_days, channel.cut_off, day.calendar)
    too_late = day.now > until
    return FileLook(
        row=row,
        standing=standing,
        acts=acts_for(
            row.status, standing, actor=day.actor, made_by=row.frozen_by, too_late=too_late
        ),
        leaves_until=until,
        too_late=too_late,
        next_day=day.feasible_on if too_late else row.collect_on,
        hours=int(_age(day, standing.since) / timedelta(hours=1)),
        alarm=_is_alarming(day, rules, row, standing),
        names=names,
    )


def _age(day: WorkingDay, since: datetime | None) -> timedelta:
    return day.now - since if since else timedelta()


def _is_alarming(day: WorkingDay, rules: HealthRules, row: FileRow, standing: FileStanding) -> bool:
    if standing.asked_at is not None:
        return _age(day, standing.asked_at) > timedelta(minutes=rules.asked_minutes)
    in_doubt = row.status is BankFileStatus.UNKNOWN
    return in_doubt and _age(day, standing.since) > timedelta(hours=rules.doubt_hours)


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
            lost=file.lost_at is not None,
        )
        for file, arabic, french in rows
    ]
