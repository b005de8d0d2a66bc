"""Where open days are in time, and how agencies and wilayas are written."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webapp.domain.agencies import read_agency_code, read_wilaya_code
from webapp.domain.errors import InvalidAgency, InvalidCampaign
from webapp.domain.open_days import MOST_DAYS, Standing, check_days, standing

TODAY = date(2026, 11, 24)
NEAR = st.dates(TODAY - timedelta(days=90), TODAY + timedelta(days=90))


@given(NEAR, NEAR)
def test_open_days_are_now_to_come_or_past_and_past_once_ended(first: date, last: date) -> None:
    first, last = min(first, last), max(first, last)
    found = standing(first, last, ended=False, today=TODAY)
    assert (found is Standing.NOW) == (first <= TODAY <= last)
    assert (found is Standing.PAST) == (last < TODAY)
    assert standing(first, last, ended=True, today=TODAY) is Standing.PAST


@given(NEAR, NEAR)
def test_days_that_are_taken_have_no_day_that_is_past_and_end_within_two_months(
    first: date, last: date
) -> None:
    good = TODAY <= first <= last < first + timedelta(days=MOST_DAYS)
    try:
        check_days(first, last, TODAY, None)
    except InvalidCampaign:
        assert not good
    else:
        assert good


@given(NEAR)
def test_a_first_day_that_is_past_stays(first: date) -> None:
    begun = TODAY - timedelta(days=1)
    last = max(first, TODAY)
    try:
        check_days(first, last, TODAY, begun)
    except InvalidCampaign as refused:
        assert refused.reason in {"begun", "too_long"} and first != begun
    else:
        assert first == begun


@pytest.mark.parametrize(("typed", "read"), [(" a16 ", "A16"), ("r-01", "R-01"), ("٧", "7")])
def test_a_code_of_an_agency_is_read_in_capitals(typed: str, read: str) -> None:
    assert read_agency_code(typed) == read


@pytest.mark.parametrize(("typed", "read"), [("7", "07"), ("٦٩", "69"), (" 70 ", "70")])
def test_the_number_of_a_wilaya_has_two_digits(typed: str, read: str) -> None:
    assert read_wilaya_code(typed) == read


@pytest.mark.parametrize("typed", ["", "0", "00", "100", "a"])
def test_what_is_no_number_of_a_wilaya_is_refused(typed: str) -> None:
    with pytest.raises(InvalidAgency):
        read_wilaya_code(typed)
