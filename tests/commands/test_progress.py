"""A long phase shows a bar on a terminal, and nothing anywhere else."""

from __future__ import annotations

import io
import sys

import pytest

from webapp.commands.desk import progress_bar


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def watch(screen: io.StringIO, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setattr(sys, "stderr", screen)
    with progress_bar() as progress:
        for done in (1_000, 3_000):
            progress("plan", done, 3_000)
    return screen.getvalue()


def test_on_a_terminal_each_phase_has_a_bar(monkeypatch: pytest.MonkeyPatch) -> None:
    shown = watch(Terminal(), monkeypatch)
    assert "plan" in shown
    assert "3000/3000" in shown


def test_elsewhere_nothing_is_written(monkeypatch: pytest.MonkeyPatch) -> None:
    assert watch(io.StringIO(), monkeypatch) == ""
