"""A dry run gives the report of the real one and leaves no trace."""

from __future__ import annotations

from sqlalchemy import select

from tests import builders
from tests.services.collecting import ANNOUNCING, FREEZING, Desk
from tests.services.test_runs import everything
from webapp.models import Notice, Run
from webapp.services.dry_runs import dry_run


def test_a_dry_run_writes_nothing_anywhere(desk: Desk) -> None:
    desk.file_one()
    desk.run(ANNOUNCING)
    before = everything(desk.session, desk.outbox)
    desk.session.rollback()  # what looked holds the database: on SQLite nobody else could write
    provider = builders.Provider()
    day = builders.working_day(desk.session, FREEZING)
    report = dry_run(desk.session, day, builders.tools(desk.outbox, provider))
    assert report.debits["frozen"].count == 1
    assert everything(desk.session, desk.outbox) == before
    assert provider.sent == []
    assert len(desk.session.scalars(select(Run.id)).all()) == 1


def test_a_dry_run_tells_what_the_run_then_does(desk: Desk) -> None:
    for _ in range(3):
        desk.file_one()
    day = builders.working_day(desk.session, ANNOUNCING)
    told = dry_run(desk.session, day, builders.tools(desk.outbox))
    done = desk.run(ANNOUNCING)
    assert (told.debits, told.places, told.declared) == (done.debits, done.places, done.declared)
    assert len(desk.session.scalars(select(Notice.id)).all()) == 3
