"""Bank files that count as lost: given up after the bank's hour, and found after all.

Two people have said that the bank has written that it has not got the file, and it is too late to
send it again: its debits are planned anew for the next feasible day, with a notice, and keep their
EndToEndIds (taking_again.py). A word of the bank about one of them proves it wrong.
"""

from __future__ import annotations

from sqlalchemy import ColumnElement, and_, exists, func, or_, select
from sqlalchemy.orm import Session, aliased

from webapp.domain.file_acts import FOUND, LOST
from webapp.domain.statuses import DEBIT_STATUSES_BEFORE_FREEZING, BankFileStatus, DebitStatus
from webapp.models import Attempt, BankEntry, BankFile, Debit, EarlierFile, EntryOutcome
from webapp.services.acknowledging import acknowledge_files
from webapp.services.events import move_all
from webapp.services.late_money import hold_unsent
from webapp.services.sets import parts
from webapp.services.superseding import NEVER_SENT, leave_file, supersede_file
from webapp.services.taking_again import move_attempts, stood_in
from webapp.services.transactions import transaction
from webapp.services.working_day import WorkingDay

SUPERSEDED, UNKNOWN = BankFileStatus.SUPERSEDED, BankFileStatus.UNKNOWN
# A file of which no byte has left, or of which the bank is thought to have none.
NOT_WITH_THE_BANK = [*NEVER_SENT, SUPERSEDED]


def give_up_file(session: Session, day: WorkingDay, file_id: int) -> int:
    """Take the file in doubt for lost: its attempts fail, its debits are planned anew; how many.

    For the feasible day, with a new notice and without surcharge: the cause is the fund's. Inside
    the caller's transaction, which knows the two people. (design.md §5)
    """
    mine = BankFile.id == file_id
    move_all(session, day, BankFile, UNKNOWN, SUPERSEDED, mine, cause=LOST, lost_at=day.now)
    return leave_file(
        session,
        day,
        file_id,
        DebitStatus.UNKNOWN,
        DebitStatus.PLANNED,
        cause=LOST,
        collect_on=day.feasible_on,
    )


def has_left(file: type[BankFile]) -> ColumnElement[bool]:
    """Whether the bank may answer for the file: it has left, and be it that it counts as lost."""
    return or_(file.status.not_in(NOT_WITH_THE_BANK), file.lost_at.is_not(None))


def stood_in_another() -> ColumnElement[bool]:
    """Whether the bank may have the attempt from an earlier file too, beside the one it is in."""
    earlier = aliased(BankFile)
    return exists().where(
        EarlierFile.attempt_id == Attempt.id,
        EarlierFile.bank_file_id != Attempt.bank_file_id,
        earlier.id == EarlierFile.bank_file_id,
        has_left(earlier),
    )


def hear_of_lost_files(
    session: Session, day: WorkingDay, message_id: int, reference: str | None
) -> None:
    """The bank has the lost files that a staged message speaks of, as a whole (`reference`) or
    by one of their attempts: they are acknowledged, and nothing of them is sent again.
    """
    with transaction(session):
        found = _spoken_of(session, message_id, reference)
        for file_id in found:
            doubt_again(session, day, file_id)
        acknowledge_files(session, day, found)


def doubt_again(session: Session, day: WorkingDay, file_id: int) -> None:
    """A lost file is with the bank after all: in doubt again, with what of it has not left since.

    A new file that holds something of it and has not left is taken back. What cannot be as it was,
    because its amount has changed or it was cancelled, is debited by the bank all the same: no
    unsent debit of the same dues goes on without a person, and its money will be the employer's
    credit. Inside the caller's transaction.
    """
    holding = session.scalars(
        select(BankFile.id)
        .join(Attempt, Attempt.bank_file_id == BankFile.id)
        .join(EarlierFile, EarlierFile.attempt_id == Attempt.id)
        .where(EarlierFile.bank_file_id == file_id, BankFile.status.in_(NEVER_SENT))
        .distinct()
    ).all()
    for unsent in holding:
        supersede_file(session, day, unsent, DebitStatus.ANNOUNCED)
    mine = BankFile.id == file_id
    move_all(session, day, BankFile, SUPERSEDED, UNKNOWN, mine, cause=FOUND, lost_at=None)
    as_it_was, changed = _left_behind(session, file_id)
    for part in parts(as_it_was):
        debits = select(Attempt.debit_id).where(Attempt.id.in_(part))
        for source in DEBIT_STATUSES_BEFORE_FREEZING:
            move_all(
                session,
                day,
                Debit,
                source,
                DebitStatus.UNKNOWN,
                Debit.id.in_(debits),
                cause=FOUND,
                hold_reason=None,
            )
        move_attempts(session, part, file_id)
    for debit_id in changed:
        hold_unsent(session, day, debit_id)


def _spoken_of(session: Session, message_id: int, reference: str | None) -> set[int]:
    """The lost files that a message speaks of; of several in turn, the last that was tried."""
    told = (
        BankEntry.bank_message_id == message_id,
        BankEntry.attempt_id == Attempt.id,
        BankEntry.outcome == EntryOutcome.PENDING,
    )
    lost = BankFile.lost_at.is_not(None)
    if session.scalar(select(BankFile.id).where(lost).limit(1)) is None:
        return set()  # As in most offices.
    by_name = select(BankFile.id).where(lost, BankFile.reference == (reference or ""))
    in_it = (
        select(BankFile.id)
        .join(Attempt, Attempt.bank_file_id == BankFile.id)
        .join(BankEntry, BankEntry.attempt_id == Attempt.id)
        .where(lost, *told)
        .distinct()
    )
    now = aliased(BankFile)
    not_left = (now.lost_at.is_(None), now.status.in_(NOT_WITH_THE_BANK))
    before = (
        select(func.max(BankFile.id))
        .join(EarlierFile, EarlierFile.bank_file_id == BankFile.id)
        .join(Attempt, Attempt.id == EarlierFile.attempt_id)
        .join(BankEntry, BankEntry.attempt_id == Attempt.id)
        .join(now, now.id == Attempt.bank_file_id)
        .where(lost, *told, *not_left)
        .group_by(Attempt.id)
    )
    return {file_id for found in (by_name, in_it, before) for file_id in session.scalars(found)}


def _left_behind(session: Session, file_id: int) -> tuple[list[int], list[int]]:
    """What failed with the file and was not sent since: the attempts that can live again as they
    were, and the debits of those that cannot.
    """
    later, now = aliased(Attempt), aliased(BankFile)
    as_it_was = and_(
        Debit.status.in_(DEBIT_STATUSES_BEFORE_FREEZING),
        Debit.amount_centimes == Attempt.amount_centimes,
        ~exists().where(later.debit_id == Attempt.debit_id, later.number > Attempt.number),
    )
    rows = session.execute(
        select(Attempt.id, Attempt.debit_id, as_it_was.label("as_it_was"))
        .join(Debit, Debit.id == Attempt.debit_id)
        .join(now, now.id == Attempt.bank_file_id)
        .where(
            stood_in(file_id),
            Attempt.failed_at.is_not(None),
            Attempt.state.is_(None),
            or_(now.id == file_id, now.status == SUPERSEDED),
        )
        .order_by(Attempt.id)
    ).all()
    return (
        [row.id for row in rows if row.as_it_was],
        [row.debit_id for row in rows if not row.as_it_was],
    )
