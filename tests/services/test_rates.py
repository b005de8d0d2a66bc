"""New contribution rates from a day on: never for a period that is declared, shown before."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests import builders
from tests.services.collecting import AMOUNT, FILED
from tests.services.staff import join
from webapp.domain.contributions import ContributionRates
from webapp.domain.errors import InvalidRateDay
from webapp.models import Due, Event, Subject
from webapp.services.staff.rates import list_rates, preview_rates, set_rates

NOW = ContributionRates(date(1997, 2, 4), 12_210, 375, 375)
NEW = ContributionRates(date(2027, 1, 1), 13_000, 400, 300)
BASE = 100_000_000
DECEMBER_7 = date(2026, 12, 7)


def set_one(office: Session, new: ContributionRates, on: date = FILED) -> None:
    day = builders.working_day(office, on)
    who = join(office, day).id
    office.rollback()
    set_rates(office, builders.working_day(office, on, f"staff:{who}"), who, new)


def test_new_rates_hold_from_their_day_on_and_older_periods_keep_theirs(office: Session) -> None:
    owner = builders.employer(office)
    set_one(office, NEW)
    assert list_rates(office) == [NEW, NOW]
    late = builders.working_day(office, date(2027, 3, 1))
    for code in ("2026-12", "2027-01", "2026-10"):
        builders.declaration(office, late, owner, period=code)
    declared = select(Due.period, Due.amount_centimes).where(Due.kind == "contribution")
    made = dict(office.execute(declared).all())
    assert made == {"2026-12": AMOUNT, "2026-10": AMOUNT, "2027-01": 13_700_000}


def test_a_quarter_that_began_before_keeps_the_rates_of_its_first_day(office: Session) -> None:
    owner = builders.employer(office)
    set_one(office, ContributionRates(date(2027, 2, 1), 13_000, 400, 300))
    late = builders.working_day(office, date(2027, 7, 1))
    for code in ("2027-Q1", "2027-Q2"):
        builders.declaration(office, late, owner, period=code)
    declared = select(Due.period, Due.amount_centimes).where(Due.kind == "contribution")
    made = dict(office.execute(declared).all())
    assert made == {"2027-Q1": AMOUNT, "2027-Q2": 13_700_000}


def test_it_is_an_event_of_the_administrator(office: Session) -> None:
    set_one(office, NEW)
    event = office.scalars(select(Event).where(Event.target == "rates_changed")).one()
    assert event.subject is Subject.STAFF and event.actor == f"staff:{event.subject_id}"
    assert event.cause == "2027-01-01_13000_400_300"


def test_what_was_set_for_later_goes_and_the_same_day_is_set_anew(office: Session) -> None:
    set_one(office, ContributionRates(date(2027, 4, 1), 1, 1, 1))
    set_one(office, NEW)
    assert list_rates(office) == [NEW, NOW]
    again = ContributionRates(NEW.valid_from, 12_500, 375, 375)
    set_one(office, again)
    assert list_rates(office) == [again, NOW]


def test_of_two_changes_after_one_another_each_period_has_its_own(office: Session) -> None:
    owner = builders.employer(office)
    april = ContributionRates(date(2027, 4, 1), 14_000, 500, 500)
    set_one(office, NEW)
    shown = preview_rates(office, builders.working_day(office, FILED), april)
    assert (shown.before, shown.dropped) == (NEW, ())
    assert (shown.example.before.total, shown.example.after.total) == (13_700_000, 15_000_000)
    set_one(office, april)
    assert list_rates(office) == [april, NEW, NOW]
    late = builders.working_day(office, date(2027, 7, 1))
    for code in ("2027-04", "2026-12", "2027-03", "2027-01"):
        builders.declaration(office, late, owner, period=code)
    declared = select(Due.period, Due.amount_centimes).where(Due.kind == "contribution")
    made = dict(office.execute(declared).all())
    assert made == {
        "2026-12": AMOUNT, "2027-01": 13_700_000, "2027-03": 13_700_000, "2027-04": 15_000_000,
    }  # fmt: skip


def test_the_preview_names_what_was_set_for_later_and_goes(office: Session) -> None:
    april = ContributionRates(date(2027, 4, 1), 14_000, 500, 500)
    set_one(office, NEW)
    set_one(office, april)
    shown = preview_rates(office, builders.working_day(office, FILED), NEW)
    assert shown.dropped == (NEW, april)


@pytest.mark.parametrize(
    ("valid_from", "reason"),
    [
        (date(2026, 12, 2), "not_first_of_month"),
        (date(2026, 11, 1), "past"),
        (date(2020, 1, 1), "past"),
    ],
)
def test_a_day_from_which_rates_cannot_hold_is_refused(
    office: Session, valid_from: date, reason: str
) -> None:
    new = ContributionRates(valid_from, 13_000, 400, 300)
    for act in (
        set_one,
        lambda *_: preview_rates(office, builders.working_day(office, FILED), new),
    ):
        with pytest.raises(InvalidRateDay) as caught:
            act(office, new)
        assert caught.value.reason == reason
        assert caught.value.earliest == date(2026, 12, 1)
    assert list_rates(office) == [NOW]


def test_a_period_that_somebody_has_declared_already_never_changes(office: Session) -> None:
    """A sheet may file what has not ended: its months are the limit, whoever declared them."""
    owner = builders.employer(office)
    builders.declaration(office, builders.working_day(office, FILED), owner, period="2027-Q1")
    with pytest.raises(InvalidRateDay) as caught:
        set_one(office, ContributionRates(date(2027, 3, 1), 13_000, 400, 300))
    assert (caught.value.reason, caught.value.earliest) == ("declared", date(2027, 4, 1))
    set_one(office, ContributionRates(date(2027, 4, 1), 13_000, 400, 300))
    assert office.scalars(select(Due.amount_centimes)).all() == [AMOUNT]


def test_the_preview_shows_an_example_and_the_whole_fund(office: Session) -> None:
    day = builders.working_day(office, FILED)
    for code in ("2026-10", "2026-10", "2026-Q4", "2026-09"):
        owner = builders.employer(office, worksites=2)
        builders.declaration(office, day, owner, period=code, worksites=("W1", "W2"))
    shown = preview_rates(office, builders.working_day(office, DECEMBER_7), NEW)
    assert shown.before == NOW
    assert (shown.example.before.total, shown.example.after.total) == (AMOUNT, 13_700_000)
    assert shown.example.difference == 740_000
    # October is the last month whose deadline has passed; a quarter counts whole.
    assert (shown.month.code, shown.declarations) == ("2026-10", 3)
    assert shown.fund.leave_base == shown.fund.weather_base == 6 * BASE
    assert (shown.fund.before.total, shown.fund.after.total) == (6 * AMOUNT, 6 * 13_700_000)


def test_without_a_declaration_the_whole_fund_is_nothing(office: Session) -> None:
    shown = preview_rates(office, builders.working_day(office, FILED), NEW)
    assert (shown.declarations, shown.fund.before.total) == (0, 0)
