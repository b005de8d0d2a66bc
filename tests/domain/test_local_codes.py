"""A bank's own code: kept as it is written, and never in the place of a code of the standard."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webapp.domain.errors import InvalidLocalCode
from webapp.domain.local_codes import LONGEST_CODE, meaning_of, read_local_code

ISO = {"AM04", "AC04"}
MEANINGS = {("BNA", "12"): "AM04"}


@given(st.text(max_size=50))
def test_whatever_is_typed_is_a_code_as_it_was_written_or_is_refused(text: str) -> None:
    try:
        code = read_local_code(text, ISO)
    except InvalidLocalCode:
        return
    assert code in text.replace("\0", "")
    assert code == code.strip()
    assert 0 < len(code) <= LONGEST_CODE
    assert code not in ISO
    assert read_local_code(code, ISO) == code


@given(st.sampled_from(["BNA", "POST", ""]), st.none() | st.text(max_size=35))
def test_what_nobody_gave_a_meaning_counts_as_it_was_told(channel: str, told: str | None) -> None:
    if (channel, told) != ("BNA", "12"):
        assert meaning_of(channel, told, MEANINGS) == (told, None)


@pytest.mark.parametrize(("channel", "counts"), [("BNA", ("AM04", "12")), ("POST", ("12", None))])
def test_a_meaning_holds_at_its_own_institution(channel: str, counts: tuple[str, str]) -> None:
    assert meaning_of(channel, "12", MEANINGS) == counts
