"""A line finds its worksite by code, then by name, and never guesses between two."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webapp.domain.sheet_worksites import Worksites
from webapp.domain.sheets import safe_cell


@dataclass(frozen=True)
class Known:
    id: int
    code: str
    name: str


WORKSITES = Worksites(
    [
        Known(1, "W1", "Cité des Oliviers"),
        Known(2, "W2", "ورشة 2"),
        Known(3, "W3", "École"),
        Known(4, "W4", "école"),
        Known(5, "=x", "-Lot"),
        Known(6, "007", "W1"),
    ]
)


@pytest.mark.parametrize(
    ("code", "name", "found"),
    [
        ("W1", "", 1),
        (" w1\u200f", "renamed meanwhile", 1),
        ("W1", "cite des oliviers", 1),
        ("", "CITÉ DES OLIVIERS", 1),
        ("", "ورشة ٢", 2),
        ("?", "ورشة 2", 2),
        ("W4", "École", 4),
        ("", "École", "several_worksites"),
        ("W1", "ورشة 2", "two_worksites"),
        ("", "", "no_worksite"),
        ("W9", "", "unknown_worksite"),
        ("7", "", "unknown_worksite"),
        ("", "Total", "unknown_worksite"),
        ("'=x", "", 5),
        ("", "'-Lot", 5),
        ("=x", "", "formula"),
        ("", "@SUM(A1)", "formula"),
        ("W1", "\u200f=1", "formula"),
    ],
)
def test_a_line_is_for(code: str, name: str, found: int | str) -> None:
    assert WORKSITES.find(code, name) == found


@given(st.text(max_size=10), st.text(max_size=10))
def test_what_our_template_calls_a_worksite_is_that_worksite(code: str, name: str) -> None:
    found = Worksites([Known(1, code, name)]).find(safe_cell(code), safe_cell(name))
    assert found in {1, "no_worksite"}
    assert found == 1 or not (safe_cell(code).strip() or safe_cell(name).strip())
