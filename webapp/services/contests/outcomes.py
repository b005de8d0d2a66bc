"""What becomes of contested amounts: owed after all, given up, or the employer's credit.

What is upheld while its debit is with the bank waits until it is known whether the money has come.
Each line of a contest ends once.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import ColumnElement, Row, exists, not_, or_, select, update
from sqlalchemy.orm import Session, aliased

from webapp.adapters.vault import Vault
from webapp.domain.money import Centimes
from webapp.domain.statuses import DEBIT_STATUSES_BEFORE_FREEZING, DebitStatus, DueStatus
from webapp.models import (
    Account,
    Contest,
    ContestLine,
    ContestOutcome,
    Debit,
    DebitLine,
    Due,
    DueKind,
    RequestKind,
)
from webapp.services import outbox
from webapp.services.books import Entry, Leg, post
from webapp.services.changed_debits import settle_debits
from webapp.services.credits import settling_leg
from webapp.services.debit_news import tell_of_changes
from webapp.services.due_chains import chains
from webapp.services.due_changes import ChangedDebit, LockedDue, lock_dues
from webapp.services.events import move_all
from webapp.services.late_reversals import reverse_late_dues
from webapp.services.new_dues import NewDue, add_dues
from webapp.services.staff.office_requests import NewRequest, write_request
from webapp.services.telling import Tell
from webapp.services.transactions import transaction
from webapp.services.working_day import WorkingDay

UPHELD = "contest_upheld"
# The debits that changed, by their employer.
Changed = Mapping[int, tuple[ChangedDebit, ...]]
LATE = (DueKind.SURCHARGE, DueKind.PENALTY)
# A surcharge in these is owed, or was paid.
STANDING = (DueStatus.OPEN, DueStatus.SCHEDULED, DueStatus.SETTLED)


def follow_contests(
    session: Session, day: WorkingDay, vault: Vault, tell: Tell = outbox.tell
) -> int:
    """Carry out what was decided while the banks had not answered; how many amounts.

    A phase of the run. First, what is contested leaves the debits that have come back from a bank
    or were never sent: they are announced anew with what is left.
    """
    with transaction(session):
        if not session.scalar(select(exists().where(ContestLine.ended_at.is_(None)))):
            return 0
        _leave_unsent(session, day)
    with transaction(session):
        done, debits = carry_out(session, day, vault)
        for owner, changed in debits.items():
            tell_of_changes(session, day, vault, tell, owner, changed)
    return len(done)


def give_up(session: Session, day: WorkingDay, *lines: ColumnElement[bool]) -> None:
    """End these lines of contests without success: what is not paid is owed as before.

    What is in a debit that has left stays in it; the rest is open, and planned by the next run.
    Inside the caller's transaction.
    """
    mine = Due.id.in_(select(ContestLine.due_id).where(*lines, ContestLine.ended_at.is_(None)))
    bound = exists().where(DebitLine.due_id == Due.id, DebitLine.freed_at.is_(None))
    contested, cause = DueStatus.CONTESTED, "contest_ended"
    move_all(session, day, Due, contested, DueStatus.SCHEDULED, mine, bound, cause=cause)
    move_all(session, day, Due, contested, DueStatus.OPEN, mine, not_(bound), cause=cause)
    _end(session, day, *lines)


def carry_out(
    session: Session, day: WorkingDay, vault: Vault, *lines: ColumnElement[bool]
) -> tuple[list[int], Changed]:
    """Do what upheld lines ask for, as far as it is known whether their money has come.

    What was not received is given up; what was is the employer's credit, or asked to be paid back,
    which another person decides. What being late has cost goes with it. Returns the dues, and the
    debits that changed, by employer. Inside the caller's transaction.
    """
    upheld = {row.due_id: row for row in session.execute(_upheld(*lines))}
    if not upheld:
        return [], {}
    locked = lock_dues(session, Due.id.in_(upheld))
    known = [due for due in locked if _is_unpaid(due) or due.row["status"] is DueStatus.SETTLED]
    credited = _credited(session, [due.id for due in known])
    mine = [due for due in known if due.id not in credited]
    _waive(session, day, [due for due in mine if _is_unpaid(due)], upheld)
    for due in mine:
        if not _is_unpaid(due):
            _credit(session, day, vault, due, upheld[due.id])
    debits = _take_back_late(session, day, mine)
    # Of what was credited for another cause meanwhile, that credit is set against it.
    give_up(session, day, ContestLine.due_id.in_(credited))
    _end(session, day, ContestLine.due_id.in_([due.id for due in mine]))
    return [due.id for due in known], debits


def _credited(session: Session, due_ids: Sequence[int]) -> set[int]:
    """Those for which the employer has a credit already: never twice."""
    given = select(Due.about_due_id).where(
        Due.kind == DueKind.CREDIT, Due.about_due_id.in_(due_ids)
    )
    return {one for one in session.scalars(given) if one is not None}


def _upheld(*lines: ColumnElement[bool]) -> Any:
    return (
        select(
            ContestLine.due_id,
            ContestLine.employer_id,
            Contest.id,
            Contest.reference,
            Contest.outcome,
            Contest.answer,
            Contest.answered_by,
        )
        .join(Contest, Contest.id == ContestLine.contest_id)
        .where(ContestLine.upheld.is_(True), ContestLine.ended_at.is_(None), *lines)
        .order_by(ContestLine.id)
        .with_for_update(of=ContestLine)
    )


def _is_unpaid(due: LockedDue) -> bool:
    """Nothing collects it: it is in no debit, or was given back."""
    status = due.row["status"]
    return status is DueStatus.GIVEN_BACK or (
        status is DueStatus.CONTESTED and due.debit_id is None
    )


def _waive(
    session: Session,
    day: WorkingDay,
    unpaid: Sequence[LockedDue],
    upheld: dict[int, Row[*tuple[Any, ...]]],
) -> None:
    ids = Due.id.in_([due.id for due in unpaid])
    for source in (DueStatus.CONTESTED, DueStatus.GIVEN_BACK):
        move_all(session, day, Due, source, DueStatus.WAIVED, ids, cause=UPHELD)
    entries = []
    for due in unpaid:
        owner = due.row["employer_id"]
        legs = (
            settling_leg(due.id, due.amount, owner),
            Leg("waived", Account.WAIVED, due.amount, owner),
        )
        entries.append(Entry(f"contest:{upheld[due.id].reference}:{due.id}", legs))
    post(session, day.today, entries)


def _credit(
    session: Session, day: WorkingDay, vault: Vault, due: LockedDue, line: Row[*tuple[Any, ...]]
) -> None:
    """The money is the employer's; where it is to be paid back, a second person decides that."""
    credit = NewDue(
        origin_key=f"contest:{line.id}:{due.id}",
        kind=DueKind.CREDIT,
        employer_id=line.employer_id,
        worksite_id=due.row["worksite_id"],
        period=due.row["period"],
        amount_centimes=Centimes(-due.amount),
        legal_due_on=day.today,
        collect_from_on=day.today,
        about_due_id=due.id,
    )
    (credit_id,) = add_dues(session, day, [credit], UPHELD)
    if line.outcome is ContestOutcome.REFUND:
        # Who has answered asks for it, also where a run does it in their place.
        asking = replace(day, actor=f"staff:{line.answered_by}")
        reason = vault.open(line.answer, answer_context(line.reference))
        new = NewRequest(RequestKind.REFUND, line.employer_id, credit_id, due.amount, reason)
        write_request(session, asking, vault, new)


