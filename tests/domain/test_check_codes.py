"""The code on a paper: read however it is typed, and never mistaken for another."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from webapp.domain.check_codes import (
    ALPHABET,
    PROOF_SIGNS,
    CheckCode,
    PaperKind,
    number_of,
    proof_from,
    value_of,
)
from webapp.domain.errors import InvalidCheckCode

CODE = CheckCode("KQ0000002F", "7Z0M14CK9W")
TEXT = "KQ00-0000-2F7Z-0M14-CK9W"


def test_a_code_stands_in_groups_of_four() -> None:
    assert CODE.grouped == TEXT and CODE.kind is PaperKind.RECEIPT


@pytest.mark.parametrize(
    "typed",
    [
        TEXT, TEXT.lower(), TEXT.replace("-", ""), TEXT.replace("-", " "), f"  {TEXT} ",
        TEXT.replace("0", "O"), TEXT.replace("0", "o"), TEXT.replace("1", "I"),
        TEXT.replace("1", "l"), TEXT.replace("-", "–"), f"\u2066{TEXT}\u2069",
    ],
)  # fmt: skip
def test_what_hands_and_eyes_confuse_is_forgiven(typed: str) -> None:
    assert CheckCode.parse(typed) == CODE


@pytest.mark.parametrize(
    "typed",
    ["", "KQ00", TEXT + "0", TEXT[:-1], TEXT.replace("7", "U"), "ش" * 20, "\0" * 20, "٧" * 20],
)
def test_what_is_no_code_in_form_is_said_so(typed: str) -> None:
    with pytest.raises(InvalidCheckCode):
        CheckCode.parse(typed)


def test_a_code_of_no_paper_of_ours_is_of_no_kind() -> None:
    assert CheckCode("ZZ00000000", "0" * PROOF_SIGNS).kind is None


@settings(max_examples=50)
@given(value=st.integers(0, 2**40 - 1), kind=st.sampled_from(PaperKind))
def test_a_number_names_one_paper(value: int, kind: PaperKind) -> None:
    number = number_of(kind, value)
    assert value_of(number) == value and len(number) == 10 and set(number[2:]) <= set(ALPHABET)
    assert CheckCode(number, "0" * PROOF_SIGNS).kind is kind


def test_a_proof_is_fifty_bits_of_its_digest() -> None:
    digest = "f" * 64
    assert proof_from(digest) == "Z" * 10
    changed = {proof_from(f"{1 << bit:064x}") for bit in range(206, 256)}
    assert len(changed) == 50 and proof_from("0" * 64) not in changed
    assert proof_from(f"{1 << 205:064x}") == proof_from("0" * 64)
