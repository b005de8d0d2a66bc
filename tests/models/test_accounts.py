"""Account numbers stand nowhere in the clear in the database, and open in their own row only."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import create_engine, select, update
from sqlalchemy.orm import Session

from tests import builders
from tests.databases import sqlite_copy
from tests.searching import in_clear
from tests.services.collecting import AMOUNT, Desk
from webapp.data.loader import load_reasons
from webapp.database import configure_engine
from webapp.domain.errors import SealBroken
from webapp.domain.rib import Rib
from webapp.models import BankEntry, BankMessage, Channel, Event, Mandate
from webapp.services.runs import RunTools, run_due_debits

PAYERS = [
    Rib.of("001", "00123", "7340916825"),
    Rib.of("007", "99999", "0023456789"),
    Rib.of("002", "00456", "9182736450"),
]
# An account of nobody we know, in a message of the bank.
STRANGER = Rib.of("001", "00777", "5647382910")


@pytest.fixture
def office(migrated_file: Path, tmp_path: Path) -> Iterator[tuple[Desk, Path]]:
    """An office on SQLite whose every file we can read, after a loop with odd answers."""
    url = sqlite_copy(migrated_file, tmp_path)
    engine = configure_engine(create_engine(url))
    with Session(engine) as session:
        builders.foundations(session)
        desk = Desk(session, tmp_path)
        for payer in PAYERS:
            desk.file_one(rib=payer)
        desk.send_all()
        first = desk.attempts()[0].end_to_end_id
        desk.take_in(desk.bank.settled({first: AMOUNT}))
        desk.take_in(desk.bank.settled({first: AMOUNT}, account=STRANGER.digits))
        desk.take_in(desk.bank.settled({STRANGER.digits: AMOUNT}))
        desk.take_in(desk.bank.settled({f"RIB {STRANGER.grouped}": AMOUNT}))
        session.commit()
        yield desk, Path(url.removeprefix("sqlite:///"))
    engine.dispose()


def bytes_of(database: Path) -> bytes:
    """Every byte that SQLite keeps: the file, its log, its shared memory."""
    files = sorted(database.parent.glob(f"{database.name}*"))
    assert any(file.name.endswith("-wal") and file.stat().st_size for file in files)
    return b"".join(file.read_bytes() for file in files)


def test_no_account_number_stands_in_the_database(office: tuple[Desk, Path]) -> None:
    _, database = office
    content = bytes_of(database)
    known = [builders.DEMONSTRATION_ACCOUNT, *(payer.digits for payer in [*PAYERS, STRANGER])]
    known += [payer.account for payer in [*PAYERS, STRANGER]]
    assert [digits for digits in known if in_clear(content, digits)] == []


def test_the_search_would_find_an_account_number(office: tuple[Desk, Path]) -> None:
    """A planted fault: the same search over a database that holds one number in an event."""
    desk, database = office
    event = desk.session.execute(select(Event.__table__).limit(1)).one()._asdict()
    event |= {"id": 10**9, "cause": PAYERS[0].grouped}
    desk.session.execute(Event.__table__.insert().values(event))
    desk.session.commit()
    assert in_clear(bytes_of(database), PAYERS[0].digits)


def test_what_is_kept_of_odd_answers_opens_with_the_keys_alone(
    office: tuple[Desk, Path],
) -> None:
    desk, _ = office
    rows = desk.session.scalars(select(BankEntry).where(BankEntry.raw.is_not(None))).all()
    assert len(rows) == 3
    told = b""
    for row in rows:
        told += builders.VAULT.open_bytes(row.raw, f"entry:{row.bank_message_id}:{row.position}")
    assert in_clear(told, STRANGER.digits)
    assert desk.session.scalar(select(BankMessage.id).limit(1))


def test_the_account_opens_in_its_own_row(office: tuple[Desk, Path]) -> None:
    desk, _ = office
    mandates = desk.session.scalars(select(Mandate).order_by(Mandate.id)).all()
    opened = [builders.VAULT.open(m.account, f"mandate:{m.reference}") for m in mandates]
    assert opened == [payer.digits for payer in PAYERS]
    assert [m.account_last4 for m in mandates] == ["6825", "6789", "6450"]


def test_a_ciphertext_moved_to_another_row_does_not_open(office: tuple[Desk, Path]) -> None:
    desk, _ = office
    mine, other, *_ = desk.session.scalars(select(Mandate).order_by(Mandate.id)).all()
    with pytest.raises(SealBroken):
        builders.VAULT.open(other.account, f"mandate:{mine.reference}")
    channel = desk.session.scalars(select(Channel).limit(1)).one()
    with pytest.raises(SealBroken):
        builders.VAULT.open(channel.creditor_account, f"mandate:{mine.reference}")


def test_a_run_stops_at_an_account_that_was_moved_in_the_database(
    migrated_file: Path, tmp_path: Path
) -> None:
    """Whoever writes their own account's ciphertext into another mandate debits nobody."""
    engine = configure_engine(create_engine(sqlite_copy(migrated_file, tmp_path)))
    with Session(engine) as session:
        builders.foundations(session)
        desk = Desk(session, tmp_path)
        for _ in range(2):
            desk.file_one()
        mine, other = session.scalars(select(Mandate).order_by(Mandate.id)).all()
        session.execute(update(Mandate).where(Mandate.id == other.id).values(account=mine.account))
        session.commit()
        desk.run(desk.on.replace(day=22))
        day = builders.working_day(session, desk.on.replace(day=26))
        tools = RunTools(builders.VAULT, desk.outbox, builders.Provider(), load_reasons())
        with pytest.raises(SealBroken):
            run_due_debits(session, day, tools)
        assert list(desk.outbox.iterdir()) == []
    engine.dispose()
