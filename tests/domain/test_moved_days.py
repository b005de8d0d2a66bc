"""What a day that is closed late does to what was announced: for any calendar and any day."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from webapp.domain.calendar import BankCalendar
from webapp.domain.due_dates import last_acceptance_day, last_timely_acceptance, moved_day
from webapp.domain.rules import CollectionRules

RULES = CollectionRules()
DAYS = st.dates(date(2026, 1, 1), date(2026, 12, 31))
CALENDARS = st.builds(BankCalendar, st.sets(DAYS, max_size=60))
WEEK = BankCalendar([date(2026, 11, 1)])
SOME_RULES = st.builds(
    CollectionRules, delivery_bank_days=st.integers(0, 2), notice_bank_days=st.integers(0, 8)
)


def closing(calendar: BankCalendar, day: date, known_from: date) -> BankCalendar:
    return BankCalendar(calendar.closed_days | {day}, [*calendar.known_from, (day, known_from)])


@pytest.mark.parametrize(
    ("today", "lead_days", "expected"),
    [
        # 30 Nov 2026 is a Monday. Three days before: the next bank day.
        (date(2026, 11, 25), 1, date(2026, 12, 1)),
        (date(2026, 11, 26), 1, date(2026, 12, 1)),
        # A Friday counts like the Sunday after it: told, delivered on the Tuesday, debited after.
        (date(2026, 11, 27), 1, date(2026, 12, 2)),
        (date(2026, 11, 29), 1, date(2026, 12, 2)),
        (date(2026, 11, 29), 0, date(2026, 12, 1)),
        (date(2026, 11, 26), 3, date(2026, 12, 3)),
        # On the day itself.
        (date(2026, 11, 30), 1, date(2026, 12, 3)),
    ],
)
def test_to_which_day_a_closed_monday_moves_what_was_announced(
    today: date, lead_days: int, expected: date
) -> None:
    calendar = closing(WEEK, date(2026, 11, 30), today)
    assert moved_day(date(2026, 11, 30), today, lead_days, calendar, RULES) == expected


@given(CALENDARS, DAYS, st.integers(0, 12), st.integers(0, 3), SOME_RULES)
def test_what_moves_never_moves_earlier_and_is_told_a_bank_day_before(
    calendar: BankCalendar, today: date, ahead: int, lead_days: int, rules: CollectionRules
) -> None:
    closed = today + timedelta(days=ahead)
    after = closing(calendar, closed, today)
    moved = moved_day(closed, today, lead_days, after, rules)
    assert moved > closed
    assert after.is_bank_day(moved)
    assert after.bank_days_between(today, moved) >= 1
    # Delivered before the file is made, and the file leaves in time.
    frozen_on = after.subtract_bank_days(moved, lead_days)
    assert after.subtract_bank_days(frozen_on, 1) >= today


@given(CALENDARS, DAYS, DAYS, st.integers(0, 30), SOME_RULES)
def test_a_day_closed_after_the_notice_shortens_no_notice(
    calendar: BankCalendar, collect_on: date, closed: date, late: int, rules: CollectionRules
) -> None:
    collect_on = calendar.next_bank_day(collect_on)
    told_on = last_acceptance_day(collect_on, calendar, rules)
    after = closing(calendar, closed, told_on + timedelta(days=late))
    target = after.next_bank_day(collect_on)
    assert last_timely_acceptance(target, after, rules) >= told_on


@given(CALENDARS, DAYS, DAYS, SOME_RULES)
def test_a_day_closed_before_the_notice_counts_in_full(
    calendar: BankCalendar, collect_on: date, closed: date, rules: CollectionRules
) -> None:
    collect_on = calendar.next_bank_day(collect_on)
    assume(closed != collect_on)
    long_ago = collect_on - timedelta(days=400)
    after = closing(calendar, closed, long_ago)
    known = BankCalendar(after.closed_days)
    assert last_timely_acceptance(collect_on, after, rules) == (
        last_acceptance_day(collect_on, known, rules)
    )


@given(CALENDARS, DAYS, st.lists(st.tuples(DAYS, DAYS), max_size=6), SOME_RULES)
def test_what_is_in_time_is_so_by_the_calendar_of_its_day_and_later_is_not(
    calendar: BankCalendar, collect_on: date, added: list[tuple[date, date]], rules: CollectionRules
) -> None:
    for closed, known_from in added:
        calendar = closing(calendar, closed, known_from)
    latest = last_timely_acceptance(collect_on, calendar, rules)
    for days in range(-20, 20):
        told_on = latest + timedelta(days=days)
        by_then = calendar.as_known_before(told_on)
        in_time = told_on <= last_acceptance_day(collect_on, by_then, rules)
        assert in_time is (told_on <= latest)
