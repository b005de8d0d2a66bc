"""What somebody with the whole database in their hands could do to the events and their chain.

Each way changes something, and is given the random numbers that choose what. Ids are ours.
"""

from __future__ import annotations

from collections.abc import Callable
from random import Random

from sqlalchemy import text
from sqlalchemy.orm import Session

from webapp.models import Event
from webapp.services.events import FIRST_DIGEST, TOLD, link_digest

Way = Callable[[Session, Random], None]
WORDS = {
    "actor": ["nobody", "scheduler ", "sche|duler", ""],
    "subject": ["due", "mandate", "run"],
    "source": [None, "None", "draft", "", "planned|"],
    "target": ["refused", "settled", "None", "planned|announced"],
    "cause": ["", "None", "never", "cause|"],
}
AMONG = "FROM events WHERE id <= (SELECT max(event_id) FROM event_seals)"


def drop_walls(session: Session) -> None:
    """Take away the triggers and keys that stand in the way of honest hands."""
    sqlite = session.get_bind().dialect.name == "sqlite"
    for table in ("events", "event_seals"):
        on = "" if sqlite else f" ON {table}"
        for wall in ("never_changed", "never_deleted"):
            session.execute(text(f"DROP TRIGGER {table}_{wall}{on}"))
    if not sqlite:
        for key in ("fk_event_seals_event_id", "uq_event_seals_event_id", "pk_event_seals"):
            session.execute(text(f"ALTER TABLE event_seals DROP CONSTRAINT {key}"))
    session.commit()


def begin(session: Session) -> None:
    """Begin a change that will be taken back: until then SQLite need not find its keys whole."""
    if session.get_bind().dialect.name == "sqlite":
        session.execute(text("PRAGMA defer_foreign_keys = ON"))


def number(session: Session, query: str) -> int:
    return int(session.scalar(text(query)) or 0)


def change(session: Session, statement: str, **values: object) -> None:
    """Change exactly one row, or the test would prove nothing."""
    result = session.execute(text(statement), values)
    assert result.rowcount == 1, statement  # type: ignore[attr-defined]


def any_event(session: Session, chance: Random) -> int:
    return chance.randint(1, number(session, f"SELECT count(*) {AMONG}"))


def any_link(session: Session, chance: Random, last: int = 0) -> int:
    """The position of a link, not one of the `last` ones."""
    return chance.randint(1, number(session, "SELECT count(*) FROM event_seals") - last)


def other_word(session: Session, chance: Random) -> None:
    """A word of an event becomes another, or the word for nothing."""
    one, column = any_event(session, chance), chance.choice(list(WORDS))
    before = session.scalar(text(f"SELECT {column} FROM events WHERE id = {one}"))
    word = chance.choice([word for word in WORDS[column] if word != before])
    change(session, f"UPDATE events SET {column} = :word WHERE id = {one}", word=word)


def other_number(session: Session, chance: Random) -> None:
    one, by = any_event(session, chance), chance.choice([-1, 1, 1000])
    change(session, f"UPDATE events SET subject_id = subject_id + {by} WHERE id = {one}")


def other_time(session: Session, chance: Random) -> None:
    change(
        session,
        f"UPDATE events SET at = :at WHERE id = {any_event(session, chance)}",
        at=f"2026-01-{chance.randint(1, 28):02} 08:00:00.{chance.randint(0, 999999):06}",
    )


def swap_events(session: Session, chance: Random) -> None:
    """Two events that differ change places."""
    one = any_event(session, chance)
    other = one
    while other == one:
        other = any_event(session, chance)
    for source, target in ((one, -1), (other, one), (-1, other)):
        change(session, f"UPDATE events SET id = {target} WHERE id = {source}")


def swap_words(session: Session, chance: Random) -> None:
    """An event that went from somewhere went the other way."""
    moved = "source IS NOT NULL AND source <> target"
    ids = session.scalars(text(f"SELECT id {AMONG} AND {moved}")).all()
    change(
        session,
        f"UPDATE events SET source = target, target = source WHERE id = {chance.choice(ids)}",
    )


def delete_event(session: Session, chance: Random) -> None:
    change(session, f"DELETE FROM events WHERE id = {any_event(session, chance)}")


def delete_link(session: Session, chance: Random) -> None:
    position = any_link(session, chance, last=1)
    change(session, f"DELETE FROM event_seals WHERE position = {position}")


def delete_both(session: Session, chance: Random) -> None:
    """An event goes with its link, and the links after it move up."""
    position = any_link(session, chance, last=1)
    event = number(session, f"SELECT event_id FROM event_seals WHERE position = {position}")
    change(session, f"DELETE FROM event_seals WHERE position = {position}")
    change(session, f"DELETE FROM events WHERE id = {event}")
    if chance.random() < 0.5:
        later = number(session, "SELECT max(position) FROM event_seals")
        for place in range(position + 1, later + 1):
            change(
                session, f"UPDATE event_seals SET position = {place - 1} WHERE position = {place}"
            )


def other_digest(session: Session, chance: Random) -> None:
    change(
        session,
        f"UPDATE event_seals SET digest = :digest WHERE position = {any_link(session, chance)}",
        digest=chance.randbytes(32),
    )


def swap_links(session: Session, chance: Random) -> None:
    """Two neighbours change places."""
    one = any_link(session, chance, last=1)
    for source, target in ((one, -1), (one + 1, one), (-1, one + 1)):
        change(session, f"UPDATE event_seals SET position = {target} WHERE position = {source}")


def slip_in(session: Session, chance: Random) -> None:
    """An event without a link, with an id from before the last sealed one."""
    change(
        session,
        "INSERT INTO events (id, at, actor, subject, subject_id, source, target, cause)"
        f" SELECT {-chance.randint(0, 1000)}, at, actor, subject, subject_id, source, target, cause"
        f" FROM events WHERE id = {any_event(session, chance)}",
    )


WAYS: tuple[Way, ...] = (
    other_word, other_number, other_time, swap_events, swap_words, delete_event, delete_link,
    delete_both, other_digest, swap_links, slip_in,
)  # fmt: skip


def cut_tail(session: Session, chance: Random) -> None:
    """The last events go with their links."""
    position = any_link(session, chance)
    first = number(session, f"SELECT event_id FROM event_seals WHERE position = {position}")
    session.execute(text(f"DELETE FROM event_seals WHERE position >= {position}"))
    session.execute(text(f"DELETE FROM events WHERE id >= {first}"))


def make_anew(session: Session, chance: Random) -> None:
    """Something is changed, and every digest computed again."""
    chance.choice([other_number, other_time])(session, chance)
    seal_anew(session)


def seal_anew(session: Session) -> None:
    session.execute(text("DELETE FROM event_seals"))
    digest = FIRST_DIGEST
    rows = session.execute(Event.__table__.select().with_only_columns(*TOLD).order_by(Event.id))
    for position, row in enumerate(rows.all(), 1):
        digest = link_digest(digest, row)
        change(
            session,
            f"INSERT INTO event_seals (position, event_id, digest)"
            f" VALUES ({position}, {row[0]}, :digest)",
            digest=digest,
        )


WAYS_FOUND_BY_THE_HEAD: tuple[Way, ...] = (cut_tail, make_anew)
