"""The days of a declaration and its debit: the cases of the domain notes §3, word for word."""

from __future__ import annotations

from datetime import date, timedelta

import holidays
import pytest
from hypothesis import given
from hypothesis import strategies as st

from webapp.domain.calendar import BankCalendar
from webapp.domain.due_dates import (
    AnnualReturn,
    LastMoments,
    annual_return,
    annual_returns,
    collection_day,
    debit_day,
    earliest_feasible_day,
    filing_deadline,
    is_in_time,
    last_acceptance_day,
    last_moments,
)
from webapp.domain.period import Period, Periodicity
from webapp.domain.rules import CollectionRules

RULES = CollectionRules()
FIXED = [(1, 1), (1, 12), (5, 1), (7, 5), (11, 1)]
FIXED_DAYS = [date(year, month, day) for year in (2025, 2026, 2027) for month, day in FIXED]
FIXED_ONLY = BankCalendar(FIXED_DAYS)
WITH_EID = BankCalendar(
    [*FIXED_DAYS, *holidays.country_holidays("DZ", years=[2026, 2027], language="fr")]
)
NO_HOLIDAYS = BankCalendar()

PERIODS = st.builds(
    Period.containing, st.dates(date(2024, 1, 1), date(2030, 12, 31)), st.sampled_from(Periodicity)
)
DAYS = st.dates(date(2026, 1, 1), date(2026, 12, 31))
CALENDARS = st.builds(BankCalendar, st.sets(DAYS, max_size=60))
SOME_RULES = st.builds(
    CollectionRules,
    filing_offset_days=st.integers(0, 60),
    delivery_bank_days=st.integers(0, 3),
    notice_bank_days=st.integers(0, 10),
)


@pytest.mark.parametrize(
    ("period", "calendar", "back", "forward"),
    [
        # 30 Oct 2026 is a Friday; 1 Nov is a holiday.
        ("2026-Q3", FIXED_ONLY, date(2026, 10, 29), date(2026, 11, 2)),
        ("2026-09", FIXED_ONLY, date(2026, 10, 29), date(2026, 11, 2)),
        # 30 May 2026 is a Saturday; Eid al-Adha before it.
        ("2026-04", WITH_EID, date(2026, 5, 26), date(2026, 5, 31)),
        # 30 Jan 2027 is a Saturday.
        ("2026-12", FIXED_ONLY, date(2027, 1, 28), date(2027, 1, 31)),
        ("2026-Q4", FIXED_ONLY, date(2027, 1, 28), date(2027, 1, 31)),
        # January 2026 + 30 days is not the end of February.
        ("2026-01", FIXED_ONLY, date(2026, 3, 2), date(2026, 3, 2)),
        # 30 July 2026 is a Thursday like any other.
        ("2026-Q2", FIXED_ONLY, date(2026, 7, 30), date(2026, 7, 30)),
    ],
)
def test_a_rest_day_rolls_back_for_the_debit_and_forward_for_the_declaration(
    period: str, calendar: BankCalendar, back: date, forward: date
) -> None:
    assert collection_day(Period.parse(period), calendar, RULES) == back
    assert filing_deadline(Period.parse(period), calendar, RULES) == forward


@pytest.mark.parametrize(
    ("day", "name"),
    [
        (date(2026, 10, 29), "Thursday"),
        (date(2026, 10, 30), "Friday"),
        (date(2026, 11, 2), "Monday"),
        (date(2026, 5, 30), "Saturday"),
        (date(2026, 5, 26), "Tuesday"),
        (date(2026, 5, 31), "Sunday"),
        (date(2027, 1, 30), "Saturday"),
        (date(2027, 1, 28), "Thursday"),
    ],
)
def test_the_cases_name_the_right_days_of_the_week(day: date, name: str) -> None:
    assert f"{day:%A}" == name


def test_eid_al_adha_2026_is_estimated_on_the_days_that_the_case_implies() -> None:
    in_may = {day for day in WITH_EID.closed_days if (day.year, day.month) == (2026, 5)}
    eid = {date(2026, 5, 27), date(2026, 5, 28), date(2026, 5, 29)}
    assert in_may - set(FIXED_DAYS) == eid


def test_without_eid_the_end_of_may_is_collected_on_its_last_thursday() -> None:
    assert collection_day(Period.parse("2026-04"), FIXED_ONLY, RULES) == date(2026, 5, 28)


