"""How names reach a bank: any text, in letters that it takes, and never nothing."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webapp.banking.names import TAKEN, latin_name, name_for_bank
from webapp.domain.channel_terms import NameProfile

ANY_TEXT = st.text(st.characters(codec=None), max_size=200)


@pytest.mark.parametrize(
    ("name", "sent"),
    [
        ("SARL Atlas Travaux", "SARL Atlas Travaux"),
        ("Ets Frères & Fils « Œuvres »", "Ets Freres + Fils ' OEuvres '"),
        ("شركة الأطلس للأشغال", "chrka alatls llachghal"),
        ("مؤسسة بن عيسى", "moussa bn aisa"),
        ("شركة\u202e 42 ٤٢", "chrka 42 42"),
        ("Łódź ﬁls ½", "Lodz fils 1/2"),
        ("建設 SARL", ".. SARL"),
        ("建設", ""),
        ("👷", ""),
        ("", ""),
    ],
)
def test_a_name_in_plain_latin_letters(name: str, sent: str) -> None:
    assert latin_name(name) == sent


@given(ANY_TEXT)
def test_any_text_becomes_letters_that_every_bank_takes(text: str) -> None:
    sent = name_for_bank(text, NameProfile.LATIN, otherwise="KM00000001")
    assert sent
    assert set(sent) <= TAKEN
    assert sent == " ".join(sent.split())
    assert name_for_bank(sent, NameProfile.LATIN, otherwise="") == sent


@given(ANY_TEXT)
def test_a_name_without_anything_to_read_is_told_by_its_authorisation(text: str) -> None:
    assert name_for_bank(text, NameProfile.AS_WRITTEN, otherwise="KM00000001")
    assert name_for_bank("\u200f \u202e", NameProfile.AS_WRITTEN, otherwise="KM1") == "KM1"
