"""A sheet that came as text (CSV): its letters, what parts its cells, and its rows.

Nobody says how such a file was written: Excel in French parts cells by semicolons and writes
Windows-1252, in Arabic Windows-1256, other programs UTF-8 with commas, with a mark or without.
"""

from __future__ import annotations

import codecs
import csv
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from webapp.domain.errors import UnusableSheet

LARGEST_TEXT = 2 * 1024 * 1024
MOST_LINES = 10_000
MOST_COLUMNS = 256
# No line of ours comes near it: a line of a million cells is not even taken apart.
LONGEST_LINE = 20_000
# How many lines of the file one cell may hold, between quotation marks.
LINES_OF_A_CELL = 10
DELIMITERS = ";,\t|"
MARKS = {
    codecs.BOM_UTF8: "utf-8-sig",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}
# What a text never holds; what a picture or a program begins with.
CONTROLS = re.compile("[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]")
BREAKS = re.compile("\r\n|\r|\n")
ARABIC_WORD = re.compile("[\u0621-\u064a]{2,}")
TWO_SCRIPTS = re.compile("[a-z][\u0600-\u06ff]|[\u0600-\u06ff][a-z]", re.IGNORECASE)

# Whether a row of cells holds headings that we know.
IsHeading = Callable[[Sequence[str]], bool]


@dataclass(frozen=True, slots=True)
class Row:
    """The cells of a row; of one that cannot be taken apart, the whole text as its only cell.

    `delimiter` is what parted them; nothing, in a workbook, where each has its own place.
    """

    cells: tuple[str, ...]
    delimiter: str = ""
    readable: bool = True


def rows_of_text(content: bytes, is_heading: IsHeading) -> Iterator[Row]:
    """The rows of a sheet of text, the empty ones as well, so that they count like a program's.

    `is_heading` tells which way of reading the letters and of parting the cells is the right
    one. A line that cannot be taken apart costs no other line. Raises UnusableSheet.
    """
    if not content.strip():
        raise UnusableSheet(reason="empty")
    if len(content) > LARGEST_TEXT:
        raise UnusableSheet(reason="too_large")
    lines = BREAKS.split(decode(content, is_heading))
    if len(lines) > MOST_LINES + 1:
        raise UnusableSheet(reason="too_many_lines")
    if max(map(len, lines)) > LONGEST_LINE:
        raise UnusableSheet(reason="too_many_columns")
    return _rows(lines, _delimiter(lines, is_heading))


def decode(content: bytes, is_heading: IsHeading) -> str:
    """The text of the bytes. Raises UnusableSheet for what is no text.

    A mark at the beginning decides, then UTF-8, which other letters hardly ever are by chance.
    What is left is Windows-1256 when Arabic headings come out of it, or more Arabic words than
    French ones broken by an Arabic letter; else Windows-1252. The two write é, è, ç and à alike.
    """
    text = _marked(content)
    if text is None:
        try:
            text = content.decode("utf-8")
        except UnicodeDecodeError:
            text = _of_windows(content, is_heading)
    if CONTROLS.search(text):
        raise UnusableSheet(reason="unknown_kind")
    return text


def _marked(content: bytes) -> str | None:
    for mark, encoding in MARKS.items():
        if content.startswith(mark):
            try:
                return content.decode(encoding)
            except UnicodeDecodeError as error:
                raise UnusableSheet(reason="broken") from error
    return None


def _of_windows(content: bytes, is_heading: IsHeading) -> str:
    arabic = content.decode("cp1256")
    try:
        latin = content.decode("cp1252")
    except UnicodeDecodeError:
        return arabic
    heads = {
        text: any(
            is_heading(_cells(line, delimiter) or ())
            for line in BREAKS.split(text[:LONGEST_LINE])[:LINES_OF_A_CELL]
            for delimiter in DELIMITERS
        )
        for text in (arabic, latin)
    }
    if heads[arabic] != heads[latin]:
        return arabic if heads[arabic] else latin
    words, broken = len(ARABIC_WORD.findall(arabic)), len(TWO_SCRIPTS.findall(arabic))
    return arabic if words > broken else latin


def _delimiter(lines: Sequence[str], is_heading: IsHeading) -> str:
    """What parts the headings; without headings it does not matter."""
    first = lines[: 2 * LINES_OF_A_CELL]
    for delimiter in DELIMITERS:
        if any(is_heading(_cells(line, delimiter) or ()) for line in first):
            return delimiter
    return DELIMITERS[0]


def _rows(lines: Sequence[str], delimiter: str) -> Iterator[Row]:
    start = 0
    while start < len(lines):
        for taken in range(1, LINES_OF_A_CELL + 1):
            cells = _cells("\n".join(lines[start : start + taken]), delimiter)
            if cells is not None:
                yield Row(cells, delimiter)
                start += taken
                break
            if '"' not in lines[start] or start + taken >= len(lines):
                yield Row((lines[start],), delimiter, readable=False)
                start += 1
                break
        else:
            yield Row((lines[start],), delimiter, readable=False)
            start += 1


def _cells(text: str, delimiter: str) -> tuple[str, ...] | None:
    """The cells of one row; None where a quotation mark is not closed or stands astray.

    A cell of several lines that holds a delimiter as well has more likely swallowed a row.
    """
    if '"' not in text:
        return tuple(text.split(delimiter)) if text else ()
    try:
        # Fed as one piece, for a cell may hold a line break.
        rows = list(csv.reader([text], delimiter=delimiter, strict=True))
    except csv.Error:
        return None
    swallowed = any("\n" in cell and delimiter in cell for row in rows for cell in row)
    return tuple(rows[0]) if len(rows) == 1 and not swallowed else None
