"""Answering by name for what was sent and cannot be matched with a restored database."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import exists, or_, select
from sqlalchemy.orm import Session, aliased

from webapp.adapters.journal import SentJournal
from webapp.domain.errors import MayStillBeDebited, NotFound
from webapp.domain.statuses import UNSENT_DEBIT_STATUSES, DebitStatus, DueStatus
from webapp.models import Debit, DebitLine, Due
from webapp.services.journalling import sent_files, set_aside_line
from webapp.services.lost_sendings import find_lost
from webapp.services.transactions import reading
from webapp.services.working_day import WorkingDay

DEBITED_AGAIN = UNSENT_DEBIT_STATUSES | {DebitStatus.REFUSED}


def set_aside(session: Session, day: WorkingDay, journal: SentJournal, end_to_end_id: str) -> None:
    """Somebody (`day.actor`) answers for what cannot be matched: the journal keeps who.

    Raises NotFound for what the database knows or the journal does not, and MayStillBeDebited
    while one of its dues could be debited again: enter it as paid elsewhere first, or give it up.
    """
    files, _ = sent_files(journal.read())
    for sent in find_lost(session, files, journal).debits:
        if end_to_end_id in {one.end_to_end_id for one in sent.attempts}:
            dues = _collectable(session, sent.last.dues)
            if dues:
                raise MayStillBeDebited(end_to_end_id=end_to_end_id, dues=dues)
            journal.append([set_aside_line(end_to_end_id, day)])
            return
    raise NotFound(kind="attempt", reference=end_to_end_id)


def _collectable(session: Session, keys: Sequence[str]) -> tuple[str, ...]:
    """Those of the dues that a run could debit, by themselves or in a debit that has not left."""
    line, debit = aliased(DebitLine), aliased(Debit)
    unsent = exists().where(
        line.due_id == Due.id,
        line.freed_at.is_(None),
        debit.id == line.debit_id,
        debit.status.in_(DEBITED_AGAIN),
    )
    with reading(session):
        return tuple(
            session.scalars(
                select(Due.origin_key)
                .where(Due.origin_key.in_(keys), or_(Due.status == DueStatus.OPEN, unsent))
                .order_by(Due.id)
            )
        )
