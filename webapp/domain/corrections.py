"""What a correction does to what is owed: lowered, raised, added, or credited. (design.md §6)

Until a debit is announced a correction changes it. Afterwards it may only shrink: an increase is
owed beside it, with its own notice. What is with the bank or settled stays, and the difference is
the employer's credit, or is owed on the next debit.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from webapp.domain.money import Centimes

NOTHING = Centimes(0)


class Freedom(StrEnum):
    """What may still happen to the amount of a due."""

    FREE = "free"  # in no debit, or in one that nobody was told of
    SHRINKS = "shrinks"  # in a debit that was announced and has not left
    FIXED = "fixed"  # with the bank, settled, or paid in another way


@dataclass(frozen=True, slots=True)
class OwedDue:
    """One of the dues that a declared amount stands in, in centimes; negative for a credit."""

    id: int
    amount: Centimes
    freedom: Freedom


@dataclass(frozen=True, slots=True)
class Correction:
    """What makes the dues add up to the corrected amount.

    changed   each due that changes, with its new amount; 0 takes it away
    added     what is owed beside them
    credited  what the fund owes, above zero
    """

    changed: tuple[tuple[OwedDue, Centimes], ...] = ()
    added: Centimes = NOTHING
    credited: Centimes = NOTHING


def correct(dues: Sequence[OwedDue], target: Centimes) -> Correction:
    """Make the dues of one declared amount, oldest first, add up to `target` centimes.

    More is taken out of a credit that is not used yet, then added to a due that is free. Less is
    taken off what is free, then off what may shrink, the newest first.
    """
    difference = target - sum(due.amount for due in dues)
    if difference > 0:
        return _more(dues, difference)
    return _less(dues, -difference)


def _more(dues: Sequence[OwedDue], wanted: int) -> Correction:
    free = [due for due in dues if due.freedom is Freedom.FREE]
    changed, left = _taken_off([due for due in free if due.amount < 0], wanted)
    grows = next((due for due in free if due.amount > 0), None)
    if left and grows is not None:
        changed.append((grows, Centimes(grows.amount + left)))
        left = 0
    return Correction(tuple(changed), added=Centimes(left))


def _less(dues: Sequence[OwedDue], wanted: int) -> Correction:
    newest = [due for due in reversed(dues) if due.amount > 0]
    order = [due for freedom in (Freedom.FREE, Freedom.SHRINKS) for due in newest
             if due.freedom is freedom]  # fmt: skip
    changed, left = _taken_off(order, wanted)
    return Correction(tuple(changed), credited=Centimes(left))


def _taken_off(dues: Iterable[OwedDue], wanted: int) -> tuple[list[tuple[OwedDue, Centimes]], int]:
    """Take `wanted` off the dues, one after the other, none beyond zero; what is left of it."""
    changed = []
    for due in dues:
        taken = min(wanted, abs(due.amount))
        if taken:
            rest = due.amount - taken if due.amount > 0 else due.amount + taken
            changed.append((due, Centimes(rest)))
            wanted -= taken
    return changed, wanted
