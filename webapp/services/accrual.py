"""Surcharges and penalties: what being late costs, each due and step once.

No surcharge on an amount while a debit for it is planned or under way, unless it is there a second
time because the employer's account did not give it. (domain notes §3)
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Date, Select, and_, bindparam, exists, not_, or_, select
from sqlalchemy.orm import Session

from webapp.data.loader import load_reasons
from webapp.domain.late import LateRates, late_rule_for
from webapp.domain.late_dues import LateStep, late_amount, late_steps
from webapp.domain.money import Centimes
from webapp.domain.reasons import RefusalCause, codes_of
from webapp.domain.statuses import DEBIT_STATUSES_BEFORE_SETTLEMENT, DebitStatus, DueStatus
from webapp.models import Attempt, Debit, DebitLine, Due, DueKind, HoldReason
from webapp.services.due_chains import chains
from webapp.services.late_rules import late_rules_table
from webapp.services.new_dues import NewDue, add_dues
from webapp.services.permission import Day
from webapp.services.sets import parts
from webapp.services.transactions import Progress, no_progress, transaction
from webapp.services.working_day import WorkingDay

DUES_AT_ONCE = 2_500
DECLARED = (DueKind.CONTRIBUTION, DueKind.ADJUSTMENT)
# The codes by which a bank says that the employer's account, or the employer, is the cause.
EMPLOYERS_FAULT = codes_of(RefusalCause.EMPLOYER, load_reasons())
EMPLOYERS_HOLDS = (HoldReason.OVER_CEILING, HoldReason.MANDATE_NOT_ACTIVE)
TODAY = bindparam("today", type_=Date)


@dataclass(frozen=True, slots=True)
class Late:
    """A due that is late, and the steps that it has reached."""

    due: Mapping[str, Any]
    kind: DueKind
    steps: tuple[LateStep, ...]


def accrue_surcharges(session: Session, day: WorkingDay, progress: Progress = no_progress) -> int:
    """Make the surcharges that are owed today and are not there yet; return how many.

    A phase of the run, after the planning: what the run has taken into a debit is covered.
    """
    with transaction(session):
        ids = _uncovered(session, day.today)
        rules = late_rules_table(session) if ids else ()
    made = 0
    for start in range(0, len(ids), DUES_AT_ONCE):
        part = ids[start : start + DUES_AT_ONCE]
        with transaction(session):
            late = _late_dues(session, day, rules, DueKind.SURCHARGE, part)
            made += _make(session, day, late, "unpaid")
        progress("accrue", start + len(part), len(ids))
    return made


def accrue_at_filing(
    session: Session,
    day: WorkingDay,
    due_ids: Sequence[int],
    kinds: Sequence[DueKind] = (DueKind.SURCHARGE, DueKind.PENALTY),
) -> None:
    """Surcharge and penalty of what is declared after its deadline, with the declaration itself.

    Inside the caller's transaction; they are collected with the contributions.
    """
    rules = late_rules_table(session)
    for kind in kinds:
        late = _late_dues(session, day, rules, kind, due_ids)
        _make(session, day, late, "late_filing")


def _is_late(today: Day) -> ColumnElement[bool]:
    return and_(
        Due.kind.in_(DECLARED),
        # A contribution of no declaration was assessed by the fund's own system, which assesses
        # what being late with it costs as well. [house]
        or_(Due.revision.is_not(None), Due.kind == DueKind.ADJUSTMENT),
        Due.status.in_([DueStatus.OPEN, DueStatus.SCHEDULED]),
        Due.amount_centimes > 0,
        Due.legal_due_on < today,
    )


def _uncovered(session: Session, today: date) -> list[int]:
    """The late dues that no debit covers, in their order."""
    asked = {TODAY.key: today}
    return sorted({due_id for one in _ways() for due_id in session.scalars(one, asked)})


@cache
def _ways() -> tuple[Select[int], ...]:
    """How a late due can be without cover; built once, for as a rule a run finds none.

    In no debit, unless banks alone refused it to the last attempt; in one that waits for the
    employer; or in one after another that failed for the employer's cause. Each is asked for by an
    index of its own: what is settled is never walked.
    """
    late = select(Due.id).where(_is_late(TODAY))
    live = and_(DebitLine.due_id == Due.id, DebitLine.freed_at.is_(None))
    freed = and_(DebitLine.due_id == Due.id, DebitLine.freed_at.is_not(None))
    # Until its day has passed a debit on hold may still go on in time.
    waits = and_(
        Debit.status == DebitStatus.HELD,
        Debit.hold_reason.in_(EMPLOYERS_HOLDS),
        Debit.collect_on < TODAY,
    )
    failed = exists().where(
        Attempt.debit_id == DebitLine.debit_id,
        Attempt.failed_at.is_not(None),
        Attempt.reason_code.in_(EMPLOYERS_FAULT),
    )
    banks_alone = and_(
        Due.barred_mandate_id.is_not(None),
        ~exists().where(DebitLine.due_id == Due.id, failed),
    )
    in_debit = late.join(DebitLine, live).join(Debit, Debit.id == DebitLine.debit_id)
    return (
        late.where(Due.status == DueStatus.OPEN, not_(banks_alone)),
        in_debit.where(waits),
        in_debit.where(Debit.status.in_(DEBIT_STATUSES_BEFORE_SETTLEMENT), failed),
        late.join(DebitLine, freed).where(Due.status == DueStatus.SCHEDULED, failed),
    )


def _late_dues(
    session: Session,
    day: WorkingDay,
    rules: Sequence[LateRates],
    kind: DueKind,
    due_ids: Sequence[int],
) -> list[Late]:
    """Of these dues, the late ones with the steps that nothing stands for yet."""
    late = _is_late(day.today)
    # Of two runs at once the second waits here, and then sees what the first has made.
    dues = [
        row._asdict()
        for part in parts(due_ids)
        for row in session.execute(
            select(Due.__table__).where(Due.id.in_(part), late).order_by(Due.id).with_for_update()
        )
    ]
    there = _steps_there(session, kind, dues)
    found = []
    for due in dues:
        rates = late_rule_for(kind.value, due["legal_due_on"], rules)
        reached = late_steps(due["legal_due_on"], day.today, rates) if rates else []
        steps = tuple(step for step in reached if step.number not in there[due["id"]])
        if steps:
            found.append(Late(due, kind, steps))
    return found


def _steps_there(
    session: Session, kind: DueKind, dues: Sequence[Mapping[str, Any]]
) -> dict[int, set[int]]:
    """Of each due, the steps made for it or for what it succeeded: a part is not late anew."""
    roots = chains(session, {due["id"]: due["predecessor_id"] for due in dues})
    steps: dict[int, set[int]] = defaultdict(set)
    for part in parts(sorted(set().union(*roots.values()))):
        made = select(Due.about_due_id, Due.step).where(
            Due.kind == kind, Due.about_due_id.in_(part), Due.step.is_not(None)
        )
        for about, step in session.execute(made):
            steps[about or 0].add(step or 0)
    return {due_id: set().union(*(steps[one] for one in mine)) for due_id, mine in roots.items()}


def _make(session: Session, day: WorkingDay, late: Sequence[Late], cause: str) -> int:
    """Make the dues of the steps; how many."""
    dues = [
        due for one in late for step in one.steps if (due := _new(day, one, step)).amount_centimes
    ]
    return len(add_dues(session, day, dues, cause))


def _new(day: WorkingDay, late: Late, step: LateStep) -> NewDue:
    due = late.due
    base = Centimes(due["amount_centimes"])
    return NewDue(
        origin_key=f"{late.kind.value}:{due['id']}:{step.number}",
        kind=late.kind,
        employer_id=due["employer_id"],
        worksite_id=due["worksite_id"],
        period=due["period"],
        amount_centimes=late_amount(base, step.rate),
        # As late as the amount that it is about: whoever collects that collects this.
        legal_due_on=due["legal_due_on"],
        collect_from_on=day.today,
        about_due_id=due["id"],
        base_centimes=base,
        rate=step.rate,
        step=step.number,
    )
