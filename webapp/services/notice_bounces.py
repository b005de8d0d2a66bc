"""Notices that did not arrive: the debit that they told of is held."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import ColumnElement, String, cast, select, update
from sqlalchemy.orm import Session

from webapp.domain.statuses import DebitStatus
from webapp.models import Debit, HoldReason, Notice, NoticeChannel, NoticeStatus
from webapp.services.holding import ALWAYS, hold
from webapp.services.sending import LONGEST_ANSWER
from webapp.services.transactions import transaction
from webapp.services.working_day import WorkingDay


def record_bounce(session: Session, day: WorkingDay, reference: str, answer: str = "") -> bool:
    """The provider tells that a notice did not arrive: hold its debit. False when unknown.

    `reference` is the notice's own (debit reference, a dot, version). A bounce that comes after
    the debit was frozen changes nothing: the notice counted as delivered by then. Neither does
    that of a notice that a later one has replaced. What stands in the portal cannot come back.
    """
    with transaction(session):
        told = Debit.reference + "." + cast(Notice.version, String)
        row = session.execute(
            select(Notice.id, Notice.debit_id, Notice.version)
            .join(Debit, Debit.id == Notice.debit_id)
            .where(Debit.reference == reference.rpartition(".")[0], told == reference)
            .where(Notice.channel != NoticeChannel.PORTAL)
        ).first()
        if row is None:
            return False
        session.execute(
            update(Notice)
            .where(Notice.id == row.id)
            .values(status=NoticeStatus.BOUNCED, answer=answer[:LONGEST_ANSWER])
            .execution_options(synchronize_session=False)
        )
        hold_untold(session, day, [row.debit_id], Debit.notice_version == row.version)
    return True


def hold_untold(
    session: Session,
    day: WorkingDay,
    debit_ids: Sequence[int],
    condition: ColumnElement[bool] = ALWAYS,
) -> None:
    """Hold the debits whose employers were not told, in the caller's transaction."""
    hold(
        session,
        day,
        DebitStatus.ANNOUNCED,
        Debit.id.in_(debit_ids),
        HoldReason.NOTICE_NOT_DELIVERED,
        condition,
    )
