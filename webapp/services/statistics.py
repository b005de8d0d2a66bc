"""What PostgreSQL knows of the tables that a run fills."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from sqlalchemy import text
from sqlalchemy.orm import Session

from webapp.services.portions import DoPortion
from webapp.services.transactions import transaction

MANY_ROWS: Final = 1_000


def refresh_statistics(session: Session, written: int, *models: type[Any]) -> None:
    """Have PostgreSQL count again what these tables hold, once a phase has written many rows.

    The server does so by itself within a minute or two, but the next phase does not wait: for a
    table that it takes for empty it reads every row of it, portion after portion.
    """
    if written >= MANY_ROWS and _is_postgresql(session):
        _count(session, models)


def knowing_what_is_there(session: Session, do: DoPortion, *models: type[Any]) -> DoPortion:
    """Do portions as `do` does, and have PostgreSQL count the tables that they fill on the way.

    Before the second portion, the third, the fifth, the ninth …: each time that they have doubled.
    """
    if not _is_postgresql(session):
        return do
    done = 0

    def doing(first: int, last: int) -> None:
        nonlocal done
        if done and not done & (done - 1):
            _count(session, models)
        do(first, last)
        done += 1

    return doing


def _is_postgresql(session: Session) -> bool:
    return session.get_bind().dialect.name == "postgresql"


def _count(session: Session, models: Iterable[type[Any]]) -> None:
    with transaction(session):
        for model in models:
            session.execute(text(f"ANALYZE {model.__tablename__}"))
