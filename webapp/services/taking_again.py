"""Attempts of a lost file taken again: the debit is presented once more under its EndToEndId.

The bank that has the lost file after all sees the same ids again, and its answers find the debit.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    and_,
    case,
    exists,
    or_,
    select,
    union_all,
    update,
)
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased

from webapp.domain.statuses import BankFileStatus
from webapp.models import Attempt, BankFile, Debit, EarlierFile, Employer, Mandate
from webapp.services.sets import insert_ignoring, parts

DEBTOR_NAME = case((Employer.name_fr != "", Employer.name_fr), else_=Employer.name_ar)


def take_again(session: Session, file_id: int, ready: ColumnElement[bool]) -> int:
    """Move the last attempt of each `ready` debit into the file `file_id`, where it may be taken
    again; how many. Inside the caller's transaction.

    It stood in a lost file, nobody has told anything of it, and amount, mandate and name are what
    they were: what differs is another attempt. (design.md §5)
    """
    lost = session.scalars(select(BankFile.id).where(BankFile.lost_at.is_not(None))).all()
    if not lost:
        return 0  # As in most offices.
    earlier = exists().where(
        EarlierFile.attempt_id == Attempt.id, EarlierFile.bank_file_id.in_(lost)
    )
    stood_in_one = or_(Attempt.bank_file_id.in_(lost), earlier)
    same = and_(
        Attempt.amount_centimes == Debit.amount_centimes,
        Attempt.mandate_reference == Mandate.reference,
        Attempt.mandate_signed_on == Mandate.signed_on,
        Attempt.debtor_name == DEBTOR_NAME,
    )
    ids = session.scalars(
        select(Attempt.id)
        .join(Debit, Debit.id == Attempt.debit_id)
        .join(Mandate, Mandate.id == Debit.mandate_id)
        .join(Employer, Employer.id == Debit.employer_id)
        .where(ready, may_be_taken_again(), stood_in_one, same)
        .order_by(Attempt.id)
    ).all()
    for part in parts(ids):
        move_attempts(session, part, file_id)
    return len(ids)


def move_attempts(session: Session, ids: Sequence[int], file_id: int) -> None:
    """Let these failed attempts live again in that file; those that they leave keep their counts.

    The database refuses it for any other attempt. Inside the caller's transaction.
    """
    mine = Attempt.id.in_(ids)
    stood = select(Attempt.id, Attempt.bank_file_id).where(mine, Attempt.bank_file_id != file_id)
    session.execute(
        insert_ignoring(session, EarlierFile).from_select(["attempt_id", "bank_file_id"], stood)
    )
    session.execute(
        update(Attempt)
        .where(mine)
        .values(bank_file_id=file_id, failed_at=None)
        .execution_options(synchronize_session=False)
    )


def may_be_taken_again() -> ColumnElement[bool]:
    """A debit's last attempt, failed without a word of the bank, in a file that was taken back."""
    later, its_file = aliased(Attempt), aliased(BankFile)
    return and_(
        Attempt.failed_at.is_not(None),
        Attempt.state.is_(None),
        ~exists().where(later.debit_id == Attempt.debit_id, later.number > Attempt.number),
        exists().where(
            its_file.id == Attempt.bank_file_id, its_file.status == BankFileStatus.SUPERSEDED
        ),
    )


def stood_in(file_id: int | InstrumentedAttribute[int]) -> ColumnElement[bool]:
    """The attempt is in that file, or was before it was taken again."""
    return or_(
        Attempt.bank_file_id == file_id,
        exists().where(EarlierFile.attempt_id == Attempt.id, EarlierFile.bank_file_id == file_id),
    )


def contents() -> CompoundSelect[tuple[int, int, int]]:
    """What each bank file holds: its id with the id and the centimes of each attempt.

    With those that were taken again into a later file: each stands once in each of its files.
    """
    earlier = (
        select(EarlierFile.bank_file_id, Attempt.id, Attempt.amount_centimes)
        .join(Attempt, Attempt.id == EarlierFile.attempt_id)
        .where(EarlierFile.bank_file_id != Attempt.bank_file_id)
    )
    return union_all(select(Attempt.bank_file_id, Attempt.id, Attempt.amount_centimes), earlier)
