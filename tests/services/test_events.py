"""Moves leave events, and events leave a chain that shows every change."""

from __future__ import annotations

import pytest
from sqlalchemy import delete, insert, select, text, update
from sqlalchemy.exc import DBAPIError

from tests import builders
from tests.services.collecting import ANNOUNCING, FREEZING, Desk
from webapp.domain.errors import EventsTampered, IllegalMove
from webapp.domain.statuses import DebitStatus
from webapp.models import Debit, Event, EventSeal, Subject
from webapp.services.events import move_all, seal_events, verify_events


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


def test_a_run_seals_every_event(moved: Desk) -> None:
    sealed, unsealed = verify_events(moved.session)
    assert (unsealed, sealed) == (0, len(moved.session.scalars(select(Event.id)).all()))


def test_events_written_after_the_sealing_are_told_as_unsealed(moved: Desk) -> None:
    moved.file_one()
    assert verify_events(moved.session)[1] > 0
    seal_events(moved.session)
    assert verify_events(moved.session)[1] == 0


@pytest.mark.parametrize("statement", [update(Event).values(actor="x"), delete(Event)])
def test_the_database_refuses_to_change_events(moved: Desk, statement: object) -> None:
    with pytest.raises(DBAPIError, match="never"):
        moved.session.execute(statement)
    moved.session.rollback()


def drop_walls(desk: Desk) -> None:
    """What only somebody with the database in their hands can do."""
    for table in ("events", "event_seals"):
        on = "" if desk.session.get_bind().dialect.name == "sqlite" else f" ON {table}"
        for wall in ("never_changed", "never_deleted"):
            desk.session.execute(text(f"DROP TRIGGER {table}_{wall}{on}"))


def test_a_changed_event_breaks_the_chain(moved: Desk) -> None:
    drop_walls(moved)
    moved.session.execute(update(Event).where(Event.id == 3).values(actor="nobody"))
    moved.session.commit()
    with pytest.raises(EventsTampered):
        verify_events(moved.session)


def test_a_seal_taken_out_breaks_the_chain(moved: Desk) -> None:
    drop_walls(moved)
    moved.session.execute(delete(EventSeal).where(EventSeal.position == 2))
    moved.session.commit()
    with pytest.raises(EventsTampered):
        verify_events(moved.session)


def test_an_event_slipped_in_is_unsealed(moved: Desk) -> None:
    row = moved.session.execute(select(Event.__table__).where(Event.id == 1)).one()._asdict()
    moved.session.execute(insert(Event).values(**(row | {"id": 1_000_000})))
    moved.session.commit()
    assert verify_events(moved.session)[1] == 1
