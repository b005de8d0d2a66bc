"""The layout csv1: one line for each collection, for a bank that reads no ISO 20022.

UTF-8 without a byte order mark; columns parted by semicolons, lines ended by CR LF; a cell that
holds a semicolon or a quotation mark stands in quotation marks, which are doubled inside (RFC
4180). The first line holds the names of the columns, then comes a line for each collection, then
one trailer:

    column               in a collection                       in the trailer
    record               D                                     T
    file                 reference of the file, MsgId          the same
    collect_on           day of the debit, 2026-10-29          the same
    creditor_identifier  the fund's identifier at the bank     the same
    creditor_account     the fund's account                    the same
    end_to_end_id        reference of the collection           how many collections
    amount               dinars, a point, two decimals         their sum
    currency             DZD                                   DZD
    mandate              reference of the authorisation        empty
    signed_on            when it was signed, 2026-01-18        empty
    debtor_bank          three digits                          empty
    debtor_account       RIB or RIP, 20 digits                 empty
    debtor_name          up to 70 characters                   empty
    remittance           up to 140 characters, or empty        empty

A name or remittance that begins with = + - @ gets an apostrophe before it, so that no program of
sheets takes it for a formula; a reference that begins so is refused, for it must come back.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from webapp.banking.collections import Collection, CollectionBatch
from webapp.banking.file_values import (
    LONGEST_ACCOUNT,
    LONGEST_REFERENCE,
    LONGEST_REMITTANCE,
    bank_text,
    check_totals,
    checked_amount,
    checked_name,
    checked_reference,
)
from webapp.banking.layouts.layout import Layout
from webapp.domain.errors import InvalidInput, SchemaViolation
from webapp.domain.money import LARGEST_AMOUNT
from webapp.domain.rib import Rib

if TYPE_CHECKING:
    from _csv import Writer as CsvWriter

COLUMNS = (
    "record", "file", "collect_on", "creditor_identifier", "creditor_account", "end_to_end_id",
    "amount", "currency", "mandate", "signed_on", "debtor_bank", "debtor_account", "debtor_name",
    "remittance",
)  # fmt: skip
HEAD = COLUMNS.index("end_to_end_id")  # the columns before it are those of the batch
FORMULA = ("=", "+", "-", "@")
LINES_AT_ONCE = 500
LONGEST_LINE = 4_096

AMOUNT = re.compile(r"(0|[1-9][0-9]*)\.([0-9]{2})")
COUNT = re.compile(r"[1-9][0-9]{0,17}")
REFERENCE = re.compile(rf"(?![=+@-])[!-~](?:[ -~]{{0,{LONGEST_REFERENCE - 2}}}[!-~])?")


def write(out: BinaryIO, batch: CollectionBatch, collections: Iterable[Collection]) -> None:
    """Write the batch and its collections, one a line, holding few of them at a time.

    Raises as Layout.write says.
    """
    if batch.count < 1:
        raise InvalidInput(field="count")
    head = (
        _reference("message_id", batch.message_id),
        batch.collect_on.isoformat(),
        _reference("creditor_identifier", batch.creditor_identifier),
        _reference("creditor_account", batch.creditor_account, LONGEST_ACCOUNT),
    )
    lines = io.StringIO(newline="")
    table = _table(lines)
    table.writerow(COLUMNS)
    count = total = 0
    for collection in collections:
        table.writerow(("D", *head, *_collection(collection)))
        count += 1
        total += collection.amount
        if count % LINES_AT_ONCE == 0:
            _flush(lines, out)
    empty = [""] * (len(COLUMNS) - HEAD - 3)
    table.writerow(("T", *head, count, _dinars(total), "DZD", *empty))
    _flush(lines, out)
    check_totals(batch, count, total)


def _table(out: io.StringIO) -> CsvWriter:
    return csv.writer(out, delimiter=";", lineterminator="\r\n")


def _flush(lines: io.StringIO, out: BinaryIO) -> None:
    out.write(lines.getvalue().encode())
    lines.seek(0)
    lines.truncate()


def _collection(collection: Collection) -> tuple[str, ...]:
    """The cells from end_to_end_id on."""
    return (
        _reference("end_to_end_id", collection.end_to_end_id),
        _dinars(checked_amount(collection.amount)),
        "DZD",
        _reference("mandate_reference", collection.mandate_reference),
        collection.mandate_signed_on.isoformat(),
        collection.account.bank,
        collection.account.digits,
        _no_formula(checked_name("debtor_name", collection.debtor_name)),
        _no_formula(bank_text(collection.remittance, LONGEST_REMITTANCE)),
    )


def _dinars(centimes: int) -> str:
    return f"{centimes // 100}.{centimes % 100:02}"


def _reference(field: str, text: str, longest: int = LONGEST_REFERENCE) -> str:
    if text.startswith(FORMULA):
        raise InvalidInput(field=field)
    return checked_reference(field, text, longest)


def _no_formula(text: str) -> str:
    return f"'{text}" if text.startswith(FORMULA) else text


@dataclass
class _Read:
    """What the lines so far add up to."""

    head: tuple[str, ...] = ()
    count: int = 0
    total: int = 0


def validate(path: Path) -> None:
    """Read a file of this layout and check every cell, the count and the sum.

    Raises SchemaViolation with the line of the first fault; `detail` names the column, never what
    stands in it.
    """
    read, ended, number = _Read(), False, 0
    with path.open("rb") as file:
        for number, line in enumerate(_lines(file), 1):
            cells = _cells(number, line)
            if number == 1:
                _expect(tuple(cells) == COLUMNS, number, "header")
                continue
            _expect(not ended, number, "lines after the trailer")
            ended = cells[0] == "T"
            if number == 2:
                read.head = tuple(cells[1:HEAD])
                _check_head(number, cells)
            _expect(tuple(cells[1:HEAD]) == read.head, number, "another file or creditor")
            if ended:
                _check_trailer(number, cells, read)
            else:
                _check_collection(number, cells, read)
    _expect(ended, max(number, 1), "no trailer")


def _lines(file: BinaryIO) -> Iterator[bytes]:
    """The lines of a file, none longer than a collection can be."""
    while line := file.readline(LONGEST_LINE):
        yield line


def _cells(number: int, line: bytes) -> list[str]:
    try:
        text = line.decode()
        _expect(text.endswith("\r\n"), number, "end of line")
        (cells,) = csv.reader([text], delimiter=";", strict=True)
    except (UnicodeDecodeError, csv.Error, ValueError):
        raise SchemaViolation(line=number, detail="not a line of UTF-8 CSV") from None
    _expect(len(cells) == len(COLUMNS), number, "number of columns")
    # What could be read in another way than it was written is no line of ours.
    again = io.StringIO(newline="")
    _table(again).writerow(cells)
    _expect(again.getvalue() == text, number, "quotation marks")
    return cells


def _check_head(number: int, cells: list[str]) -> None:
    _expect(REFERENCE.fullmatch(cells[1]), number, "file")
    _expect(_is_day(cells[2]), number, "collect_on")
    _expect(REFERENCE.fullmatch(cells[3]), number, "creditor_identifier")
    _expect(REFERENCE.fullmatch(cells[4]), number, "creditor_account")


def _check_collection(number: int, cells: list[str], read: _Read) -> None:
    cell = dict(zip(COLUMNS, cells, strict=True))
    _expect(cell["record"] == "D", number, "record")
    for name in ("end_to_end_id", "mandate"):
        _expect(REFERENCE.fullmatch(cell[name]), number, name)
    amount = _centimes(cell["amount"])
    _expect(0 < amount <= LARGEST_AMOUNT, number, "amount")
    _expect(cell["currency"] == "DZD", number, "currency")
    _expect(_is_day(cell["signed_on"]), number, "signed_on")
    _expect(_is_account(cell["debtor_account"], cell["debtor_bank"]), number, "debtor_account")
    _expect(cell["debtor_name"], number, "debtor_name")
    for name in ("debtor_name", "remittance"):
        _expect(_no_formula(cell[name]) == cell[name], number, name)
    read.count += 1
    read.total += amount


def _check_trailer(number: int, cells: list[str], read: _Read) -> None:
    count, total, currency, *rest = cells[HEAD:]
    _expect(COUNT.fullmatch(count) and int(count) == read.count, number, "count")
    _expect(_centimes(total) == read.total, number, "sum")
    _expect(currency == "DZD", number, "currency")
    _expect(not any(rest), number, "trailer")


def _centimes(text: str) -> int:
    """The amount in centimes; -1 for what is no amount."""
    found = AMOUNT.fullmatch(text)
    return int(found[1]) * 100 + int(found[2]) if found else -1


def _is_day(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def _is_account(digits: str, bank: str) -> bool:
    try:
        return Rib.from_digits(digits).digits == digits and digits[:3] == bank
    except (InvalidInput, ValueError):
        return False


def _expect(holds: object, line: int, detail: str) -> None:
    if not holds:
        raise SchemaViolation(line=line, detail=detail)


LAYOUT = Layout(name="csv1", suffix=".csv", write=write, validate=validate)
