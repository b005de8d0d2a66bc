"""A workbook is read as text, and one that would harm is refused before it is unpacked."""

from __future__ import annotations

import io
import time
import zipfile
from collections.abc import Callable
from contextlib import suppress

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook
from openpyxl.worksheet.formula import ArrayFormula

from webapp.adapters import workbooks
from webapp.adapters.workbooks import rows_of_workbook, write_workbook
from webapp.domain.errors import UnusableSheet
from webapp.domain.sheet_text import MOST_COLUMNS, MOST_LINES
from webapp.domain.sheets import safe_cell

LAUGHS = (
    b'<!DOCTYPE x [<!ENTITY a "ha ha ha ha">'
    + b"".join(
        b'<!ENTITY %c "%s">' % (letter, b"&%c;" % (letter - 1) * 10) for letter in range(98, 108)
    )
    + b"]>"
)
SHEET, BOOK, TYPES = "xl/worksheets/sheet1.xml", "xl/workbook.xml", "[Content_Types].xml"


def book(*rows: list[object]) -> bytes:
    """A workbook as a spreadsheet program writes it, its numbers as numbers."""
    made = Workbook()
    for row in rows:
        made.worksheets[0].append(row)
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def cells(content: bytes) -> list[list[str]]:
    return [list(row.cells) for row in rows_of_workbook(content)]


def altered(part: str, alter: Callable[[bytes], bytes], **more: bytes) -> bytes:
    """A sound workbook in which one part is another; `more` adds parts."""
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(book(["a", 1]))) as sound,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as bad,
    ):
        for name in sound.namelist():
            content = sound.read(name)
            bad.writestr(name, alter(content) if name == part else content)
        for name, content in more.items():
            bad.writestr(name, content)
    return out.getvalue()


def before_the_end(more: bytes) -> bytes:
    return altered(SHEET, lambda xml: xml.replace(b"</sheetData>", more + b"</sheetData>"))


def test_numbers_come_as_somebody_types_them() -> None:
    row = [5, 5.0, 1234.5, 1234.56, 0.123456, -3, 1e15, True, None, "١٢٣٤٫٥", "001"]
    (read,) = cells(book(row))
    assert read == [
        "5", "5", "1234.5", "1234.56", "0.123456", "-3", "1000000000000000", "True",
        "", "١٢٣٤٫٥", "001",
    ]  # fmt: skip


@pytest.mark.parametrize("formula", ["=1+1", ArrayFormula("A1", "=SUM(B1:B9)")])
def test_a_formula_comes_as_its_text_and_not_as_what_it_makes(formula: object) -> None:
    assert cells(book([formula]))[0][0].startswith("=")


def test_an_escape_of_half_a_sign_does_not_come_through() -> None:
    xml = b'<row><c t="inlineStr"><is><t>_xD800_ _x0000_ a</t></is></c></row>'
    (text,) = cells(before_the_end(xml))[-1]
    assert text.encode() and text.endswith("a")


def test_rows_keep_their_numbers() -> None:
    made = Workbook()
    made.worksheets[0]["B3"] = "x"
    out = io.BytesIO()
    made.save(out)
    assert cells(out.getvalue()) == [[], [], ["", "x"]]


