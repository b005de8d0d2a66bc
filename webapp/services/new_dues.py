"""New dues with their postings: what an employer owes from now on, or is owed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date

from sqlalchemy.orm import Session

from webapp.domain.money import Centimes
from webapp.domain.statuses import DueStatus
from webapp.models import Account, Due, DueKind, Subject
from webapp.services.books import Entry, Leg, post
from webapp.services.events import record
from webapp.services.sets import insert_keyed
from webapp.services.working_day import WorkingDay


@dataclass(frozen=True, slots=True)
class NewDue:
    """A due to be made, in centimes; negative for a credit. The days are Algiers days."""

    origin_key: str
    kind: DueKind
    employer_id: int
    worksite_id: int | None
    period: str
    amount_centimes: Centimes
    legal_due_on: date
    collect_from_on: date
    revision: int | None = None
    about_due_id: int | None = None
    base_centimes: Centimes | None = None
    rate: int | None = None
    step: int | None = None


def add_dues(
    session: Session,
    day: WorkingDay,
    dues: Sequence[NewDue],
    cause: str | None = None,
    against: Account = Account.INCOME,
) -> list[int]:
    """Make open dues and return their ids in order; the unique key refuses a cause that has one.

    Booked receivable / `against`, a credit the other way round as the employer's. With a `cause`
    each has an event. Inside the caller's transaction.
    """
    if not dues:
        return []
    rows = [asdict(due) | {"status": DueStatus.OPEN} for due in dues]
    ids = insert_keyed(session, Due, Due.origin_key, rows)
    entries = [_entry(due, due_id, against) for due, due_id in zip(dues, ids, strict=True)]
    post(session, day.today, entries)
    if cause is not None:
        record(session, day, Subject.DUE, ids, None, DueStatus.OPEN, cause)
    return ids


def _entry(due: NewDue, due_id: int, against: Account) -> Entry:
    amount, owner = due.amount_centimes, due.employer_id
    owed = Account.RECEIVABLE if amount > 0 else Account.EMPLOYER_CREDIT
    legs = (
        Leg(owed.value, owed, amount, owner, due_id),
        Leg(against.value, against, -amount, owner),
    )
    return Entry(f"due:{due.origin_key}", legs)
