"""`flask forget-old`: its dry run counts and deletes nothing, the command deletes what is old."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from flask import Flask
from flask.testing import FlaskCliRunner
from sqlalchemy import func, insert, select

from tests import builders, open_days
from tests.commands.test_loop import run
from webapp.extensions import db
from webapp.models import Agency, Device, Throttle


@pytest.fixture
def throttles(filed: Flask) -> None:
    """One try that was counted in December 2026: the commands think it is the year after."""
    with filed.app_context():
        then = datetime(2026, 12, 20, 9, 0, tzinfo=UTC)
        db.session.execute(insert(Throttle).values(subject="x", since_at=then, tries=1))
        db.session.commit()


def counted(app: Flask) -> int:
    with app.app_context():
        return db.session.scalar(select(func.count()).select_from(Throttle)) or 0


def line(told: str, kind: str) -> str:
    (found,) = [line for line in told.splitlines() if line.startswith(f"  {kind} ")]
    return " ".join(found.split())


def test_a_dry_run_counts_each_kind_and_deletes_nothing(
    cli: FlaskCliRunner, filed: Flask, throttles: None
) -> None:
    told = run(cli, "forget-old", "--dry-run")
    assert "Dry run, nothing deleted." in told
    assert line(told, "throttles") == "throttles 2 days after it was made 1"
    assert line(told, "messages") == "messages 90 days after it was made 0"
    assert line(told, "books") == "books 10 years after the end of its year"
    assert counted(filed) == 1


def test_a_dry_run_looks_at_another_day(cli: FlaskCliRunner, throttles: None) -> None:
    assert line(run(cli, "forget-old", "--dry-run", "--on", "2026-12-21"), "throttles")[-1] == "0"


def test_what_is_old_is_deleted_and_told(
    cli: FlaskCliRunner, filed: Flask, throttles: None
) -> None:
    assert line(run(cli, "forget-old"), "throttles")[-1] == "1"
    assert counted(filed) == 0
    assert line(run(cli, "forget-old"), "throttles")[-1] == "0"


def test_a_run_forgets_by_itself(cli: FlaskCliRunner, filed: Flask, throttles: None) -> None:
    run(cli, "run-debits", "--on", "2026-12-30", code=0)
    assert counted(filed) == 0


def test_a_run_closes_the_devices_that_were_left_open(cli: FlaskCliRunner, filed: Flask) -> None:
    with filed.app_context():
        day = builders.working_day(db.session(), date(2026, 12, 20))
        agency = db.session.scalars(select(Agency.id)).first()
        agent = open_days.member(db.session(), day, agency)
        campaign, *_ = open_days.campaign(db.session(), day, agency or 0, agent)
        device, _ = open_days.device(db.session(), day, campaign, agent)
    run(cli, "run-debits", "--on", "2026-12-30", code=0)
    with filed.app_context():
        assert db.session.get_one(Device, device).closed_at is not None


def test_nothing_is_deleted_as_if_it_were_another_day(cli: FlaskCliRunner) -> None:
    assert "--on is for --dry-run" in run(cli, "forget-old", "--on", "2030-01-01", code=2)
