"""A run that finds nothing to do asks little: each phase one question or a few, and no more."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from sqlalchemy import Engine, event

from tests.services.collecting import ANNOUNCING, FILED, FREEZING, Desk

# 56 on SQLite, 57 on PostgreSQL, which locks the events as well. It was 70 and more.
MOST = 57
Count = Callable[[], int]


@pytest.fixture
def asked(engine: Engine) -> Iterator[list[str]]:
    """The statements that were sent to the database."""
    told: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        if not statement.startswith(("BEGIN", "PRAGMA")):
            told.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    yield told
    event.remove(engine, "before_cursor_execute", note)


def test_a_run_with_nothing_to_do_asks_little_however_many_employers_there_are(
    desk: Desk, asked: list[str]
) -> None:
    counts = []
    for employers in (0, 1, 4):
        for _ in range(employers):
            desk.on = FILED
            desk.file_one()
        for on in (ANNOUNCING, FREEZING):
            desk.run(on)
        asked.clear()
        desk.run()
        counts.append(len(asked))
    assert max(counts) == min(counts) <= MOST, counts
