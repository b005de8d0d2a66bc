"""The run works on sets: what it asks of the database does not grow with the number of debits."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import event
from sqlalchemy.orm import Session

from tests import builders
from tests.services.collecting import ANNOUNCING, FILED, FREEZING
from webapp.models import NoticeChannel
from webapp.services.runs import run_due_debits


@contextmanager
def counted(session: Session) -> Iterator[list[str]]:
    """The statements that reach the database meanwhile."""
    statements: list[str] = []

    def count(*given: object) -> None:
        statements.append(str(given[2]))

    engine = session.get_bind().engine
    event.listen(engine, "before_cursor_execute", count)
    try:
        yield statements
    finally:
        event.remove(engine, "before_cursor_execute", count)


def file_debits(session: Session, number: int) -> None:
    """So many employers with a mandate, three worksites and a declaration each."""
    day = builders.working_day(session, FILED)
    worksites = ("W1", "W2", "W3")
    for n in range(number):
        by_email = n % 2 == 0
        owner = builders.employer(
            session,
            worksites=len(worksites),
            notice_channel=NoticeChannel.EMAIL if by_email else NoticeChannel.SMS,
            email="paie@example.dz" if by_email else "",
        )
        builders.mandate(session, day, owner)
        builders.declaration(session, day, owner, worksites=worksites)


def statements_of_a_run(session: Session, outbox: Path, on: date) -> list[str]:
    day = builders.working_day(session, on)
    with counted(session) as statements:
        run_due_debits(session, day, builders.tools(outbox))
    return statements


@pytest.fixture
def counts(office: Session, outbox: Path) -> list[tuple[int, int]]:
    """How many statements the two runs took, first for 10 debits, then for 100 more."""
    found = []
    for number in (10, 100):
        file_debits(office, number)
        found.append(
            (
                len(statements_of_a_run(office, outbox, ANNOUNCING)),
                len(statements_of_a_run(office, outbox, FREEZING)),
            )
        )
    return found


def test_a_run_asks_as_little_for_a_hundred_debits_as_for_ten(
    counts: list[tuple[int, int]],
) -> None:
    few, many = counts
    assert many == few
