"""The sheet of mandates that were signed on paper before this service: read cell by cell.

Written like the register's (`register_lines`), with these columns, one mandate a line:

    member_number    of an employer of the register
    account          20 digits, or a CCP number with its key
    signed_on        2019-05-31 or 31/05/2019
    quality          owner, manager or proxy: as what the signatory signed; or empty
    ceiling          dinars per debit, or empty
    covers_arrears   yes or no; empty is no
    worksites        codes with a space between; empty for all of the employer's
    paper            the number or place of the signed paper
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from webapp.domain.errors import InvalidAccountNumber, InvalidAmount, InvalidRow
from webapp.domain.money import Centimes, parse_amount
from webapp.domain.rib import Rib
from webapp.domain.text import clean_name, typed
from webapp.models import SignatoryQuality
from webapp.services.register_lines import SheetLine, read_member_number, read_sheet

MANDATE_COLUMNS = (
    "member_number", "account", "signed_on", "quality", "ceiling", "covers_arrears", "worksites",
    "paper",
)  # fmt: skip
LONGEST_PAPER = 60


@dataclass(frozen=True, slots=True)
class MandateLine:
    """One good line; `number` counts the lines of the file from 1."""

    number: int
    member_number: str
    account: Rib
    signed_on: date
    quality: SignatoryQuality
    ceiling: Centimes | None
    covers_arrears: bool
    worksites: tuple[str, ...]
    paper: str


def read_mandates(path: Path, today: date) -> Iterator[MandateLine | InvalidRow]:
    """Read the sheet line by line; a bad line comes as the error that tells what is wrong.

    Raises InvalidRow when the first line does not name the columns.
    """

    def signed_on(text: str) -> date:
        day = _day(text)
        if day > today:
            raise ValueError("in_the_future")
        return day

    for line in read_sheet(path, MANDATE_COLUMNS):
        if isinstance(line, InvalidRow):
            yield line
            continue
        try:
            yield _mandate(line, line.read("signed_on", signed_on))
        except InvalidRow as error:
            yield error


def _mandate(line: SheetLine, signed_on: date) -> MandateLine:
    return MandateLine(
        number=line.number,
        member_number=line.read("member_number", read_member_number),
        account=line.read("account", _account),
        signed_on=signed_on,
        quality=line.read("quality", _quality),
        ceiling=line.read("ceiling", _ceiling),
        covers_arrears=line.read("covers_arrears", _yes),
        worksites=tuple(typed(line.cells["worksites"]).split()),
        paper=line.read("paper", _paper),
    )


def _account(text: str) -> Rib:
    try:
        return Rib.parse(text)
    except InvalidAccountNumber as error:
        raise ValueError(error.code) from error


def _day(text: str) -> date:
    cleaned = typed(text)
    if cleaned.count("/") == 2:
        cleaned = "-".join(reversed(cleaned.split("/")))
    try:
        return date.fromisoformat(cleaned)
    except ValueError as error:
        raise ValueError("not_a_day") from error


def _quality(text: str) -> SignatoryQuality:
    word = typed(text).lower()
    if not word:
        return SignatoryQuality.UNKNOWN
    if word not in list(SignatoryQuality):
        raise ValueError("not_one_of owner manager proxy")
    return SignatoryQuality(word)


def _ceiling(text: str) -> Centimes | None:
    if not typed(text):
        return None
    try:
        amount = parse_amount(text)
    except InvalidAmount as error:
        raise ValueError(f"amount_{error.reason}") from error
    if not amount:
        raise ValueError("amount_zero")
    return Centimes(amount)


def _yes(text: str) -> bool:
    word = typed(text).lower()
    if word not in {"", "no", "non", "yes", "oui", "0", "1"}:
        raise ValueError("not_yes_or_no")
    return word in {"yes", "oui", "1"}


def _paper(text: str) -> str:
    name = clean_name(text)
    if not name:
        raise ValueError("empty")
    if len(name) > LONGEST_PAPER:
        raise ValueError("too_long")
    return name
