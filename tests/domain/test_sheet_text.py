"""A sheet of text is read however it was written, and one bad line costs no other."""

from __future__ import annotations

import csv

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webapp.domain.errors import UnusableSheet
from webapp.domain.sheet_lines import HEADINGS, is_heading, read_lines
from webapp.domain.sheet_text import LARGEST_TEXT, MOST_LINES, rows_of_text
from webapp.domain.sheets import sheet_lines

NAMES = {
    "ar": ["ورشة بئر خادم", "مشروع 500 مسكن"],
    "fr": ["ÉCOLE DE BÉJAÏA", "Cité «Les Oliviers», lot n° 3 – Œuvre"],
}


def written(language: str, delimiter: str = ";", end: str = "\r\n") -> str:
    heads = HEADINGS[language].values()
    rows = [list(heads), *(["", name, "5", "1000,50", ""] for name in NAMES[language])]
    return end.join(delimiter.join(f'"{cell}"' for cell in row) for row in rows)


def names_in(content: bytes) -> list[str]:
    return [line.cells["name"] for line in read_lines(rows_of_text(content, is_heading)).lines]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize(
    ("language", "encoding"),
    [
        ("ar", "utf-8"), ("ar", "utf-8-sig"), ("ar", "utf-16"), ("ar", "cp1256"),
        ("fr", "utf-8"), ("fr", "utf-8-sig"), ("fr", "utf-16"), ("fr", "cp1252"),
    ],
)  # fmt: skip
def test_the_letters_and_the_delimiter_are_recognised(
    language: str, encoding: str, delimiter: str
) -> None:
    content = written(language, delimiter).encode(encoding)
    assert names_in(content) == NAMES[language]


def test_arabic_names_under_french_headings_are_read_in_windows_1256() -> None:
    text = written("fr").replace(NAMES["fr"][0], NAMES["ar"][0]).replace(NAMES["fr"][1], "Cité")
    assert names_in(text.encode("cp1256")) == [NAMES["ar"][0], "Cité"]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_lines_end_as_every_system_ends_them(end: str) -> None:
    assert names_in(written("fr", end=end).encode()) == NAMES["fr"]


def test_a_cell_of_two_lines_is_one_cell() -> None:
    text = written("fr").replace("ÉCOLE DE", "ÉCOLE\nDE")
    assert names_in(text.encode()) == ["ÉCOLE\nDE BÉJAÏA", NAMES["fr"][1]]


def test_a_quotation_mark_that_is_not_closed_costs_its_own_line_only() -> None:
    head = ";".join(HEADINGS["fr"].values())
    text = f'{head}\nW1;"Cité;5;10;\nW2;B;5;10;\nW3;Cité";5;10;\nW4;"D";5;10;'
    lines = read_lines(rows_of_text(text.encode(), is_heading)).lines
    assert [(line.number, line.doubt) for line in lines if line.doubt] == [(2, "unreadable")]
    assert [line.cells["code"] for line in lines if not line.doubt] == ["W2", "W3", "W4"]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "empty"),
        (b" \r\n ", "empty"),
        (b"\x89PNG\r\n\x1a\n\x00\x00", "unknown_kind"),
        (b"\x7fELF" + bytes(40), "unknown_kind"),
        (b"\xff\xfe1", "broken"),
        (b"a" * (LARGEST_TEXT + 1), "too_large"),
        (b"a\n" * (MOST_LINES + 1), "too_many_lines"),
        (b";" * 1_000_000, "too_many_columns"),
    ],
)
def test_what_is_no_sheet_is_refused_with_its_reason(content: bytes, reason: str) -> None:
    with pytest.raises(UnusableSheet) as refused:
        list(rows_of_text(content, is_heading))
    assert refused.value.reason == reason


@given(st.lists(st.lists(st.text(max_size=12), min_size=2, max_size=4), max_size=5))
def test_what_our_own_sheets_hold_is_read_again(rows: list[list[str]]) -> None:
    heads = list(HEADINGS["fr"].values())
    text = "".join(sheet_lines(heads, rows))
    read = list(rows_of_text(text.encode(), is_heading))[1:]
    ours = list(csv.reader(text.splitlines(keepends=True)))[1:]
    assert [list(row.cells) for row in read if row.cells != ()] == [row for row in ours if row]
