"""Sheets (CSV) that people open in a spreadsheet program: nothing in them is ever run there."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator

from webapp.domain.text import clean_name

# What a spreadsheet program takes for the beginning of a formula.
FORMULA = ("=", "+", "-", "@", "\t", "\r")
# Tells spreadsheet programs that the bytes are UTF-8.
BYTE_ORDER_MARK = "\ufeff"


def safe_cell(value: object) -> str:
    """The text of a cell, without direction marks; one that looks like a formula is quoted."""
    raw = str(value)
    text = clean_name(raw)
    return f"'{text}" if raw.startswith(FORMULA) or text.startswith(FORMULA) else text


def looks_like_formula(cell: str) -> bool:
    """Whether a spreadsheet program may take what somebody sent us for a formula."""
    return cell.lstrip(" \ufeff\xa0").startswith(FORMULA) or clean_name(cell).startswith(FORMULA)


def sheet_lines(headings: Iterable[str], rows: Iterable[Iterable[object]]) -> Iterator[str]:
    """The lines of a sheet, its headings first; each is written when it is asked for."""
    yield BYTE_ORDER_MARK + _line(headings)
    for row in rows:
        yield _line(row)


def _line(cells: Iterable[object]) -> str:
    line = io.StringIO()
    csv.writer(line).writerow([safe_cell(cell) for cell in cells])
    return line.getvalue()
