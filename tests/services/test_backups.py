"""A backup is one instant of the database, and the way back is all or nothing, on both engines."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
from sqlalchemy import create_engine, func, select, text
from sqlalchemy.orm import Session

from tests import builders
from tests.reliability.invariants import check_tables
from tests.services.collecting import ANNOUNCING, FILED, FREEZING, Desk
from tests.services.restoring import Station
from webapp.adapters import postgresql_programs
from webapp.adapters.backup_files import read_manifest
from webapp.database import configure_engine
from webapp.domain.errors import (
    BackupDamaged,
    BackupNotForHere,
    DatabaseNotEmpty,
    DatabaseProgramFailed,
    DatabaseProgramMissing,
)
from webapp.domain.moment import Moment
from webapp.models import Due, Event, Restoration
from webapp.services import backups
from webapp.services.backups import known_revisions, restore_backup, take_backup
from webapp.services.event_chain import verify_events

MOMENT = Moment.morning_of(FREEZING)


@pytest.fixture
def station(desk: Desk, database_url: str) -> Station:
    desk.file_one()
    return Station(desk, database_url)


def test_a_backup_says_where_the_events_end(station: Station) -> None:
    station.work(ANNOUNCING)
    path = station.back_up("one.backup")
    manifest = read_manifest(path)
    assert manifest["event_head"] == verify_events(station.session).head
    assert manifest["last_event"] == station.session.scalar(select(func.max(Event.id)))
    assert manifest["revision"] == known_revisions()[0]
    station.session.rollback()
    station.restore(path)
    chain = verify_events(station.session, manifest["event_head"])
    assert chain.after_head == 0 and chain.unsealed == 1  # that it was restored


def test_a_backup_while_others_write_is_of_one_instant(
    station: Station, database_url: str, tmp_path: Path
) -> None:
    """What a transaction writes is in it as a whole or not at all."""
    station.session.rollback()
    engine = configure_engine(create_engine(database_url))
    ended = threading.Event()

    def write() -> None:
        with Session(engine) as session:
            day = builders.working_day(session, FILED)
            while not ended.is_set():
                owner = builders.employer(session)
                builders.mandate(session, day, owner)
                builders.declaration(session, day, owner)

    writer = threading.Thread(target=write)
    writer.start()
    try:
        paths = [take_backup(database_url, MOMENT, tmp_path / f"{n}.backup")[0] for n in range(3)]
    finally:
        ended.set()
        writer.join()
    engine.dispose()
    written = station.session.scalar(select(func.count(Due.id))) or 0
    station.session.rollback()
    counts = []
    for path in paths:
        station.restore(path)
        check_tables(station.session)
        counts.append(station.session.scalar(select(func.count(Due.id))) or 0)
        station.session.rollback()
    assert counts == sorted(counts) and counts[-1] <= written


def test_what_is_no_whole_backup_changes_nothing(station: Station) -> None:
    path = station.back_up("one.backup")
    content = path.read_bytes()
    for number in range(16):
        damaged = bytearray(content)
        damaged[len(content) * number // 16 + 600] ^= 0xFF
        path.write_bytes(damaged)
        try:
            restore(station, path)
        except BackupDamaged:
            pass
        else:
            pytest.fail(f"taken with a wrong byte at {number}/16")
    assert station.session.scalar(select(func.count(Restoration.id))) == 0
    assert station.session.scalar(select(func.count(Due.id))) == 1
    station.session.rollback()


def restore(station: Station, path: Path, *, force: bool = True) -> None:
    station.session.close()
    station.session.get_bind().engine.dispose()
    folder = station.desk.folder
    restore_backup(station.url, MOMENT, "salima", path, workplace=folder, force=force)


def test_a_database_with_content_is_not_replaced_by_mistake(station: Station) -> None:
    path = station.back_up("one.backup")
    with pytest.raises(DatabaseNotEmpty):
        restore(station, path, force=False)


def test_a_backup_of_unknown_tables_or_of_the_other_engine_is_refused(
    station: Station, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = station.back_up("one.backup")
    with monkeypatch.context() as patch:
        patch.setattr(backups, "known_revisions", lambda: ["0001"])
        with pytest.raises(BackupNotForHere, match="revision"):
            restore(station, path)
    other = "postgresql" if station.url.startswith("sqlite") else "sqlite"
    url = {"postgresql": "postgresql+psycopg://nobody@localhost/none", "sqlite": "sqlite:///x"}
    with pytest.raises(BackupNotForHere, match="engine"):
        restore_backup(
            url[other], MOMENT, "salima", path, workplace=station.desk.folder, force=True
        )


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
@pytest.mark.postgresql
def test_a_missing_or_failing_program_of_postgresql_is_named(
    station: Station, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    path = station.back_up("one.backup")
    with monkeypatch.context() as patch:
        patch.setenv("PATH", str(tmp_path))
        assert postgresql_programs.find_program("pg_dump").exists()  # at Debian's place
        patch.setattr(postgresql_programs, "DEBIAN", tmp_path)
        with pytest.raises(DatabaseProgramMissing, match="pg_dump"):
            station.back_up("two.backup")
        with pytest.raises(DatabaseProgramMissing, match="pg_restore"):
            restore(station, path)
    with monkeypatch.context() as patch:
        broken = backups.MARK[0], "SELECT 1 / 0"
        patch.setattr(backups, "MARK", broken)
        with pytest.raises(DatabaseProgramFailed):
            restore(station, path)
    assert station.session.scalar(select(func.count(Restoration.id))) == 0
    assert not list(tmp_path.glob("two.backup")) and not list(tmp_path.glob(".khatwa-*"))
    station.session.rollback()


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
@pytest.mark.postgresql
def test_tables_of_a_later_version_do_not_stay(station: Station) -> None:
    path = station.back_up("one.backup")
    station.session.execute(text("CREATE TABLE of_tomorrow (id bigint)"))
    station.session.commit()
    station.restore(path)
    assert station.session.scalar(text("SELECT to_regclass('public.of_tomorrow')")) is None
    station.session.rollback()
    assert station.back_up("two.backup").exists()
