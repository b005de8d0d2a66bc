"""Whatever is typed into the form of a closed day is answered by a page that says what is wrong."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.views.browser import Browser
from tests.views.staff.conftest import Office
from tests.views.staff.test_closed_days import PLACE, office_of
from tests.views.test_any_text import ONE_ENGINE, TEXT, check

DAYS = st.dates().map(str) | st.sampled_from(["2026-11-30", "30/11/2026", "٣٠/١١/٢٠٢٦"]) | TEXT
EXAMPLES = settings(
    max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@pytest.fixture
def collector(people: Office) -> Browser:
    return office_of(people, "fr")


@pytest.fixture
def token(collector: Browser) -> str:
    """The proof that their forms are ours, read once."""
    return collector.open(PLACE).form()["csrf_token"]


@ONE_ENGINE
@EXAMPLES
@given(day=DAYS, name_ar=TEXT, name_fr=TEXT, seen=TEXT)
def test_any_closed_day(
    collector: Browser, token: str, day: str, name_ar: str, name_fr: str, seen: str
) -> None:
    fields = {"day": day, "name_ar": name_ar, "name_fr": name_fr, "seen": seen}
    response = collector.client.post(collector.address(PLACE), data=fields | {"csrf_token": token})
    check(collector, response, {"name_ar": name_ar, "name_fr": name_fr})


@ONE_ENGINE
@EXAMPLES
@given(on=TEXT, act=st.sampled_from(["move", "open"]))
def test_any_day_in_the_address(collector: Browser, on: str, act: str) -> None:
    assert collector.get(f"staff/closed-days/{on}/{act}").status_code < 500
