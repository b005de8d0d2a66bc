"""What a warm process has loaded before it becomes a command: all the code, and no settings."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Mapping, Sequence
from itertools import count
from pathlib import Path

from flask.cli import cli
from sqlalchemy import Engine, event

import webapp.commands  # noqa: F401  (with everything that commands import)

APPLICATION = "tests.reliability.small_portions"


def run_command(environment: Mapping[str, str], output: str, arguments: Sequence[str]) -> None:
    """Be the command `flask …` in this environment; ends the process."""
    os.environ.update(environment)
    descriptor = os.open(output, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    for standard in (1, 2):
        os.dup2(descriptor, standard)
    cli.main(["--app", APPLICATION, *arguments], prog_name="flask")


def run_until_statement(
    environment: Mapping[str, str], output: str, arguments: Sequence[str], begins: str, times: int
) -> None:
    """Be that command, and die by SIGKILL right after that many statements with this beginning.

    They are done by then and the last of them is not committed.
    """
    seen = count(1)

    @event.listens_for(Engine, "after_cursor_execute")
    def die(*arguments: object) -> None:
        statement = str(arguments[2])
        if statement.startswith(begins) and next(seen) == times:
            os.kill(os.getpid(), signal.SIGKILL)

    run_command(environment, output, arguments)


def run_traced(environment: Mapping[str, str], output: str, arguments: Sequence[str]) -> None:
    """Be that command as soon as a tracer has attached itself to this process."""
    while "TracerPid:\t0\n" in Path("/proc/self/status").read_text():
        time.sleep(0.001)
    run_command(environment, output, arguments)
