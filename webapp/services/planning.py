"""The first phase of the run: every open due that is near becomes a line of one debit.

Nothing here looks whether a due has been debited already: the unique keys of the tables refuse
a second live line for a due and a second live debit for a mandate and day, and what is counted
is what was really inserted.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    String,
    and_,
    cast,
    exists,
    func,
    literal,
    or_,
    select,
    update,
)
from sqlalchemy.orm import Session, aliased

from webapp.domain.due_dates import latest_first_notice
from webapp.domain.statuses import DebitStatus, DueStatus, MandateStatus
from webapp.models import Debit, DebitLine, Due, Event, Mandate, MandateWorksite, Subject
from webapp.services.events import count_events, last_event, move_all, move_dues, record
from webapp.services.permission import covers, may_collect_on
from webapp.services.portions import IN_TURN, Hands
from webapp.services.sets import insert_ignoring, parts
from webapp.services.statistics import Growth, refresh_statistics
from webapp.services.transactions import transaction
from webapp.services.working_day import WorkingDay

EMPLOYERS_AT_ONCE = 1_500
# The causes of a debit's first event, and of its last when nothing was left for it.
NEW, EMPTY = "planned", "nothing_left"
# The mandates that can still be an employer's default one (the partial key of the table).
ENDED = [
    MandateStatus.REVOKED,
    MandateStatus.REFUSED,
    MandateStatus.REPLACED,
    MandateStatus.EXPIRED,
]


def plan_debits(session: Session, day: WorkingDay, hands: Hands = IN_TURN) -> int:
    """Bind every open due that is near to a planned debit; return how many debits are new.

    For each of today's debit days, the feasible one first: all open dues whose day has come by
    then, overdue ones included. A mandate that already has an announced debit on that day takes
    them on the next one. (design.md §6.1)
    """
    with transaction(session):
        employers = session.scalars(
            select(Due.employer_id)
            .where(_is_open_by(day.debit_days()[-1]))
            .distinct()
            .order_by(Due.employer_id)
        ).all()
        if not employers:
            return 0
        before = last_event(session)
    growth = Growth(session, Debit, DebitLine)

    def plan(first: int, last: int) -> None:
        plan_portion(session, day, first, last)
        growth.by(last - first + 1)

    hands("plan", employers, EMPLOYERS_AT_ONCE, plan)
    with transaction(session):
        planned, empty = (count_events(session, day, before, cause) for cause in (NEW, EMPTY))
    refresh_statistics(session, planned, Debit, DebitLine, Due, Event)
    return planned - empty


def plan_portion(session: Session, day: WorkingDay, first: int, last: int) -> None:
    """Plan for the employers from the first to the last one, day after day."""
    for debit_day in day.debit_days():
        with transaction(session):
            _plan_range(session, day, debit_day, first, last)


@dataclass(frozen=True, slots=True)
class _Near:
    """A day of debits, the last instant at which its notices may begin, and whose dues."""

    day: date
    told_from: datetime
    here: ColumnElement[bool]


def _plan_range(session: Session, day: WorkingDay, debit_day: date, first: int, last: int) -> None:
    told_from = latest_first_notice(debit_day, day.calendar, day.rules)
    near = _Near(debit_day, told_from, Due.employer_id.between(first, last))
    # As a rule the first of the days has taken all of them.
    if not session.scalar(select(exists().where(near.here, _is_open_by(debit_day)))):
        return
    new = _insert_debits(session, near)
    grown = _insert_lines(session, near)
    bound = exists().where(
        DebitLine.due_id == Due.id,
        DebitLine.freed_at.is_(None),
    )
    move_dues(session, DueStatus.OPEN, DueStatus.SCHEDULED, near.here, bound)
    for part in parts(sorted({*new, *grown})):
        refresh_amounts(session, Debit.id.in_(part))
    record(session, day, Subject.DEBIT, new, None, DebitStatus.PLANNED.value, NEW)
    # All that these were to collect was paid or replaced on a page at this moment.
    empty = sorted(set(new).difference(grown))
    if empty:
        mine = Debit.id.in_(empty)
        cancelled = DebitStatus.CANCELLED
        move_all(session, day, Debit, DebitStatus.PLANNED, cancelled, mine, cause=EMPTY)


def refresh_amounts(session: Session, *debits: ColumnElement[bool]) -> None:
    """Set the amount of the debits to the sum of the lines that they really hold."""
    total = (
        select(func.coalesce(func.sum(DebitLine.amount_centimes), 0))
        .where(DebitLine.debit_id == Debit.id, DebitLine.freed_at.is_(None))
        .correlate(Debit)
        .scalar_subquery()
    )
    session.execute(
        update(Debit)
        .where(*debits, Debit.amount_centimes != total)
        .values(amount_centimes=total)
        .execution_options(synchronize_session=False)
    )


def _is_open_by(debit_day: date) -> ColumnElement[bool]:
    return and_(
        Due.status == DueStatus.OPEN,
        Due.amount_centimes > 0,
        Due.collect_from_on <= debit_day,
    )


def _grows(debit: type[Debit]) -> ColumnElement[bool]:
    """A debit grows only while it is planned and was never announced."""
    return and_(debit.status == DebitStatus.PLANNED, debit.notice_version == 0)


def _collectable(columns: Select[*tuple[Any, ...]], near: _Near) -> Select[*tuple[Any, ...]]:
    """Of the open dues of these employers, those whose mandate may collect them on that day."""
    exception = aliased(MandateWorksite)
    taken = aliased(Debit)
    return (
        columns.select_from(Due)
        .outerjoin(
            exception,
            and_(exception.worksite_id == Due.worksite_id, exception.ended_at.is_(None)),
        )
        .join(
            Mandate,
            and_(
                Mandate.employer_id == Due.employer_id,
                or_(
                    Mandate.id == exception.mandate_id,
                    and_(exception.id.is_(None), Mandate.is_default, Mandate.status.not_in(ENDED)),
                ),
            ),
        )
        .where(
            near.here,
            _is_open_by(near.day),
            may_collect_on(literal(near.day)),
            or_(Mandate.first_notice_at.is_(None), Mandate.first_notice_at <= near.told_from),
            or_(Due.barred_mandate_id.is_(None), Due.barred_mandate_id != Mandate.id),
            covers(Due.legal_due_on),
            ~exists().where(
                taken.mandate_id == Mandate.id,
                taken.planned_for_on == near.day,
                or_(
                    taken.status.not_in([DebitStatus.PLANNED, DebitStatus.CANCELLED]),
                    and_(taken.status == DebitStatus.PLANNED, taken.notice_version > 0),
                ),
            ),
        )
    )


def _insert_debits(session: Session, near: _Near) -> list[int]:
    before = aliased(Debit)
    generation = (
        select(func.count() + 1)
        .select_from(before)
        .where(before.mandate_id == Mandate.id, before.planned_for_on == near.day)
        .correlate(Mandate)
        .scalar_subquery()
    )
    code = near.day.strftime("%y%m%d")
    rows = _collectable(
        select(
            Mandate.reference + f"-{code}-" + cast(generation, String),
            Mandate.employer_id,
            Mandate.id,
            literal(DebitStatus.PLANNED, Debit.status.type),
            literal(near.day),
            literal(near.day),
            func.sum(Due.amount_centimes),
            literal(0),
        ),
        near,
    ).group_by(Mandate.id, Mandate.reference, Mandate.employer_id)
    columns = [
        "reference", "employer_id", "mandate_id", "status", "planned_for_on", "collect_on",
        "amount_centimes", "notice_version",
    ]  # fmt: skip
    statement = insert_ignoring(session, Debit).from_select(columns, rows).returning(Debit.id)
    return list(session.scalars(statement))


def _insert_lines(session: Session, near: _Near) -> Sequence[int]:
    """Bind the dues to their mandate's debit of that day; return the debits that grew."""
    debit = aliased(Debit)
    of_the_mandate = (
        select(debit.id)
        .where(debit.mandate_id == Mandate.id, debit.planned_for_on == near.day, _grows(debit))
        .correlate(Mandate)
        .scalar_subquery()
    )
    # What a page changes or cancels at this moment is looked at again once the page is done.
    rows = (
        _collectable(select(Debit.id, Due.id, Due.employer_id, Due.amount_centimes), near)
        .join(Debit, Debit.id == of_the_mandate)
        .where(_grows(Debit))
        .with_for_update(read=True, of=[Due, Debit])
    )
    columns = ["debit_id", "due_id", "employer_id", "amount_centimes"]
    statement = insert_ignoring(session, DebitLine).from_select(columns, rows)
    return session.scalars(statement.returning(DebitLine.debit_id)).all()
