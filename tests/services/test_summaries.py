"""A yearly summary: whatever happened, it says what the balance and the statement say."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest

from tests import builders
from tests.services.accounts import (
    Account,
    declares_late,
    is_credited,
    is_refused_and_paid_all_the_same,
    is_refused_and_surcharged,
    is_surcharged_for_a_month,
    is_told_of_a_return,
    raises_an_announced_amount,
    selects,
    uses_a_part_of_its_credit,
)
from tests.services.collecting import COLLECTION, FILED, Desk
from tests.services.people import RULES
from webapp.domain.balances import Sums
from webapp.domain.check_codes import CheckCode
from webapp.domain.errors import NotFound
from webapp.services.account_statements import read_statement
from webapp.services.balance import balance_by_period
from webapp.services.paper_checks import check_code
from webapp.services.summaries.figures import figures_of, years_of
from webapp.services.summaries.papers import (
    CheckedSummary,
    SummaryPaper,
    find_summary,
    summaries_of,
)

V = builders.VAULT
ONE_ENGINE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
# Later than everything that happens in the lives.
ON = date(2027, 3, 1)
# Each moves an account in a way of its own.
LIVES = [
    raises_an_announced_amount, is_credited, uses_a_part_of_its_credit, is_surcharged_for_a_month,
    is_told_of_a_return, is_refused_and_paid_all_the_same, declares_late,
]  # fmt: skip


def summary_of(life: Account, year: int = 2026, on: date = ON) -> SummaryPaper:
    return find_summary(life.session, life.day(on), V, life.owner.id, year)


def agrees(life: Account, year: int, on: date = ON) -> None:
    """Each period with the balance; opening, what moved and closing with the statement."""
    paper = summary_of(life, year, on)
    figures = paper.figures
    balance = {
        row.period.code: row.sums
        for row in balance_by_period(life.session, life.owner.id).rows
        if row.period.first_day.year == year
    }
    assert {one.period.code: one.sums for one in figures.periods} == balance
    assert figures.total == sum(balance.values(), Sums())
    told = read_statement(life.session, life.owner.id, figures.first_on, figures.last_on)
    assert (figures.opening, figures.charged, figures.paid, figures.closing) == (
        told.opening, told.charged, told.paid, told.closing
    )  # fmt: skip


@pytest.mark.parametrize("happens", LIVES)
@ONE_ENGINE
def test_it_is_the_balance_and_the_statement_of_the_year(
    desk: Desk, happens: Callable[[Account], None]
) -> None:
    life = Account(desk)
    builders.declaration(desk.session, life.day(), builders.employer(desk.session))
    happens(life)
    life.session.rollback()
    agrees(life, 2026)
    agrees(life, 2026, on=date(2026, 11, 30))
    owner = life.owner.id
    after = figures_of(life.session, [owner], 2027, ON)[owner]
    assert after.opening == summary_of(life).figures.closing


def test_surcharges_and_refusals_stand_in_their_period(desk: Desk) -> None:
    life = Account(desk)
    is_refused_and_surcharged(life)
    life.session.rollback()
    (october,) = summary_of(life).figures.periods
    assert october.refusals == 1 and october.sums.refused > 0
    assert 0 < october.late == october.sums.added
    agrees(life, 2026)


@ONE_ENGINE
def test_the_first_and_the_last_day_belong_to_the_year(desk: Desk) -> None:
    life = Account(desk)
    life.declare("2026-11", on=date(2026, 12, 31))
    life.declare("2026-09", on=date(2027, 1, 1))
    life.session.rollback()
    for year in (2026, 2027):
        agrees(life, year)
    assert summary_of(life, 2027).figures.charged > 0


@ONE_ENGINE
def test_a_year_without_anything_has_none(desk: Desk) -> None:
    life = Account(desk)
    for year in (1999, 2025, 2028, 9999):
        with pytest.raises(NotFound):
            summary_of(life, year)
    assert years_of(life.session, life.day(), life.owner.id) == [2026]


@ONE_ENGINE
def test_anybody_with_the_paper_can_compare_it(desk: Desk) -> None:
    life = Account(desk)
    life.collect()
    life.session.rollback()
    paper = summary_of(life)
    found = check_code(life.session, life.day(ON), V, RULES, CheckCode.parse(paper.code))
    assert isinstance(found, CheckedSummary) and found.number == paper.number
    total = paper.figures.total
    assert (found.year, found.declared, found.settled) == (2026, total.declared, total.settled)


@ONE_ENGINE
def test_many_ask_as_little_as_one_and_say_the_same(desk: Desk) -> None:
    life = Account(desk)
    life.collect()
    day = life.day(ON)
    owners = [life.owner.id]
    for _ in range(9):
        other = builders.employer(desk.session)
        builders.declaration(desk.session, life.day(FILED), other)
        owners.append(other.id)
    nobody = builders.employer(desk.session).id
    desk.session.rollback()
    found = summaries_of(desk.session, day, V, [*owners, nobody], 2026)
    desk.session.rollback()
    assert len(found) == len(owners) and found[0] == summary_of(life)
    one = selects(desk.session, lambda: summaries_of(desk.session, day, V, owners[:1], 2026))
    many = selects(desk.session, lambda: summaries_of(desk.session, day, V, owners, 2026))
    assert one == many == 6
    assert COLLECTION < ON
