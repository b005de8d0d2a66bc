"""Mandates from before: every good line taken in once, every bad one told with its column."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import event, func, select
from sqlalchemy.orm import Session

from tests import builders
from tests.services.collecting import ANNOUNCING, FILED, Desk
from webapp.authorisation import text_of_paper
from webapp.domain.errors import InvalidRow
from webapp.domain.statuses import MandateStatus
from webapp.models import (
    Event,
    Mandate,
    MandateSignature,
    SignatoryQuality,
    SignedText,
    SigningChannel,
)
from webapp.services.confirming_banks import ask_for_paper
from webapp.services.endings import end_mandates
from webapp.services.expiry import expire_mandates
from webapp.services.mandate_import import MandateSummary, import_mandates
from webapp.services.mandate_lines import MANDATE_COLUMNS
from webapp.services.transactions import transaction

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
            office, day, builders.VAULT, sheet, text_of_paper, refused.append, dry_run=dry_run
        )
        return summary, refused

    return act


def line(member_number: str, **changed: str) -> dict[str, str]:
    return {
        "member_number": member_number,
        "account": builders.account().grouped,
        "signed_on": "2019-05-31",
        "paper_reference": "Classeur 12",
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
        ("worksites", "W9|W1", "unknown_worksite"),
        ("signed_on", "1996-12-31", "too_long_ago"),
        ("signatory_name", "م" * 141, "too_long"),
        ("paper_reference", "x" * 61, "too_long"),
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
        line(number, worksites="W1|W2"),
        line(number, worksites="W2|W3"),
        line(number, account=account, worksites="W3"),  # the account of the first
    )
    assert [(row.line, row.column, row.reason) for row in refused] == [
        (3, "worksites", "all_taken_by_line 2"),
        (5, "worksites", "taken_by_line 4"),
        (6, "account", "contradicts_line 2"),
    ]
    assert (summary.added, summary.known) == (2, 0)


def test_a_line_that_stands_twice_is_taken_once(office: Session, take_in: TakeIn) -> None:
    told = line(builders.employer(office).member_number)
    summary, refused = take_in(told, told)
    assert (summary.added, summary.known, refused) == (1, 1, [])


def test_a_dry_run_finds_what_the_import_will(office: Session, take_in: TakeIn) -> None:
    owner = builders.employer(office, worksites=2)
    number = owner.member_number
    sheet = [line(number), line(number), line(number, worksites="W1"), line("99/1")]
    dry, refused = take_in(*sheet, dry_run=True)
    real, refused_again = take_in(*sheet)
    assert dry == real
    assert [str(row) for row in refused] == [str(row) for row in refused_again]


def test_without_its_paper_a_mandate_waits_whatever_its_bank(
    office: Session, take_in: TakeIn
) -> None:
    ask_for_paper(office, "001", 20)
    numbers = [builders.employer(office).member_number for _ in range(2)]
    summary, refused = take_in(
        *(
            line(number, paper_reference="", account=builders.account(bank).digits)
            for number, bank in zip(numbers, ("001", "004"), strict=True)
        )
    )
    assert (summary.added, summary.waiting, refused) == (2, 2, [])
    rows = office.execute(select(Mandate.status, Mandate.paper_due_on).order_by(Mandate.id)).all()
    assert [tuple(row) for row in rows] == [
        (MandateStatus.SIGNED, FILED + timedelta(days=20)),
        (MandateStatus.SIGNED, FILED + timedelta(days=30)),
    ]


def test_what_is_known_of_a_paper_is_kept_and_no_more(office: Session, take_in: TakeIn) -> None:
    owner = builders.employer(office)
    take_in(line(owner.member_number, signatory_name="سعاد قاسي", quality="manager"))
    mandate = office.scalars(select(Mandate)).one()
    evidence = office.scalars(select(MandateSignature)).one()
    assert mandate.signatory_name == evidence.signatory_name == "سعاد قاسي"
    assert evidence.signed_at.date() == mandate.signed_at.date() == date(2019, 5, 31)
    assert (evidence.code_id, evidence.device, evidence.text_version) == (None, "", "paper")
    text = office.scalars(select(SignedText.text)).one()
    for part in ("Classeur 12", "31 ماي 2019", "31 mai 2019", mandate.account_last4):
        assert part in text
    moves = office.execute(select(Event.target, Event.cause).order_by(Event.id)).all()
    assert [tuple(move) for move in moves] == [
        ("signed", "imported"), ("confirmed", "paper_received"), ("active", "confirmed"),
    ]  # fmt: skip


def test_the_same_sheet_brings_nothing_back_that_has_ended(
    office: Session, take_in: TakeIn
) -> None:
    told = line(builders.employer(office).member_number)
    take_in(told)
    day = builders.working_day(office, FILED)
    with transaction(office):
        end_mandates(office, day, MandateStatus.REVOKED, Mandate.id > 0, cause="revoked")
    summary, refused = take_in(told)
    assert (summary.added, summary.known, refused) == (0, 1, [])


def test_a_sheet_that_says_otherwise_than_before_is_told(office: Session, take_in: TakeIn) -> None:
    told = line(builders.employer(office).member_number)
    take_in(told)
    for changed in ({"ceiling": "1000"}, {"signed_on": "2020-01-01"}):
        summary, (row,) = take_in(told | changed)
        assert (summary.added, row.reason) == (0, "has_another_mandate")


def test_an_old_paper_is_not_unused_when_it_has_just_come(office: Session, take_in: TakeIn) -> None:
    take_in(line(builders.employer(office).member_number))
    day = builders.working_day(office, FILED + timedelta(days=1))
    assert expire_mandates(office, day, builders.VAULT) == {
        "papers_called": 0, "warned": 0, "expired": 0
    }  # fmt: skip


def test_an_imported_mandate_collects_from_the_next_run_on(desk: Desk, take_in: TakeIn) -> None:
    owner = builders.employer(desk.session)
    take_in(line(owner.member_number))
    builders.declaration(desk.session, builders.working_day(desk.session, FILED), owner)
    desk.run(ANNOUNCING)
    assert [one.status.value for one in desk.debits()] == ["announced"]


@pytest.mark.parametrize(
    "column", ["member_number", "account", "signed_on", "quality", "ceiling", "worksites"]
)
def test_no_account_number_is_told_whichever_column_it_stands_in(
    office: Session, take_in: TakeIn, column: str
) -> None:
    secret = RIB.digits[:-1] + ("1" if RIB.digits[-1] != "1" else "2")
    _, (row,) = take_in(line(builders.employer(office).member_number) | {column: secret})
    assert secret[:-4] not in str(row) and secret[-8:] not in str(row)


def test_many_lines_take_no_more_questions_than_few(office: Session, take_in: TakeIn) -> None:
    counts = []
    for many in (1, 30):
        lines = [line(builders.employer(office).member_number) for _ in range(many)]
        told: list[int] = []
        count = (office.get_bind(), "before_cursor_execute", lambda *_, seen=told: seen.append(1))
        event.listen(*count)
        take_in(*lines)
        event.remove(*count)
        counts.append(len(told))
    assert counts[0] == counts[1]


def test_a_sheet_without_its_columns_changes_nothing(office: Session, tmp_path: Path) -> None:
    sheet = tmp_path / "x.csv"
    sheet.write_text("member_number;account\n", encoding="utf-8")
    day = builders.working_day(office, FILED)
    with pytest.raises(InvalidRow):
        import_mandates(office, day, builders.VAULT, sheet, text_of_paper, lambda row: None)


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
    summary = import_mandates(office, day, builders.VAULT, sheet, text_of_paper, refused.append)
    assert summary.added == 0 and summary.refused == len(refused) == summary.lines


@st.composite
def good_cells(draw: st.DrawFn) -> dict[str, str]:
    """One line that can be taken in, in all the ways in which people write its cells."""
    rib = builders.account(draw(st.sampled_from(["001", "004", "007"])))
    on = draw(st.dates(date(1997, 1, 1), FILED))
    ceiling = draw(st.none() | st.integers(1, 10**9))
    written = {
        "account": st.sampled_from([rib.digits, rib.grouped, f" {rib.grouped.replace(' ', '-')} "]),
        "signed_on": st.sampled_from(
            [on.isoformat(), f"{on:%d/%m/%Y}", f"{on.day}/{on.month}/{on.year}"]
        ),
        "signatory_name": st.sampled_from(["", "سعاد قاسي", "M. Ben Ali"]),
        "quality": st.sampled_from(["", "owner", "Manager", "PROXY"]),
        "ceiling": st.just("" if ceiling is None else f"{ceiling // 100},{ceiling % 100:02}"),
        "covers_arrears": st.sampled_from(["", "yes", "non", "نعم", "0"]),
        "worksites": st.sampled_from(["", "W1", "W1|W2", " W2 | W1 |W2"]),
        "paper_reference": st.sampled_from(["", "C-12", "علبة 3"]),
    }  # fmt: skip
    return {column: draw(cell) for column, cell in written.items()} | {"_on": on.isoformat()}


@settings(
    max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.lists(good_cells(), min_size=1, max_size=6))
def test_every_good_line_is_taken_as_it_was_written_and_only_once(
    office: Session, take_in: TakeIn, made: list[dict[str, str]]
) -> None:
    lines = [
        line(builders.employer(office, worksites=2).member_number) | cells for cells in made
    ]  # fmt: skip
    last = office.scalar(select(func.max(Mandate.id))) or 0
    summary, refused = take_in(*lines)
    assert (summary.added, refused) == (len(lines), [])
    found = office.scalars(select(Mandate).where(Mandate.id > last).order_by(Mandate.id)).all()
    for mandate, cells in zip(found, lines, strict=True):
        assert mandate.signed_on.isoformat() == cells["_on"]
        assert mandate.is_default is not bool(cells["worksites"])
        assert mandate.status.value == ("active" if cells["paper_reference"] else "signed")
        digits = builders.VAULT.open(mandate.account, f"mandate:{mandate.reference}")
        assert digits == "".join(filter(str.isdigit, cells["account"]))
    office.rollback()
    again, refused = take_in(*lines)
    assert (again.added, again.known, refused) == (0, len(lines), [])
