"""Sending what stands in the outbox: taken under a lease, tried again, given up at last.

A message is taken by an UPDATE that pushes its next try away: two workers never take the same.
Killed between the sending and its record, it is sent again when the lease is over, under the same
reference; nothing is lost.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, case, select, update
from sqlalchemy.orm import Session

from webapp.adapters.messages import Delivery, Sent
from webapp.adapters.vault import Vault
from webapp.domain.rules import MessageRules
from webapp.models import Message, MessageStatus
from webapp.services.outbox import open_message
from webapp.services.transactions import transaction

TAKEN_AT_ONCE = 50
LONGEST_ANSWER = 200


@dataclass(frozen=True, slots=True)
class MessageToSend:
    """One message as the sender needs it: whom, how, and what its words say."""

    id: int
    reference: str
    kind: str
    channel: str
    language: str
    address: str
    values: dict[str, object]
    employer_id: int | None
    tries: int


SendMessage = Callable[[MessageToSend], Sent]
Clock = Callable[[], datetime]


def send_messages(
    session: Session, read_clock: Clock, vault: Vault, rules: MessageRules, send: SendMessage
) -> int:
    """Send everything that is due, codes first; return how many the providers accepted.

    The clock is read for every handful: a long round must not take leases of the past.
    """
    accepted = 0
    while taken := _take(session, read_clock(), vault, rules):
        accepted += _send(session, read_clock, rules, send, taken)
    return accepted


def send_message(
    session: Session,
    read_clock: Clock,
    vault: Vault,
    rules: MessageRules,
    send: SendMessage,
    reference: str,
) -> bool:
    """Send one message now, if nobody else has it; whether it was accepted."""
    taken = _take(session, read_clock(), vault, rules, Message.reference == reference)
    return _send(session, read_clock, rules, send, taken) > 0


def _take(
    session: Session,
    now: datetime,
    vault: Vault,
    rules: MessageRules,
    *which: ColumnElement[bool],
) -> list[MessageToSend]:
    """Take a handful of due messages; those that are of no use any more expire."""
    queued = (Message.status == MessageStatus.QUEUED, *which)
    with transaction(session):
        session.execute(
            update(Message)
            .where(*queued, Message.expires_at <= now)
            .values(status=MessageStatus.EXPIRED)
            .execution_options(synchronize_session=False)
        )
        due = (
            select(Message.id)
            .where(*queued, Message.next_try_at <= now)
            .order_by(case((Message.expires_at.is_not(None), 0), else_=1), Message.id)
            .limit(TAKEN_AT_ONCE)
            .with_for_update(skip_locked=True)
        )
        rows = session.execute(
            update(Message)
            .where(Message.id.in_(session.scalars(due).all()), *queued)
            .values(
                tries=Message.tries + 1,
                next_try_at=now + timedelta(seconds=rules.lease_seconds),
            )
            .returning(
                Message.id,
                Message.reference,
                Message.kind,
                Message.channel,
                Message.language,
                Message.sealed,
                Message.employer_id,
                Message.tries,
                Message.expires_at,
            )
            .execution_options(synchronize_session=False)
        ).all()
    messages = []
    # An UPDATE returns its rows in any order.
    for row in sorted(rows, key=lambda row: (row.expires_at is None, row.id)):
        address, values = open_message(vault, row.sealed, row.reference)
        messages.append(
            MessageToSend(
                id=row.id,
                reference=row.reference,
                kind=row.kind,
                channel=row.channel.value,
                language=row.language.value,
                address=address,
                values=values,
                employer_id=row.employer_id,
                tries=row.tries,
            )
        )
    return messages


def _send(
    session: Session,
    read_clock: Clock,
    rules: MessageRules,
    send: SendMessage,
    taken: Sequence[MessageToSend],
) -> int:
    accepted = 0
    for message in taken:
        sent = send(message)
        _record(session, read_clock(), rules, message, sent)
        accepted += sent.delivery is Delivery.ACCEPTED
    return accepted


def _record(
    session: Session, now: datetime, rules: MessageRules, message: MessageToSend, sent: Sent
) -> None:
    values: dict[str, object] = {"answer": sent.answer[:LONGEST_ANSWER]}
    if sent.delivery is Delivery.ACCEPTED:
        values |= {"status": MessageStatus.ACCEPTED, "accepted_at": now}
    elif sent.delivery is Delivery.REFUSED or message.tries >= rules.most_tries:
        values |= {"status": MessageStatus.REFUSED}
    else:
        values |= {"next_try_at": now + timedelta(seconds=rules.wait_after(message.tries))}
    with transaction(session):
        session.execute(
            update(Message)
            .where(Message.id == message.id, Message.status == MessageStatus.QUEUED)
            .values(**values)
            .execution_options(synchronize_session=False)
        )
