"""The sheet of the register: one line per worksite, read and checked cell by cell.

UTF-8 with or without a byte order mark, cells separated by commas or semicolons. The first line
names these columns, all of them, in any order; the columns of the employer are repeated on each
of its lines:

    member_number    1 to 20 digits, strokes and dashes
    name_ar          the employer's name in Arabic   (one of the two names must be there)
    name_fr          the employer's name in French
    nif              15 or 20 digits, or empty
    signatory_name   who signs for the employer, or empty
    language         ar or fr: in which the employer is written to
    periodicity      monthly or quarterly
    notice_channel   sms, email or portal: where notices go
    phone            a mobile number: 0550123456, 550123456, +213 550 12 34 56; or empty
    email            an address, or empty
    wilaya           code 01 to 69
    agency           code of the employer's agency; empty for that of the wilaya
    worksite_code    1 to 20 characters; empty, like the next two, for no worksite yet
    worksite_name    the worksite's name
    worksite_wilaya  code; empty for the employer's wilaya
"""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import TypeVar

from webapp.domain.contacts import BETWEEN_DIGITS, read_email, read_phone
from webapp.domain.errors import InvalidMemberNumber, InvalidRow
from webapp.domain.member_number import parse_member_number
from webapp.domain.period import Periodicity
from webapp.domain.text import clean_name, typed
from webapp.models import Employer, Language, NoticeChannel, Worksite

T = TypeVar("T")

EMPLOYER_COLUMNS = (
    "member_number", "name_ar", "name_fr", "nif", "signatory_name", "language", "periodicity",
    "notice_channel", "phone", "email", "wilaya", "agency",
)  # fmt: skip
WORKSITE_COLUMNS = ("worksite_code", "worksite_name", "worksite_wilaya")
COLUMNS = (*EMPLOYER_COLUMNS, *WORKSITE_COLUMNS)

