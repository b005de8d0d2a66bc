"""A sheet of the cashiers is booked line by line, once, whatever the amounts."""

from __future__ import annotations

import csv
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import event, select
from sqlalchemy.orm import Session

from tests import builders
from tests.services.collecting import AMOUNT, FILED, Desk
from tests.services.paying import LIMIT, Paying
from webapp.domain.errors import InvalidRow
from webapp.models import Event, Payment, PaymentStatus
from webapp.services.payment_import import import_payments
from webapp.services.payment_lines import PAYMENT_COLUMNS
from webapp.services.sheet_summary import SheetSummary

Line = dict[str, str]


@pytest.fixture
def life(desk: Desk) -> Paying:
    return Paying(desk)


def paid(life: Paying, number: str, amount: str = "129 600,00", **changed: str) -> Line:
    return {
        "member_number": life.owner.member_number,
        "way": "transfer",
        "number": number,
        "period": "",
        "paid_on": "01/11/2026",
        "amount": amount,
    } | changed


def sheet(path: Path, *lines: Line) -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, PAYMENT_COLUMNS)
        writer.writeheader()
        writer.writerows(lines)
    return path


def take_in(
    life: Paying, *lines: Line, on: date = FILED, dry_run: bool = False
) -> tuple[SheetSummary, list[InvalidRow]]:
    refused: list[InvalidRow] = []
    path = sheet(life.desk.folder / "payments.csv", *lines)
    summary = import_payments(
        life.session, life.staff_day("cashier", on), builders.VAULT, life.told, path,
        refused.append, dry_run=dry_run,
    )  # fmt: skip
    life.check()
    return summary, refused


def statuses(life: Paying) -> list[str]:
    return [status for _, _, status in life.amounts()]


def test_lines_of_one_sheet_pay_one_after_the_other(life: Paying) -> None:
    half = "64 800,00"
    summary, refused = take_in(
        life, paid(life, "1", half), paid(life, "2", half), paid(life, "3", half)
    )
    assert (summary.added, refused) == (3, [])
    assert sorted(life.amounts()) == [
        ("contribution", AMOUNT // 2, "open"),
        *[("contribution", AMOUNT // 2, "paid_elsewhere")] * 3,
    ]
    told = life.session.execute(select(Event.actor, Event.cause).where(Event.subject == "payment"))
    assert {tuple(one) for one in told} == {("cashier", "imported")}


def test_a_large_amount_of_the_cashiers_is_booked_at_once(life: Paying) -> None:
    take_in(life, paid(life, "1", str(LIMIT)))
    assert life.session.scalars(select(Payment.status)).one() is PaymentStatus.BOOKED


def test_the_same_payment_is_known_wherever_it_came_from(life: Paying) -> None:
    line = paid(life, "N 1", paid_on="02/11/2026", way="cheque")
    life.pay(AMOUNT, number="n1")
    summary, _ = take_in(life, line, line | {"number": "N1"})
    assert (summary.added, summary.known) == (0, 2)
    assert statuses(life) == ["paid_elsewhere", "open"]


def test_a_cheque_that_bounced_is_not_booked_again(life: Paying) -> None:
    line = paid(life, "1")
    take_in(life, line)
    reference = life.session.scalars(select(Payment.reference)).one()
    life.session.rollback()
    life.reverse(reference)
    summary, _ = take_in(life, line)
    assert (summary.added, summary.known, statuses(life)) == (0, 1, ["open", "open"])


def test_a_number_that_says_otherwise_is_refused(life: Paying) -> None:
    other = builders.employer(life.session).member_number
    line = paid(life, "1")
    take_in(life, line)
    summary, refused = take_in(
        life,
        line | {"amount": "1"},
        line | {"member_number": other},
        line | {"paid_on": "02/11/2026"},
    )
    assert [(row.line, row.column, row.reason) for row in refused] == [
        (2, "amount", "another_amount"),
        (3, "number", "another_due"),
        (4, "number", "another_due"),
    ]
    assert summary.added == 0


@pytest.mark.parametrize(
    ("changed", "column", "reason"),
    [
        ({"member_number": "99/999999"}, "member_number", "unknown_employer"),
        ({"way": "cash"}, "way", "not_one_of cheque transfer counter portal"),
        ({"number": ""}, "number", "empty"),
        ({"period": "10/2026"}, "period", "not_a_period"),
        ({"paid_on": "03/11/2026"}, "paid_on", "in_the_future"),
        ({"amount": "0"}, "amount", "not_above_zero"),
    ],
)
def test_a_wrong_cell_refuses_its_line_alone(
    life: Paying, changed: Line, column: str, reason: str
) -> None:
    summary, refused = take_in(life, paid(life, "1") | changed, paid(life, "2"))
    assert [(row.line, row.column, row.reason) for row in refused] == [(2, column, reason)]
    assert (summary.added, statuses(life)) == (1, ["paid_elsewhere", "open"])


def test_a_dry_run_says_the_same_and_keeps_nothing(life: Paying) -> None:
    lines = [paid(life, "1"), paid(life, "1"), paid(life, "1", "1")]
    dry, _ = take_in(life, *lines, dry_run=True)
    assert (dry.added, dry.known, dry.refused) == (1, 1, 1)
    assert statuses(life) == ["open", "open"]
    assert take_in(life, *lines)[0] == dry


def test_a_portion_asks_as_often_as_one_line(life: Paying) -> None:
    """Its statements do not grow with its lines. Red when each payment locks its own dues."""

    def asked(*lines: Line) -> int:
        count = 0

        def note(*_: object) -> None:
            nonlocal count
            count += 1

        engine = life.session.get_bind()
        path = sheet(life.desk.folder / "payments.csv", *lines)
        day = life.staff_day("cashier")
        event.listen(engine, "before_cursor_execute", note)
        try:
            import_payments(life.session, day, builders.VAULT, life.told, path, print)
        finally:
            event.remove(engine, "before_cursor_execute", note)
        return count

    one = asked(paid(life, "first", "1"))
    many = asked(*(paid(life, str(number), "1") for number in range(30)))
    assert many <= one + 2


def test_the_columns_must_be_named(office: Session, tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_text("member_number,number\n", encoding="utf-8")
    day = builders.working_day(office, FILED)
    with pytest.raises(InvalidRow, match="column_missing"):
        import_payments(office, day, builders.VAULT, lambda *_: None, path, print)
