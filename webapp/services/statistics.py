"""What PostgreSQL knows of the tables that a run fills."""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy import text
from sqlalchemy.orm import Session

from webapp.services.transactions import transaction

MANY_ROWS: Final = 1_000


def refresh_statistics(session: Session, written: int, *models: type[Any]) -> None:
    """Have PostgreSQL count again what these tables hold, once a phase has written many rows.

    The server does so by itself within a minute or two, but the next phase does not wait: for a
    table that it takes for empty it reads every row of it, portion after portion.
    """
    if written < MANY_ROWS or session.get_bind().dialect.name != "postgresql":
        return
    with transaction(session):
        for model in models:
            session.execute(text(f"ANALYZE {model.__tablename__}"))


class Growth:
    """Tables that a phase fills: they are counted again each time that they have doubled."""

    def __init__(self, session: Session, *models: type[Any]) -> None:
        self._session = session
        self._models = models
        self._written = self._counted = 0

    def by(self, rows: int) -> None:
        """So many rows more were written, about. Between two transactions."""
        self._written += rows
        if self._written >= 2 * self._counted:
            refresh_statistics(self._session, self._written - self._counted, *self._models)
            self._counted = self._written
