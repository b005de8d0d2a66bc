"""A password is long enough and not what somebody guesses first; nothing else is asked of it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webapp.data.loader import load_common_passwords
from webapp.domain.errors import WeakPassword
from webapp.domain.passwords import check_password, normal

ABOUT = ("Samira Bouzid", "s.bouzid@fonds.example")


def reason(password: str) -> str | None:
    try:
        check_password(password, ABOUT, load_common_passwords())
    except WeakPassword as error:
        return error.reason
    return None


@pytest.mark.parametrize(
    ("password", "why"),
    [
        ("", "too_short"),
        ("1234567", "too_short"),
        ("é" * 3, "too_short"),
        ("x" * 201, "too_long"),
        ("password", "common"),
        ("PassWord", "common"),
        ("qwertyuiop", "common"),
        ("aaaaaaaaaaaaaaaa", "common"),
        ("abababababab", "common"),
        ("samirabouzid", "personal"),
        ("Bouzid-2026", "personal"),
        ("khatwa2026!", "personal"),
        ("Cacobatph16", "personal"),
        ("كاكوبات2026", "personal"),
        ("s.bouzid@fonds.example", "personal"),
    ],
)
def test_a_weak_password_is_refused_with_its_reason(password: str, why: str) -> None:
    assert reason(password) == why


@pytest.mark.parametrize(
    "password",
    [
        "grenadier à midi",
        "        a b c  ",
        "كلمة سر طويلة",
        "Tr0ub4dor&3",
        "🐪🌴🐪🌴☀️🌊🏜️🕌",
        "x" * 190 + "abc",
    ],
)  # fmt: skip
def test_any_characters_are_welcome(password: str) -> None:
    assert reason(password) is None


def test_the_ways_to_compose_a_letter_are_one() -> None:
    assert normal("e\u0301") == normal("é") and normal("ﬁ") == "fi"


def test_the_list_holds_only_what_could_be_chosen() -> None:
    common = load_common_passwords()
    assert len(common) == 3_000
    assert all(len(one) >= 8 and one == one.casefold() for one in common)


@given(st.text(max_size=250))
def test_every_text_is_taken_or_refused_with_a_reason(password: str) -> None:
    assert reason(password) in {None, "too_short", "too_long", "common", "personal"}
