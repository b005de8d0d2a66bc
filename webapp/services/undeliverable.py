"""What could not be delivered, for the people who find out the right address."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, func, null, select, update
from sqlalchemy.orm import Session

from webapp.domain.errors import NotFound
from webapp.domain.statuses import DebitStatus
from webapp.models import (
    Debit,
    Employer,
    HoldReason,
    Message,
    MessageStatus,
    Notice,
    NoticeStatus,
)
from webapp.services.debits import release_debit
from webapp.services.transactions import reading, transaction
from webapp.services.working_day import WorkingDay

ROWS_OF_A_PAGE = 50
LOST_NOTICES = (NoticeStatus.REFUSED, NoticeStatus.BOUNCED)
LOST_MESSAGES = (MessageStatus.REFUSED, MessageStatus.BOUNCED)


@dataclass(frozen=True, slots=True)
class Undelivered:
    """A message that did not arrive: whose, of what kind, on which way, and what was answered.

    `debit` is the reference of the debit that waits for it.
    """

    id: int
    member_number: str
    name_ar: str
    name_fr: str
    kind: str
    channel: str
    since: datetime
    answer: str
    debit: str | None


def undelivered_notices(
    session: Session, agency_id: int | None, before: int | None = None
) -> Sequence[Undelivered]:
    """Notices that hold a debit now, the latest first; of one agency, or of all."""
    query = (
        select(
            Notice.id,
            Employer.member_number,
            Employer.name_ar,
            Employer.name_fr,
            Notice.kind,
            Notice.channel,
            Notice.created_at.label("since"),
            Notice.answer,
            Debit.reference.label("debit"),
        )
        .join(Debit, Debit.id == Notice.debit_id)
        .join(Employer, Employer.id == Debit.employer_id)
        .where(*_waiting(), *_scope(agency_id))
        .order_by(Notice.id.desc())
        .limit(ROWS_OF_A_PAGE)
    )
    return _read(session, query if before is None else query.where(Notice.id < before))


def undelivered_messages(
    session: Session, agency_id: int | None, before: int | None = None
) -> Sequence[Undelivered]:
    """Other messages to employers that did not arrive, the latest first."""
    query = (
        select(
            Message.id,
            Employer.member_number,
            Employer.name_ar,
            Employer.name_fr,
            Message.kind,
            Message.channel,
            Message.created_at.label("since"),
            Message.answer,
            null().label("debit"),
        )
        .join(Employer, Employer.id == Message.employer_id)
        .where(Message.status.in_(LOST_MESSAGES), Message.expires_at.is_(None))
        .where(*_scope(agency_id))
        .order_by(Message.id.desc())
        .limit(ROWS_OF_A_PAGE)
    )
    return _read(session, query if before is None else query.where(Message.id < before))


def count_undelivered(session: Session, agency_id: int | None) -> int:
    """How many notices and messages wait for somebody of the agency."""
    notices = (
        select(func.count())
        .select_from(Notice)
        .join(Debit, Debit.id == Notice.debit_id)
        .join(Employer, Employer.id == Debit.employer_id)
        .where(*_waiting(), *_scope(agency_id))
    )
    messages = (
        select(func.count())
        .select_from(Message)
        .join(Employer, Employer.id == Message.employer_id)
        .where(Message.status.in_(LOST_MESSAGES), Message.expires_at.is_(None))
        .where(*_scope(agency_id))
    )
    with reading(session):
        return (session.scalar(notices) or 0) + (session.scalar(messages) or 0)


def announce_again(session: Session, day: WorkingDay, agency_id: int | None, notice_id: int) -> str:
    """The contact is right now: plan the debit anew, with a new notice. Its reference.

    Raises NotFound, also for another agency's, and when the debit waits no more.
    """
    with reading(session):
        reference = session.scalar(
            select(Debit.reference)
            .join(Notice, Notice.debit_id == Debit.id)
            .join(Employer, Employer.id == Debit.employer_id)
            .where(Notice.id == notice_id, *_waiting(), *_scope(agency_id))
        )
    if reference is None:
        raise NotFound(kind="notice", reference=str(notice_id))
    release_debit(session, day, reference)
    return reference


def put_aside(session: Session, agency_id: int | None, message_id: int) -> None:
    """Somebody has told the employer otherwise: the message is of no use any more.

    Raises NotFound, also for another agency's.
    """
    employers = select(Employer.id).where(*_scope(agency_id))
    with transaction(session):
        found = session.scalars(
            update(Message)
            .where(Message.id == message_id, Message.status.in_(LOST_MESSAGES))
            .where(Message.employer_id.in_(employers))
            .values(status=MessageStatus.EXPIRED)
            .returning(Message.id)
            .execution_options(synchronize_session=False)
        ).all()
    if not found:
        raise NotFound(kind="message", reference=str(message_id))


def _waiting() -> tuple[ColumnElement[bool], ...]:
    """The notice of the debit as it is held now, not one of before."""
    return (
        Notice.status.in_(LOST_NOTICES),
        Debit.status == DebitStatus.HELD,
        Debit.hold_reason == HoldReason.NOTICE_NOT_DELIVERED,
        Notice.version == Debit.notice_version,
    )


def _scope(agency_id: int | None) -> tuple[ColumnElement[bool], ...]:
    return () if agency_id is None else (Employer.agency_id == agency_id,)


def _read(session: Session, query: Select[*tuple[Any, ...]]) -> list[Undelivered]:
    with reading(session):
        rows = session.execute(query).all()
    return [
        Undelivered(
            id=row.id,
            member_number=row.member_number,
            name_ar=row.name_ar,
            name_fr=row.name_fr,
            kind=str(row.kind),
            channel=row.channel.value,
            since=row.since,
            answer=row.answer,
            debit=row.debit,
        )
        for row in rows
    ]
