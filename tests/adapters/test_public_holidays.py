"""Public holidays: the days of domain.md §3, in both languages, estimates marked."""

from __future__ import annotations

from collections import Counter
from datetime import date

import pytest

from webapp.adapters.public_holidays import Holiday, algerian_holidays

FIXED_2026 = [date(2026, 1, 1), date(2026, 1, 12), date(2026, 5, 1), date(2026, 7, 5),
              date(2026, 11, 1)]  # fmt: skip


def test_the_fixed_days_are_certain_and_all_others_estimates() -> None:
    days = algerian_holidays([2026])
    assert [holiday.day for holiday in days if not holiday.estimated] == FIXED_2026
    assert [holiday.day for holiday in days] == sorted(holiday.day for holiday in days)


def test_the_feasts_have_their_days() -> None:
    names = Counter(holiday.name_fr for holiday in algerian_holidays([2026]) if holiday.estimated)
    assert names == {
        "Aïd el-Fitr": 3,
        "Aïd el-Adha": 3,
        "Awal Moharram": 1,
        "Achoura": 1,
        "El-Mawlid Ennabawi Echarif": 1,
    }


def test_each_day_has_its_name_in_both_languages_without_a_mark() -> None:
    by_day = {holiday.day: holiday for holiday in algerian_holidays([2026])}
    assert by_day[date(2026, 1, 12)] == Holiday(
        date(2026, 1, 12), "رأس السنة الأمازيغية", "Jour de l'An Amazigh", estimated=False
    )
    assert by_day[date(2026, 5, 27)] == Holiday(
        date(2026, 5, 27), "عيد الأضحى", "Aïd el-Adha", estimated=True
    )
    for holiday in by_day.values():
        assert "تقديري" not in holiday.name_ar
        assert "estim" not in holiday.name_fr


def test_the_eid_of_the_examples_is_closed() -> None:
    closed = {holiday.day for holiday in algerian_holidays([2026, 2027])}
    assert {date(2026, 5, 27), date(2026, 5, 28), date(2026, 11, 1)} <= closed
    assert (
        not {date(2026, 5, 26), date(2026, 5, 31), date(2026, 10, 29), date(2026, 11, 2)} & closed
    )


def test_a_holiday_on_friday_or_saturday_is_not_moved() -> None:
    friday = date(2026, 5, 1)
    days = {holiday.day for holiday in algerian_holidays([2026])}
    assert friday in days
    assert date(2026, 5, 3) not in days


def test_two_holidays_on_one_day_share_its_names_and_the_fixed_one_is_certain() -> None:
    # In 2025 and later years until 2060 a feast now and then falls on a fixed day.
    shared = [holiday for holiday in algerian_holidays(range(2025, 2060)) if "،" in holiday.name_ar]
    assert shared
    for holiday in shared:
        assert ", " in holiday.name_fr
        fixed = (holiday.day.month, holiday.day.day) in {(1, 1), (1, 12), (5, 1), (7, 5), (11, 1)}
        assert holiday.estimated is not fixed


@pytest.mark.parametrize("years", [[2026, 2027], [2027, 2026, 2026]])
def test_years_come_in_order_and_once(years: list[int]) -> None:
    days = [holiday.day for holiday in algerian_holidays(years)]
    assert days == sorted(set(days))
    assert {day.year for day in days} == {2026, 2027}


def test_no_years_have_no_holidays() -> None:
    assert algerian_holidays([]) == []
