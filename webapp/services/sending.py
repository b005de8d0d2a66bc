"""Sending what stands in the outbox: taken under a lease, tried again, given up at last.

A message is taken by an UPDATE that pushes its next try away, so two workers never take the same;
no try begins that could outlast the lease, and what was not begun is given back. What can be sent
twice, under the same reference: the one message that a worker was sending when it was killed, and
one whose provider took it without saying so.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Row, case, select, update
from sqlalchemy.orm import Session

from webapp.adapters.messages import Delivery, Sent
from webapp.adapters.vault import Vault
from webapp.domain.errors import SealBroken
from webapp.domain.rules import MessageRules
from webapp.models import Message, MessageStatus
from webapp.services.outbox import CODES, open_message
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
    address: str = field(repr=False)
    values: dict[str, object] = field(repr=False)
    employer_id: int | None
    tries: int


SendMessage = Callable[[MessageToSend], Sent]
Clock = Callable[[], datetime]


def always() -> bool:
    """Nobody has told the sender to end."""
    return True


@dataclass(frozen=True, slots=True)
class Outbox:
    """What sending needs: keys, rules, the sender, the clock and whether to go on.

    The clock is read again and again: a long round must not take leases of the past.
    """

    vault: Vault
    rules: MessageRules
    send: SendMessage
    read_clock: Clock
    go_on: Callable[[], bool] = always


def send_messages(session: Session, outbox: Outbox) -> int:
    """Send everything that is due, codes first; return how many the providers accepted."""
    accepted = 0
    while outbox.go_on() and (taken := _take(session, outbox)):
        accepted += _send(session, outbox, taken)
    return accepted


def send_message(session: Session, outbox: Outbox, reference: str) -> bool:
    """Send one message now, if nobody else has it; whether it was accepted."""
    taken = _take(session, outbox, Message.reference == reference)
    return taken is not None and _send(session, outbox, taken) > 0


@dataclass(frozen=True, slots=True)
class _Taken:
    """A handful of messages, and until when they are ours."""

    rows: Sequence[Row[*tuple[object, ...]]]
    at: datetime
    until: datetime


def _take(session: Session, outbox: Outbox, *which: ColumnElement[bool]) -> _Taken | None:
    """Take a handful of due messages, codes first; those of no use any more expire."""
    now = outbox.read_clock()
    until = now + timedelta(seconds=outbox.rules.lease_seconds)
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
            .order_by(case((Message.kind.in_(CODES), 0), else_=1), Message.id)
            .limit(TAKEN_AT_ONCE)
            .with_for_update(skip_locked=True)
        )
        rows = session.execute(
            update(Message)
            .where(Message.id.in_(session.scalars(due).all()), *queued)
            .values(tries=Message.tries + 1, next_try_at=until)
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
    # An UPDATE returns its rows in any order.
    in_order = sorted(rows, key=lambda row: (row.kind not in CODES, row.id))
    return _Taken(in_order, now, until) if rows else None


def _send(session: Session, outbox: Outbox, taken: _Taken) -> int:
    """Send one after the other, as long as the lease lasts; the rest is given back."""
    rules, accepted = outbox.rules, 0
    last_begin = taken.until - timedelta(seconds=rules.longest_try_seconds)
    for number, row in enumerate(taken.rows):
        now = outbox.read_clock() if number else taken.at
        if now > last_begin or not outbox.go_on():
            _give_back(session, taken, [row.id for row in taken.rows[number:]], now)
            break
        if row.expires_at is not None and row.expires_at <= now:
            _give_back(session, taken, [row.id], now)  # the next look finds that it has expired
            continue
        sent = _try(outbox, row)
        _record(session, outbox.read_clock(), rules, row, sent)
        accepted += sent.delivery is Delivery.ACCEPTED
    return accepted


def _try(outbox: Outbox, row: Row[*tuple[object, ...]]) -> Sent:
    """Hand one message over; one that cannot be opened is tried again and stops no other."""
    try:
        address, values = open_message(outbox.vault, row.sealed, row.reference)
    except SealBroken as error:
        return Sent(Delivery.LATER, error.code)
    return outbox.send(
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


def _give_back(session: Session, taken: _Taken, ids: Sequence[int], now: datetime) -> None:
    """What was taken and not begun may be taken by anybody, and was not tried."""
    with transaction(session):
        session.execute(
            update(Message)
            .where(Message.id.in_(ids), Message.status == MessageStatus.QUEUED)
            .where(Message.next_try_at == taken.until)
            .values(tries=Message.tries - 1, next_try_at=now)
            .execution_options(synchronize_session=False)
        )


def _record(
    session: Session,
    now: datetime,
    rules: MessageRules,
    row: Row[*tuple[object, ...]],
    sent: Sent,
) -> None:
    """Write down what became of a try; but that it failed only while nobody else has begun one."""
    ours = [Message.id == row.id, Message.status == MessageStatus.QUEUED]
    values: dict[str, object] = {"answer": sent.answer[:LONGEST_ANSWER]}
    if sent.delivery is Delivery.ACCEPTED:
        values |= {"status": MessageStatus.ACCEPTED, "accepted_at": now}
    else:
        ours.append(Message.tries == row.tries)
        if sent.delivery is Delivery.REFUSED or row.tries >= rules.most_tries:
            values |= {"status": MessageStatus.REFUSED}
        else:
            wait = rules.wait_after(row.tries, row.reference, is_code=row.kind in CODES)
            values |= {"next_try_at": now + timedelta(seconds=wait)}
    with transaction(session):
        session.execute(
            update(Message)
            .where(*ours)
            .values(**values)
            .execution_options(synchronize_session=False)
        )