LENGTHS = {
    column.name: column.type.length
    for column in (*Employer.__table__.columns, *Worksite.__table__.columns)
    if hasattr(column.type, "length")
}
NIF = re.compile(r"[0-9]{15}(?:[0-9]{5})?")
NOT_UTF8 = re.compile("[\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class EmployerRecord:
    """An employer as the register states it; every value has been checked."""

    member_number: str
    name_ar: str
    name_fr: str
    nif: str
    signatory_name: str
    language: Language
    periodicity: Periodicity
    notice_channel: NoticeChannel
    phone: str
    email: str
    wilaya_code: str
    agency_code: str


@dataclass(frozen=True, slots=True)
class WorksiteRecord:
    """A worksite of an employer as the register states it."""

    code: str
    name: str
    wilaya_code: str


@dataclass(frozen=True, slots=True)
class RegisterLine:
    """One good line of the sheet; `number` counts the lines of the file from 1."""

    number: int
    employer: EmployerRecord
    worksite: WorksiteRecord | None


@dataclass(frozen=True, slots=True)
class Agencies:
    """The agencies by their code, the code of the agency of each wilaya, and the wilayas."""

    ids: Mapping[str, int]
    of_wilaya: Mapping[str, str]
    wilayas: frozenset[str]


def read_register(path: Path, agencies: Agencies) -> Iterator[RegisterLine | InvalidRow]:
    """Read the sheet line by line; a bad line comes as the error that tells what is wrong.

    Raises InvalidRow when the first line does not name the columns: then nothing can be read.
    """
    reader = _LineReader(agencies)
    for line in read_sheet(path, COLUMNS):
        yield line if isinstance(line, InvalidRow) else reader.read(line)


def read_sheet(path: Path, columns: Sequence[str]) -> Iterator[SheetLine | InvalidRow]:
    """The lines of a sheet with these columns; an unreadable one comes as its error.

    Raises InvalidRow when the first line does not name the columns: then nothing can be read.
    """
    with path.open(encoding="utf-8-sig", errors="surrogateescape", newline="") as file:
        first = file.readline()
        delimiter = ";" if first.count(";") > first.count(",") else ","
        rows = csv.reader(chain([first], file), delimiter=delimiter)
        header = _header(next(rows, []), columns)
        while True:
            number = rows.line_num + 1
            try:
                cells = next(rows)
            except StopIteration:
                return
            except csv.Error:
                yield InvalidRow(line=number, column="", value="", reason="unreadable")
                continue
            if any(cell.strip() for cell in cells):
                try:
                    yield SheetLine(number, header, cells)
                except InvalidRow as error:
                    yield error


def _header(cells: Sequence[str], columns: Sequence[str]) -> list[str]:
    names = [typed(cell).lower() for cell in cells]
    while names and not names[-1]:
        names.pop()
    for column in columns:
        if names.count(column) != 1:
            reason = "column_twice" if column in names else "column_missing"
            raise InvalidRow(line=1, column=column, value="", reason=reason)
    for name in names:
        if name not in columns:
            raise InvalidRow(line=1, column=name, value=name, reason="column_unknown")
    return names


class _LineReader:
    """Reads lines one after the other; an employer's cells that repeat are checked once."""

    def __init__(self, agencies: Agencies) -> None:
        self._agencies = agencies
        self._last: tuple[list[str], EmployerRecord] | None = None

    def read(self, line: SheetLine) -> RegisterLine | InvalidRow:
        try:
            told = [line.cells[column] for column in EMPLOYER_COLUMNS]
            if self._last is None or self._last[0] != told:
                self._last = (told, _employer(line, self._agencies))
            employer = self._last[1]
            return RegisterLine(line.number, employer, _worksite(line, employer, self._agencies))
        except InvalidRow as error:
            return error


class SheetLine:
    """The cells of one line by their column."""

    def __init__(self, number: int, header: list[str], cells: list[str]) -> None:
        self.number = number
        more = [cell for cell in cells[len(header) :] if cell.strip()]
        if more:
            raise self.error("", more[0], "too_many_cells")
        self.cells = dict.fromkeys(header, "") | dict(zip(header, cells, strict=False))
        for column, text in self.cells.items():
            if NOT_UTF8.search(text):
                raise self.error(column, text, "not_utf8")

    def read(self, column: str, check: Callable[[str], T]) -> T:
        """The cell as `check` reads it, which raises ValueError with the reason."""
        text = self.cells[column]
        try:
            return check(text)
        except ValueError as error:
            raise self.error(column, text, str(error)) from error

    def error(self, column: str, value: str, reason: str) -> InvalidRow:
        value = value.encode(errors="replace").decode()
        return InvalidRow(line=self.number, column=column, value=value, reason=reason)


def _employer(line: SheetLine, agencies: Agencies) -> EmployerRecord:
    wilaya = line.read("wilaya", _wilaya(agencies))

    def agency(text: str) -> str:
        code = typed(text) or agencies.of_wilaya.get(wilaya, "")
        if code not in agencies.ids:
            raise ValueError("unknown_agency")
        return code

    record = EmployerRecord(
        member_number=line.read("member_number", read_member_number),
        name_ar=line.read("name_ar", _text("name_ar")),
        name_fr=line.read("name_fr", _text("name_fr")),
        nif=line.read("nif", _nif),
        signatory_name=line.read("signatory_name", _text("signatory_name")),
        language=line.read("language", lambda text: Language(_word(text, Language))),
        periodicity=line.read("periodicity", lambda text: Periodicity(_word(text, Periodicity))),
        notice_channel=line.read(
            "notice_channel", lambda text: NoticeChannel(_word(text, NoticeChannel))
        ),
        phone=line.read("phone", read_phone),
        email=line.read("email", read_email),
        wilaya_code=wilaya,
        agency_code=line.read("agency", agency),
    )
    if not record.name_ar and not record.name_fr:
        raise line.error("name_ar", "", "no_name")
    return record


def _worksite(
    line: SheetLine, employer: EmployerRecord, agencies: Agencies
) -> WorksiteRecord | None:
    if not any(line.cells[column].strip() for column in WORKSITE_COLUMNS):
        return None

    def wilaya(text: str) -> str:
        return _wilaya(agencies)(text) if text.strip() else employer.wilaya_code

    return WorksiteRecord(
        code=line.read("worksite_code", _text("code", needed=True)),
        name=line.read("worksite_name", _text("name", needed=True)),
        wilaya_code=line.read("worksite_wilaya", wilaya),
    )


def read_member_number(text: str) -> str:
    """A member number as a cell has it. Raises ValueError with the reason."""
    try:
        return parse_member_number(text)
    except InvalidMemberNumber as error:
        raise ValueError("not_a_member_number") from error


def _text(column: str, *, needed: bool = False) -> Callable[[str], str]:
    def check(text: str) -> str:
        cleaned = clean_name(text)
        if needed and not cleaned:
            raise ValueError("empty")
        if len(cleaned) > LENGTHS[column]:
            raise ValueError("too_long")
        return cleaned

    return check


def _word(text: str, words: type[Language] | type[Periodicity] | type[NoticeChannel]) -> str:
    word = typed(text).lower()
    if word not in list(words):
        raise ValueError(f"not_one_of {' '.join(words)}")
    return word


def _wilaya(agencies: Agencies) -> Callable[[str], str]:
    def read(text: str) -> str:
        code = typed(text).zfill(2)
        if code not in agencies.wilayas:
            raise ValueError("unknown_wilaya")
        return code

    return read


def _nif(text: str) -> str:
    number = BETWEEN_DIGITS.sub("", typed(text))
    if number and NIF.fullmatch(number) is None:
        raise ValueError("not_15_or_20_digits")
    return number
