"""Whatever a program sends is answered as described."""

from __future__ import annotations

import json

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from tests.services.people import RULES
from tests.views.browser import Site
from tests.views.program import Program, body
from webapp.domain.rules import AccessRules, Limit
from webapp.models import Due
from webapp.views import desk

ONE_ENGINE = pytest.mark.parametrize("site_url", ["sqlite"], indirect=True)


SCALARS = (
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20)
    | st.sampled_from(["W1", "W2", "2026-10", "1000000.00", "0", "-1", "\0", "1.234", "\ud800"])
)  # fmt: skip
NAMES = st.sampled_from(["period", "lines", "nil", "worksite", "workers", "leave_base"]) | st.text(
    max_size=8
)
LINES = st.lists(
    st.fixed_dictionaries(
        {},
        optional=dict.fromkeys(("worksite", "workers", "leave_base", "weather_base", "x"), SCALARS),
    )
    | SCALARS,
    max_size=4,
)
ANYTHING = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=4),
    max_leaves=12,
)
NEAR = st.fixed_dictionaries(
    {}, optional={"period": st.just("2026-10") | SCALARS, "lines": LINES | SCALARS, "nil": SCALARS}
)


@ONE_ENGINE
@settings(max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(sent=NEAR | ANYTHING, key=st.text(min_size=1, max_size=8))
@example(sent={"period": "\ud800", "lines": [{"worksite": "\ud800"}]}, key="a")
@example(sent={"lines": {"0": {"workers": 1}}, "\ud800": 1}, key="a")
def test_any_body_is_answered_as_described(
    site: Site, program: Program, monkeypatch: pytest.MonkeyPatch, sent: object, key: str
) -> None:
    monkeypatch.setattr(desk, "ACCESS", AccessRules(requests_per_key=Limit("k", 10**6, 5)))
    answer = program.file(json.dumps(sent), "".join(f"{ord(sign):x}" for sign in key)[:64])
    assert answer.status_code in {201, 409, 422}
    assert RULES.requests_per_key.tries < 10**6


def test_dues_are_not_told_twice(site: Site, program: Program) -> None:
    program.file(body())
    site.office.rollback()
    assert site.office.scalar(select(func.count()).select_from(Due)) == 2
