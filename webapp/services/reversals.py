"""Debits undone at the fund's word: agreed by two people, and what becomes of them and their dues.

How the bank is told stands in sending_reversals.py.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import ColumnElement, exists, select, update
from sqlalchemy.orm import Session

from webapp.adapters.vault import Vault
from webapp.domain.errors import NoLongerPossible
from webapp.domain.facts import Fact
from webapp.domain.reasons import REASONS_OF_A_SECOND_COPY
from webapp.domain.statuses import REVERSIBLE_DEBIT_STATUSES, DueStatus, ReversalStatus
from webapp.models import (
    Attempt,
    BankEntry,
    BankFile,
    Debit,
    DebitLine,
    Due,
    Mandate,
    Reversal,
    Subject,
)
from webapp.services.events import move_all, move_dues, record
from webapp.services.telling import Tell
from webapp.services.transactions import transaction
from webapp.services.working_day import WorkingDay

# Before the EndToEndId of the debit: what a bank answers under it is never about the debit.
PREFIX = "RVSL-"
# A bank that is asked in another layout reads no reversal of ISO 20022.
READS_REVERSALS = "pain.008.%"
# From these the money's own word takes a reversal to its end, whatever was said before.
UNBOOKED = (ReversalStatus.SENT, ReversalStatus.UNKNOWN, ReversalStatus.REFUSED)


def may_be_reversed() -> ColumnElement[bool]:
    """Whether the fund may ask for a debit to be undone: its money has left the employer, has not
    gone back, was asked for in a layout that knows reversals, and never was to be undone before.
    """
    standing = (
        exists()
        .where(
            Attempt.debit_id == Debit.id,
            Attempt.failed_at.is_(None),
            BankFile.id == Attempt.bank_file_id,
            BankFile.message_format.like(READS_REVERSALS),
            ~exists().where(Reversal.attempt_id == Attempt.id),
        )
        .correlate(Debit)
    )
    return Debit.status.in_(REVERSIBLE_DEBIT_STATUSES) & standing


def agree_reversal(session: Session, day: WorkingDay, debit_id: int, request_id: int) -> None:
    """Let a debit be undone; inside the caller's transaction, which knows the two people.

    Raises NoLongerPossible when its money has gone back already, or was never taken.
    """
    debit = session.scalar(
        select(Debit).where(Debit.id == debit_id, may_be_reversed()).with_for_update(of=Debit)
    )
    if debit is None:
        raise NoLongerPossible(reference=str(debit_id))
    attempt = session.execute(
        select(Attempt.id, Attempt.end_to_end_id).where(
            Attempt.debit_id == debit_id, Attempt.failed_at.is_(None)
        )
    ).one()
    row = Reversal(
        reference=f"{PREFIX}{attempt.end_to_end_id}",
        attempt_id=attempt.id,
        request_id=request_id,
        status=ReversalStatus.AGREED,
        agreed_at=day.now,
    )
    session.add(row)
    session.flush()
    record(session, day, Subject.REVERSAL, [row.id], None, ReversalStatus.AGREED, "granted")


def give_back(session: Session, day: WorkingDay, debit_ids: Sequence[int]) -> None:
    """Unbind the dues of debits that were undone: nothing debits them until the office says so.

    A credit that was used in one is the employer's again. Inside the caller's transaction.
    """
    live = exists().where(
        DebitLine.due_id == Due.id, DebitLine.freed_at.is_(None), DebitLine.debit_id.in_(debit_ids)
    )
    for source in (DueStatus.SETTLED, DueStatus.SCHEDULED, DueStatus.CONTESTED):
        move_dues(session, source, DueStatus.OPEN, Due.amount_centimes < 0, live)
        owed = (Due.amount_centimes > 0, live)
        move_all(session, day, Due, source, DueStatus.GIVEN_BACK, *owed, cause="reversed")
    session.execute(
        update(DebitLine)
        .where(DebitLine.debit_id.in_(debit_ids), DebitLine.freed_at.is_(None))
        .values(freed_at=day.now)
        .execution_options(synchronize_session=False)
    )


def is_about_reversal(original_message_id: str | None) -> bool:
    """Whether a bank speaks of a reversal of ours, also of one that the database has forgotten."""
    return (original_message_id or "").startswith(PREFIX)


def hear_of_reversal(
    session: Session, day: WorkingDay, message_id: int, reference: str | None
) -> None:
    """Take in what the statuses of a staged message say of the reversal `reference`.

    It has arrived, whatever they say; one refusal refuses it. That it is done, money alone tells.
    """
    if not is_about_reversal(reference):
        return
    with transaction(session):
        told = session.execute(
            select(BankEntry.fact, BankEntry.reason_code).where(
                BankEntry.bank_message_id == message_id
            )
        ).all()
        mine = Reversal.reference == reference
        sent, unknown, cause = ReversalStatus.SENT, ReversalStatus.UNKNOWN, "bank_answer"
        move_all(session, day, Reversal, unknown, sent, mine, cause=cause, sent_at=day.now)
        refusals = [
            row.reason_code
            for row in told
            if row.fact is Fact.REFUSED and row.reason_code not in REASONS_OF_A_SECOND_COPY
        ]
        if refusals:
            why = next(filter(None, refusals), None)
            refused = ReversalStatus.REFUSED
            move_all(session, day, Reversal, sent, refused, mine, cause=cause, reason_code=why)


def book_reversals(session: Session, day: WorkingDay, attempt_ids: Sequence[int]) -> None:
    """The money of these attempts has gone back; inside the caller's transaction."""
    mine = Reversal.attempt_id.in_(attempt_ids)
    for source in UNBOOKED:
        move_all(session, day, Reversal, source, ReversalStatus.BOOKED, mine, cause="bank_answer")


def tell_of_reversals(session: Session, day: WorkingDay, vault: Vault, tell: Tell) -> int:
    """Tell each employer whose money has gone back, once; return how many were told."""
    with transaction(session):
        rows = session.execute(
            select(
                Reversal.id,
                Debit.employer_id,
                Debit.collect_on,
                Attempt.amount_centimes.label("amount"),
                Mandate.account_last4,
            )
            .join(Attempt, Attempt.id == Reversal.attempt_id)
            .join(Debit, Debit.id == Attempt.debit_id)
            .join(Mandate, Mandate.id == Debit.mandate_id)
            .where(Reversal.status == ReversalStatus.BOOKED, Reversal.told_at.is_(None))
            .order_by(Reversal.id)
            .with_for_update(of=Reversal)
        ).all()
        for row in rows:
            values = {
                "amount": row.amount,
                "collect_on": row.collect_on,
                "last4": row.account_last4,
            }
            tell(session, day, vault, row.employer_id, "debit_reversed", values)
        session.execute(
            update(Reversal)
            .where(Reversal.id.in_([row.id for row in rows]))
            .values(told_at=day.now)
            .execution_options(synchronize_session=False)
        )
    return len(rows)


def make_due_again(session: Session, day: WorkingDay, due_id: int) -> bool:
    """What was debited in error is to be collected after all, told before like any other debit.

    Inside the caller's transaction. Whether it was waiting for that.
    """
    mine = Due.id == due_id
    source, target = DueStatus.GIVEN_BACK, DueStatus.OPEN
    return bool(move_all(session, day, Due, source, target, mine, cause="due_again"))
