"""`flask close-day` and `flask open-day`: what the page does, told in lines."""

from __future__ import annotations

from datetime import date

from flask import Flask
from flask.testing import FlaskCliRunner
from sqlalchemy import select

from tests import builders
from tests.services.collecting import COLLECTION
from webapp.commands.desk import EXIT_REFUSED
from webapp.extensions import db
from webapp.models import ClosedDay, Debit, Event, Subject

WHY = ["--reason-ar", "عيد", "--reason-fr", "Aïd", "--on", "2026-11-25", "--by", "salima"]


def the_debit(app: Flask) -> Debit:
    with app.app_context():
        return db.session.scalars(select(Debit)).one()


def test_a_day_is_closed_and_what_was_announced_moves(cli: FlaskCliRunner, filed: Flask) -> None:
    cli.invoke(args=["run-debits", "--on", "2026-11-22"])
    look = cli.invoke(args=["close-day", str(COLLECTION), *WHY, "--dry-run"])
    assert "moved to 2026-12-01 with a new notice: 1" in look.output
    assert the_debit(filed).collect_on == COLLECTION
    for _ in range(2):
        told = cli.invoke(args=["close-day", str(COLLECTION), *WHY])
        assert told.exit_code == 0, told.output
        assert "2026-11-30: closed" in told.output
        assert the_debit(filed).collect_on == date(2026, 12, 1)
    with filed.app_context():
        events = db.session.scalars(select(Event).where(Event.subject == Subject.CLOSED_DAY))
        assert [(one.actor, one.target) for one in events] == [("salima", "day_closed")]


def test_a_closed_day_is_opened(cli: FlaskCliRunner, filed: Flask) -> None:
    first_of_may = "2027-05-01"
    told = cli.invoke(args=["open-day", first_of_may, "--on", "2026-11-25"])
    assert (told.exit_code, told.output.splitlines()[-1]) == (0, "2027-05-01: open")
    with filed.app_context():
        assert db.session.get_one(ClosedDay, date(2027, 5, 1)).opened_on == date(2026, 11, 25)
        day = builders.working_day(db.session(), date(2026, 11, 25))
        assert date(2027, 5, 1) not in day.calendar.closed_days


def test_a_past_day_is_refused_in_one_line(cli: FlaskCliRunner, filed: Flask) -> None:
    told = cli.invoke(args=["close-day", "2026-11-10", *WHY])
    assert told.exit_code == EXIT_REFUSED
    assert told.output.splitlines()[-1].startswith("refused: ")
