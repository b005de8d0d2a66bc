"""The search for a number finds it however it is written, and finds no other."""

from __future__ import annotations

import base64
import zlib
from pathlib import Path

import pytest

from tests.searching import files_with, in_clear

RIB = "00100123739184620588"
ARABIC = RIB.translate({ord(str(n)): chr(0x660 + n) for n in range(10)})
PERSIAN = RIB.translate({ord(str(n)): chr(0x6F0 + n) for n in range(10)})
WAYS = [
    RIB,
    "001 00123 7391846205 88",
    "0010 0123 7391 8462 0588",
    "001\u00a000123\u202f7391846205-88",
    "\u20660 0 1 0 0 1 2 3 7 3 9 1 8 4 6 2 0 5 8 8\u2069",
    "001/00123/7391846205/88",
    ARABIC,
    PERSIAN,
]


@pytest.mark.parametrize("text", WAYS)
def test_a_number_is_found_however_it_is_written(text: str) -> None:
    assert in_clear(f"before {text} after".encode(), RIB)


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_a_number_is_found_in_letters_of_two_bytes(encoding: str) -> None:
    assert in_clear(f"before {RIB} after".encode(encoding), RIB)


@pytest.mark.parametrize("shift", range(3))
def test_a_number_is_found_in_base64_wherever_it_begins(shift: int) -> None:
    assert in_clear(base64.b64encode(b"x" * shift + RIB.encode() + b"rest"), RIB)


def test_a_number_is_found_in_hexadecimal_and_in_what_is_packed() -> None:
    assert in_clear(RIB.encode().hex().encode(), RIB)
    assert in_clear(b"<<>>stream\n" + zlib.compress(b"(" + RIB.encode() + b") Tj"), RIB)


@pytest.mark.parametrize(
    "text", ["", RIB[:-1], RIB[1:] + "0", RIB[::-1], "001 x 00123739184620588"]
)
def test_another_number_is_not_found(text: str) -> None:
    assert not in_clear(text.encode(), RIB)


def test_a_file_s_name_is_looked_at_too(tmp_path: Path) -> None:
    (tmp_path / RIB).mkdir()
    (tmp_path / "empty").touch()
    assert files_with(tmp_path, [RIB, "1" * 20]) == {RIB: [RIB]}
