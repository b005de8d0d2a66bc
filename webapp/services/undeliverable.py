"""What could not be delivered, for the people who find out the right address."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Row, and_, func, or_, select, update
from sqlalchemy.orm import InstrumentedAttribute, Session

from webapp.adapters.vault import Vault
from webapp.domain.errors import NoSuchContact, NotFound, SealBroken
from webapp.domain.statuses import DebitStatus
from webapp.models import (
    Debit,
    Employer,
    Event,
    HoldReason,
    Message,
    MessageStatus,
    Notice,
    NoticeChannel,
    Person,
    StaffMember,
    Subject,
)
from webapp.services.codes import masked_address
from webapp.services.debits import release_debit
from webapp.services.outbox import (
    CODES,
    CONTACT,
    Addressee,
    contact_for_papers,
    open_message,
    queue,
)
from webapp.services.transactions import reading, transaction
from webapp.services.working_day import WorkingDay

ROWS_OF_A_PAGE = 50
LOST = (MessageStatus.REFUSED, MessageStatus.BOUNCED)
UNTOLD = (HoldReason.NOTICE_NOT_DELIVERED, HoldReason.NO_CONTACT)

# To a contact of before, which nobody will put right.
LAST_WORDS = frozenset({"contact_changed"})


@dataclass(frozen=True, slots=True)
class UntoldDebit:
    """A debit that is held, for its employer could not be told of it.

    `kind` is the notice's, empty where there was nobody to tell. `address` is what is on file now
    for the way of notices, masked: corrected, it is seen here. `answer` is the provider's.
    """

    id: int
    reference: str
    employer_id: int
    member_number: str
    name_ar: str
    name_fr: str
    kind: str
    channel: NoticeChannel
    address: str
    answer: str
    since: datetime | None


@dataclass(frozen=True, slots=True)
class LostMessage:
    """Another message that did not arrive: whose, of what kind, where it went, what was answered.

    Of a message to a person or one of the staff, the names are theirs and there is no member
    number. `address` is where it went, masked.
    """

    id: int
    employer_id: int | None
    member_number: str
    name_ar: str
    name_fr: str
    kind: str
    channel: NoticeChannel
    address: str
    answer: str
    since: datetime
    may_go_again: bool


def untold_debits(
    session: Session, agency_id: int | None, before: int | None = None
) -> Sequence[UntoldDebit]:
    """Debits that wait for somebody to be reached, the latest first; of one agency, or of all."""
    held_at = (
        select(func.max(Event.at))
        .where(Event.subject == Subject.DEBIT, Event.subject_id == Debit.id)
        .where(Event.target == DebitStatus.HELD)
        .correlate(Debit)
        .scalar_subquery()
    )
    query = (
        select(
            Debit.id,
            Debit.reference,
            Debit.hold_reason,
            Debit.employer_id,
            Employer.member_number,
            Employer.name_ar,
            Employer.name_fr,
            *CONTACT,
            Notice.kind,
            Notice.answer,
            held_at.label("since"),
        )
        .join(Employer, Employer.id == Debit.employer_id)
        .outerjoin(
            Notice, and_(Notice.debit_id == Debit.id, Notice.version == Debit.notice_version)
        )
        .where(*_untold(), *_scope(agency_id), *_after(Debit.id, before))
        .order_by(Debit.id.desc())
        .limit(ROWS_OF_A_PAGE)
    )
    with reading(session):
        rows = session.execute(query).all()
    return [_untold_debit(row) for row in rows]


def lost_messages(
    session: Session,
    day: WorkingDay,
    vault: Vault,
    agency_id: int | None,
    before: int | None = None,
) -> Sequence[LostMessage]:
    """Other messages that did not arrive and are still of use, the latest first.

    Those to persons and to the staff are shown to who sees all agencies. Who wants everything in
    the portal reads it there: none of theirs is lost.
    """
    query = (
        select(
            Message.id,
            Message.reference,
            Message.sealed,
            Message.kind,
            Message.channel,
            Message.answer,
            Message.created_at,
            Message.employer_id,
            Employer.member_number,
            Employer.name_ar,
            Employer.name_fr,
            func.coalesce(Person.name, StaffMember.name, "").label("name"),
        )
        .outerjoin(Employer, Employer.id == Message.employer_id)
        .outerjoin(Person, Person.id == Message.person_id)
        .outerjoin(StaffMember, StaffMember.id == Message.staff_id)
        .where(*_lost(day), *_scope(agency_id), *_after(Message.id, before))
        .order_by(Message.id.desc())
        .limit(ROWS_OF_A_PAGE)
    )
    with reading(session):
        rows = session.execute(query).all()
    return [_lost_message(row, vault) for row in rows]


def count_undelivered(session: Session, day: WorkingDay, agency_id: int | None) -> int:
    """How many debits and messages wait for somebody of the agency."""
    debits = (
        select(func.count())
        .select_from(Debit)
        .join(Employer, Employer.id == Debit.employer_id)
        .where(*_untold(), *_scope(agency_id))
    )
    messages = (
        select(func.count())
        .select_from(Message)
        .outerjoin(Employer, Employer.id == Message.employer_id)
        .where(*_lost(day), *_scope(agency_id))
    )
    with reading(session):
        return (session.scalar(debits) or 0) + (session.scalar(messages) or 0)


def announce_again(session: Session, day: WorkingDay, agency_id: int | None, debit_id: int) -> str:
    """The contact is right now: plan the debit anew, with a new notice. Its reference.

    Raises NotFound, also for another agency's, and when the debit waits no more.
    """
    with reading(session):
        reference = session.scalar(
            select(Debit.reference)
            .join(Employer, Employer.id == Debit.employer_id)
            .where(Debit.id == debit_id, *_untold(), *_scope(agency_id))
        )
    if reference is None:
        raise NotFound(kind="debit", reference=str(debit_id))
    release_debit(session, day, reference)
    return reference


def retry_message(
    session: Session, day: WorkingDay, vault: Vault, agency_id: int | None, message_id: int
) -> str:
    """The contact is right now: queue the same words to it. The reference of the new message.

    Raises NotFound, also for another agency's and for one that is not to go again; NoSuchContact
    while there is none; SealBroken.
    """
    with transaction(session):
        row = session.execute(
            select(
                Message.reference, Message.kind, Message.channel, Message.language, Message.sealed,
                Message.expires_at, Message.employer_id, Message.person_id, Message.staff_id,
            )
            .outerjoin(Employer, Employer.id == Message.employer_id)
            .where(Message.id == message_id, *_lost(day), *_scope(agency_id))
            .where(Message.kind.not_in(LAST_WORDS))
            .with_for_update(of=Message)
        ).first()  # fmt: skip
        if row is None:
            raise NotFound(kind="message", reference=str(message_id))
        address, values = open_message(vault, row.sealed, row.reference)
        to = _addressee_now(session, row, address)
        reference = queue(session, day, vault, to, row.kind, values, expires_at=row.expires_at)
        _put_aside(session, message_id)
    return reference


def put_aside(session: Session, day: WorkingDay, agency_id: int | None, message_id: int) -> None:
    """Somebody has told the addressee otherwise: the message is of no use any more.

    Raises NotFound, also for another agency's.
    """
    with transaction(session):
        found = session.scalar(
            select(Message.id)
            .outerjoin(Employer, Employer.id == Message.employer_id)
            .where(Message.id == message_id, *_lost(day), *_scope(agency_id))
            .with_for_update(of=Message)
        )
        if found is None:
            raise NotFound(kind="message", reference=str(message_id))
        _put_aside(session, message_id)


def _put_aside(session: Session, message_id: int) -> None:
    session.execute(
        update(Message)
        .where(Message.id == message_id)
        .values(status=MessageStatus.EXPIRED)
        .execution_options(synchronize_session=False)
    )


def _addressee_now(session: Session, row: Row[*tuple[object, ...]], address: str) -> Addressee:
    """Whom the message is for, with the contact of today; somebody without a row as it was.

    The language stays: names among the values are in it.
    """
    channel = row.channel
    if row.person_id is not None:
        channel = NoticeChannel.EMAIL
        address = session.scalars(select(Person.email).where(Person.id == row.person_id)).one()
    elif row.staff_id is not None:
        channel = NoticeChannel.EMAIL
        address = session.scalars(
            select(StaffMember.email).where(StaffMember.id == row.staff_id)
        ).one()
    elif row.employer_id is not None:
        owner = session.execute(select(*CONTACT).where(Employer.id == row.employer_id)).one()
        channel, address = contact_for_papers(owner)
    if not address:
        raise NoSuchContact(channel=channel.value)
    return Addressee(channel, row.language, address, row.employer_id, row.person_id, row.staff_id)


def _untold() -> tuple[ColumnElement[bool], ...]:
    return Debit.status == DebitStatus.HELD, Debit.hold_reason.in_(UNTOLD)


def _lost(day: WorkingDay) -> tuple[ColumnElement[bool], ...]:
    return (
        Message.status.in_(LOST),
        Message.kind.not_in(CODES),
        or_(Message.expires_at.is_(None), Message.expires_at > day.now),
        or_(Message.employer_id.is_(None), Employer.notice_channel != NoticeChannel.PORTAL),
    )


def _scope(agency_id: int | None) -> tuple[ColumnElement[bool], ...]:
    return () if agency_id is None else (Employer.agency_id == agency_id,)


def _after(key: InstrumentedAttribute[int], before: int | None) -> tuple[ColumnElement[bool], ...]:
    return () if before is None else (key < before,)


def _untold_debit(row: Row[*tuple[object, ...]]) -> UntoldDebit:
    nobody = row.hold_reason is HoldReason.NO_CONTACT
    channel = row.notice_channel
    on_file = {NoticeChannel.EMAIL: row.email, NoticeChannel.SMS: row.phone}
    return UntoldDebit(
        id=row.id,
        reference=row.reference,
        employer_id=row.employer_id,
        member_number=row.member_number,
        name_ar=row.name_ar,
        name_fr=row.name_fr,
        kind="" if nobody or row.kind is None else row.kind.value,
        channel=channel,
        address=_masked(channel, on_file.get(channel, "")),
        answer="" if nobody else row.answer or "",
        since=row.since,
    )


def _lost_message(row: Row[*tuple[object, ...]], vault: Vault) -> LostMessage:
    try:
        address, _ = open_message(vault, row.sealed, row.reference)
    except SealBroken:
        address = ""
    return LostMessage(
        id=row.id,
        employer_id=row.employer_id,
        member_number=row.member_number or "",
        name_ar=row.name_ar or row.name,
        name_fr=row.name_fr or row.name,
        kind=row.kind,
        channel=row.channel,
        address=_masked(row.channel, address),
        answer=row.answer,
        since=row.created_at,
        may_go_again=row.kind not in LAST_WORDS,
    )


def _masked(channel: NoticeChannel, address: str) -> str:
    return masked_address(channel, address) if address else ""
