"""Whatever is done to a sealed event or its link is found, some of it only with a printed head."""

from __future__ import annotations

from collections import Counter
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import delete, insert, select, text
from sqlalchemy.orm import Session

from tests import builders
from tests.services import tampering
from tests.services.collecting import ANNOUNCING, Desk
from webapp.domain.errors import EventsTampered
from webapp.models import Event, EventSeal
from webapp.services.event_chain import verify_events
from webapp.services.events import FIRST_DIGEST, link_digest, seal_events

TAMPERINGS = {"sqlite": 1_000, "postgresql": 100}
SEED = 20261125


@pytest.fixture
def open_house(sealed: Session) -> Session:
    """The same, in the hands of somebody whom no trigger stops."""
    tampering.drop_walls(sealed)
    return sealed


def found(session: Session, head: str | None = None) -> str:
    """What is found to be wrong; nothing, when the chain holds."""
    try:
        verify_events(session, head)
    except EventsTampered as error:
        return error.what
    return ""


def test_a_run_seals_every_event_and_prints_the_head(desk: Desk) -> None:
    desk.file_one()
    report = desk.run(ANNOUNCING)
    chain = verify_events(desk.session, report.events_head)
    assert chain.sealed == len(desk.session.scalars(select(Event.id)).all()) > 3
    assert (chain.unsealed, chain.unsealed_since, chain.after_head) == (0, None, 0)
    assert chain.head == report.events_head


def test_what_is_written_after_the_sealing_is_told_as_unsealed(desk: Desk) -> None:
    head = desk.run(ANNOUNCING).events_head
    desk.file_one()
    chain = verify_events(desk.session, head)
    assert chain.unsealed > 0
    assert chain.unsealed_since == builders.working_day(desk.session, ANNOUNCING).now
    seal_events(desk.session)
    after = verify_events(desk.session, head)
    assert (after.unsealed, after.after_head) == (0, chain.unsealed)


def test_a_thousand_tamperings_are_all_found(open_house: Session) -> None:
    chance, tried = Random(SEED), Counter[str]()
    for number in range(TAMPERINGS[open_house.get_bind().dialect.name]):
        way = tampering.WAYS[number % len(tampering.WAYS)]
        tampering.begin(open_house)
        way(open_house, chance)
        assert found(open_house), f"{way.__name__}, number {number}, was not found"
        tried[way.__name__] += 1
        open_house.rollback()
    assert set(tried) == {way.__name__ for way in tampering.WAYS}
    assert found(open_house) == ""


@pytest.mark.parametrize("way", tampering.WAYS_FOUND_BY_THE_HEAD)
def test_a_cut_end_and_a_chain_made_anew_are_found_by_the_printed_head_alone(
    open_house: Session, way: tampering.Way
) -> None:
    head, chance = verify_events(open_house).head, Random(SEED)
    for _ in range(20):
        tampering.begin(open_house)
        way(open_house, chance)
        assert found(open_house) == ""
        assert found(open_house, head) == "head_missing"
        open_house.rollback()


def test_a_cut_end_under_new_events_is_found_by_the_printed_head(open_house: Session) -> None:
    head = verify_events(open_house).head
    tampering.begin(open_house)
    row = open_house.execute(select(Event.__table__).order_by(Event.id.desc())).first()
    assert row is not None
    tampering.cut_tail(open_house, Random(SEED))
    open_house.execute(insert(Event).values(row._asdict() | {"target": "settled"}))
    tampering.seal_anew(open_house)
    assert found(open_house) == ""
    assert found(open_house, head) == "head_missing"


# Texts in which every bar, stroke and "None" could be taken for another.
words = st.none() | st.text("|\\None", max_size=6) | st.sampled_from(["None", "\\None", "a|b"])
events = st.tuples(st.integers(1, 3), *[words] * 4)


@given(one=events, other=events)
def test_no_two_events_that_differ_have_the_same_link(
    one: tuple[object, ...], other: tuple[object, ...]
) -> None:
    same = link_digest(FIRST_DIGEST, one) == link_digest(FIRST_DIGEST, other)
    assert same == (one == other)


@pytest.mark.parametrize(
    ("one", "other"),
    [((1, None), (1, "None")), ((1, "a|b", "c"), (1, "a", "b|c")), ((1, "\\None"), (1, "None"))],
)
def test_no_word_passes_for_another(one: tuple[object, ...], other: tuple[object, ...]) -> None:
    assert link_digest(FIRST_DIGEST, one) != link_digest(FIRST_DIGEST, other)


def test_the_head_before_the_first_event_is_in_every_chain(desk: Desk) -> None:
    first = verify_events(desk.session).head
    desk.file_one()
    desk.run(ANNOUNCING)
    chain = verify_events(desk.session, first)
    assert chain.after_head == chain.sealed > 0


@pytest.mark.parametrize(
    ("statement", "what"),
    [
        ("UPDATE events SET actor = 'nobody' WHERE id = 3", "event_changed"),
        ("UPDATE events SET source = 'None' WHERE id = 1", "event_changed"),
        ("DELETE FROM events WHERE id = 3", "event_missing"),
        ("DELETE FROM event_seals WHERE position = 2", "link_missing"),
        ("INSERT INTO events SELECT -1, at, actor, subject, subject_id, source, target, cause"
         " FROM events WHERE id = 1", "event_slipped_in"),
    ],
)  # fmt: skip
def test_what_was_done_is_told(open_house: Session, statement: str, what: str) -> None:
    tampering.begin(open_house)
    open_house.execute(text(statement))
    assert found(open_house) == what


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_what_no_column_holds_is_told_and_no_error_of_ours(open_house: Session) -> None:
    open_house.execute(text("UPDATE events SET at = 'yesterday' WHERE id = 3"))
    assert found(open_house) == "unreadable"


def test_an_event_taken_out_before_it_was_sealed_leaves_no_trace(
    open_house: Session, desk: Desk
) -> None:
    """The limit of the chain, which the command tells: it protects from the sealing on."""
    desk.file_one()
    before = verify_events(open_house)
    last = open_house.scalars(select(Event.id).order_by(Event.id.desc())).first()
    open_house.execute(delete(Event).where(Event.id == last))
    after = verify_events(open_house)
    assert (after.sealed, after.unsealed) == (before.sealed, before.unsealed - 1)


def test_links_taken_off_the_end_leave_their_events_unsealed(open_house: Session) -> None:
    chain = verify_events(open_house)
    open_house.execute(delete(EventSeal).where(EventSeal.position > chain.sealed - 2))
    assert verify_events(open_house).unsealed == 2
    assert found(open_house, chain.head) == "head_missing"
    open_house.commit()
    seal_events(open_house)
    assert verify_events(open_house, chain.head).after_head == 0
