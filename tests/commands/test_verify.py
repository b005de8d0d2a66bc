"""`flask verify-events` says in plain words whether the chain holds, and by its exit code."""

from __future__ import annotations

import sqlite3

import pytest
from flask.testing import FlaskCliRunner

from tests.commands.test_loop import run
from webapp.config import TestConfig


def printed_head(told: str) -> str:
    """The head in a run report, as a person copies it from paper."""
    (line,) = [line for line in told.splitlines() if line.startswith("Events sealed up to ")]
    return line.removeprefix("Events sealed up to ")


@pytest.fixture
def head(cli: FlaskCliRunner) -> str:
    return printed_head(run(cli, "run-debits", "--on", "2026-11-22"))


def tamper(config: TestConfig, *statements: str) -> None:
    """What somebody with the database file does to it."""
    database = sqlite3.connect(config.database_folder / "khatwa.sqlite3")
    for wall in ("never_changed", "never_deleted"):
        for table in ("events", "event_seals"):
            database.execute(f"DROP TRIGGER {table}_{wall}")
    for statement in statements:
        database.execute(statement)
    database.commit()
    database.close()


def test_a_chain_that_holds_is_told_with_its_head(cli: FlaskCliRunner, head: str) -> None:
    told = run(cli, "verify-events")
    assert "0 not sealed yet." in told
    assert f"Head: {head}" in told


def test_a_printed_head_is_found_also_when_the_chain_went_on(
    cli: FlaskCliRunner, head: str
) -> None:
    run(cli, "run-debits", "--on", "2026-11-26")
    typed = f" {head[:32].upper()} {head[32:]}"
    told = run(cli, "verify-events", "--head", typed)
    assert "The printed head is in the chain; links after it: " in told
    assert "after it: 0." not in told


def test_a_changed_event_is_told_in_plain_words(
    cli: FlaskCliRunner, config: TestConfig, head: str
) -> None:
    tamper(config, "UPDATE events SET actor = 'nobody' WHERE id = 2")
    told = run(cli, "verify-events", code=1)
    assert told == "TAMPERED at link 2. Event 2 or its link is not what was sealed.\n"


def test_a_cut_end_is_told_only_with_the_printed_head(
    cli: FlaskCliRunner, config: TestConfig, head: str
) -> None:
    last = "(SELECT max(position) FROM event_seals)"
    tamper(
        config,
        f"DELETE FROM event_seals WHERE position = {last}",
        "DELETE FROM events WHERE id > (SELECT max(event_id) FROM event_seals)",
    )
    run(cli, "verify-events")
    told = run(cli, "verify-events", "--head", head, code=1)
    assert "The printed head is nowhere in the chain: its end was cut off" in told


def test_what_is_not_sealed_is_told_with_its_time(cli: FlaskCliRunner) -> None:
    told = run(cli, "verify-events")
    assert "0 events sealed and unchanged, 3 not sealed yet." in told
    assert "Not sealed since 02/11/2026" in told


@pytest.mark.parametrize("typed", ["", "12", "g" * 64, "0" * 63])
def test_a_head_that_was_copied_wrong_is_told(cli: FlaskCliRunner, typed: str) -> None:
    assert "is not 64 hexadecimal digits" in run(cli, "verify-events", "--head", typed, code=2)
