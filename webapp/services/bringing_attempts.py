"""How a debit was presented, since the backup was taken, as the sent journal knows it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Row, insert, select, update
from sqlalchemy.orm import Session

from webapp.models import Attempt, EarlierFile
from webapp.services.journalling import SentAttempt
from webapp.services.sets import insert_ignoring
from webapp.services.taking_again import move_attempts
from webapp.services.working_day import WorkingDay


def bring_attempt(
    session: Session,
    day: WorkingDay,
    debit_id: int,
    attempt: SentAttempt,
    mandate: Row[Any],
    owner: Row[Any],
    files: Mapping[str, int],
    *,
    live: bool,
) -> None:
    """Let the attempt stand where it left last, and be counted where it had left before.

    `files`: the ids of those bank files. What is here already is taken again, where its file
    counts as lost; the database refuses it otherwise. Inside the caller's transaction.
    """
    mine = select(Attempt.id).where(Attempt.end_to_end_id == attempt.end_to_end_id)
    there = session.scalars(mine).all()
    if there:
        move_attempts(session, there, files[attempt.file])
    else:
        session.execute(
            insert(Attempt).values(
                debit_id=debit_id,
                number=attempt.number,
                end_to_end_id=attempt.end_to_end_id,
                bank_file_id=files[attempt.file],
                amount_centimes=attempt.amount,
                debtor_name=owner.name,
                mandate_reference=mandate.reference,
                mandate_signed_on=mandate.signed_on,
                failed_at=None if live else day.now,
            )
        )
    if there and not live:
        fail_attempts(session, day, debit_id)
    for name in attempt.earlier:
        row = {"attempt_id": session.scalars(mine).one(), "bank_file_id": files[name]}
        session.execute(insert_ignoring(session, EarlierFile).values(row))


def fail_attempts(session: Session, day: WorkingDay, debit_id: int) -> None:
    """That another presentation left proves that those before it had failed."""
    session.execute(
        update(Attempt)
        .where(Attempt.debit_id == debit_id, Attempt.failed_at.is_(None))
        .values(failed_at=day.now)
        .execution_options(synchronize_session=False)
    )
