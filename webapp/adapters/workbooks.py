"""Workbooks (XLSX) through openpyxl: the rows of one that was sent to us, and one of our own.

Nothing in it is computed, fetched or run: a formula comes as its text, macros are refused. An
archive that grows too large, or whose parts define entities, is refused before openpyxl sees it.
"""

from __future__ import annotations

import io
import warnings
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from typing import Any, Final

from lxml import etree
from openpyxl import Workbook, load_workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

from webapp.domain.errors import UnusableSheet
from webapp.domain.sheet_text import MOST_COLUMNS, MOST_LINES, Row

LARGEST: Final = 5 * 1024 * 1024
# Ten thousand lines of five cells unpack to four megabytes.
LARGEST_UNPACKED: Final = 24 * 1024 * 1024
MOST_PARTS: Final = 200
# Of a part of a megabyte or more: sheets of equal lines reach forty to one, bombs a thousand.
DENSEST: Final = 200
SMALL: Final = 1024 * 1024
ENCRYPTED: Final = 0x1
ZIP: Final = b"PK\x03\x04"
# The container of Excel before 2007, and of workbooks that a password protects.
OLD_EXCEL: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
# In which the first sign of XML stands, with a mark of its letters before it.
BEGINNING: Final = 16
AMOUNT: Final = "#,##0.00"
PORTION: Final = 64 * 1024
WIDTHS: Final = (18, 44, 24, 32, 48)


def rows_of_workbook(content: bytes) -> Iterator[Row]:
    """The rows of the first sheet, each cell as text. Raises UnusableSheet."""
    if len(content) > LARGEST:
        raise UnusableSheet(reason="too_large")
    _look_into(content)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # openpyxl tells what it leaves out, which is much
            book = load_workbook(io.BytesIO(content), read_only=True, keep_links=False)
            sheet = book.worksheets[0]
            sheet.reset_dimensions()  # what the sheet says of its own size is not believed
            rows = [
                _row([_text(cell) for cell in row])
                for _number, row in zip(
                    range(MOST_LINES + 1),
                    sheet.iter_rows(max_col=MOST_COLUMNS, values_only=True),
                    strict=False,
                )
            ]
    except Exception as error:
        # A reader raises anything for hostile bytes.
        raise UnusableSheet(reason="broken") from error
    return iter(rows)


def write_workbook(
    title: str,
    headings: Sequence[str],
    rows: Iterable[Sequence[str | Decimal]],
    *,
    right_to_left: bool,
    widths: Sequence[int] = WIDTHS,
) -> bytes:
    """A workbook of one sheet: what is text stays text, so that no cell of it is ever run.

    Amounts are numbers, and nothing else is read as one.
    """
    book = Workbook(write_only=True)
    sheet = book.create_sheet(title)
    sheet.sheet_view.rightToLeft = right_to_left
    sheet.freeze_panes = "A2"
    for place, width in enumerate(widths, start=1):
        sheet.column_dimensions[get_column_letter(place)].width = width
    for number, row in enumerate((headings, *rows)):
        sheet.append([_cell(sheet, value, heading=number == 0) for value in row])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _cell(sheet: Any, value: str | Decimal, *, heading: bool) -> Any:
    if value == "":
        return None  # a number that is typed here later is a number
    cell = WriteOnlyCell(sheet, value=value)
    if isinstance(value, Decimal):
        cell.number_format = AMOUNT
        return cell
    cell.data_type = "s"  # whatever it begins with
    cell.number_format = "@"
    if heading:
        cell.font = Font(bold=True)
    return cell


def _row(cells: list[str]) -> Row:
    while cells and not cells[-1]:
        cells.pop()
    return Row(tuple(cells))


def _text(value: object) -> str:
    """A cell as somebody would have typed it; a formula begins with its sign."""
    if value is None:
        return ""
    if isinstance(value, str):
        # Half a sign, written as an escape, would go into no database.
        return value.encode(errors="replace").decode()
    if isinstance(value, float) and value.is_integer() and abs(value) < 2**53:
        return str(int(value))
    if isinstance(value, float):
        number = Decimal(repr(value))
        return format(number, "f") if number.is_finite() else repr(value)
    if hasattr(value, "ref"):  # the formula of a table or a matrix
        return "=" + str(getattr(value, "text", "")).lstrip("=")
    return str(value)


def _look_into(content: bytes) -> None:
    """Refuse what is no workbook, what would grow too large, and what holds more than cells."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            parts = archive.infolist()
            _check_parts(parts)
            for part in parts:
                _check_part(archive, part)
    except UnusableSheet:
        raise
    except Exception as error:
        # A reader raises anything for hostile bytes.
        raise UnusableSheet(reason="broken") from error


def _check_parts(parts: Sequence[zipfile.ZipInfo]) -> None:
    names = {part.filename.lower() for part in parts}
    if "xl/workbook.xml" not in names:
        raise UnusableSheet(reason="unknown_kind")
    if any(part.flag_bits & ENCRYPTED for part in parts):
        raise UnusableSheet(reason="locked")
    if any(name.rpartition("/")[2].startswith("vbaproject") for name in names):
        raise UnusableSheet(reason="macros")
    # No more than is stated here is ever unpacked.
    dense = any(part.file_size > max(SMALL, DENSEST * max(part.compress_size, 1)) for part in parts)
    if dense or sum(part.file_size for part in parts) > LARGEST_UNPACKED:
        raise UnusableSheet(reason="too_dense")
    if len(parts) > MOST_PARTS or len(names) < len(parts):
        raise UnusableSheet(reason="broken")


class _Look:
    """What is looked at while a part of a workbook goes by; no tree of it is made."""

    def __init__(self) -> None:
        self._cells = self._rows = 0

    def start(self, tag: str, attributes: object) -> None:
        name = tag.rpartition("}")[2]
        if name == "row":
            self._cells, self._rows = 0, self._rows + 1
            if self._rows > MOST_LINES:
                raise UnusableSheet(reason="too_many_lines")
        elif name == "c":
            self._cells += 1
            if self._cells > MOST_COLUMNS:
                raise UnusableSheet(reason="too_many_columns")

    def doctype(self, *_names: object) -> None:
        raise UnusableSheet(reason="entities")

    def end(self, tag: str) -> None: ...

    def data(self, data: str) -> None: ...

    def close(self) -> None: ...


def _check_part(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> None:
    """Whatever it is called: what names a part of the workbook may name any."""
    parser = etree.XMLParser(  # type: ignore[call-overload]  # the stubs want every method
        target=_Look(), resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False
    )
    macros = part.filename == "[Content_Types].xml"
    with archive.open(part) as file:
        if b"<" not in file.read(BEGINNING):
            return
    with archive.open(part) as file:
        while portion := file.read(PORTION):
            if macros and b"macroEnabled" in portion:
                raise UnusableSheet(reason="macros")
            parser.feed(portion)
    parser.close()
