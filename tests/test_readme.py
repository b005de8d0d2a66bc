"""The README tells the truth: every path, command, setting and word it names exists."""

from __future__ import annotations

import re
from enum import StrEnum
from pathlib import Path

import pytest
from flask import Flask

from webapp.domain.statuses import ALLOWED_MOVES
from webapp.models.base import Base

PROJECT = Path(__file__).resolve().parent.parent
README = (PROJECT / "README.md").read_text(encoding="utf-8")
QUOTED = re.findall(r"`([^`\n]+)`", README)
# Made by running the service; named relative to KHATWA_HOME.
MADE_LATER = {"instance/", "keys/", "outbox/", "inbox/", "messages/", "delivered/"}
PATHS = [
    text
    for text in QUOTED
    if re.fullmatch(r"[\w./-]+", text) and ("/" in text or re.search(r"\.(py|txt|csv|html)$", text))
]


def test_it_is_short_enough_to_be_read() -> None:
    assert len(README.splitlines()) <= 150


@pytest.mark.parametrize("path", sorted(set(PATHS) - MADE_LATER))
def test_every_path_exists(path: str) -> None:
    assert (PROJECT / path).exists()


@pytest.mark.parametrize(
    "target", sorted({text.split()[1] for text in QUOTED if text.startswith("make ")})
)
def test_every_make_command_exists(target: str) -> None:
    assert re.search(rf"^{target}:", (PROJECT / "Makefile").read_text(encoding="utf-8"), re.M)


def test_both_commands_it_promises_are_there() -> None:
    assert "    make run " in README and "    make test " in README


def test_every_flask_command_exists_and_none_is_left_out(app: Flask) -> None:
    named = {name for quoted in QUOTED for name in re.findall(r"flask ([a-z-]+)", quoted)}
    ours = set(app.cli.commands) - {"db"}
    assert named == ours


def test_every_setting_is_read_and_none_is_left_out() -> None:
    names = (
        r"\b((?:KHATWA|SMTP|SMS)_[A-Z_]+|DATABASE_URL|PUBLIC_ADDRESS|SECRET_KEY|TRANSPORT_FOLDER"
        r"|MESSAGES)\b"
    )
    read = set(
        re.findall(rf'"{names}"', (PROJECT / "webapp" / "config.py").read_text(encoding="utf-8"))
    )
    assert set(re.findall(names, README)) == read


@pytest.mark.parametrize(
    "table", sorted(mapper.class_.__name__ for mapper in Base.registry.mappers)
)
def test_every_table_has_its_sentence(table: str) -> None:
    assert f"*{table}*: " in README


@pytest.mark.parametrize("statuses", ALLOWED_MOVES, ids=lambda statuses: statuses.__name__)
def test_every_status_has_its_sentence(statuses: type[StrEnum]) -> None:
    subject = statuses.__name__.removesuffix("Status")
    (paragraph,) = (line for line in README.splitlines() if f"*{subject}*: " in line)
    missing = [status for status in statuses if f"{status.capitalize()}: " not in paragraph]
    assert not missing
