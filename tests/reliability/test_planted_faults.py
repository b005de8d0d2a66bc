"""Planted faults: without its key a due is debited twice, and the checks say so.

Two runs of different days put the same due into the debits of two different days. The key on
the live line of a due is then the only wall: nothing else in the tables, and no lock, is in
the way.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path
from threading import Event, Thread

import pytest
from sqlalchemy import Select, text
from sqlalchemy.orm import Session

from tests import builders
from tests.reliability.invariants import CHECKS, check_tables
from tests.reliability.offices import Office
from tests.reliability.stages import Stage
from tests.services.collecting import ANNOUNCING
from webapp.services.planning import plan_debits

KEY = "uq_debit_lines_one_live_per_due"
DOUBLED = "a due in two live lines"
ON_POSTGRESQL = pytest.mark.parametrize(
    "stages", [pytest.param("postgresql", marks=pytest.mark.postgresql)], indirect=True
)
LONGEST_WAIT = 60.0
LONG_ENOUGH = 2.0  # seconds, for the second run to plan everything or to be kept waiting


class PausedSession(Session):
    """Stops before the commit of its first transaction that has bound dues, until told."""

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.reached, self.go_on = Event(), Event()

    def commit(self) -> None:
        query = text("SELECT count(*) FROM debit_lines")
        if not self.reached.is_set() and self.scalar(query):
            self.reached.set()
            assert self.go_on.wait(LONGEST_WAIT)
        super().commit()


@pytest.fixture
def office(stages: dict[str, Stage], tmp_path: Path) -> Office:
    """An office on PostgreSQL, where two transactions write at the same time."""
    return stages["announce"].office.copy(
        tmp_path / f"{tmp_path.parent.name}-{tmp_path.name}"[-50:]
    )


def plan_both_before_either_commits(office: Office) -> int:
    """Two runs of two days plan at once; how many dues are then in two live lines."""
    engine = office.engine()
    with PausedSession(engine) as first, Session(engine) as second:
        today = builders.working_day(second, ANNOUNCING)
        tomorrow = builders.working_day(second, date(2026, 11, 23))
        runs = [
            Thread(target=plan_debits, args=(first, today)),
            Thread(target=plan_debits, args=(second, tomorrow)),
        ]
        runs[0].start()
        assert first.reached.wait(LONGEST_WAIT)
        runs[1].start()
        runs[1].join(LONG_ENOUGH)
        first.go_on.set()
        for run in runs:
            run.join(LONGEST_WAIT)
    engine.dispose()
    with office.session() as session:
        return len(session.execute(text(CHECKS[DOUBLED])).all())


@ON_POSTGRESQL
def test_without_the_key_the_locks_of_the_planning_hold_as_well(office: Office) -> None:
    with office.session() as session:
        session.execute(text(f"DROP INDEX {KEY}"))
        session.commit()
    assert plan_both_before_either_commits(office) == 0


@ON_POSTGRESQL
def test_without_the_key_on_live_lines_dues_are_debited_twice(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Nor the locks: a second wall, which waits for what a page is changing.
    monkeypatch.setattr(Select, "with_for_update", lambda self, **_more: self)
    with office.session() as session:
        session.execute(text(f"DROP INDEX {KEY}"))
        session.commit()
    doubled = plan_both_before_either_commits(office)
    assert doubled > 0
    with office.session() as session, pytest.raises(AssertionError, match=DOUBLED):
        check_tables(session)


@ON_POSTGRESQL
def test_with_the_key_runs_of_two_days_bind_every_due_once(office: Office) -> None:
    assert plan_both_before_either_commits(office) == 0
