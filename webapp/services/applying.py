"""Applying a staged message: facts about attempts become postings and moves, each once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from sqlalchemy import Row, exists, func, select, update
from sqlalchemy.orm import Session

from webapp.domain.facts import Fact
from webapp.domain.money import Centimes
from webapp.domain.statuses import ALLOWED_MOVES, DebitStatus, DueStatus
from webapp.models import (
    Account,
    BankEntry,
    BankMessage,
    BankMessageStatus,
    Debit,
    DebitLine,
    Due,
    EntryOutcome,
    Subject,
)
from webapp.services.acknowledging import acknowledge_files, reconcile_files
from webapp.services.books import Entry, Leg, post
from webapp.services.contests.standing import is_contested
from webapp.services.credits import settling_leg
from webapp.services.events import move_all, move_dues, record
from webapp.services.facts_told import Told, load_told, store_facts
from webapp.services.late_money import LateMoney, hold_unsent, settle_late_money
from webapp.services.reversals import book_reversals, give_back
from webapp.services.suspense import book_suspense
from webapp.services.transactions import Progress, transaction
from webapp.services.working_day import WorkingDay

ENTRIES_AT_ONCE = 1_000


def apply_message(session: Session, day: WorkingDay, message_id: int, progress: Progress) -> None:
    """Apply every pending entry of a staged message in short transactions; resumable."""
    with transaction(session):
        total = session.scalar(
            select(func.count()).where(
                BankEntry.bank_message_id == message_id,
                BankEntry.outcome == EntryOutcome.PENDING,
            )
        )
    done = 0
    while True:
        with transaction(session):
            count = _apply_chunk(session, day, message_id)
        if not count:
            break
        done += count
        progress("apply", done, total or done)
    with transaction(session):
        reconcile_files(session, day)
        session.execute(
            update(BankMessage)
            .where(BankMessage.id == message_id)
            .values(status=BankMessageStatus.APPLIED)
        )
        record(
            session,
            day,
            Subject.BANK_MESSAGE,
            [message_id],
            BankMessageStatus.STAGED,
            BankMessageStatus.APPLIED,
            "applied",
        )


def _apply_chunk(session: Session, day: WorkingDay, message_id: int) -> int:
    entries = session.execute(
        select(BankEntry.__table__)
        .where(BankEntry.bank_message_id == message_id, BankEntry.outcome == EntryOutcome.PENDING)
        .order_by(BankEntry.position)
        .limit(ENTRIES_AT_ONCE)
    ).all()
    if not entries:
        return 0
    told = load_told(session, entries)
    outcomes: dict[EntryOutcome, list[int]] = defaultdict(list)
    for entry in entries:
        outcomes[_take(entry, told)].append(entry.id)
    acknowledge_files(session, day, {one.row.bank_file_id for one in told.values()})
    book_suspense(session, day, message_id, entries)
    changed = [one for one in told.values() if one.added]
    lines = _lines(session, changed)
    _book(session, day, changed, lines)
    store_facts(session, day, changed)
    _move(session, day, changed)
    book_reversals(session, day, [one.row.id for one in changed if Fact.REVERSED in one.added])
    for one in changed:
        if one.given_up:  # Nothing goes on by itself that would debit the same once more.
            hold_unsent(session, day, one.row.debit_id)
    settle_late_money(session, day, [_late_money(one) for one in changed])
    for outcome, ids in outcomes.items():
        session.execute(
            update(BankEntry)
            .where(BankEntry.id.in_(ids))
            .values(outcome=outcome)
            .execution_options(synchronize_session=False)
        )
    return len(entries)


def _take(entry: Row[*tuple[Any, ...]], told: dict[int, Told]) -> EntryOutcome:
    if entry.suspense_reason is not None:
        return EntryOutcome.SUSPENSE
    one = told[entry.attempt_id]
    if entry.fact in one.after:
        return EntryOutcome.KNOWN
    one.added.append(entry.fact)
    if entry.fact in (Fact.REFUSED, Fact.RETURNED):
        one.reason = one.reason or entry.reason_code
    return EntryOutcome.APPLIED


def _late_money(one: Told) -> LateMoney:
    return LateMoney(
        debit_id=one.row.debit_id,
        employer_id=one.row.employer_id,
        end_to_end_id=one.row.end_to_end_id,
        before=one.money(one.before).credit,
        after=one.money(one.after).credit,
    )


def _lines(session: Session, changed: Iterable[Told]) -> dict[int, list[tuple[int, int]]]:
    """The live lines under each changed attempt: due and amount in centimes."""
    found: dict[int, list[tuple[int, int]]] = defaultdict(list)
    rows = session.execute(
        select(DebitLine.debit_id, DebitLine.due_id, DebitLine.amount_centimes)
        .where(
            DebitLine.debit_id.in_([one.row.debit_id for one in changed]),
            DebitLine.freed_at.is_(None),
        )
        .order_by(DebitLine.id)
    )
    for debit_id, due_id, amount in rows:
        found[debit_id].append((due_id, amount))
    return found


def _book(
    session: Session,
    day: WorkingDay,
    changed: Iterable[Told],
    lines: dict[int, list[tuple[int, int]]],
) -> None:
    """Book, for each new fact, the step from the position before it to the one after it."""
    entries = []
    for one in changed:
        known = set(one.before)
        amount = Centimes(one.row.amount_centimes)
        for fact in one.added:
            old, new = one.money(known), one.money(known | {fact})
            known.add(fact)
            if old == new:
                continue
            sign = (new.settled - old.settled) // amount
            legs = [
                Leg("bank", Account.BANK, new.bank - old.bank, one.row.employer_id),
                Leg(
                    "credit",
                    Account.EMPLOYER_CREDIT,
                    old.credit - new.credit,
                    one.row.employer_id,
                ),
                Leg("twice", Account.SUSPENSE, old.twice - new.twice),
            ]
            if sign:
                legs += [
                    settling_leg(due_id, line, one.row.employer_id, sign)
                    for due_id, line in lines[one.row.debit_id]
                ]
            entries.append(Entry(f"attempt:{one.row.id}:{fact}", tuple(legs)))
    post(session, day.today, entries)


def _move(session: Session, day: WorkingDay, changed: Iterable[Told]) -> None:
    """Move the debit of each attempt that is still its debit's live one, and its dues."""
    moves: dict[tuple[DebitStatus, DebitStatus], list[int]] = defaultdict(list)
    for one in changed:
        if one.row.failed_at:
            continue
        target = one.target
        source = one.row.debit_status
        if source is DebitStatus.UNKNOWN:
            source = DebitStatus.SENT  # Its file was acknowledged a moment ago.
        if target is not source and target in ALLOWED_MOVES[DebitStatus][source]:
            moves[source, target].append(one.row.debit_id)
    for (source, target), debits in moves.items():
        move_all(session, day, Debit, source, target, Debit.id.in_(debits), cause="bank_answer")
        if target is DebitStatus.REVERSED:
            give_back(session, day, debits)
            continue
        live = exists().where(
            DebitLine.due_id == Due.id,
            DebitLine.freed_at.is_(None),
            DebitLine.debit_id.in_(debits),
        )
        if target is DebitStatus.SETTLED:
            for waiting in (DueStatus.SCHEDULED, DueStatus.CONTESTED):
                move_dues(session, waiting, DueStatus.SETTLED, live)
        elif source is DebitStatus.SETTLED:
            move_dues(session, DueStatus.SETTLED, DueStatus.SCHEDULED, live)
            # What was contested after it had come is not presented again.
            move_dues(session, DueStatus.SCHEDULED, DueStatus.CONTESTED, live, is_contested())
