"""What being late costs, as the fund keeps it."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from webapp.domain.late import LateRates
from webapp.models import LateRule


def late_rules_table(session: Session) -> list[LateRates]:
    """Every rule of surcharges and penalties, oldest first; inside the caller's transaction."""
    return [
        LateRates(row.kind.value, row.valid_from, row.valid_until, row.at_once, row.monthly)
        for row in session.scalars(select(LateRule).order_by(LateRule.valid_from, LateRule.kind))
    ]
