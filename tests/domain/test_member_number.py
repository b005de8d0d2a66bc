"""Member numbers as people type them."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webapp.domain.errors import InvalidMemberNumber
from webapp.domain.member_number import parse_member_number


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("16/123456", "16/123456"),
        (" 16 / 1234-56 ", "16/1234-56"),
        ("١٦/١٢٣٤٥٦", "16/123456"),
        ("\u200f16\u00a0123456\u200e", "16123456"),
        ("16–123", "16-123"),
        ("7", "7"),
        ("1" * 20, "1" * 20),
    ],
)
def test_a_member_number_is_stored_in_one_way(text: str, number: str) -> None:
    assert parse_member_number(text) == number


@pytest.mark.parametrize("text", ["", " ", "-", "//", "1" * 21, "A123", "16_1", "=1", "²"])
def test_any_other_text_is_refused(text: str) -> None:
    with pytest.raises(InvalidMemberNumber) as refused:
        parse_member_number(text)
    assert refused.value.text == text


def test_the_pattern_is_a_setting() -> None:
    assert parse_member_number("16 1234", pattern=r"[0-9]{6}") == "161234"
    with pytest.raises(InvalidMemberNumber):
        parse_member_number("16/1234", pattern=r"[0-9]{6}")


@given(st.text() | st.text(alphabet="0123456789/-٠٩ \u200f"))
def test_any_text_is_a_member_number_or_refused(text: str) -> None:
    try:
        number = parse_member_number(text)
    except InvalidMemberNumber:
        return
    assert re.fullmatch("[0-9/-]{1,20}", number)
    assert parse_member_number(number) == number
