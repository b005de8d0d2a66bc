"""What a due was before it was split or changed: the chain of the dues that it succeeded."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import select
from sqlalchemy.orm import Session

from webapp.models import Due


def chains(session: Session, predecessors: Mapping[int, int | None]) -> dict[int, set[int]]:
    """Of each due, by its id and that of its predecessor: the ids of all it was, and its own.

    One statement for each link of the longest chain. Inside the caller's transaction.
    """
    found = {due_id: {due_id} for due_id in predecessors}
    ahead = {due_id: one for due_id, one in predecessors.items() if one}
    while ahead:
        rows = session.execute(
            select(Due.id, Due.predecessor_id).where(Due.id.in_(set(ahead.values())))
        )
        before = {row.id: row.predecessor_id for row in rows}
        for due_id, one in ahead.items():
            found[due_id].add(one)
        ahead = {due_id: before[one] for due_id, one in ahead.items() if before[one]}
    return found
