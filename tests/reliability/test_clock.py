"""A clock that is wrong, and runs that nobody started for months: nothing is debited twice.

What is late is planned anew for a day that its employer can be told of, never for one that is
over. (design.md §6)
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from tests import builders
from tests.reliability.bank_files import check_bank_files
from tests.reliability.completeness import check_nothing_left_out
from tests.reliability.invariants import LEFT, check_tables
from tests.reliability.offices import Office
from tests.reliability.outcomes import check_same, outcome
from tests.reliability.stages import Stage, run_alone
from webapp.domain.errors import RunInThePast
from webapp.services.runs import check_run_day

PLANNING = date(2026, 11, 18)
THREE_MONTHS, FOUR_HUNDRED_DAYS = 92, 400
# What still lies before its employers: it must not lie in the past.
TO_COME = """
    SELECT reference, status, collect_on FROM debits
    WHERE status IN ('planned','announced','frozen') AND collect_on < :earliest"""
WAITING_FILES = """
    SELECT reference, status FROM bank_files
    WHERE status IN ('frozen','written','approved','sending') AND collect_on < :earliest"""
SENT = f"""
    SELECT a.end_to_end_id, a.failed_at IS NULL FROM attempts a
    JOIN bank_files f ON f.id = a.bank_file_id WHERE f.status IN {LEFT} ORDER BY 1"""
COLLECTED = "SELECT due_id, debit_id FROM debit_lines WHERE freed_at IS NULL ORDER BY due_id"


@pytest.mark.parametrize(
    ("name", "late"),
    [
        ("announce", THREE_MONTHS),
        ("freeze", FOUR_HUNDRED_DAYS),
        ("send", THREE_MONTHS),
        ("import", FOUR_HUNDRED_DAYS),
    ],
)
def test_what_is_late_is_planned_anew_and_never_in_the_past(
    small_stages: dict[str, Stage], name: str, late: int, tmp_path: Path
) -> None:
    office = small_stages[name].office.copy(tmp_path / "late")
    stage = replace(small_stages[name], office=office)
    if name == "announce":
        run_alone(office, replace(stage, on=PLANNING))
    sent, collected = rows(office, SENT), rows(office, COLLECTED)
    then = replace(stage, on=stage.on + timedelta(late))
    run_alone(office, then)
    first_day = check_nothing_lies_in_the_past(office, then.on)
    assert rows(office, SENT) == sent, "something was asked of a bank, or given up, by itself"
    assert {due for due, _ in collected} <= {due for due, _ in rows(office, COLLECTED)}
    check_a_second_run_changes_nothing(office, then)

    eve = replace(then, on=day_before(office, first_day))
    run_alone(office, eve)
    check_nothing_lies_in_the_past(office, then.on)
    if name != "import":  # There, all is with the banks.
        query = "SELECT count(*) FROM bank_files WHERE status = 'written'"
        assert rows(office, f"{query} AND collect_on = '{first_day}'") != [(0,)]


@pytest.mark.parametrize("name", ["announce", "freeze"])
def test_a_clock_that_is_a_day_behind_changes_nothing(
    small_stages: dict[str, Stage], name: str, tmp_path: Path
) -> None:
    office = small_stages[name].office.copy(tmp_path / "behind")
    stage = replace(small_stages[name], office=office)
    run_alone(office, stage)
    before = outcome(office)
    yesterday = stage.on - timedelta(days=1)
    with office.session() as session, pytest.raises(RunInThePast):
        check_run_day(session, yesterday, yesterday, force=False, dry_run=False)
    run_alone(office, replace(stage, on=yesterday))  # As with --force.
    check_same(outcome(office), before)
    check_nothing_lies_in_the_past(office, yesterday)


def test_a_clock_that_was_ahead_and_was_put_right_debits_nothing_twice(
    small_stages: dict[str, Stage], tmp_path: Path
) -> None:
    office = small_stages["send"].office.copy(tmp_path / "ahead")
    stage = replace(small_stages["send"], office=office)
    run_alone(office, replace(stage, on=stage.on + timedelta(FOUR_HUNDRED_DAYS)))
    collected = rows(office, COLLECTED)
    days = rows(office, "SELECT id, collect_on FROM debits WHERE status = 'announced' ORDER BY id")
    run_alone(office, stage)  # Again as with --force.
    check_nothing_lies_in_the_past(office, stage.on)
    assert set(collected) <= set(rows(office, COLLECTED))
    assert set(days) <= set(rows(office, "SELECT id, collect_on FROM debits")), "told, and moved"


def check_nothing_lies_in_the_past(office: Office, on: date) -> date:
    """Everything holds after the run of that day; the first day that it could announce."""
    with office.session() as session:
        day = builders.working_day(session, on)
        check_tables(session)
        check_bank_files(session, office)
        check_nothing_left_out(session, day)
    with_bank_time = {"earliest": on.isoformat()}
    assert rows(office, WAITING_FILES, **with_bank_time) == []
    assert rows(office, TO_COME, **with_bank_time) == []
    return day.feasible_on


def check_a_second_run_changes_nothing(office: Office, stage: Stage) -> None:
    before = outcome(office)
    run_alone(office, stage)
    check_same(outcome(office), before)


def day_before(office: Office, on: date) -> date:
    """The bank day on which the files of that day are written."""
    with office.session() as session:
        return builders.working_day(session, on).calendar.subtract_bank_days(on, 2)


def rows(office: Office, query: str, **values: str) -> list[tuple[object, ...]]:
    with office.session() as session:
        return [tuple(row) for row in session.execute(text(query), values)]