def test_the_offset_is_a_setting() -> None:
    rules = CollectionRules(filing_offset_days=20)
    assert filing_deadline(Period.parse("2026-09"), FIXED_ONLY, rules) == date(2026, 10, 20)


@pytest.mark.parametrize(
    ("today", "feasible"),
    [
        (date(2026, 10, 18), date(2026, 10, 26)),  # Sunday: one day to deliver, five of notice
        (date(2026, 10, 21), date(2026, 10, 29)),
        (date(2026, 10, 22), date(2026, 11, 2)),  # over a weekend and 1 November
        (date(2026, 10, 23), date(2026, 11, 2)),  # a Friday counts from Sunday on
        (date(2026, 10, 24), date(2026, 11, 2)),
    ],
)
def test_a_debit_is_feasible_after_delivery_and_notice(today: date, feasible: date) -> None:
    assert earliest_feasible_day(today, FIXED_ONLY, RULES) == feasible


@pytest.mark.parametrize(
    ("filed_on", "debited_on"),
    [
        (date(2026, 10, 5), date(2026, 10, 29)),  # early: on the collection day
        (date(2026, 10, 21), date(2026, 10, 29)),  # the last day for it
        (date(2026, 10, 22), date(2026, 11, 2)),  # later: the earliest feasible day
        (date(2026, 11, 2), date(2026, 11, 10)),  # on the filing deadline itself
    ],
)
def test_who_files_in_time_is_debited_on_the_later_day_and_pays_in_time(
    filed_on: date, debited_on: date
) -> None:
    period = Period.parse("2026-09")
    collection_on = collection_day(period, FIXED_ONLY, RULES)
    assert debit_day(collection_on, filed_on, FIXED_ONLY, RULES) == debited_on
    assert is_in_time(filed_on, period, FIXED_ONLY, RULES)


def test_the_day_after_the_filing_deadline_is_late() -> None:
    assert not is_in_time(date(2026, 11, 3), Period.parse("2026-09"), FIXED_ONLY, RULES)


def test_a_collection_day_that_was_closed_meanwhile_moves_on_and_never_back() -> None:
    closed = BankCalendar([*FIXED_DAYS, date(2026, 10, 29)])
    assert debit_day(date(2026, 10, 29), date(2026, 10, 5), closed, RULES) == date(2026, 11, 2)


@pytest.mark.parametrize(
    ("collect_on", "accepted_until"),
    [
        (date(2026, 10, 29), date(2026, 10, 21)),
        (date(2026, 11, 2), date(2026, 10, 24)),  # the Saturday before is still in time
        (date(2026, 10, 26), date(2026, 10, 18)),
    ],
)
def test_a_notice_is_in_time_until_its_last_acceptance_day(
    collect_on: date, accepted_until: date
) -> None:
    assert last_acceptance_day(collect_on, FIXED_ONLY, RULES) == accepted_until


@given(PERIODS, CALENDARS, SOME_RULES)
def test_money_collected_on_the_collection_day_is_there_by_the_deadline(
    period: Period, calendar: BankCalendar, rules: CollectionRules
) -> None:
    collected, filed = (day(period, calendar, rules) for day in (collection_day, filing_deadline))
    assert calendar.is_bank_day(collected)
    assert calendar.is_bank_day(filed)
    assert collected <= period.last_day + timedelta(days=rules.filing_offset_days) <= filed
    if collected != filed:
        assert calendar.bank_days_between(collected, filed) == 1


@given(DAYS, CALENDARS, SOME_RULES)
def test_between_announcing_and_debiting_lie_delivery_and_notice(
    today: date, calendar: BankCalendar, rules: CollectionRules
) -> None:
    feasible = earliest_feasible_day(today, calendar, rules)
    assert calendar.is_bank_day(feasible)
    counted = rules.delivery_bank_days + rules.notice_bank_days
    if counted:
        assert calendar.bank_days_between(today, feasible) == counted


@given(DAYS, DAYS, CALENDARS, SOME_RULES)
def test_a_debit_day_is_feasible_and_never_before_the_collection_day(
    collection_on: date, today: date, calendar: BankCalendar, rules: CollectionRules
) -> None:
    debited_on = debit_day(collection_on, today, calendar, rules)
    feasible = earliest_feasible_day(today, calendar, rules)
    assert debited_on >= max(collection_on, feasible)
    assert calendar.is_bank_day(debited_on)
    if calendar.is_bank_day(collection_on):
        assert debited_on in (collection_on, feasible)


