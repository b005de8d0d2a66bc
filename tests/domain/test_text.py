"""Cleaning of typed text: digits of three keyboards, invisible characters, names."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webapp.domain.text import clean_name, typed

ANYTHING = st.text(st.characters(codec=None))


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("0123456789", "0123456789"),
        ("٠١٢٣٤٥٦٧٨٩", "0123456789"),
        ("۰۱۲۳۴۵۶۷۸۹", "0123456789"),
        ("\u200f12\u200e\u202c", "12"),
        ("\u2066 12\u00a034\t\n", "12 34"),
        ("\ufeff7", "7"),
        ("", ""),
    ],
)
def test_digits_are_latin_and_marks_are_gone(text: str, read: str) -> None:
    assert typed(text) == read


@pytest.mark.parametrize(
    ("name", "cleaned"),
    [
        ("  شركة   البناء ", "شركة البناء"),
        ("SARL\u202eLTARG", "SARLLTARG"),
        ("EURL\tBâti\nPlus", "EURL Bâti Plus"),
        ("Be\u0301ton", "Béton"),
        ("a\x00b\ud800c\ufffed", "abcd"),
        ("مؤسسة ١٢", "مؤسسة ١٢"),
        ("\u2067\u2069", ""),
    ],
)
def test_names_are_clean_before_they_reach_a_file(name: str, cleaned: str) -> None:
    assert clean_name(name) == cleaned


@given(ANYTHING)
def test_a_clean_name_holds_nothing_invisible(name: str) -> None:
    cleaned = clean_name(name)
    assert not any(unicodedata.category(character)[0] == "C" for character in cleaned)
    assert "  " not in cleaned
    assert cleaned == cleaned.strip()
    cleaned.encode("utf-8")


@given(ANYTHING)
def test_cleaning_twice_changes_nothing(name: str) -> None:
    assert clean_name(clean_name(name)) == clean_name(name)
    assert typed(typed(name)) == typed(name)
