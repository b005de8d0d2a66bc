"""Changing what is owed: a due gives way to others, with its books and its place in a debit.

The amount of a due never changes. It is superseded by its successors, which take its place in the
debit that was to collect it as long as nothing of that debit has left.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import ColumnElement, select, update
from sqlalchemy.orm import Session

from webapp.domain.corrections import Freedom
from webapp.domain.money import Centimes
from webapp.domain.statuses import DEBIT_STATUSES_BEFORE_FREEZING, DebitStatus, DueStatus
from webapp.models import Account, Debit, DebitLine, Due
from webapp.services.books import Entry, Leg, post
from webapp.services.changed_debits import ChangedDebit as ChangedDebit  # others name it as well
from webapp.services.changed_debits import debits_before, differences, settle_debits
from webapp.services.events import move_all
from webapp.services.freeing import cancel_debits
from webapp.services.sets import insert_keyed, insert_rows
from webapp.services.working_day import WorkingDay

# A debit that was refused is not presented again once its dues have changed (design.md §6.6).
WITHIN_REACH = (*DEBIT_STATUSES_BEFORE_FREEZING, DebitStatus.REFUSED)
IN_NO_DEBIT = (DueStatus.OPEN, DueStatus.DEFERRED, DueStatus.GIVEN_BACK)
# What is not collected by itself stays so in its successors.
SET_ASIDE = (DueStatus.DEFERRED, DueStatus.GIVEN_BACK)
COPIED = (
    "employer_id", "worksite_id", "kind", "period", "legal_due_on", "collect_from_on",
    "barred_mandate_id", "about_due_id", "base_centimes", "rate", "step",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Part:
    """A successor of a due, in centimes with the sign of the due.

    `stays` in the debit of the due that it succeeds; otherwise it is open.
    """

    origin_key: str
    amount: Centimes
    stays: bool = True
    revision: int | None = None
    # What a surcharge or penalty is computed on, where that changes.
    base: Centimes | None = None


@dataclass(frozen=True, slots=True)
class LockedDue:
    """A due that nobody else changes until the transaction ends, and the debit that it stands in.

    `row` holds the columns of the due by name.
    """

    row: Mapping[str, Any]
    debit_id: int | None = None
    debit_status: DebitStatus | None = None
    was_told: bool = False

    @property
    def id(self) -> int:
        return int(self.row["id"])

    @property
    def amount(self) -> Centimes:
        return Centimes(self.row["amount_centimes"])

    @property
    def freedom(self) -> Freedom:
        """What may happen to it: see webapp/domain/corrections.py."""
        status = self.row["status"]
        if status in IN_NO_DEBIT:
            return Freedom.FREE
        # A credit inside a debit is used already.
        if status is not DueStatus.SCHEDULED or self.amount < 0:
            return Freedom.FIXED
        if self.debit_status is DebitStatus.REFUSED:
            return Freedom.FREE
        if self.debit_status not in WITHIN_REACH:
            return Freedom.FIXED
        return Freedom.SHRINKS if self.was_told else Freedom.FREE


@dataclass(frozen=True, slots=True)
class Replaced:
    """The ids of the successors by their origin keys, and the debits that changed."""

    ids: Mapping[str, int] = field(default_factory=dict)
    debits: tuple[ChangedDebit, ...] = ()


def lock_dues(session: Session, *conditions: ColumnElement[bool]) -> list[LockedDue]:
    """The dues that meet the conditions, oldest first, locked with their debits.

    Inside the caller's transaction: runs and other changes wait until it ends.
    """
    table = Due.__table__
    rows = session.execute(select(table).where(*conditions).order_by(Due.id).with_for_update())
    found = [row._asdict() for row in rows]
    lines = session.execute(
        select(DebitLine.due_id, Debit.id, Debit.status, Debit.notice_version)
        .join(Debit, Debit.id == DebitLine.debit_id)
        .where(DebitLine.due_id.in_([row["id"] for row in found]), DebitLine.freed_at.is_(None))
        .order_by(Debit.id)
        .with_for_update(of=Debit)
    ).all()
    in_debit = {line.due_id: (line.id, line.status, line.notice_version > 0) for line in lines}
    return [LockedDue(row, *in_debit.get(row["id"], ())) for row in found]


def replace_dues(
    session: Session,
    day: WorkingDay,
    changes: Sequence[tuple[LockedDue, Sequence[Part]]],
    cause: str,
) -> Replaced:
    """Let each due give way to its parts; without a part nothing takes its place.

    Only dues that are not FIXED. What the fund has to receive, or owes, changes in the books by
    the difference. A debit that loses an amount is lowered; one that has nothing left to collect
    is cancelled, with its other lines free again. Inside the caller's transaction.
    """
    left = _take_out(session, day, [due for due, _ in changes], DueStatus.SUPERSEDED, cause)
    ids = _insert_parts(session, day, changes)
    _post(session, day, changes, ids)
    return Replaced(ids, left.settle(session, day))


def end_dues(
    session: Session, day: WorkingDay, gone: Sequence[LockedDue], target: DueStatus, cause: str
) -> tuple[ChangedDebit, ...]:
    """End dues that are not FIXED, paid in another way or waived; their debits are lowered.

    The books are the caller's. Inside the caller's transaction. Raises IllegalMove.
    """
    return _take_out(session, day, gone, target, cause).settle(session, day)


@dataclass(frozen=True, slots=True)
class _Left:
    """The debits that dues were taken out of, as they were; those that go on are settled anew."""

    before: Mapping[int, ChangedDebit]
    going_on: Sequence[int]

    def settle(self, session: Session, day: WorkingDay) -> tuple[ChangedDebit, ...]:
        settle_debits(session, day, self.going_on)
        return differences(session, self.before)


def _take_out(
    session: Session, day: WorkingDay, gone: Sequence[LockedDue], target: DueStatus, cause: str
) -> _Left:
    """Move the dues to their end and out of their debits; a debit that was refused is over."""
    before = debits_before(session, {due.debit_id for due in gone if due.debit_id is not None})
    refused = [due.debit_id for due in gone if due.debit_status is DebitStatus.REFUSED]
    if refused:
        cancel_debits(
            session, day, Debit.id.in_(refused), cause=cause, sources=(DebitStatus.REFUSED,)
        )
    mine = [due.id for due in gone]
    # What a refused debit held is open by now.
    sources = {due.row["status"] for due in gone} | ({DueStatus.OPEN} if refused else set())
    for source in sorted(sources):
        move_all(session, day, Due, source, target, Due.id.in_(mine), cause=cause)
    session.execute(
        update(DebitLine)
        .where(DebitLine.due_id.in_(mine), DebitLine.freed_at.is_(None))
        .values(freed_at=day.now)
        .execution_options(synchronize_session=False)
    )
    return _Left(before, [debit_id for debit_id in before if debit_id not in refused])


def _insert_parts(
    session: Session, day: WorkingDay, changes: Sequence[tuple[LockedDue, Sequence[Part]]]
) -> dict[str, int]:
    """The successors, and the lines of those that stay in a debit."""
    rows, lines = [], []
    for due, parts in changes:
        status = due.row["status"]
        loose = status if status in SET_ASIDE else DueStatus.OPEN
        bound = due.debit_id is not None and due.debit_status is not DebitStatus.REFUSED
        for part in parts:
            stays = bound and part.stays
            rows.append(
                {name: due.row[name] for name in COPIED}
                | {
                    "origin_key": part.origin_key,
                    "amount_centimes": part.amount,
                    "status": DueStatus.SCHEDULED if stays else loose,
                    "predecessor_id": due.id,
                    "revision": due.row["revision"] if part.revision is None else part.revision,
                    "base_centimes": due.row["base_centimes"] if part.base is None else part.base,
                }
            )
            if stays:
                lines.append((due, part))
    ids = dict(
        zip(
            [row["origin_key"] for row in rows],
            insert_keyed(session, Due, Due.origin_key, rows),
            strict=True,
        )
    )
    insert_rows(
        session,
        DebitLine,
        [
            {
                "debit_id": due.debit_id,
                "due_id": ids[part.origin_key],
                "employer_id": due.row["employer_id"],
                "amount_centimes": part.amount,
            }
            for due, part in lines
        ],
    )
    return ids


def _post(
    session: Session,
    day: WorkingDay,
    changes: Sequence[tuple[LockedDue, Sequence[Part]]],
    ids: Mapping[str, int],
) -> None:
    entries = []
    for due, parts in changes:
        owner = due.row["employer_id"]
        account = Account.RECEIVABLE if due.amount > 0 else Account.EMPLOYER_CREDIT
        legs = [Leg(f"due:{due.id}", account, -due.amount, owner, due.id)]
        for part in parts:
            due_id = ids[part.origin_key]
            legs.append(Leg(f"due:{due_id}", account, part.amount, owner, due_id))
        difference = due.amount - sum(part.amount for part in parts)
        legs.append(Leg("income", Account.INCOME, difference, owner))
        entries.append(Entry(f"superseded:{due.id}", tuple(legs)))
    post(session, day.today, entries)
