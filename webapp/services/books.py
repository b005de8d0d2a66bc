"""The books: postings made once per cause, in groups that sum to zero."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Select, case, func, select
from sqlalchemy.orm import Session

from webapp.domain.errors import BooksUnbalanced
from webapp.domain.statuses import DueStatus
from webapp.models import Account, Due, Posting
from webapp.services.sets import insert_rows

# What stands in the receivables.
STILL_OWED = (
    DueStatus.OPEN, DueStatus.SCHEDULED, DueStatus.CONTESTED, DueStatus.DEFERRED,
    DueStatus.GIVEN_BACK,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Leg:
    """One leg of an entry: an account and a signed amount in centimes (debit positive)."""

    name: str
    account: Account
    amount: int
    employer_id: int | None = None
    due_id: int | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """What one cause books. Raises BooksUnbalanced when its legs do not sum to zero."""

    source_key: str
    legs: tuple[Leg, ...]

    def __post_init__(self) -> None:
        if sum(leg.amount for leg in self.legs):
            raise BooksUnbalanced(source_key=self.source_key)


def post(session: Session, posted_on: date, entries: Iterable[Entry]) -> None:
    """Book the entries on an Algiers day. The unique key refuses a cause that is booked already."""
    rows = [
        {
            "source_key": entry.source_key,
            "leg": leg.name,
            "account": leg.account,
            "amount_centimes": leg.amount,
            "employer_id": leg.employer_id,
            "due_id": leg.due_id,
            "posted_on": posted_on,
        }
        for entry in entries
        for leg in entry.legs
        if leg.amount
    ]
    insert_rows(session, Posting, rows)


def posted_keys(session: Session, source_keys: Collection[str]) -> set[str]:
    """Those of the causes that are booked already."""
    return set(
        session.scalars(
            select(Posting.source_key).where(Posting.source_key.in_(source_keys)).distinct()
        )
    )


def balances(session: Session) -> dict[Account, int]:
    """The balance of each account in centimes."""
    rows = session.execute(BALANCES)
    found = {account: int(total) for account, total in rows}
    return {account: found.get(account, 0) for account in Account}


def _wrongly_owed() -> Select[str]:
    received = (
        select(Posting.due_id, func.sum(Posting.amount_centimes).label("balance"))
        .where(Posting.account == Account.RECEIVABLE, Posting.due_id.is_not(None))
        .group_by(Posting.due_id)
        .subquery()
    )
    owed = case((Due.status.in_(STILL_OWED), Due.amount_centimes), else_=0)
    return (
        select(Due.origin_key)
        .outerjoin(received, received.c.due_id == Due.id)
        .where(Due.amount_centimes > 0, func.coalesce(received.c.balance, 0) != owed)
        .limit(1)
    )


# Built once, and asked by every run.
WRONGLY_OWED = _wrongly_owed()
UNBALANCED = (
    select(Posting.source_key)
    .group_by(Posting.source_key)
    .having(func.sum(Posting.amount_centimes) != 0)
    .limit(1)
)
BALANCES = select(Posting.account, func.sum(Posting.amount_centimes)).group_by(Posting.account)


def verify_books(session: Session) -> dict[Account, int]:
    """Check the books and return their balances.

    Every cause sums to zero, and what the books say is still to be received for a due is its
    amount until it is settled, superseded or waived, and nothing afterwards: a surcharge that waits
    for the end of a payment schedule is owed still, and so is what is contested, or was debited in
    error.
    Raises BooksUnbalanced with the first cause or due that does not hold.
    """
    cause = session.scalar(UNBALANCED)
    if cause is not None:
        raise BooksUnbalanced(source_key=cause)
    wrong = session.scalar(WRONGLY_OWED)
    if wrong is not None:
        raise BooksUnbalanced(source_key=f"due:{wrong}")
    return balances(session)
