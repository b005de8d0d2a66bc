"""What answers tell about a whole file: it has arrived, and everything in it is answered."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import exists
from sqlalchemy.orm import Session

from webapp.domain.statuses import BankFileStatus, DebitStatus
from webapp.models import Attempt, BankFile, Debit
from webapp.services.events import move_all
from webapp.services.working_day import WorkingDay


def acknowledge_files(session: Session, day: WorkingDay, file_ids: Iterable[int]) -> None:
    """An answer about any attempt of a file proves that the bank has the file."""
    mine = BankFile.id.in_(list(file_ids))
    unknown = move_all(
        session,
        day,
        BankFile,
        BankFileStatus.UNKNOWN,
        BankFileStatus.ACKNOWLEDGED,
        mine,
        cause="bank_answer",
        sent_at=day.now,
    )
    if unknown:
        inside = exists().where(
            Attempt.debit_id == Debit.id,
            Attempt.bank_file_id.in_(unknown),
            Attempt.failed_at.is_(None),
        )
        move_all(
            session,
            day,
            Debit,
            DebitStatus.UNKNOWN,
            DebitStatus.SENT,
            inside,
            cause="bank_answer",
        )
    move_all(
        session,
        day,
        BankFile,
        BankFileStatus.SENT,
        BankFileStatus.ACKNOWLEDGED,
        mine,
        cause="bank_answer",
    )


def reconcile_files(session: Session, day: WorkingDay) -> None:
    """A file of which every attempt is settled or has failed is reconciled."""
    under_way = exists().where(
        Attempt.bank_file_id == BankFile.id,
        Attempt.settled_at.is_(None),
        Attempt.failed_at.is_(None),
    )
    move_all(
        session,
        day,
        BankFile,
        BankFileStatus.ACKNOWLEDGED,
        BankFileStatus.RECONCILED,
        ~under_way,
        cause="all_answered",
    )
