"""The sheet of mandates that were signed on paper before this service: read cell by cell.

Written like the register's (`register_lines`), with these columns, one mandate a line:

    member_number    of an employer of the register
    account          20 digits, or a CCP number with its key
    signed_on        2019-05-31 or 31/05/2019
    signatory_name   who signed; empty for the signatory of the register
    quality          owner, manager or proxy: as what they signed; or empty
    ceiling          dinars per debit, or empty
    covers_arrears   yes or no; empty is no
    worksites        their codes with | between; empty for all of the employer's
    paper_reference  number or place of the signed paper; empty while it is not here

What is wrong with a line never holds a whole account number, whichever column it stands in.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from webapp.domain.errors import InvalidAccountNumber, InvalidAmount, InvalidRow
from webapp.domain.money import Centimes, parse_amount
from webapp.domain.rib import Rib
from webapp.domain.text import clean_name, typed
from webapp.models import Mandate, SignatoryQuality
from webapp.services.register_lines import SheetLine, read_member_number, read_sheet
from webapp.services.sheet_cells import read_past_day, read_text

MANDATE_COLUMNS = (
    "member_number", "account", "signed_on", "signatory_name", "quality", "ceiling",
    "covers_arrears", "worksites", "paper_reference",
)  # fmt: skip
LONGEST_PAPER = 60
LONGEST_NAME = Mandate.signatory_name.type.length
BETWEEN_WORKSITES = "|"
# As many digits as the shortest account number; of them the last four are told.
SECRET_DIGITS, TOLD_DIGITS = 8, 4
YES, NO = {"yes", "oui", "نعم", "1"}, {"", "no", "non", "لا", "0"}


@dataclass(frozen=True, slots=True)
class MandateLine:
    """One good line; `number` counts the lines of the file from 1."""

    number: int
    member_number: str
    account: Rib
    signed_on: date
    signatory_name: str
    quality: SignatoryQuality
    ceiling: Centimes | None
    covers_arrears: bool
    worksites: tuple[str, ...]
    paper: str


def read_mandates(path: Path, today: date) -> Iterator[MandateLine | InvalidRow]:
    """Read the sheet line by line; a bad line comes as the error that tells what is wrong.

    Raises InvalidRow when the first line does not name the columns.
    """
    for line in read_sheet(path, MANDATE_COLUMNS):
        try:
            if isinstance(line, InvalidRow):
                raise line
            yield _mandate(line, today)
        except InvalidRow as error:
            yield masked(error)


def masked(row: InvalidRow) -> InvalidRow:
    """The same error, without the account number that its value may be."""
    digits = re.sub(r"\D", "", typed(row.value))
    if len(digits) < SECRET_DIGITS and row.column != "account":
        return row
    value = f"…{digits[-TOLD_DIGITS:]}" if digits else ""
    return InvalidRow(line=row.line, column=row.column, value=value, reason=row.reason)


def _mandate(line: SheetLine, today: date) -> MandateLine:
    return MandateLine(
        number=line.number,
        member_number=line.read("member_number", read_member_number),
        account=line.read("account", _account),
        signed_on=line.read("signed_on", read_past_day(today)),
        signatory_name=line.read("signatory_name", read_text(LONGEST_NAME)),
        quality=line.read("quality", _quality),
        ceiling=line.read("ceiling", _ceiling),
        covers_arrears=line.read("covers_arrears", _yes),
        worksites=line.read("worksites", _worksites),
        paper=line.read("paper_reference", read_text(LONGEST_PAPER)),
    )


def _account(text: str) -> Rib:
    try:
        return Rib.parse(text)
    except InvalidAccountNumber as error:
        raise ValueError(error.code) from error


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
    if word not in YES | NO:
        raise ValueError("not_yes_or_no")
    return word in YES


def _worksites(text: str) -> tuple[str, ...]:
    """The codes in the order of the sheet, each once."""
    codes = (clean_name(code) for code in text.split(BETWEEN_WORKSITES))
    return tuple(dict.fromkeys(code for code in codes if code))
