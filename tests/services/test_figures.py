"""The figures of twelve months: the sums of the balance and of the dues, by worksite and period."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import Engine, event, func, select

from tests import builders
from tests.services.collecting import FILED, Desk
from tests.services.correcting import MILLION, Correcting, owed_on
from webapp.domain.errors import NotFound
from webapp.domain.period import Periodicity
from webapp.models import Due, DueKind, Employer
from webapp.services.balance import balance_by_period
from webapp.services.figures import Figures, contribution_figures

ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def figures(desk: Desk, owner: Employer, on: date = FILED) -> Figures:
    day = builders.working_day(desk.session, on)
    owner_id = owner.id
    desk.session.rollback()
    return contribution_figures(desk.session, day, owner_id)


def declaring(desk: Desk, size: int = 3) -> Employer:
    """Somebody whose later worksites declare more often."""
    owner = builders.employer(desk.session, worksites=size)
    codes = tuple(f"W{number}" for number in range(1, size + 1))
    for number, period in enumerate(("2026-08", "2026-09", "2026-10")):
        day = builders.working_day(desk.session, FILED)
        builders.declaration(
            desk.session, day, owner, period=period, base=10**6 * (number + 1),
            worksites=codes[number:],
        )  # fmt: skip
    return owner


def test_they_are_the_sums_of_the_balance_and_of_the_dues(desk: Desk) -> None:
    owner = declaring(desk)
    found = figures(desk, owner)
    balance = balance_by_period(desk.session, owner.id)
    declared = {row.period: row.sums.declared for row in balance.rows}
    assert dict(zip(found.periods, found.whole.amounts, strict=True)) == {
        period: declared.get(period, 0) for period in found.periods
    }
    for one in found.worksites:
        assert one.total == balance_by_period(desk.session, owner.id, one.code).total.declared
    owed = desk.session.scalar(
        select(func.sum(Due.amount_centimes)).where(
            Due.employer_id == owner.id, Due.kind == DueKind.CONTRIBUTION
        )
    )
    assert found.whole.total == owed == balance.total.declared > 0


@ON_SQLITE
def test_the_largest_worksite_stands_first_and_one_without_wages_nowhere(desk: Desk) -> None:
    found = figures(desk, declaring(desk, 4))
    assert [one.code for one in found.worksites] == ["W3", "W4", "W2", "W1"]
    with pytest.raises(NotFound):
        found.of("W9")


@ON_SQLITE
def test_a_correction_counts_once_by_its_last_revision(desk: Desk) -> None:
    life = Correcting(desk)
    assert figures(desk, life.owner).whole.total == 2 * owed_on(MILLION)
    life.correct(W1=MILLION // 2, W2=MILLION)
    found = figures(desk, life.owner)
    assert found.of("W1").total == owed_on(MILLION // 2)
    assert found.whole.total == owed_on(MILLION // 2) + owed_on(MILLION)
    assert figures(desk, life.owner, date(2027, 12, 5)).worksites == ()


@ON_SQLITE
@pytest.mark.parametrize(
    ("periodicity", "first", "last", "count"),
    [(Periodicity.MONTHLY, "2025-11", "2026-10", 12), (Periodicity.QUARTERLY, "2025-Q4",
                                                       "2026-Q3", 4)],
)  # fmt: skip
def test_the_twelve_months_end_with_the_last_period_that_is_over(
    desk: Desk, periodicity: Periodicity, first: str, last: str, count: int
) -> None:
    owner = builders.employer(desk.session)
    owner.periodicity = periodicity
    desk.session.commit()
    periods = figures(desk, owner).periods
    assert (periods[0].code, periods[-1].code, len(periods)) == (first, last, count)


@ON_SQLITE
def test_of_four_hundred_the_eight_largest_and_the_others_make_the_whole(desk: Desk) -> None:
    found = figures(desk, declaring(desk, 40))
    assert (len(found.largest), len(found.others)) == (8, 32)
    assert sum(one.total for one in found.largest) + found.others_together.total == (
        found.whole.total
    )
    # One more than eight is not hidden alone.
    assert len(figures(desk, declaring(desk, 9)).largest) == 9


@ON_SQLITE
def test_for_forty_worksites_it_asks_as_often_as_for_one(desk: Desk, engine: Engine) -> None:
    told: list[str] = []

    def note(_c: object, _u: object, statement: str, *_more: object) -> None:
        told.append(statement)

    counts = []
    for size in (1, 40):
        owner_id, day = declaring(desk, max(size, 3)).id, builders.working_day(desk.session, FILED)
        desk.session.rollback()
        told.clear()
        event.listen(engine, "before_cursor_execute", note)
        try:
            contribution_figures(desk.session, day, owner_id)
        finally:
            event.remove(engine, "before_cursor_execute", note)
        counts.append(len([one for one in told if one.startswith("SELECT")]))
    assert counts[0] == counts[1] <= 3
