"""The debits to come beside each employer's last one: who is new, who is gone, whose changed much.

An amount that is a third above or below the last one is as often a slip of the pen as a real
change; who approves a file looks at these first. (design notes §6.8)
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from typing import Any

from sqlalchemy import CTE, ColumnElement, Date, Integer, Select, and_, bindparam, func, select
from sqlalchemy.orm import Session

from webapp.domain.money import Centimes
from webapp.domain.period import Periodicity
from webapp.domain.statuses import UNSENT_DEBIT_STATUSES, DebitStatus
from webapp.models import Debit, Employer
from webapp.services.sums import Sum
from webapp.services.working_day import WorkingDay

NOT_LEFT = (*UNSENT_DEBIT_STATUSES, DebitStatus.CANCELLED)
# Who declares each month was debited within so many days, if at all.
DAYS_OF_A_ROUND = 45
# Employers shown by name, the largest differences first.
SHOWN = 50
# What is asked of the rules and the day.
PERCENT = bindparam("percent", type_=Integer)
ROUND_BEGAN_ON = bindparam("round_began_on", type_=Date)


@dataclass(frozen=True, slots=True)
class Compared:
    """One employer: what they were debited last, and what is to come, in centimes."""

    employer_id: int
    member_number: str
    name_ar: str
    name_fr: str
    before: Centimes
    coming: Centimes


@dataclass(frozen=True, slots=True)
class Comparison:
    """Employers with a debit to come and none before; with one before and none to come, in a month
    in which others have; and with an amount that differs by more than the rule. The sum of what
    changed is what is to come; of those gone, what they were debited."""

    new: Sum
    gone: Sum
    changed: Sum


def compare_with_last(session: Session, day: WorkingDay) -> Comparison:
    """Count and sum the three; inside the caller's transaction.

    Without a debit to come there is nothing to compare, and nobody is gone.
    """
    asked = {
        PERCENT.key: day.rules.questioned_difference_percent,
        ROUND_BEGAN_ON.key: day.today - timedelta(days=DAYS_OF_A_ROUND),
    }
    return Comparison(*(_sum(session, query, asked) for query in _compared()))


@cache
def _compared() -> tuple[Select[*tuple[Any, ...]], ...]:
    """The three statements, built once: every run asks them."""
    coming, before = _coming(), _before()
    new = select(func.count(), func.sum(coming.c.amount)).where(
        coming.c.employer_id.not_in(select(before.c.employer_id))
    )
    changed = select(func.count(), func.sum(coming.c.amount)).join_from(
        coming,
        before,
        and_(before.c.employer_id == coming.c.employer_id, _far(coming, before)),
    )
    gone = (
        select(func.count(), func.sum(before.c.amount))
        .join(Employer, Employer.id == before.c.employer_id)
        .where(*_gone(coming, before))
    )
    return new, gone, changed


def changed_most(session: Session, day: WorkingDay) -> list[Compared]:
    """The employers whose amount differs by more than the rule, the largest differences first;
    inside the caller's transaction."""
    coming, before = _coming(), _before()
    difference = func.abs(coming.c.amount - before.c.amount)
    rows = session.execute(
        select(
            Employer.id, Employer.member_number, Employer.name_ar, Employer.name_fr,
            before.c.amount.label("before"), coming.c.amount.label("coming"),
        )
        .join(coming, coming.c.employer_id == Employer.id)
        .join(before, before.c.employer_id == Employer.id)
        .where(_far(coming, before))
        .order_by(difference.desc(), Employer.id)
        .limit(SHOWN),
        {PERCENT.key: day.rules.questioned_difference_percent},
    )  # fmt: skip
    return [
        Compared(
            employer_id=row.id,
            member_number=row.member_number,
            name_ar=row.name_ar,
            name_fr=row.name_fr,
            before=Centimes(int(row.before)),
            coming=Centimes(int(row.coming)),
        )
        for row in rows
    ]


def _coming() -> CTE:
    return (
        select(Debit.employer_id, func.sum(Debit.amount_centimes).label("amount"))
        .where(Debit.status.in_(UNSENT_DEBIT_STATUSES))
        .group_by(Debit.employer_id)
        .cte("coming")
    )


def _before() -> CTE:
    """What each employer was debited on the last day on which a debit of theirs left."""
    left = Debit.status.not_in(NOT_LEFT)
    last = (
        select(Debit.employer_id, func.max(Debit.collect_on).label("collect_on"))
        .where(left)
        .group_by(Debit.employer_id)
        .cte("last_days")
    )
    return (
        select(
            Debit.employer_id,
            last.c.collect_on,
            func.sum(Debit.amount_centimes).label("amount"),
        )
        .join(
            last,
            and_(last.c.employer_id == Debit.employer_id, last.c.collect_on == Debit.collect_on),
        )
        .where(left)
        .group_by(Debit.employer_id, last.c.collect_on)
        .cte("before")
    )


def _far(coming: CTE, before: CTE) -> ColumnElement[bool]:
    """Further from the last amount than the rule's percent; whole numbers throughout."""
    return func.abs(coming.c.amount - before.c.amount) * 100 > before.c.amount * PERCENT


def _gone(coming: CTE, before: CTE) -> list[ColumnElement[bool]]:
    return [
        select(coming.c.employer_id).exists(),
        before.c.employer_id.not_in(select(coming.c.employer_id)),
        before.c.collect_on >= ROUND_BEGAN_ON,
        Employer.periodicity == Periodicity.MONTHLY,
    ]


def _sum(session: Session, query: Select[*tuple[Any, ...]], asked: dict[str, Any]) -> Sum:
    count, centimes = session.execute(query, asked).one()
    return Sum(int(count), int(centimes or 0))
