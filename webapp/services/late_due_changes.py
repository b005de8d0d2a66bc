"""What being late costs follows the amount that was late: a correction lowers or raises it too."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from webapp.domain.corrections import Correction, OwedDue, correct
from webapp.domain.late_dues import base_of, late_amount
from webapp.domain.money import Centimes
from webapp.domain.statuses import DueStatus
from webapp.models import Due, DueKind
from webapp.services.due_changes import ChangedDebit, LockedDue, Part, lock_dues, replace_dues
from webapp.services.new_dues import NewDue, add_dues
from webapp.services.working_day import WorkingDay

LATE = (DueKind.SURCHARGE, DueKind.PENALTY)
GONE = (DueStatus.SUPERSEDED, DueStatus.WAIVED)


@dataclass(frozen=True, slots=True)
class Shift:
    """By how much, in centimes, an amount changed that surcharges and penalties stand on."""

    about: frozenset[int]
    by: int
    cause: str


def shift_late_dues(
    session: Session,
    day: WorkingDay,
    shifts: Sequence[Shift],
    kinds: Sequence[DueKind] = LATE,
) -> tuple[ChangedDebit, ...]:
    """Bring what was computed on these amounts into line; what was paid too much is a credit.

    Inside the caller's transaction. Returns the debits that changed.
    """
    everything = frozenset().union(*(shift.about for shift in shifts)) if shifts else frozenset()
    locked = lock_dues(
        session, Due.about_due_id.in_(everything), Due.kind.in_(kinds), Due.status.not_in(GONE)
    )
    changes: list[tuple[LockedDue, list[Part]]] = []
    credits: list[NewDue] = []
    for shift in shifts:
        for mine in _by_step([due for due in locked if due.row["about_due_id"] in shift.about]):
            made = _correction(mine, shift.by)
            known = {due.id: due for due in mine}
            changes += [
                (known[due.id], _parts(known[due.id], new, shift)) for due, new in made.changed
            ]
            if made.credited:
                credits.append(_credit(day, mine[-1], made.credited, shift))
    add_dues(session, day, credits)
    return replace_dues(session, day, changes, shift.cause).debits if changes else ()


def _by_step(late: Sequence[LockedDue]) -> list[list[LockedDue]]:
    found: dict[tuple[DueKind, int], list[LockedDue]] = defaultdict(list)
    for due in late:
        found[due.row["kind"], due.row["step"]].append(due)
    return list(found.values())


def _correction(late: Sequence[LockedDue], by: int) -> Correction:
    owed = [OwedDue(due.id, due.amount, due.freedom) for due in late]
    total = sum(due.amount for due in late)
    rate = late[0].row["rate"]
    if len(late) == 1 and total == late_amount(Centimes(late[0].row["base_centimes"]), rate):
        target = late_amount(Centimes(max(0, late[0].row["base_centimes"] + by)), rate)
    else:
        target = Centimes(max(0, total + late_amount(Centimes(by), rate)))
    return correct(owed, target)


def _parts(due: LockedDue, new: Centimes, shift: Shift) -> list[Part]:
    if not new:
        return []
    base, rate = Centimes(max(1, due.row["base_centimes"] + shift.by)), due.row["rate"]
    if late_amount(base, rate) != new:  # Several share the step, and this is its part of it.
        base = base_of(new, rate)
    return [Part(f"{due.id}:{shift.cause}", new, base=base)]


def _credit(day: WorkingDay, late: LockedDue, amount: Centimes, shift: Shift) -> NewDue:
    """What was paid too much for being late."""
    return NewDue(
        origin_key=f"{late.id}:{shift.cause}:credit",
        kind=DueKind.CREDIT,
        employer_id=late.row["employer_id"],
        worksite_id=late.row["worksite_id"],
        period=late.row["period"],
        amount_centimes=Centimes(-amount),
        legal_due_on=day.today,
        collect_from_on=day.today,
        about_due_id=late.id,
    )
