"""The lines of a sheet of wages: its columns by our template's headings, and a line's cells.

The template's headings stand here in both languages, for they are a format: a sheet is known by
them whatever language its reader reads.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from webapp.domain.errors import UnusableSheet
from webapp.domain.search_key import search_key
from webapp.domain.sheet_text import MOST_COLUMNS, MOST_LINES, Row
from webapp.domain.sheets import safe_cell
from webapp.domain.text import typed

LONGEST_CELL = 200
# People write the name of their firm above the headings.
LINES_ABOVE = 10


class Column(StrEnum):
    """What a cell tells about a worksite; the last three are the fields of the form."""

    CODE = "code"
    NAME = "name"
    WORKERS = "workers"
    LEAVE_BASE = "leave_base"
    WEATHER_BASE = "weather_base"


FIGURES = (Column.WORKERS, Column.LEAVE_BASE, Column.WEATHER_BASE)
AMOUNTS = (Column.LEAVE_BASE, Column.WEATHER_BASE)
CENTIMES = re.compile("[0-9]{2}")
NEEDED = (Column.WORKERS, Column.LEAVE_BASE)
# By language, in the order of the template.
HEADINGS: Mapping[str, Mapping[Column, str]] = {
    "ar": {
        Column.CODE: "رمز الورشة",
        Column.NAME: "اسم الورشة",
        Column.WORKERS: "عدد العمال",
        Column.LEAVE_BASE: "وعاء العطل المدفوعة الأجر (دج)",
        Column.WEATHER_BASE: "وعاء البطالة الناجمة عن سوء الأحوال الجوية (دج)",
    },
    "fr": {
        Column.CODE: "Code du chantier",
        Column.NAME: "Nom du chantier",
        Column.WORKERS: "Nombre de travailleurs",
        Column.LEAVE_BASE: "Assiette congés payés (DA)",
        Column.WEATHER_BASE: "Assiette chômage-intempéries (DA)",
    },
}
BY_HEADING = {
    search_key(heading): column for words in HEADINGS.values() for column, heading in words.items()
}


@dataclass(frozen=True, slots=True)
class SheetLine:
    """One line as the sheet has it; `number` is the row's in a spreadsheet program, from 1.

    `doubt` says why its cells are not sure to stand under their headings (unreadable,
    too_many_cells or split_amount): then no figure of it is taken, and `raw` shows it whole.
    """

    number: int
    cells: Mapping[str, str]
    doubt: str = ""
    raw: str = ""


@dataclass(frozen=True, slots=True)
class Sheet:
    """What a sheet says: where each column stands (A, B…), its lines, and how many had no figure.

    A line with a worksite and no figure is one that is not filled in yet: it is left out.
    """

    places: Mapping[str, str]
    lines: tuple[SheetLine, ...]
    empty: int


def is_heading(cells: Sequence[str]) -> bool:
    """Whether a row holds the headings without which nothing can be read, in either language."""
    found = set(_columns(cells).values())
    return found.issuperset(NEEDED) and not found.isdisjoint({Column.CODE, Column.NAME})


def read_lines(rows: Iterable[Row]) -> Sheet:
    """The lines under the headings, which stand in any order. Raises UnusableSheet."""
    numbered = enumerate(rows, start=1)
    headings = _headings(numbered)
    lines, empty = [], 0
    for number, row in numbered:
        if number > MOST_LINES:
            raise UnusableSheet(reason="too_many_lines")
        line = _line(number, row, headings)
        if line is None:
            continue
        if line.doubt or any(line.cells[figure] for figure in FIGURES):
            lines.append(line)
        else:
            empty += 1
    if not lines:
        raise UnusableSheet(reason="no_lines")
    places = {column.value: letter(place) for place, column in headings.columns.items()}
    return Sheet(places, tuple(lines), empty)


def letter(place: int) -> str:
    """What a spreadsheet program calls the column at this place, from 0: A, B… Z, AA…"""
    more, last = divmod(place, 26)
    return (letter(more - 1) if more else "") + chr(ord("A") + last)


def template_rows(
    language: str, worksites: Iterable[tuple[str, str]]
) -> tuple[list[str], list[list[str]]]:
    """The headings of the template and a row for each worksite (code, name), without figures."""
    words = HEADINGS[language]
    rows = [[safe_cell(code), safe_cell(name), *([""] * len(FIGURES))] for code, name in worksites]
    return list(words.values()), rows


def _columns(cells: Sequence[str]) -> dict[int, Column]:
    """The columns that we know by their place."""
    keys = ((place, search_key(cell)) for place, cell in enumerate(cells[:MOST_COLUMNS]))
    return {place: BY_HEADING[key] for place, key in keys if key in BY_HEADING}


@dataclass(frozen=True, slots=True)
class _Headings:
    """Our columns by their place, and how many columns the sheet has."""

    columns: Mapping[int, Column]
    width: int


def _headings(numbered: Iterator[tuple[int, Row]]) -> _Headings:
    """Take rows until the headings have come. Raises UnusableSheet where they do not."""
    for number, row in numbered:
        if is_heading(row.cells):
            columns = _columns(row.cells)
            found = list(columns.values())
            for column in found:
                if found.count(column) > 1:
                    raise UnusableSheet(reason="heading_twice", column=column.value)
            named = [place for place, cell in enumerate(row.cells) if cell.strip()]
            return _Headings(columns, named[-1] + 1)
        if number > LINES_ABOVE:
            break
    raise UnusableSheet(reason="no_headings")


def _line(number: int, row: Row, headings: _Headings) -> SheetLine | None:
    """The line of a row; None for an empty one."""
    cells = dict.fromkeys((column.value for column in Column), "")
    whole = " | ".join(cell.strip() for cell in row.cells if cell.strip())
    if not whole:
        return None
    if not row.readable:
        return SheetLine(number, cells, "unreadable", _short(whole))
    for place, column in headings.columns.items():
        if place < len(row.cells):
            cells[column.value] = _short(row.cells[place].strip())
    doubt = _doubt(row, headings)
    if doubt:
        cells |= {figure.value: "" for figure in FIGURES}
        return SheetLine(number, cells, doubt, _short(whole))
    return SheetLine(number, cells) if any(cells.values()) else None


def _doubt(row: Row, headings: _Headings) -> str:
    """Why the cells of a row of text may stand under the wrong headings.

    In a sheet parted by commas, 1000,50 without quotation marks becomes two cells, and its
    centimes would be declared as the base for bad weather.
    """
    if row.delimiter and any(cell.strip() for cell in row.cells[headings.width :]):
        return "too_many_cells"
    amounts = {place for place, column in headings.columns.items() if column in AMOUNTS}
    for place, cell in enumerate(row.cells):
        after_an_amount = place - 1 in amounts and row.cells[place - 1].strip()
        if row.delimiter == "," and after_an_amount and CENTIMES.fullmatch(typed(cell)):
            return "split_amount"
    return ""


def _short(text: str) -> str:
    """Longer than any value, so that it is refused as too long and not cut to fit."""
    return text[: LONGEST_CELL + 1]
