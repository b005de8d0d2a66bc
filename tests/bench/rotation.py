"""How long a rotation of keys takes: python -m tests.bench.rotation [ROWS]"""

from __future__ import annotations

import sys
import tempfile
import time
from datetime import date
from pathlib import Path

from sqlalchemy import create_engine, insert, select
from sqlalchemy.orm import Session

from tests import builders
from tests.bench.processes import in_own_process
from tests.databases import Server, migrate, start_server
from webapp.adapters.vault import Vault
from webapp.database import configure_engine
from webapp.models import Mandate
from webapp.services.key_rotation import find_sealed_under, reseal_everything

ROWS = 100_000
AT_MOST = 60.0  # seconds
ROWS_AT_ONCE = 10_000
KEYS = {"k1": bytes(range(64)), "k2": bytes(range(64, 128))}  # the first is that of the builders
INDEX_KEY = bytes(range(32))
FILED = date(2026, 11, 2)


def fill(session: Session, rows: int) -> None:
    """That many mandates beside a real one, each with an account sealed under the first key."""
    builders.foundations(session)
    day = builders.working_day(session, FILED)
    builders.mandate(session, day, builders.employer(session))
    old = Vault(KEYS, "k1", INDEX_KEY)
    like = session.execute(select(Mandate.__table__)).mappings().one()
    for start in range(0, rows, ROWS_AT_ONCE):
        many = []
        for number in range(start, min(rows, start + ROWS_AT_ONCE)):
            reference = f"KM{number:09}"
            row = {
                "reference": reference,
                "account": old.seal(f"00100123{number:010}97", f"mandate:{reference}"),
                "account_index": f"{number:064}",
                "is_default": False,
            }
            many.append({name: value for name, value in like.items() if name != "id"} | row)
        session.execute(insert(Mandate.__table__), many)
        session.commit()


def rotate(url: str, home: Path) -> tuple[float, int]:
    """Seconds, and how many values were sealed anew."""
    engine = configure_engine(create_engine(url))
    with Session(engine) as session:
        began = time.perf_counter()
        rotation = reseal_everything(session, Vault(KEYS, "k2", INDEX_KEY), home)
        seconds = time.perf_counter() - began
        left = find_sealed_under(session, home, "k1")
    engine.dispose()
    assert (left, rotation.unopened) == ({}, [])
    return seconds, rotation.values


def measure(url: str, home: Path, rows: int) -> str:
    engine = configure_engine(create_engine(url))
    with Session(engine) as session:
        fill(session, rows)
    engine.dispose()
    (seconds, values), peak = in_own_process(rotate, url, home)
    missed = "  missed" if seconds > AT_MOST * values / ROWS else ""
    return f"{values:>10,} values {seconds:>8.2f} s {peak:>8.0f} MiB{missed}"


def main() -> None:
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else ROWS
    out = sys.stdout.write
    out(f"keys rotated, at most {AT_MOST:.0f} s for {ROWS:,} values\n")
    with tempfile.TemporaryDirectory(prefix="khatwa-rotation-") as name:
        home = Path(name) / "instance"
        migrate(Path(name))
        out(f"  SQLite     {measure(f'sqlite:///{home}/database/khatwa.sqlite3', home, rows)}\n")
        server: Server | None = start_server()
        if server is not None:
            try:
                migrate(Path(name), server.create("rotation"))
                out(f"  PostgreSQL {measure(server.url('rotation'), home, rows)}\n")
            finally:
                server.stop()


if __name__ == "__main__":
    main()
