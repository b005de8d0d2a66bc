"""After a phase that wrote many rows PostgreSQL knows that its tables are full."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from tests.services.collecting import ANNOUNCING, Desk
from webapp.services import statistics


@pytest.mark.parametrize(("many", "known"), [(1, True), (1_000, False)])
def test_what_a_run_has_filled_is_counted_before_the_next_phase(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, many: int, known: bool
) -> None:
    monkeypatch.setattr(statistics, "MANY_ROWS", many)
    desk.file_one()
    desk.run(ANNOUNCING)
    if desk.session.get_bind().dialect.name != "postgresql":
        return  # SQLite is asked nothing: its run has gone through.
    tables = ("debits", "debit_lines", "notices")
    query = text("SELECT count(*) FROM pg_class WHERE relname = ANY(:names) AND reltuples >= 1")
    assert desk.session.scalar(query, {"names": list(tables)}) == (len(tables) if known else 0)
