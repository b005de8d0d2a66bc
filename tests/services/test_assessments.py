"""What the fund's own system has assessed is collected like what was declared, once each."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests import builders
from tests.services.assessing import Line, assessed, sheet
from tests.services.collecting import AMOUNT, ANNOUNCING, FILED, Desk
from webapp.domain.errors import InvalidRow
from webapp.domain.statuses import DueStatus
from webapp.models import Account, DueKind, Event
from webapp.services.assessments import import_dues
from webapp.services.books import verify_books
from webapp.services.sheet_summary import SheetSummary


def take_in(
    desk: Desk, *lines: Line, on: date = FILED, dry_run: bool = False
) -> tuple[SheetSummary, list[InvalidRow]]:
    refused: list[InvalidRow] = []
    summary = import_dues(
        desk.session,
        builders.working_day(desk.session, on),
        sheet(desk.folder / "assessed.csv", *lines),
        refused.append,
        dry_run=dry_run,
    )
    verify_books(desk.session)
    desk.session.rollback()
    return summary, refused


@pytest.fixture
def number(desk: Desk) -> str:
    """An employer with a mandate."""
    owner = builders.employer(desk.session)
    member_number = owner.member_number
    builders.mandate(desk.session, builders.working_day(desk.session, FILED), owner)
    return member_number


def test_a_line_makes_a_due_booked_as_income_and_debited(desk: Desk, number: str) -> None:
    summary, refused = take_in(desk, assessed(number, "A-1"))
    assert (summary.added, refused) == (1, [])
    (due,) = desk.dues()
    assert (due.origin_key, due.kind, due.amount_centimes, due.period) == (
        "assessed:A-1", DueKind.CONTRIBUTION, AMOUNT, "2026-10",
    )  # fmt: skip
    assert due.worksite_id is not None and due.revision is None
    told = desk.session.scalars(select(Event.cause).where(Event.subject == "due")).all()
    assert told == ["assessed"]
    books = verify_books(desk.session)
    assert (books[Account.RECEIVABLE], books[Account.INCOME]) == (AMOUNT, -AMOUNT)
    desk.session.rollback()
    desk.run(ANNOUNCING)
    assert [debit.amount_centimes for debit in desk.debits()] == [AMOUNT]


@pytest.mark.parametrize(
    ("legal", "on", "collected"),
    [
        # A Saturday, with the Friday before it: back to Thursday.
        ("2027-01-30", FILED, date(2027, 1, 28)),
        # The feasible day is later: six bank days from Sunday, 29 November.
        ("2026-11-30", date(2026, 11, 29), date(2026, 12, 7)),
    ],
)
def test_it_is_collected_by_its_legal_day_or_when_that_is_feasible(
    desk: Desk, number: str, legal: str, on: date, collected: date
) -> None:
    take_in(desk, assessed(number, "A-1", legal_due_on=legal), on=on)
    assert [due.collect_from_on for due in desk.dues()] == [collected]


def test_surcharges_and_penalties_come_without_a_worksite(desk: Desk, number: str) -> None:
    lines = [assessed(number, kind, kind=kind, worksite="") for kind in ("surcharge", "penalty")]
    take_in(desk, *lines)
    assert [(due.kind.value, due.worksite_id) for due in desk.dues()] == [
        ("surcharge", None), ("penalty", None),
    ]  # fmt: skip


def test_the_same_number_is_the_same_due_in_one_sheet_and_the_next(desk: Desk, number: str) -> None:
    line = assessed(number, "A-1")
    summary, refused = take_in(desk, line, line | {"amount": "129 600"})
    assert (summary.added, summary.known, refused) == (1, 1, [])
    summary, _ = take_in(desk, line)
    assert (summary.added, summary.known, len(desk.dues())) == (0, 1, 1)


def test_a_number_that_says_otherwise_is_refused_by_line_and_column(
    desk: Desk, number: str
) -> None:
    line = assessed(number, "A-1")
    take_in(desk, line)
    summary, refused = take_in(
        desk,
        line | {"amount": "129600,01"},
        line | {"period": "2026-09"},
        assessed(number, "A-2", amount="5"),
        assessed(number, "A-2", amount="6"),
    )
    assert [(row.line, row.column, row.value, row.reason) for row in refused] == [
        (2, "amount", "129600.01", "another_amount"),
        (3, "number", "A-1", "another_due"),
        (5, "amount", "6.00", "another_amount"),
    ]
    assert (summary.added, summary.refused) == (1, 3)
    assert sorted(due.amount_centimes for due in desk.dues()) == [500, AMOUNT]


@pytest.mark.parametrize(
    ("changed", "column", "reason"),
    [
        ({"member_number": "99/999999"}, "member_number", "unknown_employer"),
        ({"number": " "}, "number", "empty"),
        ({"number": "x" * 61}, "number", "too_long"),
        ({"kind": "credit"}, "kind", "not_one_of contribution surcharge penalty"),
        ({"period": "2026-13"}, "period", "not_a_period"),
        ({"amount": "0"}, "amount", "not_above_zero"),
        ({"amount": "-5"}, "amount", "amount_negative"),
        ({"legal_due_on": "31/11/2026"}, "legal_due_on", "not_a_day"),
        ({"worksite": "W9"}, "worksite", "unknown_worksite"),
    ],
)
def test_a_wrong_cell_refuses_its_line_alone(
    desk: Desk, number: str, changed: Line, column: str, reason: str
) -> None:
    summary, refused = take_in(
        desk, assessed(number, "A-1") | changed, assessed(number, "A-2", worksite="")
    )
    assert [(row.line, row.column, row.reason) for row in refused] == [(2, column, reason)]
    assert summary.added == 1


def test_a_worksite_of_another_employer_is_unknown(desk: Desk, number: str) -> None:
    builders.employer(desk.session, worksites=2)
    _, refused = take_in(desk, assessed(number, "A-1", worksite="W2"))
    assert [row.reason for row in refused] == ["unknown_worksite"]


def test_a_dry_run_says_the_same_and_keeps_nothing(desk: Desk, number: str) -> None:
    line = assessed(number, "A-1")
    lines = [line, line, line | {"amount": "1"}]
    dry, refused = take_in(desk, *lines, dry_run=True)
    assert (dry.added, dry.known, dry.refused) == (1, 1, 1)
    assert desk.dues() == []
    desk.session.rollback()
    wet, _ = take_in(desk, *lines)
    assert wet == dry and [row.line for row in refused] == [4]
    assert [due.status for due in desk.dues()] == [DueStatus.OPEN]


def test_the_columns_must_be_named(office: Session, tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_text("member_number,number\n", encoding="utf-8")
    with pytest.raises(InvalidRow, match="column_missing"):
        import_dues(office, builders.working_day(office, FILED), path, print)
