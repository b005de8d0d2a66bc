"""Reversals leave for the bank: each once, journalled and claimed before its first byte."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any, TypeAlias

from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from webapp.adapters.journal import SentJournal
from webapp.adapters.storage import write_atomically
from webapp.adapters.transports import Transport
from webapp.banking.names import name_for_bank
from webapp.banking.pain007 import ReversalOrder, write_reversal
from webapp.domain.errors import DeliveryUnknown, TransportRefused
from webapp.domain.money import Centimes
from webapp.domain.statuses import ReversalStatus
from webapp.models import Attempt, BankFile, Channel, Reversal
from webapp.services.after_restore import refuse_until_reconciled
from webapp.services.events import move_all
from webapp.services.journalling import reversal_line, sent_reversals, stayed_reversal_line
from webapp.services.transactions import reading, transaction
from webapp.services.working_day import WorkingDay

AnyRow: TypeAlias = Row[*tuple[Any, ...]]

AGREED, SENDING, UNKNOWN = ReversalStatus.AGREED, ReversalStatus.SENDING, ReversalStatus.UNKNOWN
WAITING = (
    select(
        Reversal.id,
        Reversal.reference,
        Reversal.agreed_at,
        Attempt.end_to_end_id,
        Attempt.amount_centimes,
        Attempt.mandate_reference,
        Attempt.failed_at,
        BankFile.reference.label("file"),
        BankFile.message_format,
        BankFile.name_profile,
        Channel.code,
        Channel.creditor_name,
        Channel.creditor_identifier,
    )
    .join(Attempt, Attempt.id == Reversal.attempt_id)
    .join(BankFile, BankFile.id == Attempt.bank_file_id)
    .join(Channel, Channel.id == BankFile.channel_id)
    .where(Reversal.status == AGREED)
    .order_by(Reversal.id)
)


def is_any_agreed(session: Session) -> bool:
    """Whether a reversal waits to leave."""
    with reading(session):
        return session.scalar(select(Reversal.id).where(Reversal.status == AGREED)) is not None


def send_reversals(
    session: Session,
    day: WorkingDay,
    outbox: Path,
    transports: Mapping[str, Transport],
    journal: SentJournal,
) -> list[str]:
    """Send every reversal that two people agreed on, once; return the references sent.

    One whose money has gone back meanwhile is dropped. One found in `sending`, or in the journal
    of a database that has forgotten it, may have left: it is in doubt and never sent again by
    itself; the bank's answer tells. Whoever calls holds the run's lock, as those do who import
    answers. Raises TransportRefused, after which it waits as before, and DeliveryUnknown; the
    other banks have got theirs then. SentNotReconciled after the return to a backup.
    (design.md §5)
    """
    refuse_until_reconciled(session)
    _doubt_interrupted(session, day)
    sent: list[str] = []
    failures: dict[str, TransportRefused | DeliveryUnknown] = {}
    for row in _to_leave(session, day, journal):
        if row.code in failures:
            continue
        path = outbox / f"{row.reference}.xml"
        digest = write_atomically(path, partial(write_reversal, order=_order(row)))
        journal.append([reversal_line(row, digest, day)])
        if not _move(session, day, row.id, AGREED, SENDING):
            continue
        try:
            transports[row.code].deliver(path, path.name)
        except TransportRefused as error:  # It is certain that nothing was delivered.
            _move(session, day, row.id, SENDING, AGREED)
            journal.append([stayed_reversal_line(row.reference, day)])
            failures[row.code] = error
        except DeliveryUnknown as error:
            _doubt_interrupted(session, day)
            failures[row.code] = error
        else:
            _move(session, day, row.id, SENDING, ReversalStatus.SENT, sent_at=day.now)
            sent.append(row.reference)
    for failure in failures.values():
        raise failure
    return sent


def _to_leave(session: Session, day: WorkingDay, journal: SentJournal) -> Sequence[AnyRow]:
    """Those that may leave; of the others it is said why not."""
    with transaction(session):
        waiting = session.execute(WAITING).all()
    left = sent_reversals(journal.read()) if waiting else set()
    ready = []
    for row in waiting:
        if row.reference in left:
            _move(session, day, row.id, AGREED, SENDING)
            _doubt_interrupted(session, day)
        elif row.failed_at is not None:
            _move(session, day, row.id, AGREED, ReversalStatus.DROPPED)
        else:
            ready.append(row)
    return ready


def _order(row: AnyRow) -> ReversalOrder:
    return ReversalOrder(
        message_id=row.reference,
        created_at=row.agreed_at,
        creditor_name=name_for_bank(row.creditor_name, row.name_profile, row.creditor_identifier),
        original_message_id=row.file,
        original_layout=row.message_format,
        end_to_end_id=row.end_to_end_id,
        amount=Centimes(row.amount_centimes),
        mandate_reference=row.mandate_reference,
    )


def _doubt_interrupted(session: Session, day: WorkingDay) -> None:
    with transaction(session):
        move_all(session, day, Reversal, SENDING, UNKNOWN, cause="found_in_sending")


def _move(
    session: Session,
    day: WorkingDay,
    reversal_id: int,
    source: ReversalStatus,
    target: ReversalStatus,
    **values: Any,
) -> bool:
    mine = Reversal.id == reversal_id
    with transaction(session):
        moved = move_all(session, day, Reversal, source, target, mine, cause=target.value, **values)
    return bool(moved)
