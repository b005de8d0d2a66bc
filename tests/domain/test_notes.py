"""What a note may hold: words, and no whole account number however it is written."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webapp.domain.errors import InvalidNote
from webapp.domain.notes import LONGEST_NOTE, check_note, holds_account
from webapp.domain.rib import Rib

TODAY = date(2026, 11, 26)
RIB = Rib.of("001", "00123", "0000000017").digits


@given(
    st.sampled_from(["{}", "حسابه {} فقط", "RIB:{}", "{}5"]),
    st.sampled_from(["", " ", "-", ".", " . ", "\u200f", "\u00a0", "\n"]),
    st.sampled_from([3, 4, 5, 8]),
    st.booleans(),
)
def test_an_account_number_is_seen_however_it_is_written(
    around: str, between: str, every: int, arabic: bool
) -> None:
    digits = RIB
    if arabic:
        digits = digits.translate(str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩"))
    written = between.join(digits[at : at + every] for at in range(0, 20, every))
    assert holds_account(around.format(written))


@pytest.mark.parametrize(
    "text",
    ["", "0550 12 34 56 / 0660 12 34 56", "تم الاتصال يوم 26/11/2026 على الساعة 14:30",
     "NIF 000016001234567", "2026 2026 2026 2026 2026", "دفع 1 296 000,00 دج"],
)  # fmt: skip
def test_other_numbers_may_be_written(text: str) -> None:
    assert not holds_account(text)


def test_twenty_digits_in_a_row_are_refused_whatever_their_key() -> None:
    assert holds_account("رقمه 12345678901234567890")


@pytest.mark.parametrize(
    ("text", "remind_on", "field", "reason"),
    [
        (" ", None, "text", "empty"),
        ("x" * (LONGEST_NOTE + 1), None, "text", "too_long"),
        (RIB, None, "text", "account"),
        ("x", TODAY - timedelta(days=1), "remind_on", "past"),
        ("x", TODAY + timedelta(days=400), "remind_on", "too_far"),
    ],
)
def test_what_is_wrong_with_a_note_is_said(
    text: str, remind_on: date | None, field: str, reason: str
) -> None:
    with pytest.raises(InvalidNote) as raised:
        check_note(text, remind_on, TODAY)
    assert (raised.value.field, raised.value.reason) == (field, reason)


def test_a_reminder_may_be_for_today() -> None:
    check_note("x" * LONGEST_NOTE, TODAY, TODAY)
