"""Moves leave events, which nobody changes; their chain is proved in test_event_chain.py."""

from __future__ import annotations

import pytest
from sqlalchemy import delete, select, update
from sqlalchemy.exc import DBAPIError

from tests import builders
from tests.services.collecting import ANNOUNCING, FREEZING, Desk
from webapp.domain.errors import IllegalMove
from webapp.domain.statuses import DebitStatus
from webapp.models import Debit, Event, Subject
from webapp.services.events import move_all


@pytest.fixture
def moved(desk: Desk) -> Desk:
    desk.file_one()
    desk.run(ANNOUNCING)
    return desk


def test_every_move_of_a_debit_has_its_event(moved: Desk) -> None:
    moved.run(FREEZING)
    rows = moved.session.execute(
        select(Event.source, Event.target, Event.actor)
        .where(Event.subject == Subject.DEBIT)
        .order_by(Event.id)
    )
    assert [tuple(row) for row in rows] == [
        (None, "planned", "scheduler"),
        ("planned", "announced", "scheduler"),
        ("announced", "frozen", "scheduler"),
    ]


def test_a_move_that_is_not_allowed_is_refused(moved: Desk) -> None:
    day = builders.working_day(moved.session, FREEZING)
    with pytest.raises(IllegalMove):
        move_all(moved.session, day, Debit, DebitStatus.PLANNED, DebitStatus.SETTLED, cause="never")


@pytest.mark.parametrize("statement", [update(Event).values(actor="x"), delete(Event)])
def test_the_database_refuses_to_change_events(moved: Desk, statement: object) -> None:
    with pytest.raises(DBAPIError, match="never"):
        moved.session.execute(statement)
    moved.session.rollback()