@given(DAYS, CALENDARS, SOME_RULES, st.integers(-25, 5))
def test_a_day_is_early_enough_until_the_last_acceptance_day_and_not_after(
    collect_on: date, calendar: BankCalendar, rules: CollectionRules, shift: int
) -> None:
    announced_on = collect_on + timedelta(days=shift)
    early_enough = earliest_feasible_day(announced_on, calendar, rules) <= collect_on
    assert early_enough == (announced_on <= last_acceptance_day(collect_on, calendar, rules))


@pytest.mark.parametrize(
    ("collect_on", "lead_days", "changes_until", "lowers_until"),
    [
        # Announced on Wednesday 21 October; the window of a day before opens on Tuesday 27.
        (date(2026, 10, 29), 1, date(2026, 10, 20), date(2026, 10, 26)),
        (date(2026, 10, 29), 0, date(2026, 10, 20), date(2026, 10, 27)),
        # Over the weekend and 1 November: announced on Thursday 22, frozen on Wednesday 28.
        (date(2026, 11, 2), 1, date(2026, 10, 21), date(2026, 10, 27)),
        # A bank that wants more days than the notice has: nothing is frozen before it is told.
        (date(2026, 10, 29), 20, date(2026, 10, 20), date(2026, 10, 20)),
    ],
)
def test_the_last_moments_to_correct(
    collect_on: date, lead_days: int, changes_until: date, lowers_until: date
) -> None:
    found = last_moments(collect_on, lead_days, FIXED_ONLY, RULES)
    assert found == LastMoments(changes_until, lowers_until)


@given(CALENDARS, SOME_RULES, DAYS, st.integers(0, 4))
def test_up_to_the_first_moment_no_run_announces_and_from_the_day_after_one_does(
    calendar: BankCalendar, rules: CollectionRules, some_day: date, lead_days: int
) -> None:
    collect_on = calendar.next_bank_day(some_day)
    found = last_moments(collect_on, lead_days, calendar, rules)
    # A run announces what is planned for the feasible day or sooner.
    assert earliest_feasible_day(found.changes_until, calendar, rules) < collect_on
    after = found.changes_until + timedelta(days=1)
    assert earliest_feasible_day(after, calendar, rules) >= collect_on
    opens = calendar.subtract_bank_days(collect_on, lead_days + rules.freeze_ahead_bank_days)
    assert found.lowers_until == max(found.changes_until, opens - timedelta(days=1))


@pytest.mark.parametrize(
    ("today", "first", "last_day"),
    [
        (date(2026, 7, 1), date(2025, 7, 1), date(2026, 7, 30)),
        (date(2026, 7, 30), date(2025, 7, 1), date(2026, 7, 30)),
        # 30 July 2027 is a Friday.
        (date(2026, 7, 31), date(2026, 7, 1), date(2027, 8, 1)),
        (date(2027, 1, 1), date(2026, 7, 1), date(2027, 8, 1)),
        (date(2027, 8, 1), date(2026, 7, 1), date(2027, 8, 1)),
    ],
)
def test_the_annual_return_is_due_thirty_days_from_1_july(
    today: date, first: date, last_day: date
) -> None:
    found = annual_return(today, FIXED_ONLY, RULES)
    assert found == AnnualReturn(first, date(first.year + 1, 6, 30), last_day)


@given(st.dates(date(2020, 1, 1), date(2040, 12, 31)), st.integers(0, 800))
def test_every_year_has_one_annual_return_on_a_bank_day_after_its_term(
    first: date, length: int
) -> None:
    last = first + timedelta(days=length)
    found = annual_returns(first, last, FIXED_ONLY, RULES)
    assert [one.until_on.year for one in found] == sorted({one.until_on.year for one in found})
    for one in found:
        term = date(one.until_on.year, 7, 30)
        assert first <= one.last_day <= last and one.last_day >= term
        assert one.last_day == FIXED_ONLY.next_bank_day(term)
        assert annual_return(one.last_day, FIXED_ONLY, RULES) == one
    assert len(annual_returns(first, first + timedelta(days=365 + 7), FIXED_ONLY, RULES)) >= 1
