"""Holding a debit: whole, never in part, and never without a reason that a person can read."""

from __future__ import annotations

from sqlalchemy import ColumnElement, exists, literal
from sqlalchemy.orm import Session

from webapp.domain.statuses import DebitStatus
from webapp.models import Debit, HoldReason, Mandate
from webapp.services.events import move_all
from webapp.services.permission import debit_is_allowed
from webapp.services.working_day import WorkingDay

ALWAYS = literal(True)


def hold_uncollectable(
    session: Session, day: WorkingDay, source: DebitStatus, here: ColumnElement[bool]
) -> None:
    """Hold the debits `here` whose mandate does not let them go on, or that exceed its ceiling."""
    over = exists().where(
        Mandate.id == Debit.mandate_id, Mandate.ceiling_centimes < Debit.amount_centimes
    )
    hold(session, day, source, here, HoldReason.MANDATE_NOT_ACTIVE, ~debit_is_allowed())
    hold(session, day, source, here, HoldReason.OVER_CEILING, over)


def hold(
    session: Session,
    day: WorkingDay,
    source: DebitStatus,
    here: ColumnElement[bool],
    reason: HoldReason,
    condition: ColumnElement[bool],
) -> None:
    """Hold the debits `here` that meet the condition, whole and with the reason."""
    move_all(
        session,
        day,
        Debit,
        source,
        DebitStatus.HELD,
        here,
        condition,
        cause=reason.value,
        hold_reason=reason,
    )
