"""Applying a staged message: facts about attempts become postings and moves, each once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence, Set
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Row, bindparam, exists, func, select, update
from sqlalchemy.orm import Session

from webapp.domain.facts import FAILURES, AttemptState, Fact, attempt_state
from webapp.domain.money import Centimes
from webapp.domain.positions import Position, position
from webapp.domain.statuses import ALLOWED_MOVES, DebitStatus, DueStatus
from webapp.models import (
    Account,
    Attempt,
    BankEntry,
    BankMessage,
    BankMessageStatus,
    Debit,
    DebitLine,
    Due,
    EntryOutcome,
    Reversal,
    Subject,
)
from webapp.services.acknowledging import acknowledge_files, reconcile_files
from webapp.services.books import Entry, Leg, post
from webapp.services.credits import settling_leg
from webapp.services.events import move_all, move_dues, record
from webapp.services.late_money import LateMoney, hold_unsent, settle_late_money
from webapp.services.reversals import book_reversals, give_back
from webapp.services.suspense import book_suspense
from webapp.services.transactions import Progress, transaction
from webapp.services.working_day import WorkingDay

ENTRIES_AT_ONCE = 500
FACT_COLUMNS = {
    Fact.ACCEPTED: "accepted_at",
    Fact.DEBITED: "debited_at",
    Fact.SETTLED: "settled_at",
    Fact.REFUSED: "refused_at",
    Fact.RETURNED: "returned_at",
    Fact.REVERSED: "reversed_at",
}
DEBIT_STATUS_OF = {
    AttemptState.ACCEPTED: DebitStatus.ACCEPTED,
    AttemptState.DEBITED: DebitStatus.DEBITED,
    AttemptState.SETTLED: DebitStatus.SETTLED,
    AttemptState.REFUSED: DebitStatus.REFUSED,
    AttemptState.REVERSED: DebitStatus.REVERSED,
}


@dataclass(slots=True)
class Told:
    """One attempt with the facts known before and those that this message adds."""

    row: Row[*tuple[Any, ...]]
    before: frozenset[Fact]
    added: list[Fact] = field(default_factory=list)
    reason: str | None = None

    @property
    def after(self) -> frozenset[Fact]:
        return self.before | set(self.added)

    @property
    def given_up(self) -> bool:
        """It had failed without the bank's word, because its file counted as lost."""
        return self.row.failed_at is not None and not self.before & FAILURES

    def money(self, facts: Set[Fact]) -> Position:
        """Where its money stands by these facts.

        Of what was given up the dues are collected otherwise: its money is the employer's, as
        after a refusal.
        """
        known = facts | {Fact.REFUSED} if self.given_up else facts
        return position(known, Centimes(self.row.amount_centimes))

    @property
    def target(self) -> DebitStatus:
        """Where the debit goes. One that two people have called an error is not tried again,
        whichever way its money went back.
        """
        found = DEBIT_STATUS_OF[attempt_state(self.after)]
        undone = found is DebitStatus.REFUSED and self.row.reversal_id is not None
        return DebitStatus.REVERSED if undone else found


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
    told = _attempts(session, entries)
    outcomes: dict[EntryOutcome, list[int]] = defaultdict(list)
    for entry in entries:
        outcomes[_take(entry, told)].append(entry.id)
    acknowledge_files(session, day, {one.row.bank_file_id for one in told.values()})
    book_suspense(session, day, message_id, entries)
    changed = [one for one in told.values() if one.added]
    lines = _lines(session, changed)
    _book(session, day, changed, lines)
    _store_facts(session, day, changed)
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


def _attempts(session: Session, entries: Sequence[Row[*tuple[Any, ...]]]) -> dict[int, Told]:
    wanted = {entry.attempt_id for entry in entries if entry.attempt_id}
    rows = session.execute(
        select(
            Attempt.__table__,
            Debit.status.label("debit_status"),
            Debit.employer_id,
            Debit.reference.label("debit_reference"),
            Reversal.id.label("reversal_id"),
        )
        .join(Debit, Debit.id == Attempt.debit_id)
        .outerjoin(Reversal, Reversal.attempt_id == Attempt.id)
        .where(Attempt.id.in_(wanted))
    ).all()
    return {
        row.id: Told(
            row,
            frozenset(fact for fact, column in FACT_COLUMNS.items() if getattr(row, column)),
        )
        for row in rows
    }


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


def _store_facts(session: Session, day: WorkingDay, changed: Sequence[Told]) -> None:
    if not changed:
        return
    rows = []
    for one in changed:
        after = one.after
        known: dict[str, datetime | None] = {
            column: getattr(one.row, column) or (day.now if fact in after else None)
            for fact, column in FACT_COLUMNS.items()
        }
        rows.append(
            {
                "row_id": one.row.id,
                "state_": attempt_state(after),
                "reason_": one.row.reason_code or one.reason,
                "failed_": one.row.failed_at or (day.now if after & FAILURES else None),
                **{f"{column}_": instant for column, instant in known.items()},
            }
        )
    table = Attempt.__table__
    session.connection().execute(
        update(Attempt.__table__)  # type: ignore[arg-type]
        .where(table.c.id == bindparam("row_id"))
        .values(
            state=bindparam("state_"),
            reason_code=bindparam("reason_"),
            failed_at=bindparam("failed_"),
            **{column: bindparam(f"{column}_") for column in FACT_COLUMNS.values()},
        ),
        rows,
    )


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
            move_dues(session, DueStatus.SCHEDULED, DueStatus.SETTLED, live)
        elif source is DebitStatus.SETTLED:
            move_dues(session, DueStatus.SETTLED, DueStatus.SCHEDULED, live)
