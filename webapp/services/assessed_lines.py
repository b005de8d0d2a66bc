"""The sheet of amounts that the fund's own system has assessed: read cell by cell.

Written like the register's (`register_lines`), with these columns, one amount a line:

    member_number  of an employer of the register
    number         what the amount is called there: once for all, up to 60 characters
    kind           contribution, surcharge or penalty
    period         2026-10 or 2026-Q4
    amount         dinars, above zero
    legal_due_on   2026-11-30 or 30/11/2026: until when it must be paid
    worksite       its code; empty for none
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from webapp.domain.errors import InvalidRow
from webapp.domain.money import Centimes
from webapp.domain.period import Period
from webapp.models import DueKind, Worksite
from webapp.services.register_lines import SheetLine, read_member_number, read_sheet
from webapp.services.sheet_cells import read_amount, read_day, read_period, read_text, read_word

ASSESSED_COLUMNS = (
    "member_number", "number", "kind", "period", "amount", "legal_due_on", "worksite",
)  # fmt: skip
ASSESSED_KINDS = (DueKind.CONTRIBUTION, DueKind.SURCHARGE, DueKind.PENALTY)
LONGEST_NUMBER = 60
LONGEST_CODE = Worksite.code.type.length


@dataclass(frozen=True, slots=True)
class AssessedLine:
    """One good line; `line` counts the lines of the file from 1."""

    line: int
    member_number: str
    number: str
    kind: DueKind
    period: Period
    amount: Centimes
    legal_due_on: date
    worksite: str

    @property
    def origin_key(self) -> str:
        """What makes the due the same one, however often it comes."""
        return f"assessed:{self.number}"


def read_assessed(path: Path) -> Iterator[AssessedLine | InvalidRow]:
    """Read the sheet line by line; a bad line comes as the error that tells what is wrong.

    Raises InvalidRow when the first line does not name the columns.
    """
    for line in read_sheet(path, ASSESSED_COLUMNS):
        try:
            yield line if isinstance(line, InvalidRow) else _assessed(line)
        except InvalidRow as error:
            yield error


def _assessed(line: SheetLine) -> AssessedLine:
    return AssessedLine(
        line=line.number,
        member_number=line.read("member_number", read_member_number),
        number=line.read("number", read_text(LONGEST_NUMBER, needed=True)),
        kind=line.read("kind", read_word(DueKind, ASSESSED_KINDS)),
        period=line.read("period", read_period),
        amount=line.read("amount", read_amount),
        legal_due_on=line.read("legal_due_on", read_day),
        worksite=line.read("worksite", read_text(LONGEST_CODE)),
    )
