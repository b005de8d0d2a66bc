"""The moment: an instant in UTC and the day it is in Algiers."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webapp.domain.moment import ALGIERS, Moment


def test_the_day_begins_at_23_hours_utc() -> None:
    before = Moment.at(datetime(2026, 10, 28, 22, 59, tzinfo=UTC))
    after = Moment.at(datetime(2026, 10, 28, 23, 0, tzinfo=UTC))
    assert (before.today, after.today) == (date(2026, 10, 28), date(2026, 10, 29))


def test_algiers_has_no_summer_time() -> None:
    offsets = {datetime(2026, month, 1, tzinfo=ALGIERS).utcoffset() for month in range(1, 13)}
    assert offsets == {timedelta(hours=1)}


def test_the_morning_of_a_day_is_eight_in_algiers() -> None:
    moment = Moment.morning_of(date(2026, 7, 5))
    assert moment.today == date(2026, 7, 5)
    assert moment.now == datetime(2026, 7, 5, 7, 0, tzinfo=UTC)


@given(st.datetimes(timezones=st.just(timezone(timedelta(hours=-5)))))
def test_an_instant_is_kept_in_utc(now: datetime) -> None:
    if now.year in (1, 9999):
        return
    moment = Moment.at(now)
    assert moment.now == now
    assert moment.now.tzinfo is UTC


def test_an_instant_without_a_zone_is_refused() -> None:
    naive = datetime(2026, 1, 1)  # noqa: DTZ001  It is what must be refused.
    with pytest.raises(ValueError, match="time zone"):
        Moment.at(naive)
    with pytest.raises(ValueError, match="time zone"):
        Moment(today=date(2026, 1, 1), now=naive)
