"""Whether a due is contested: asked by whatever moves dues. It must import no service."""

from __future__ import annotations

from sqlalchemy import ColumnElement, exists

from webapp.models import ContestLine, Due


def is_contested() -> ColumnElement[bool]:
    """The due is in a contest of which something is still to come; for the WHERE of its row."""
    return exists().where(ContestLine.due_id == Due.id, ContestLine.ended_at.is_(None))
