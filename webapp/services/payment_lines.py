"""The sheet of payments made elsewhere, from the fund's own cashiers: read cell by cell.

Written like the register's (`register_lines`), with these columns, one payment a line:

    member_number  of an employer of the register
    way            cheque, transfer, counter or portal
    number         what the payment is called there, once for all; up to 60 characters
    period         2026-10 or 2026-Q4: what it pays first; or empty
    paid_on        2026-11-30 or 30/11/2026
    amount         dinars, above zero
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from webapp.domain.errors import InvalidRow
from webapp.domain.period import Period
from webapp.domain.text import typed
from webapp.models import Payment, PaymentWay
from webapp.services.payments import NewPayment
from webapp.services.register_lines import SheetLine, read_member_number, read_sheet
from webapp.services.sheet_cells import (
    read_amount,
    read_past_day,
    read_period,
    read_text,
    read_word,
)

PAYMENT_COLUMNS = ("member_number", "way", "number", "period", "paid_on", "amount")
LONGEST_NUMBER = Payment.number.type.length


@dataclass(frozen=True, slots=True)
class PaymentLine:
    """One good line; `line` counts the lines of the file from 1."""

    line: int
    member_number: str
    payment: NewPayment


def read_payments(path: Path, today: date) -> Iterator[PaymentLine | InvalidRow]:
    """Read the sheet line by line; a bad line comes as the error that tells what is wrong.

    Raises InvalidRow when the first line does not name the columns.
    """
    for line in read_sheet(path, PAYMENT_COLUMNS):
        try:
            yield line if isinstance(line, InvalidRow) else _payment(line, today)
        except InvalidRow as error:
            yield error


def _payment(line: SheetLine, today: date) -> PaymentLine:
    return PaymentLine(
        line=line.number,
        member_number=line.read("member_number", read_member_number),
        payment=NewPayment(
            way=line.read("way", read_word(PaymentWay)),
            number=line.read("number", read_text(LONGEST_NUMBER, needed=True)),
            period=line.read("period", _period),
            paid_on=line.read("paid_on", read_past_day(today)),
            amount=line.read("amount", read_amount),
        ),
    )


def _period(text: str) -> Period | None:
    return read_period(text) if typed(text) else None
