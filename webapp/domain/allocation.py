"""Which dues a payment made elsewhere pays: those of its period first, then the oldest. [house]

A due that is paid in part is cut in two by whoever books it: nothing is ever partly paid.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from webapp.domain.money import Centimes


@dataclass(frozen=True, slots=True)
class Payable:
    """A due that can still be paid in another way: centimes above zero, the months it is for."""

    id: int
    amount: Centimes
    months: frozenset[str]
    legal_due_on: date


@dataclass(frozen=True, slots=True)
class Paying:
    """A payment in centimes above zero; the months that it is for, none where it does not say."""

    key: str
    amount: Centimes
    months: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Share:
    """What one payment pays of one due, in centimes above zero."""

    due_id: int
    key: str
    amount: Centimes


@dataclass(frozen=True, slots=True)
class Allocation:
    """What each payment pays, and by its key what is left over of it."""

    shares: tuple[Share, ...]
    left: dict[str, Centimes]


def allocate(payments: Sequence[Paying], dues: Sequence[Payable]) -> Allocation:
    """Share payments of one employer, in their order, among the dues.

    Of what a payment has left after the dues of its months, the rest pays those that were legally
    due first. What no due takes is left over.
    """
    open_ = {due.id: int(due.amount) for due in dues}
    shares: list[Share] = []
    left: dict[str, Centimes] = {}
    for payment in payments:
        rest = int(payment.amount)
        for due in sorted(dues, key=lambda one: _order(payment, one)):
            taken = min(rest, open_[due.id])
            if taken:
                shares.append(Share(due.id, payment.key, Centimes(taken)))
                open_[due.id] -= taken
                rest -= taken
        if rest:
            left[payment.key] = Centimes(rest)
    return Allocation(tuple(shares), left)


def _order(payment: Paying, due: Payable) -> tuple[bool, date, int]:
    elsewhere = payment.months.isdisjoint(due.months)
    return elsewhere, due.legal_due_on, due.id
