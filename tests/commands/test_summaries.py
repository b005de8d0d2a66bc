"""`flask make-summaries`: a file for each employer, once; ended and begun again, it goes on."""

from __future__ import annotations

import signal
from dataclasses import replace
from pathlib import Path

import pytest
from flask.testing import FlaskCliRunner

from tests import builders
from tests.services.collecting import FILED
from webapp.commands import summaries
from webapp.commands.desk import EXIT_STOPPED
from webapp.documents.mass import SummaryToMake
from webapp.extensions import db


@pytest.fixture
def three(cli: FlaskCliRunner) -> FlaskCliRunner:
    """Three employers who have filed, and one who never did anything."""
    app = cli.app
    with app.app_context():
        day = builders.working_day(db.session(), FILED)
        for _ in range(2):
            builders.declaration(db.session(), day, builders.employer(db.session()))
        builders.employer(db.session())
        db.session().rollback()
    app.config["KHATWA"] = replace(app.config["KHATWA"], public_address="https://khatwa.dz")
    return cli


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (made := tmp_path / "summaries").mkdir()
    return made


def make(cli: FlaskCliRunner, folder: Path) -> str:
    result = cli.invoke(args=["make-summaries", "2026", str(folder), "--processes", "1"])
    assert result.exit_code == 0, result.output
    return result.output


def test_each_employer_with_something_has_a_file_and_none_is_made_twice(
    three: FlaskCliRunner, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / ".16-000001-2026-KY0000006T.pdf.partial").write_bytes(b"half")
    assert "3 summaries made, 6 pages" in make(three, folder)
    made = {one.name: one.read_bytes() for one in folder.glob("*.pdf")}
    assert len(made) == 3 and all(one.startswith(b"%PDF-") for one in made.values())
    assert all(one.startswith("16-") and "-2026-KY" in one for one in made)
    gone = sorted(made)[1]
    (folder / gone).unlink()
    monkeypatch.setattr(summaries, "make_summary_file", counted := Counted())
    told = make(three, folder)
    assert "1 summaries made" in told and "2 were there" in told
    assert [one.name for one in counted.paths] == [gone]


def test_told_to_end_it_keeps_what_it_made_and_goes_on_next_time(
    three: FlaskCliRunner, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(summaries, "make_summary_file", counted := Counted(told_after=1))
    args = ["make-summaries", "2026", str(folder), "--processes", "1"]
    result = three.invoke(args=args)
    assert result.exit_code == EXIT_STOPPED and len(counted.paths) == 1, result.output
    assert "2 summaries made" in make(three, folder)
    assert len(set(counted.paths)) == len(counted.paths) == 3


def test_papers_whose_code_leads_nowhere_are_not_made(cli: FlaskCliRunner, folder: Path) -> None:
    result = cli.invoke(args=["make-summaries", "2026", str(folder)])
    assert result.exit_code == 2 and "PUBLIC_ADDRESS" in result.output


class Counted:
    """Writes the files of no paper, and may be told to end meanwhile."""

    def __init__(self, told_after: int = 0) -> None:
        self.paths: list[Path] = []
        self.told_after = told_after

    def __call__(self, job: SummaryToMake) -> int:
        self.paths.append(job.path)
        job.path.write_bytes(b"%PDF-")
        if len(self.paths) == self.told_after:
            signal.raise_signal(signal.SIGTERM)
        return 2
