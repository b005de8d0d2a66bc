"""What was paid in time and entered late costs nothing: what being late has cost is taken back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from sqlalchemy.orm import Session

from webapp.domain.allocation import Share
from webapp.domain.money import Centimes
from webapp.models import DueKind, Payment
from webapp.services.accrual import DECLARED
from webapp.services.changed_debits import ChangedDebit
from webapp.services.due_chains import chains
from webapp.services.due_changes import LockedDue
from webapp.services.late_due_changes import Shift, shift_late_dues
from webapp.services.working_day import WorkingDay

# By the id of the due: the centimes that are known by now to have been paid in time.
InTime = Mapping[int, int]


def paid_in_time(
    day: WorkingDay,
    payments: Sequence[Payment],
    dues: Sequence[LockedDue],
    shares: Sequence[Share],
) -> InTime:
    """Of each amount that is late by now, what these shares paid by the day it was legally due."""
    paid_on: dict[str, date] = {one.reference: one.paid_on for one in payments}
    legal = {
        due.id: due.row["legal_due_on"]
        for due in dues
        if due.row["kind"] in DECLARED and due.row["legal_due_on"] < day.today
    }
    found: dict[int, int] = {}
    for share in shares:
        if share.due_id in legal and paid_on[share.key] <= legal[share.due_id]:
            found[share.due_id] = found.get(share.due_id, 0) + share.amount
    return found


def take_lateness_back(
    session: Session,
    day: WorkingDay,
    dues: Sequence[LockedDue],
    by: InTime,
    cause: str,
) -> tuple[ChangedDebit, ...]:
    """Lower the surcharges on these dues as if these centimes of them were never late.

    A penalty for declaring late stays. Inside the caller's transaction; returns the debits that
    changed.
    """
    late = {due.id: due.row["predecessor_id"] for due in dues if due.id in by}
    families: dict[int, set[int]] = {}
    amounts: dict[int, int] = {}
    for due_id, chain in chains(session, late).items():
        root = min(chain)  # Parts of one amount stand on the same surcharges.
        families.setdefault(root, set()).update(chain)
        amounts[root] = amounts.get(root, 0) + by[due_id]
    shifts = [
        Shift(frozenset(family), Centimes(-amounts[root]), f"{cause}:{root}")
        for root, family in families.items()
    ]
    return shift_late_dues(session, day, shifts, (DueKind.SURCHARGE,))
