"""What a warm process has loaded before it becomes a command: all the code, and no settings."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence

from flask.cli import cli

import webapp.commands  # noqa: F401  (with everything that commands import)

APPLICATION = "tests.reliability.small_portions"


def run_command(environment: Mapping[str, str], output: str, arguments: Sequence[str]) -> None:
    """Be the command `flask …` in this environment; ends the process."""
    os.environ.update(environment)
    descriptor = os.open(output, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    for standard in (1, 2):
        os.dup2(descriptor, standard)
    cli.main(["--app", APPLICATION, *arguments], prog_name="flask")
