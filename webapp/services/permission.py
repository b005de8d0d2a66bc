"""Whether a mandate may collect on a day: one condition for planning, announcing and freezing.

The dates of a pause count, and not only the state that the run has given the mandate: a debit
for a day inside a pause is not made although its file would leave before, and one for a day after
it is made although the pause has not ended yet.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, or_

from webapp.domain.statuses import MANDATE_STATUSES_ALLOWING_DEBIT, DebitStatus, MandateStatus
from webapp.models import Debit, Mandate

Day = date | ColumnElement[date] | Any


def is_paused() -> ColumnElement[bool]:
    """The employer suspended the mandate, or will; not a bank's refusal."""
    return Mandate.paused_from_on.is_not(None)


def is_paused_on(day: Day) -> ColumnElement[bool]:
    """The day lies in the employer's pause, whose first and last day are both inside it."""
    return and_(
        is_paused(),
        Mandate.paused_from_on <= day,
        or_(Mandate.paused_until_on.is_(None), Mandate.paused_until_on >= day),
    )


def may_collect_on(day: Day) -> ColumnElement[bool]:
    """A debit of the mandate may take place on that day."""
    paused = and_(Mandate.status == MandateStatus.SUSPENDED, is_paused())
    allowed = or_(Mandate.status.in_(MANDATE_STATUSES_ALLOWING_DEBIT), paused)
    return and_(allowed, ~is_paused_on(day))


def debit_is_allowed() -> ColumnElement[bool]:
    """Of a debit: its mandate lets it go on.

    A replaced mandate lets through what was announced under it and kept, and nothing else.
    """
    kept = and_(Mandate.status == MandateStatus.REPLACED, Debit.status == DebitStatus.ANNOUNCED)
    return exists().where(
        Mandate.id == Debit.mandate_id, or_(may_collect_on(Debit.collect_on), kept)
    )


def covers(legal_due_on: Day) -> ColumnElement[bool]:
    """The mandate takes what was legally due on that day.

    Arrears from before its first signature only where the employer ticked them; a mandate that
    took another's place takes what that one took (design.md §6.1).
    """
    return or_(
        Mandate.covers_arrears,
        legal_due_on >= Mandate.signed_on,
        legal_due_on >= Mandate.covers_from_on,
    )
