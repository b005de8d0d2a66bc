"""Superseding: a file of which no byte has left is taken back; what came too late starts anew."""

from __future__ import annotations

from datetime import date

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from webapp.domain.due_dates import cut_off
from webapp.domain.statuses import BankFileStatus, DebitStatus
from webapp.models import Attempt, BankFile, Channel, Debit
from webapp.services.events import move_all
from webapp.services.freeze_windows import inside, open_windows
from webapp.services.transactions import transaction
from webapp.services.working_day import WorkingDay

NEVER_SENT = [
    BankFileStatus.FILLING,
    BankFileStatus.FROZEN,
    BankFileStatus.WRITTEN,
    BankFileStatus.APPROVED,
]


def renew_missed(session: Session, day: WorkingDay) -> int:
    """Give a new day, and later a new notice, to what missed its bank's cut-off.

    Files that were not approved and sent in time are superseded and their debits planned again
    for the feasible day, as are announced debits that no run froze in time; without surcharge,
    for the cause is the fund's. Returns how many debits start anew. (design.md §6.5)
    """
    renewed = 0
    with transaction(session):
        files = session.execute(
            select(BankFile.id, BankFile.collect_on, Channel.lead_days, Channel.cut_off)
            .join(Channel, Channel.id == BankFile.channel_id)
            .where(BankFile.status.in_(NEVER_SENT))
        ).all()
        late = [
            row.id
            for row in files
            if day.now > cut_off(row.collect_on, row.lead_days, row.cut_off, day.calendar)
        ]
    for file_id in late:
        with transaction(session):
            renewed += supersede_file(
                session, day, file_id, DebitStatus.PLANNED, collect_on=day.feasible_on
            )
    for window in open_windows(session, day):
        if day.now <= window.cut_off(day.calendar):
            continue
        with transaction(session):
            moved = move_all(
                session,
                day,
                Debit,
                DebitStatus.ANNOUNCED,
                DebitStatus.PLANNED,
                inside(window),
                cause="cut_off_missed",
                collect_on=day.feasible_on,
            )
        renewed += len(moved)
    return renewed


def supersede_file(
    session: Session, day: WorkingDay, file_id: int, target: DebitStatus, **values: date
) -> int:
    """Take back a file of which no byte has left: its attempts fail, its debits move to `target`.

    The file and its attempts stay as they are, for ever. Returns how many debits moved: none when
    the file has begun to leave meanwhile.
    """
    taken_back = [
        moved_id
        for source in NEVER_SENT
        for moved_id in move_all(
            session,
            day,
            BankFile,
            source,
            BankFileStatus.SUPERSEDED,
            BankFile.id == file_id,
            cause="superseded",
        )
    ]
    if not taken_back:
        return 0
    return leave_file(
        session, day, file_id, DebitStatus.FROZEN, target, cause="superseded", **values
    )


def leave_file(
    session: Session,
    day: WorkingDay,
    file_id: int,
    source: DebitStatus,
    target: DebitStatus,
    *,
    cause: str,
    **values: date,
) -> int:
    """Let the debits under way in a superseded file go to `target`, their attempts failed; how
    many. Inside the caller's transaction.
    """
    # As a list, not an EXISTS: SQLite would walk through the whole file for each of its debits.
    live = select(Attempt.debit_id).where(
        Attempt.bank_file_id == file_id, Attempt.failed_at.is_(None)
    )
    mine = Debit.id.in_(live)
    moved = move_all(session, day, Debit, source, target, mine, cause=cause, **values)
    session.execute(
        update(Attempt)
        .where(Attempt.bank_file_id == file_id, Attempt.failed_at.is_(None))
        .values(failed_at=day.now)
        .execution_options(synchronize_session=False)
    )
    return len(moved)
