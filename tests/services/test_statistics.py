"""After a phase that wrote many rows PostgreSQL knows that its tables are full."""

from __future__ import annotations

import pytest
from sqlalchemy import event, text

from tests.services.collecting import ANNOUNCING, Desk
from webapp.models import Debit, DebitLine
from webapp.services import statistics
from webapp.services.statistics import Growth


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


def test_what_a_phase_fills_is_counted_each_time_that_it_has_doubled(desk: Desk) -> None:
    """Or the server reads all of it for each row, portion after portion."""
    counted: list[tuple[int, str]] = []
    portions = 0

    @event.listens_for(desk.session.get_bind(), "before_cursor_execute")
    def told(_c: object, _cursor: object, statement: str, *_more: object) -> None:
        if statement.startswith("ANALYZE"):
            counted.append((portions, statement))

    growth = Growth(desk.session, Debit, DebitLine)
    for _ in range(10):
        portions += 1
        growth.by(statistics.MANY_ROWS)
    on_server = desk.session.get_bind().dialect.name == "postgresql"
    tables = ("ANALYZE debits", "ANALYZE debit_lines")
    assert counted == [(n, table) for n in (1, 2, 4, 8) for table in tables if on_server]
