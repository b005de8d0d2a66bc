"""Phones and e-mail addresses are read as people write them."""

from __future__ import annotations

import pytest

from webapp.domain.contacts import read_email, read_phone


@pytest.mark.parametrize(
    "text", ["0550123456", "550 12 34 56", "+213 550-12-34-56", "00213.550123456", "٠٥٥٠١٢٣٤٥٦"]
)
def test_a_mobile_number_is_read_in_every_writing(text: str) -> None:
    assert read_phone(text) == "0550123456"


@pytest.mark.parametrize("text", ["021234567", "055012345", "05501234567", "+33612345678", "x"])
def test_what_is_no_mobile_number_of_algeria_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="not_a_mobile_number"):
        read_phone(text)


def test_an_address_is_read_without_spaces_around() -> None:
    assert read_email(" s.b@example.dz ") == "s.b@example.dz"
    assert read_email("") == read_phone(" ") == ""


@pytest.mark.parametrize("text", ["a@b", "a b@c.dz", "@c.dz", "a@c.dz\nBcc: x@y.dz", "é@c.dz"])
def test_what_is_no_plain_address_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="not_an_address"):
        read_email(text)
