"""What must add up at the end of a run, whatever it did."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Select, exists, func, select
from sqlalchemy.orm import Session, aliased

from webapp.domain.errors import RunDoesNotAddUp
from webapp.models import BankFile, Debit, DebitLine, Due
from webapp.services.taking_again import contents


def _split() -> Select[int]:
    successor = aliased(Due)
    return (
        select(Due.id)
        .join(successor, successor.predecessor_id == Due.id)
        # A correction changes what is owed; whatever else succeeds a due adds up to it.
        .where(
            func.coalesce(successor.revision, 0) == func.coalesce(Due.revision, 0),
            func.coalesce(successor.base_centimes, 0) == func.coalesce(Due.base_centimes, 0),
        )
        .group_by(Due.id, Due.amount_centimes)
        .having(func.sum(successor.amount_centimes) != Due.amount_centimes)
    )


def _debits() -> Select[int]:
    lines = (
        select(func.coalesce(func.sum(DebitLine.amount_centimes), 0))
        .where(DebitLine.debit_id == Debit.id, DebitLine.freed_at.is_(None))
        .correlate(Debit)
        .scalar_subquery()
    )
    bound = exists().where(DebitLine.debit_id == Debit.id, DebitLine.freed_at.is_(None))
    return select(func.count()).select_from(Debit).where(bound, Debit.amount_centimes != lines)


def _files() -> Select[*tuple[Any, ...]]:
    held = contents().subquery()
    attempts = (
        select(
            held.c.bank_file_id,
            func.count().label("count"),
            func.sum(held.c.amount_centimes).label("total"),
        )
        .group_by(held.c.bank_file_id)
        .subquery()
    )
    return select(
        BankFile.reference,
        BankFile.transactions,
        BankFile.total_centimes,
        attempts.c.count,
        attempts.c.total,
    ).join(attempts, attempts.c.bank_file_id == BankFile.id)


# Built once, and asked by every run.
WRONGLY_SPLIT, WRONG_DEBITS, FILE_SUMS = _split(), _debits(), _files()


def check_rows(session: Session) -> None:
    """Every split due the sum of its parts, every debit of its lines, every file of its attempts.

    Inside the caller's transaction. Raises RunDoesNotAddUp.
    """
    split = session.scalars(WRONGLY_SPLIT).all()
    must_be_equal("split dues that differ from their successors", 0, len(split))
    must_be_equal("debits that differ from their lines", 0, session.scalar(WRONG_DEBITS))
    rows: Sequence[Any] = session.execute(FILE_SUMS).all()
    for row in rows:
        must_be_equal(f"{row.reference} transactions", row.transactions, row.count)
        must_be_equal(f"{row.reference} centimes", row.total_centimes, int(row.total))


def must_be_equal(what: str, expected: int, found: int | None) -> None:
    """Raises RunDoesNotAddUp when a number is not what it must be."""
    if expected != found:
        raise RunDoesNotAddUp(what=what, expected=expected, found=found)