def _take_back_late(session: Session, day: WorkingDay, dues: Sequence[LockedDue]) -> Changed:
    """Surcharges and penalties of what is not owed; those of a larger amount are the office's.

    None that is contested itself, or was credited already.
    """
    late: dict[int, set[int]] = defaultdict(set)
    roots = chains(session, {due.id: due.row["predecessor_id"] for due in dues})
    credit, line = aliased(Due), aliased(ContestLine)
    for due in dues:
        late[due.row["employer_id"]].update(
            session.scalars(
                select(Due.id).where(
                    Due.about_due_id.in_(roots[due.id]),
                    Due.kind.in_(LATE),
                    Due.status.in_(STANDING),
                    or_(Due.base_centimes.is_(None), Due.base_centimes <= due.amount),
                    ~exists().where(line.due_id == Due.id, line.ended_at.is_(None)),
                    ~exists().where(credit.about_due_id == Due.id, credit.kind == DueKind.CREDIT),
                )
            )
        )
    return {
        owner: reverse_late_dues(session, day, sorted(ids), UPHELD)[1]
        for owner, ids in late.items()
        if ids
    }


def _leave_unsent(session: Session, day: WorkingDay) -> None:
    """Take what is contested out of debits of which nothing is in a file (any more)."""
    rows = session.execute(
        select(DebitLine.id, DebitLine.debit_id)
        .join(ContestLine, ContestLine.due_id == DebitLine.due_id)
        .join(Due, Due.id == DebitLine.due_id)
        .join(Debit, Debit.id == DebitLine.debit_id)
        .where(
            ContestLine.ended_at.is_(None),
            DebitLine.freed_at.is_(None),
            Due.status == DueStatus.CONTESTED,
            Debit.status.in_(DEBIT_STATUSES_BEFORE_FREEZING),
        )
        .with_for_update(of=Debit)
    ).all()
    if not rows:
        return
    session.execute(
        update(DebitLine)
        .where(DebitLine.id.in_([row.id for row in rows]))
        .values(freed_at=day.now)
        .execution_options(synchronize_session=False)
    )
    debits = sorted({row.debit_id for row in rows})
    # What was told of them is no longer so: a new notice, for a day that leaves time for it.
    move_all(
        session,
        day,
        Debit,
        DebitStatus.ANNOUNCED,
        DebitStatus.PLANNED,
        Debit.id.in_(debits),
        cause="contested",
        collect_on=day.feasible_on,
    )
    settle_debits(session, day, debits)


def _end(session: Session, day: WorkingDay, *lines: ColumnElement[bool]) -> None:
    session.execute(
        update(ContestLine)
        .where(*lines, ContestLine.ended_at.is_(None))
        .values(ended_at=day.now)
        .execution_options(synchronize_session=False)
    )


def answer_context(reference: str) -> str:
    """What the answer of the office is sealed for."""
    return f"contest-answer:{reference}"
