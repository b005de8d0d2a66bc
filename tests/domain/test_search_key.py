"""A name is found however it is written."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webapp.domain.search_key import search_key


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("SARL Élan  Construction", "elan construction"),
        ("Élan-Construction, S.A.", "elan construction s a"),
        ("EURL ETS Benali", "benali"),
        ("SARL", "sarl"),
        ("ش.ذ.م.م أشغال الجنوب", "اشغال الجنوب"),
        ("مُؤَسَّسَة البِنَاء", "البناء"),
        ("شركة الهدى", "الهدي"),
        ("", ""),
        ("…", ""),
    ],
)
def test_a_key_leaves_out_what_people_write_in_several_ways(name: str, key: str) -> None:
    assert search_key(name) == key


@given(st.text(max_size=140))
def test_a_key_is_short_enough_and_its_own_key(name: str) -> None:
    key = search_key(name)
    assert len(key) <= max(len(name), 0)
    assert "%" not in key and "\x00" not in key
