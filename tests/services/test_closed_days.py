"""The closed days of the banks: each change and its event, the list, and the look before."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests import builders
from tests.services.closing import AFTER, BEFORE, PLANNING, close, notices, row
from tests.services.collecting import AMOUNT, ANNOUNCING, COLLECTION, FREEZING, Desk
from webapp.domain.errors import InvalidClosedDay
from webapp.models import (
    ClosedDay,
    Event,
    NoticeKind,
    Subject,
)
from webapp.services.closed_days import (
    close_day,
    list_closed_days,
    move_day,
    open_day,
)
from webapp.services.closing_effects import preview_change
from webapp.services.reference_data import load_reference_data

# The list itself.


def test_each_change_tells_who_and_when(office: Session) -> None:
    day = builders.working_day(office, PLANNING, "staff:7")
    close_day(office, day, row(COLLECTION))
    move_day(office, day, COLLECTION, row(AFTER))
    open_day(office, day, AFTER)
    events = office.scalars(select(Event).where(Event.subject == Subject.CLOSED_DAY)).all()
    assert [(one.actor, one.target, one.cause, one.at) for one in events] == [
        ("staff:7", "day_closed", "2026-11-30", day.now),
        ("staff:7", "day_opened", "2026-11-30", day.now),
        ("staff:7", "day_closed", "2026-12-01", day.now),
        ("staff:7", "day_opened", "2026-12-01", day.now),
    ]


def test_closing_a_closed_day_or_opening_an_open_one_changes_nothing(office: Session) -> None:
    day = builders.working_day(office, PLANNING)
    close_day(office, day, row(COLLECTION))
    close_day(office, day, row(COLLECTION))
    open_day(office, day, BEFORE)
    assert len(office.scalars(select(Event)).all()) == 1


@pytest.mark.parametrize(
    ("on", "reason"), [(date(2026, 11, 17), "past"), (date(2028, 6, 1), "too_far")]
)
@pytest.mark.parametrize("change", [close_day, open_day])
def test_the_past_and_what_is_far_away_stay(
    office: Session, on: date, reason: str, change: Callable[..., object]
) -> None:
    day = builders.working_day(office, PLANNING)
    if change is open_day:
        office.add(ClosedDay(day=on, name_fr="x", name_ar="x", estimated=False))
        office.commit()
    with pytest.raises(InvalidClosedDay) as caught:
        change(office, day, row(on) if change is close_day else on)
    assert caught.value.reason == reason


def test_what_staff_opened_stays_open_when_the_holidays_are_loaded_again(office: Session) -> None:
    new_year = date(2027, 1, 1) + timedelta(days=11)  # Yennayer
    day = builders.working_day(office, PLANNING)
    assert not day.calendar.is_bank_day(new_year)
    open_day(office, day, new_year)
    load_reference_data(office, [2027])
    assert builders.working_day(office, PLANNING).calendar.is_bank_day(new_year)
    assert new_year not in [one.day for one in list_closed_days(office, day)]


def test_the_list_tells_the_past_year_and_eighteen_months_to_come(office: Session) -> None:
    day = builders.working_day(office, PLANNING)
    close_day(office, day, row(COLLECTION))
    listed = {one.day: one for one in list_closed_days(office, day)}
    assert listed[COLLECTION].by_staff
    assert not listed[date(2026, 11, 1)].by_staff
    assert date(2025, 11, 18) <= min(listed) < max(listed) <= date(2028, 5, 18)


# The preview.


def test_the_preview_counts_what_then_moves(desk: Desk) -> None:
    for _ in range(2):
        desk.file_one()
    desk.run(ANNOUNCING)
    desk.run(FREEZING)
    day = builders.working_day(desk.session, FREEZING)
    effect = preview_change(desk.session, day, COLLECTION, None)
    [moving], [file] = effect.moving, effect.files
    assert (moving.to_on, moving.some.debits, moving.some.amount) == (AFTER, 2, 2 * AMOUNT)
    assert effect.notices == 2
    assert (file.debits, file.amount) == (2, 2 * AMOUNT)
    assert not effect.planned and not effect.sent and not effect.waiting
    replanned = close(desk, FREEZING)
    assert (replanned.told, replanned.superseded) == (2, 2)


def test_the_preview_counts_what_is_sent_planned_and_held(sent: Desk) -> None:
    day = builders.working_day(sent.session, FREEZING)
    effect = preview_change(sent.session, day, COLLECTION, None)
    assert (effect.sent.debits, effect.sent.amount, effect.expected_on) == (1, AMOUNT, AFTER)
    assert not effect.moving and not effect.files
    # On a day of rest nothing moves.
    assert not preview_change(sent.session, day, date(2026, 11, 27), None)


def test_the_kind_of_a_moved_notice_goes_to_the_sender(desk: Desk) -> None:
    desk.file_one()
    desk.run(ANNOUNCING)
    close(desk, date(2026, 11, 25))
    desk.run(date(2026, 11, 25))
    assert notices(desk)[-1] == (2, NoticeKind.MOVED.value, AFTER, "accepted")
