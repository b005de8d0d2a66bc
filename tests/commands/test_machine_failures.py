"""A disk or a database that fails ends a command with a sentence, its cause, and a code: 5."""

from __future__ import annotations

import errno
import sqlite3
from types import FunctionType
from typing import Any

import click
import psycopg
import pytest
from flask import Flask
from flask.testing import FlaskCliRunner
from procrastinate.exceptions import ConnectorException
from psycopg import errors as states
from sqlalchemy.exc import IntegrityError, OperationalError

from webapp.adapters.machine import failure_of
from webapp.commands import COMMANDS, desk
from webapp.domain.errors import DatabaseAway, DiskFailed, DiskFull, MachineFailed
from webapp.services import freezing

MACHINE_FAILED = 5
ARABIC = {DiskFull: "القرص ممتلئ", DiskFailed: "تعذّرت الكتابة", DatabaseAway: "لا تجيب"}
FRENCH = {DiskFull: "Le disque est plein", DiskFailed: "n'a pas pu", DatabaseAway: "ne répond pas"}


def of_sqlite(name: str, text: str) -> Exception:
    error = sqlite3.OperationalError(text)
    error.sqlite_errorname = name
    return wrapped(error)


def wrapped(error: Exception) -> Exception:
    """As SQLAlchemy gives it on, with the statement and its values."""
    raised = OperationalError("INSERT INTO attempts VALUES (?)", ("00799999001",), error)
    raised.__cause__ = error
    return raised


def of_a_worker(error: Exception) -> Exception:
    raised = ConnectorException("Database error.")
    raised.__cause__ = error
    return raised


FAILURES = [
    (OSError(errno.ENOSPC, "No space left on device", "outbox/file.xml"), DiskFull),
    (OSError(errno.EDQUOT, "Disk quota exceeded"), DiskFull),
    (OSError(errno.EIO, "Input/output error"), DiskFailed),
    (OSError(errno.EROFS, "Read-only file system"), DiskFailed),
    (of_sqlite("SQLITE_FULL", "database or disk is full"), DiskFull),
    (of_sqlite("SQLITE_IOERR_WRITE", "disk I/O error"), DiskFailed),
    (of_sqlite("SQLITE_BUSY", "database is locked"), DatabaseAway),
    (wrapped(states.DiskFull("could not extend file")), DiskFull),
    (wrapped(psycopg.OperationalError("connection failed:\n\tno such file")), DatabaseAway),
    (of_a_worker(psycopg.OperationalError("the connection is closed")), DatabaseAway),
    (wrapped(states.AdminShutdown("terminating connection")), DatabaseAway),
    (wrapped(states.TooManyConnections("too many clients already")), DatabaseAway),
]
FAULTS_OF_OURS = [
    FileNotFoundError(errno.ENOENT, "No such file or directory"),
    BrokenPipeError(errno.EPIPE, "Broken pipe"),
    of_sqlite("SQLITE_ERROR", "no such column"),
    wrapped(states.DeadlockDetected("deadlock detected")),
    wrapped(states.UndefinedColumn("column does not exist")),
    IntegrityError("INSERT", {}, sqlite3.IntegrityError("UNIQUE constraint failed")),
]


@pytest.mark.parametrize(("error", "kind"), FAILURES)
def test_what_has_failed_is_read_from_what_the_system_says(
    error: Exception, kind: type[MachineFailed]
) -> None:
    failure = failure_of(error)
    assert type(failure) is kind
    assert "\n" not in failure.cause
    assert "00799999001" not in failure.cause


@pytest.mark.parametrize("error", FAULTS_OF_OURS)
def test_a_fault_of_the_code_is_none_of_the_machine(error: Exception) -> None:
    assert failure_of(error) is None


@pytest.mark.parametrize(
    ("error", "kind"), [FAILURES[0], FAILURES[2], FAILURES[8]], ids=["full", "broken", "away"]
)
def test_the_operator_reads_what_happened_and_how_to_go_on(
    filed: Flask, cli: FlaskCliRunner, monkeypatch: pytest.MonkeyPatch, error: Exception,
    kind: type[MachineFailed],
) -> None:  # fmt: skip
    def fail(*_args: Any) -> None:
        raise error

    monkeypatch.setattr(freezing, "open_windows", fail)
    result = cli.invoke(args=["run-debits", "--on", "2026-11-22"])
    assert result.exit_code == MACHINE_FAILED
    arabic, french, cause = result.stderr.splitlines()
    assert ARABIC[kind] in arabic
    assert FRENCH[kind] in french
    assert cause.startswith("cause: ")
    monkeypatch.undo()


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: str(command.name))
def test_every_command_ends_like_that(command: click.Command) -> None:
    codes = desk.refusals_to_exit.__code__.co_consts
    inside: Any = command.callback
    while isinstance(inside, FunctionType):
        if inside.__code__ in codes:
            return
        inside = getattr(inside, "__wrapped__", None)
    pytest.fail("`refusals_to_exit` is missing")


def test_a_fault_of_the_code_still_shows_where_it_is(
    filed: Flask, cli: FlaskCliRunner, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_args: Any) -> None:
        raise FileNotFoundError(errno.ENOENT, "No such file or directory")

    monkeypatch.setattr(freezing, "open_windows", fail)
    result = cli.invoke(args=["run-debits", "--on", "2026-11-22"])
    assert isinstance(result.exception, FileNotFoundError)
