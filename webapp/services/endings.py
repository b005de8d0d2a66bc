"""The end of a mandate, whatever ends it: nothing unsent goes on, and no worksite is forgotten."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import ColumnElement, or_
from sqlalchemy.orm import Session

from webapp.domain.statuses import ALLOWED_MOVES, MandateStatus
from webapp.models import Debit, HoldReason, Mandate, MandateWorksite
from webapp.services.assignments import give_back_worksites
from webapp.services.events import move_all
from webapp.services.freeing import cancel_debits
from webapp.services.sets import parts
from webapp.services.working_day import WorkingDay

LIVE = tuple(status for status in MandateStatus if ALLOWED_MOVES[MandateStatus][status])
# The office has money of these in hand, and decides first.
WITH_THE_OFFICE = or_(Debit.hold_reason.is_(None), Debit.hold_reason != HoldReason.LATE_MONEY)


def end_mandates(
    session: Session,
    day: WorkingDay,
    target: MandateStatus,
    *conditions: ColumnElement[bool],
    cause: str,
    only: Sequence[ColumnElement[bool]] = (),
) -> list[int]:
    """End the live mandates that meet the conditions: revoked, refused, replaced or expired.

    Their unsent debits are cancelled and the dues open again; the worksites of an exception go
    back to the default mandate. With `only`, the debits that do not meet it go on. Returns the ids
    of the mandates. Inside the caller's transaction. Raises IllegalMove for a target that is no
    end.
    """
    ended: list[int] = []
    for source in LIVE:
        ended += move_all(
            session,
            day,
            Mandate,
            source,
            target,
            *conditions,
            cause=cause,
            paused_from_on=None,
            paused_until_on=None,
        )
    for part in parts(ended):
        give_back_worksites(session, day, MandateWorksite.mandate_id.in_(part))
        mine = Debit.mandate_id.in_(part)
        cancel_debits(session, day, mine, *only, cause=f"mandate_{target}")
    return ended
