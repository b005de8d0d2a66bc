"""A sheet holds text: nothing in it is run by the program that opens it."""

from __future__ import annotations

import csv

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webapp.domain.sheets import safe_cell, sheet_lines


@pytest.mark.parametrize(
    ("value", "cell"),
    [
        ("=1+1", "'=1+1"), ("+213550", "'+213550"), ("-1", "'-1"), ("@SUM(A1)", "'@SUM(A1)"),
        ("\t=1", "'=1"), ("\u200f=1", "'=1"), ("16/204518", "16/204518"), ("أشغال", "أشغال"),
        ("", ""), (5, "5"),
    ],
)  # fmt: skip
def test_a_formula_becomes_text(value: object, cell: str) -> None:
    assert safe_cell(value) == cell


@given(st.lists(st.lists(st.text(max_size=20), min_size=2, max_size=2), max_size=5))
def test_what_is_written_is_read_again_and_begins_no_formula(rows: list[list[str]]) -> None:
    text = "".join(sheet_lines(["a", "b"], rows))
    assert text.startswith("\ufeff")
    read = list(csv.reader(text.removeprefix("\ufeff").splitlines()))
    assert len(read) == len(rows) + 1
    assert not any(cell.startswith(("=", "+", "-", "@", "\t")) for row in read for cell in row)
