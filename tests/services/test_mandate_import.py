"""Mandates from before: every good line taken in once, every bad one told with its column."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tests import builders
from tests.services.collecting import FILED
from webapp.domain.errors import InvalidRow
from webapp.domain.statuses import MandateStatus
from webapp.models import Mandate, MandateSignature, SignatoryQuality, SignedText, SigningChannel
from webapp.services.confirmations import ask_for_paper
from webapp.services.mandate_import import MandateSummary, import_mandates
from webapp.services.mandate_lines import MANDATE_COLUMNS

TakeIn = Callable[..., tuple[MandateSummary, list[InvalidRow]]]
RIB = builders.account()


@pytest.fixture
def take_in(office: Session, tmp_path: Path) -> TakeIn:
    """Write the lines into a sheet and take it in."""

    def act(
        *lines: dict[str, str], dry_run: bool = False
    ) -> tuple[MandateSummary, list[InvalidRow]]:
        sheet = tmp_path / "mandates.csv"
        rows = [";".join(line.get(column, "") for column in MANDATE_COLUMNS) for line in lines]
        sheet.write_text("\n".join([";".join(MANDATE_COLUMNS), *rows]), encoding="utf-8")
        refused: list[InvalidRow] = []
        day = builders.working_day(office, FILED, "salima")
        office.rollback()
        summary = import_mandates(
            office, day, builders.VAULT, sheet, refused.append, dry_run=dry_run
        )
        return summary, refused

    return act


def line(member_number: str, **changed: str) -> dict[str, str]:
    return {
        "member_number": member_number,
        "account": builders.account().grouped,
        "signed_on": "2019-05-31",
        "paper": "Classeur 12",
        **changed,
    }


def test_a_mandate_on_paper_is_in_force_with_its_own_evidence(
    office: Session, take_in: TakeIn
) -> None:
    ask_for_paper(office, "001", 20)  # the paper is there already
    owner = builders.employer(office)
    told = line(owner.member_number, quality="owner", ceiling="1 500 000,00", covers_arrears="oui")
    summary, refused = take_in(told)
    assert (summary.added, refused) == (1, [])
    mandate = office.scalars(select(Mandate)).one()
    assert (mandate.status, mandate.signed_on) == (MandateStatus.ACTIVE, date(2019, 5, 31))
    assert (mandate.ceiling_centimes, mandate.covers_arrears) == (1_500_000_00, True)
    evidence = office.scalars(select(MandateSignature)).one()
    assert (evidence.channel, evidence.quality) == (SigningChannel.IMPORT, SignatoryQuality.OWNER)
    assert "Classeur 12" in office.scalars(select(SignedText.text)).one()
    office.rollback()
    summary, refused = take_in(told)
    assert (summary.added, summary.known, refused) == (0, 1, [])


def test_a_dry_run_keeps_nothing(office: Session, take_in: TakeIn) -> None:
    owner = builders.employer(office)
    summary, _ = take_in(line(owner.member_number), dry_run=True)
    assert summary.added == 1
    assert office.scalar(select(func.count()).select_from(Mandate)) == 0


@pytest.mark.parametrize(
    ("column", "value", "reason"),
    [
        ("member_number", "99/999999", "unknown_employer"),
        ("member_number", "x", "not_a_member_number"),
        ("account", RIB.digits[:-1] + "0", "account_key"),
        ("account", "12", "account_length"),
        ("account", "", "account_length"),
        ("signed_on", "31/02/2019", "not_a_day"),
        ("signed_on", "2027-01-01", "in_the_future"),
        ("quality", "king", "not_one_of owner manager proxy"),
        ("ceiling", "1.5.0", "amount_"),
        ("ceiling", "0", "amount_zero"),
        ("covers_arrears", "perhaps", "not_yes_or_no"),
        ("worksites", "W9", "unknown_worksite"),
        ("paper", " ", "empty"),
    ],
)
def test_a_wrong_cell_is_named_and_the_other_lines_are_kept(
    office: Session, take_in: TakeIn, column: str, value: str, reason: str
) -> None:
    one, other = (builders.employer(office) for _ in range(2))
    numbers = one.member_number, other.member_number
    summary, refused = take_in(line(numbers[0]) | {column: value}, line(numbers[1]))
    (row,) = refused
    assert (row.line, row.column) == (2, column)
    assert row.reason.startswith(reason), row.reason
    assert (summary.added, summary.refused) == (1, 1)


def test_lines_that_contradict_each_other_are_refused(office: Session, take_in: TakeIn) -> None:
    owner = builders.employer(office, worksites=3)
    number, account = owner.member_number, builders.account().grouped
    summary, refused = take_in(
        line(number, account=account),
        line(number),  # a second default mandate
        line(number, worksites="W1 W2"),
        line(number, worksites="W2 W3"),
        line(number, account=account, worksites="W3"),  # the account of the first
    )
    assert [(row.line, row.reason) for row in refused] == [
        (3, "has_a_mandate"), (5, "worksite_taken"),
    ]  # fmt: skip
    assert (summary.added, summary.known) == (2, 1)


def test_a_sheet_without_its_columns_changes_nothing(office: Session, tmp_path: Path) -> None:
    sheet = tmp_path / "x.csv"
    sheet.write_text("member_number;account\n", encoding="utf-8")
    day = builders.working_day(office, FILED)
    with pytest.raises(InvalidRow):
        import_mandates(office, day, builders.VAULT, sheet, lambda row: None)


cells = st.text(alphabet="0123456789/-;, AW\"'شé\u200f\n", max_size=25)


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.lists(st.lists(cells, max_size=9), max_size=5))
def test_any_sheet_is_read_line_by_line(
    office: Session, tmp_path: Path, rows: list[list[str]]
) -> None:
    sheet = tmp_path / "any.csv"
    body = "\n".join(";".join(row) for row in rows)
    sheet.write_text(";".join(MANDATE_COLUMNS) + "\n" + body, encoding="utf-8")
    refused: list[InvalidRow] = []
    day = builders.working_day(office, FILED)
    office.rollback()
    summary = import_mandates(office, day, builders.VAULT, sheet, refused.append)
    assert summary.added == 0 and summary.refused == len(refused) == summary.lines
