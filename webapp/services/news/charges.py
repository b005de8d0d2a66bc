"""Of what being late has added an employer is told once, however many amounts it is about."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import ColumnElement, Row, select, text
from sqlalchemy.orm import Session

from webapp.domain.period import Period
from webapp.domain.statuses import DueStatus
from webapp.models import Due
from webapp.models.due import FOR_LATENESS
from webapp.services.news.items import WINDOW_DAYS, Item, Source, untold
from webapp.services.working_day import WorkingDay

DUE = "due:"
OWED = (DueStatus.OPEN, DueStatus.SCHEDULED, DueStatus.SETTLED)


def _added(day: WorkingDay) -> tuple[ColumnElement[bool], ...]:
    return (
        text(FOR_LATENESS),  # type: ignore[return-value]
        Due.collect_from_on.between(day.today - timedelta(days=WINDOW_DAYS), day.today),
        Due.status.in_(OWED),
        # What took its place since is no news.
        Due.predecessor_id.is_(None),
        untold(DUE, Due.id),
    )


def _find(session: Session, day: WorkingDay) -> Sequence[int]:
    return sorted(session.scalars(select(Due.employer_id).where(*_added(day)).distinct()))


def _read(session: Session, day: WorkingDay, first: int, last: int) -> list[Item]:
    rows = session.execute(
        select(Due.id, Due.employer_id, Due.amount_centimes, Due.period)
        .where(Due.employer_id.between(first, last), *_added(day))
        .order_by(Due.employer_id, Due.id)
    )
    added: dict[int, list[Row[*tuple[Any, ...]]]] = defaultdict(list)
    for row in rows:
        added[row.employer_id].append(row)
    return [_item(employer_id, dues) for employer_id, dues in added.items()]


def _item(employer_id: int, dues: Sequence[Row[*tuple[Any, ...]]]) -> Item:
    periods = {due.period for due in dues}
    return Item(
        keys=tuple(f"{DUE}{due.id}" for due in dues),
        employer_id=employer_id,
        kind="surcharge_added",
        values={
            "amount": sum(due.amount_centimes for due in dues),
            "period": Period.parse(periods.pop()) if len(periods) == 1 else None,
        },
    )


CHARGES = Source("charges", _find, _read)
