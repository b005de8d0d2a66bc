"""What is long past costs nothing: what there is to tell is found by its day, in an index."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from sqlalchemy import event
from sqlalchemy.orm import Session

from tests import builders
from webapp.services.news.items import Source
from webapp.services.news.telling import SOURCES

BY_DAY = {
    "refused": "ix_attempts_failed_at",
    "charges": "ix_dues_for_lateness",
    "settled": "ix_attempts_settled_at",
    "debited": "ix_attempts_on_their_way",
    "looks": "ix_events_account_shown",
    # Everybody is asked whether they have declared, ten days of each month.
    "reminders": "employers",
}


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize("source", SOURCES, ids=lambda source: source.name)
def test_what_there_is_to_tell_is_found_by_its_day(office: Session, source: Source) -> None:
    asked: list[tuple[str, Any]] = []
    engine = office.get_bind()

    def note(_connection: Any, _cursor: Any, statement: str, values: Any, *_more: Any) -> None:
        if statement.startswith("SELECT"):
            asked.append((statement, values))

    day = builders.working_day(office, date(2026, 11, 27))
    event.listen(engine, "before_cursor_execute", note)
    source.find(office, day)
    event.remove(engine, "before_cursor_execute", note)
    ((statement, values),) = asked
    plan = office.connection().exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values).all()
    assert BY_DAY[source.name] in plan[0][3]
