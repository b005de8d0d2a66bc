"""What being late costs, as the fund keeps it: the table, and a new rule from a day on."""

from __future__ import annotations

from sqlalchemy import delete, or_, select, update
from sqlalchemy.orm import Session

from webapp.domain.calendar import ONE_DAY
from webapp.domain.errors import InvalidRateDay
from webapp.domain.late import LateRates
from webapp.models import LateKind, LateRule, Subject
from webapp.services.events import record
from webapp.services.transactions import reading, transaction
from webapp.services.working_day import WorkingDay


def late_rules_table(session: Session) -> list[LateRates]:
    """Every rule of surcharges and penalties, oldest first; inside the caller's transaction."""
    return [
        LateRates(row.kind.value, row.valid_from, row.valid_until, row.at_once, row.monthly)
        for row in session.scalars(select(LateRule).order_by(LateRule.valid_from, LateRule.kind))
    ]


def list_late_rules(session: Session) -> list[LateRates]:
    """Every rule, the latest first."""
    with reading(session):
        return late_rules_table(session)[::-1]


def set_late_rule(session: Session, day: WorkingDay, staff_id: int, new: LateRates) -> None:
    """Let a new rule hold for what is legally due from a day on; what was set for later goes.

    The rule before it ends the day before. The day is to come: whatever is late by now was
    legally due before it, so nothing that was reckoned changes. Raises InvalidRateDay.
    """
    if new.valid_from <= day.today:
        raise InvalidRateDay(reason="past", earliest=day.today + ONE_DAY)
    mine = LateRule.kind == LateKind(new.kind)
    with transaction(session):
        session.execute(select(LateRule.valid_from).where(mine).with_for_update())
        session.execute(delete(LateRule).where(mine, LateRule.valid_from >= new.valid_from))
        session.execute(
            update(LateRule)
            .where(
                mine,
                or_(LateRule.valid_until.is_(None), LateRule.valid_until >= new.valid_from),
            )
            .values(valid_until=new.valid_from - ONE_DAY)
        )
        session.add(
            LateRule(
                kind=LateKind(new.kind),
                valid_from=new.valid_from,
                valid_until=None,
                at_once=new.at_once,
                monthly=new.monthly,
            )
        )
        session.flush()
        what = f"{new.kind}_{new.valid_from}_{new.at_once}_{new.monthly}"
        record(session, day, Subject.STAFF, [staff_id], None, "late_rule_changed", what)
