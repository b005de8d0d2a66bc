"""The whole loop with planted account numbers: on disk they stand in the outbox alone, for a time.

Everything that the service writes is searched, byte by byte: the database and its log, the files
of the inbox, messages, what commands print and what the program logs.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskCliRunner
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests import builders
from tests.bank import Bank
from tests.commands.test_loop import A_PERSON_MUST_LOOK, run
from tests.searching import files_with, in_clear
from tests.services.collecting import AMOUNT, FILED
from tests.views.browser import Browser, Clock, Site
from webapp.adapters.archive import open_file
from webapp.adapters.vault import load_vault
from webapp.config import TestConfig
from webapp.domain.rib import Rib
from webapp.extensions import db
from webapp.models import Attempt, BankFile
from webapp.views import desk

# Every digit was drawn, so that no amount, day or reference has ten of them in this order.
SIGNED = Rib.of("007", "99999", "7391846205")
PAYERS = [Rib.of("001", "00123", "5820473961"), Rib.of("002", "00456", "9164058273")]
# Typed and not signed: with a wrong key, and into a form whose session had expired.
MISTYPED = "00100777264819035711"
INTERRUPTED = Rib.of("001", "00123", "4719630528")
# In the bank's messages, of nobody whom we know.
STRANGER = Rib.of("003", "00888", "8305917462")
PLANTED = [
    *(rib.digits for rib in (SIGNED, *PAYERS, INTERRUPTED, STRANGER)),
    *(rib.account for rib in (SIGNED, *PAYERS, INTERRUPTED, STRANGER)),
    MISTYPED,
    MISTYPED[8:18],
    builders.DEMONSTRATION_ACCOUNT,
]  # fmt: skip
RUNS = ("2026-11-22", "2026-11-26")
ANSWERED, ARCHIVED = "2026-11-30", "2026-12-30"


@dataclass
class Loop:
    """The office, its site and its bank, and everything that was printed."""

    app: Flask
    cli: FlaskCliRunner
    config: TestConfig
    clock: Clock
    folder: Path
    printed: list[str] = field(default_factory=list)

    def run(self, command: str, *arguments: str, code: int = 0) -> None:
        self.printed.append(run(self.cli, command, *arguments, code=code))

    def go_to_bank(self) -> None:
        """From the filing to what the bank answers, odd answers among it."""
        for on in RUNS:
            self.run("run-debits", "--on", on, "--report", str(self.config.home / f"{on}.json"))
        with self.app.app_context():
            files = db.session.scalars(select(BankFile.reference)).all()
            attempts = db.session.scalars(select(Attempt.end_to_end_id)).all()
        for reference in files:
            self.run("approve-bank-file", reference, "--by", "salima", "--on", RUNS[1])
        self.run("send-bank-files", "--on", RUNS[1])
        self.hear(list(attempts))

    def hear(self, attempts: list[str]) -> None:
        folder = self.folder / "answers"
        folder.mkdir()
        bank, (first, second, *rest) = Bank(folder), attempts
        torn = folder / "torn.xml"
        good = [
            bank.settled(dict.fromkeys([first, *rest], AMOUNT)),
            bank.returned({second: AMOUNT}, reason="MS03"),
            bank.settled({STRANGER.digits: AMOUNT}),
            bank.settled({f"RIB {STRANGER.grouped}": AMOUNT}),
            bank.settled({first: AMOUNT}, account=STRANGER.digits),
        ]
        torn.write_bytes(good[2].read_bytes()[:-40])
        self.run("import-answers", *map(str, good), str(torn), "--on", ANSWERED, code=1)

    def enrol_on_the_site(self, session: Session, member_number: str) -> None:
        """A mistyped account, one in a form that an expired session interrupts, one signed."""
        browser = Browser(Site(self.app, self.clock, self.folder, session), "fr")
        browser.sign_in(member_number)
        browser.refused(browser.send("activate", account=MISTYPED, step="check"))
        interrupted = browser.open("activate").form() | {"account": INTERRUPTED.digits}
        self.clock.wait(hours=2)
        assert browser.post("activate", interrupted).status_code == 302
        browser.sign_in(member_number)
        page = browser.page(browser.send("activate", account=SIGNED.grouped, step="check"))
        sent = page.form() | {
            "entitled": "y",
            "quality": "owner",
            "step": "sign",
            "code": browser.site.last_code(),
        }
        signed = browser.post("activate", sent)
        assert signed.status_code == 302, browser.page(signed).errors()


@pytest.fixture
def loop(
    office: Flask, config: TestConfig, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Loop:
    """Three employers who have filed October, one of whom enrolled on the site."""
    clock = Clock()
    clock.go_to(FILED)
    monkeypatch.setattr(desk, "read_clock", lambda: clock.now)
    loop = Loop(office, office.test_cli_runner(), config, clock, tmp_path)
    with office.app_context():
        engine = db.engine
    with Session(engine) as session:
        owners = [builders.employer(session) for _ in range(3)]
        loop.enrol_on_the_site(session, owners[0].member_number)
        day = builders.working_day(session, FILED)
        for owner, rib in zip(owners[1:], PAYERS, strict=True):
            builders.mandate(session, day, owner, rib=rib)
        for owner in owners:
            builders.declaration(session, day, owner)
    return loop


def found(loop: Loop) -> dict[str, list[str]]:
    """Every file of the service in which a planted number stands."""
    assert any(path.stat().st_size for path in loop.config.database_folder.glob("*-wal"))
    return files_with(loop.config.home, PLANTED)


def test_planted_numbers_stand_in_the_outbox_alone_and_not_for_long(
    loop: Loop, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.DEBUG)
    loop.go_to_bank()
    here = found(loop)
    assert len(here) == 2
    assert all(name.startswith("outbox/") and name.endswith(".xml") for name in here)
    debited = [rib.digits for rib in (SIGNED, *PAYERS)]
    assert {number for numbers in here.values() for number in numbers} >= set(debited)
    assert len(list(loop.config.inbox.glob("*.sealed"))) == 5
    assert list(loop.config.messages_folder.iterdir())

    loop.run("run-debits", "--on", ARCHIVED, code=A_PERSON_MUST_LOOK)
    assert found(loop) == {}
    vault = load_vault(loop.config.keys)
    sealed = list(loop.config.outbox.glob("*.sealed"))
    opened = [b"".join(open_file(path, path.name[:-24], vault)) for path in sealed]
    assert len(sealed) == 2
    assert all(any(in_clear(file, one) for file in opened) for one in debited)

    for command in ("status", "verify-books", "verify-events"):
        loop.run(command)
    told = "\n".join([*loop.printed, caplog.text, *capfd.readouterr()])
    assert [number for number in PLANTED if in_clear(told.encode(), number)] == []