HOSTILE: dict[str, tuple[bytes, str]] = {
    "bomb": (before_the_end(b" " * 20_000_000), "too_dense"),
    "bomb in a part of no use": (altered("", bytes, bomb=bytes(5_000_000)), "too_dense"),
    "billion laughs": (altered(SHEET, lambda xml: LAUGHS + xml), "entities"),
    "billion laughs in the book": (altered(BOOK, lambda xml: LAUGHS + xml), "entities"),
    "outside entity": (
        altered(SHEET, lambda xml: b'<!DOCTYPE x SYSTEM "file:///etc/passwd">' + xml), "entities",
    ),
    "too many rows": (before_the_end(b"<row/>" * MOST_LINES), "too_many_lines"),
    "too many columns": (
        before_the_end(b"<row>" + b"<c/>" * (MOST_COLUMNS + 1) + b"</row>"), "too_many_columns",
    ),
    "macros": (altered("", bytes, **{"xl/vbaProject.bin": b"x"}), "macros"),
    "macros by its type": (
        altered(TYPES, lambda xml: xml.replace(b"sheet.main", b"sheet.macroEnabled.main")),
        "macros",
    ),
    "no workbook": (altered(BOOK, bytes)[:200], "broken"),
    "another archive": (b"PK\x05\x06" + bytes(18), "unknown_kind"),
    "damaged": (altered(SHEET, lambda xml: xml[:300]), "broken"),
    "not even an archive": (b"PK\x03\x04" + b"x" * 90, "broken"),
    "too large": (bytes(workbooks.LARGEST + 1), "too_large"),
}  # fmt: skip


@pytest.mark.parametrize("what", HOSTILE)
def test_what_would_harm_is_refused_at_once_with_its_reason(what: str) -> None:
    content, reason = HOSTILE[what]
    begun = time.monotonic()
    with pytest.raises(UnusableSheet) as refused:
        cells(content)
    assert refused.value.reason == reason
    assert time.monotonic() - begun < 5


def test_a_million_columns_are_refused_as_a_workbook_and_in_random_letters() -> None:
    """The bomb that is not dense: each cell another."""
    row = b"".join(b"<c><v>%d</v></c>" % number for number in range(1_000_000))
    with pytest.raises(UnusableSheet) as refused:
        cells(before_the_end(b"<row>" + row + b"</row>"))
    assert refused.value.reason == "too_many_columns"


def test_a_row_that_says_it_is_the_billionth_costs_no_time() -> None:
    content = before_the_end(b'<row r="999999999"><c r="XFD999999999"><v>1</v></c></row>')
    begun = time.monotonic()
    assert len(cells(content)) == MOST_LINES + 1
    assert time.monotonic() - begun < 5


def test_a_locked_archive_is_called_locked() -> None:
    content = bytearray(book(["a"]))
    at = content.index(b"PK\x01\x02")
    content[at + 8] |= 1
    with pytest.raises(UnusableSheet) as refused:
        cells(bytes(content))
    assert refused.value.reason == "locked"


def test_the_second_guard_is_there_entities_are_refused_by_openpyxl_as_well() -> None:
    assert openpyxl.DEFUSEDXML


@given(
    st.lists(st.lists(st.text(max_size=12).map(safe_cell), min_size=1, max_size=5), max_size=5),
    st.booleans(),
)
def test_what_we_write_reads_back_the_same(rows: list[list[str]], right_to_left: bool) -> None:
    content = write_workbook("x", ["a", "b"], rows, right_to_left=right_to_left)
    read = cells(content)[1:]
    while rows and not any(rows[-1]):
        rows.pop()
    assert [row for row in read if row] == [_trimmed(row) for row in rows if any(row)]


def test_an_arabic_workbook_begins_on_the_right_and_nothing_in_it_is_a_formula() -> None:
    content = write_workbook("التصريح", ["a"], [["=1+1"], ["007"]], right_to_left=True)
    sheet = openpyxl.load_workbook(io.BytesIO(content)).worksheets[0]
    assert sheet.sheet_view.rightToLeft
    assert [cell.data_type for (cell,) in sheet.iter_rows()] == ["s"] * 3
    assert [cell.value for (cell,) in sheet.iter_rows()] == ["a", "=1+1", "007"]


@given(st.binary(max_size=300), st.integers(0, 6000))
def test_a_damaged_workbook_is_read_or_refused(noise: bytes, at: int) -> None:
    content = bytearray(SOUND)
    content[at : at + len(noise)] = noise
    with suppress(UnusableSheet):
        list(rows_of_workbook(bytes(content)))


SOUND = book(["a", 1, 2.5], ["b", "=1"])


def _trimmed(row: list[str]) -> list[str]:
    row = list(row)
    while row and not row[-1]:
        row.pop()
    return row
