"""What was sent can be read on a development machine, the newest last."""

from __future__ import annotations

import json
from pathlib import Path

from flask import Flask
from flask.testing import FlaskCliRunner


def write(folder: Path, day: str, *bodies: str) -> None:
    lines = [
        json.dumps(
            {"channel": "sms", "address": "0500000001", "subject": "", "body": body},
            ensure_ascii=False,
        )
        for body in bodies
    ]
    (folder / f"{day}.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")


def test_the_newest_messages_are_shown_last(office: Flask) -> None:
    folder = office.config["KHATWA"].messages_folder
    write(folder, "2026-11-02", "الأولى", "الثانية")
    write(folder, "2026-11-03", "code 482913")
    shown = office.test_cli_runner().invoke(args=["messages", "--last", "2"]).output
    assert "الأولى" not in shown
    assert shown.index("الثانية") < shown.index("code 482913")
    assert "sms to 0500000001" in shown


def test_an_empty_folder_is_said_to_be_empty(office: Flask) -> None:
    assert "No message yet" in FlaskCliRunner(office).invoke(args=["messages"]).output


def test_a_paper_that_went_along_is_named(office: Flask) -> None:
    file = office.config["KHATWA"].messages_folder / "2026-11-02.jsonl"
    line = {"channel": "email", "address": "a@b.dz", "subject": "S", "body": "B",
            "attachment": "khatwa-KM1.pdf"}  # fmt: skip
    file.write_text(json.dumps(line) + "\n", encoding="utf-8")
    assert "B\n\nwith khatwa-KM1.pdf" in office.test_cli_runner().invoke(args=["messages"]).output
