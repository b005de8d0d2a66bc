"""`flask run-debits` that is told to end: by Ctrl-C, while it waits, while it sends notices."""

from __future__ import annotations

import os
import signal
import threading

import pytest
from flask.testing import FlaskCliRunner

from webapp.adapters.locks import FileLock
from webapp.commands.desk import EXIT_A_PERSON_MUST_LOOK, EXIT_REFUSED, EXIT_STOPPED
from webapp.config import Config
from webapp.services import runs

RUN = ("run-debits", "--on", "2026-11-22")
DONE = (0, EXIT_A_PERSON_MUST_LOOK)


@pytest.fixture
def told_amid(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever runs is told to end while debits are announced."""
    announce = runs.announce_debits

    def told(*arguments: object) -> int:
        signal.raise_signal(signal.SIGINT)
        return announce(*arguments)

    monkeypatch.setattr(runs, "announce_debits", told)


@pytest.mark.usefixtures("told_amid")
def test_ctrl_c_ends_a_run_with_a_sentence_and_a_code_of_its_own(cli: FlaskCliRunner) -> None:
    before = [signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)]
    result = cli.invoke(args=RUN)
    assert result.exit_code == EXIT_STOPPED, result.output
    for sentence in ("stopped: what was done is kept whole", "المعالجة", "Le traitement"):
        assert sentence in result.output
    assert [signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)] == before


@pytest.mark.usefixtures("told_amid")
def test_a_dry_run_ends_as_well_and_has_written_nothing(
    cli: FlaskCliRunner, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert cli.invoke(args=[*RUN, "--dry-run"]).exit_code == EXIT_STOPPED
    monkeypatch.undo()
    assert "No run has ended yet." in cli.invoke(args=["status"]).output


def test_a_run_that_does_not_wait_says_that_another_is_under_way(
    cli: FlaskCliRunner, config: Config
) -> None:
    with FileLock(config.home / "run.lock"):
        result = cli.invoke(args=[*RUN, "--no-wait"])
    assert result.exit_code == EXIT_REFUSED, result.output
    for sentence in ("refused: run_already_in_progress", "توجد معالجة أخرى", "Un autre traitement"):
        assert sentence in result.output


def test_a_run_that_waits_for_another_ends_when_it_is_told_to(
    cli: FlaskCliRunner, config: Config
) -> None:
    teller = threading.Timer(0.3, os.kill, (os.getpid(), signal.SIGTERM))
    with FileLock(config.home / "run.lock"):
        teller.start()
        result = cli.invoke(args=RUN)
    teller.join()
    assert result.exit_code == EXIT_STOPPED, result.output
    assert cli.invoke(args=RUN).exit_code in DONE
