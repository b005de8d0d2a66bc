"""What a correction would do: worksite by worksite, what it owes and what it will."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, exists, or_, select
from sqlalchemy.orm import Session

from webapp.domain.corrections import NOTHING, Correction, OwedDue, correct
from webapp.domain.money import Centimes
from webapp.domain.period import Period
from webapp.domain.statuses import DueStatus, PaymentScheduleStatus
from webapp.models import Due, PaymentSchedule, ScheduledDue, Worksite
from webapp.services.declarations import Filing, employers_of, lines_of
from webapp.services.due_changes import LockedDue, lock_dues
from webapp.services.transactions import reading

# What these have taken up is still owed as it was declared.
TAKEN_UP = (
    PaymentScheduleStatus.ACCEPTED,
    PaymentScheduleStatus.COMPLETED,
    PaymentScheduleStatus.BROKEN,
)


@dataclass(frozen=True, slots=True)
class WorksiteEffect:
    """What a correction does to one worksite: its dues, and what they must make (centimes)."""

    worksite: str
    owed: tuple[OwedDue, ...]
    after: Centimes

    @property
    def before(self) -> Centimes:
        """What the worksite's dues add up to now."""
        return Centimes(sum(due.amount for due in self.owed))

    @property
    def correction(self) -> Correction:
        """What changes, what is added, what is credited."""
        return correct(self.owed, self.after)


@dataclass(frozen=True, slots=True)
class Totals:
    """What a correction comes to, in centimes.

    debited   by how much the debit to come changes
    added     what is owed beside it, with a notice of its own
    credited  what is set against the next debit
    """

    debited: int
    added: Centimes
    credited: Centimes


def totals_of(effects: Sequence[WorksiteEffect]) -> Totals:
    """The sums over all worksites; a credit that is taken back counts as debited."""
    made = [effect.correction for effect in effects]
    return Totals(
        debited=sum(new - due.amount for one in made for due, new in one.changed),
        added=Centimes(sum(one.added for one in made)),
        credited=Centimes(sum(one.credited for one in made)),
    )


def preview_correction(session: Session, filing: Filing) -> list[WorksiteEffect]:
    """What a correction would do, worksite by worksite; those that it leaves alone are left out.

    Raises NotFound and UnknownWorksite.
    """
    with reading(session):
        employer_id = employers_of(session, [filing])[filing.member_number]
        locked = lock_dues(session, *declared_dues(employer_id, filing.period))
        effects = effects_of(session, employer_id, filing, locked)
    return [effect for effect in effects if effect.before != effect.after]


def declared_dues(employer_id: int, period: Period) -> tuple[ColumnElement[bool], ...]:
    """What a declared amount stands in: what was made of it and not replaced, or in a schedule."""
    in_schedule = exists().where(
        ScheduledDue.due_id == Due.id,
        PaymentSchedule.id == ScheduledDue.schedule_id,
        PaymentSchedule.status.in_(TAKEN_UP),
    )
    return (
        Due.employer_id == employer_id,
        Due.period == period.code,
        Due.revision.is_not(None),
        or_(Due.status != DueStatus.SUPERSEDED, in_schedule),
    )


def effects_of(
    session: Session, employer_id: int, filing: Filing, locked: Sequence[LockedDue]
) -> list[WorksiteEffect]:
    """Every worksite that owes something for the period, or will."""
    mine = Worksite.employer_id == employer_id
    codes = dict(session.execute(select(Worksite.id, Worksite.code).where(mine)).all())
    owed: dict[str, list[OwedDue]] = defaultdict(list)
    for due in locked:
        owed[codes[due.row["worksite_id"]]].append(OwedDue(due.id, due.amount, due.freedom))
    lines = lines_of(session, [filing], [employer_id])
    wanted = {line.wages.worksite: line.made.total for line in lines}
    return [
        WorksiteEffect(code, tuple(owed[code]), wanted.get(code, NOTHING))
        for code in sorted({*owed, *wanted})
    ]
