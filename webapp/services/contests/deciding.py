"""Answering a contest, or taking it back: once, by one of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, select, update
from sqlalchemy.orm import Session

from webapp.adapters.vault import Vault
from webapp.domain.errors import NoLongerPossible, NotFound
from webapp.domain.roles import Scope
from webapp.domain.statuses import ContestStatus
from webapp.models import Contest, ContestLine, ContestOutcome, Debit, Employer
from webapp.services.contests.outcomes import answer_context, carry_out, give_up
from webapp.services.debit_news import tell_of_changes
from webapp.services.events import move_all
from webapp.services.staff.employers import in_scope
from webapp.services.telling import Tell
from webapp.services.transactions import transaction
from webapp.services.working_day import WorkingDay


@dataclass(frozen=True, slots=True)
class Decision:
    """What the office answers: which dues are not owed, in which words.

    Without a due the contest is rejected. `outcome`: what becomes of the money that has come for
    them, or comes still.
    """

    upheld: frozenset[int]
    answer: str
    outcome: ContestOutcome = ContestOutcome.CREDIT


def decide_contest(
    session: Session,
    day: WorkingDay,
    vault: Vault,
    tell: Tell,
    scope: Scope,
    staff_id: int,
    reference: str,
    decision: Decision,
) -> None:
    """Answer a contest; the employer is told.

    Raises NotFound, also out of scope, and NoLongerPossible when it has been answered or withdrawn,
    or is not about these dues.
    """
    with transaction(session):
        contest = _lock(session, reference, *in_scope(scope))
        mine = ContestLine.contest_id == contest.id
        lines = session.execute(select(ContestLine.due_id, ContestLine.amount_centimes).where(mine))
        dues = dict(lines.all())
        if not decision.upheld <= dues.keys():
            raise NoLongerPossible(reference=reference)
        status = ContestStatus.UPHELD if decision.upheld else ContestStatus.REJECTED
        _move(
            session, day, contest.id, status,
            answer=vault.seal(decision.answer, answer_context(reference)),
            outcome=decision.outcome if decision.upheld else None,
            answered_at=day.now,
            answered_by=staff_id,
        )  # fmt: skip
        _mark(session, mine, decision.upheld)
        give_up(session, day, mine, ContestLine.upheld.is_(False))
        _, changed = carry_out(session, day, vault, mine)
        tell_of_changes(
            session, day, vault, tell, contest.employer_id, changed.get(contest.employer_id, ())
        )
        values = {
            "reference": reference,
            "upheld": bool(decision.upheld),
            "amount": sum(dues[due_id] for due_id in decision.upheld),
        }
        tell(session, day, vault, contest.employer_id, "contest_answered", values)


def withdraw_contest(session: Session, day: WorkingDay, employer_id: int, reference: str) -> None:
    """Take a contest back: what is not paid is owed as before.

    Raises NotFound, also for somebody else's, and NoLongerPossible when it was answered.
    """
    with transaction(session):
        contest = _lock(session, reference, Contest.employer_id == employer_id)
        _move(session, day, contest.id, ContestStatus.WITHDRAWN)
        give_up(session, day, ContestLine.contest_id == contest.id)


def _lock(session: Session, reference: str, *mine: ColumnElement[bool]) -> Any:
    """The contest and its debit, which nobody else changes until this transaction ends."""
    contest = session.execute(
        select(Contest.id, Contest.employer_id, Contest.debit_id, Contest.status)
        .join(Employer, Employer.id == Contest.employer_id)
        .where(Contest.reference == reference, *mine)
        .with_for_update(of=Contest)
    ).first()
    if contest is None:
        raise NotFound(kind="contest", reference=reference)
    if contest.status is not ContestStatus.OPEN:
        raise NoLongerPossible(reference=reference)
    # Whoever books the bank's answer goes from the debit to its dues, and so does this.
    session.execute(select(Debit.id).where(Debit.id == contest.debit_id).with_for_update())
    return contest


def _move(
    session: Session, day: WorkingDay, contest_id: int, status: ContestStatus, **values: Any
) -> None:
    mine = Contest.id == contest_id
    cause = "withdrawn" if status is ContestStatus.WITHDRAWN else "answered"
    move_all(session, day, Contest, ContestStatus.OPEN, status, mine, cause=cause, **values)


def _mark(session: Session, mine: ColumnElement[bool], upheld: frozenset[int]) -> None:
    for found, lines in ((True, ContestLine.due_id.in_(upheld)),
                         (False, ContestLine.due_id.not_in(upheld))):  # fmt: skip
        session.execute(
            update(ContestLine)
            .where(mine, lines)
            .values(upheld=found)
            .execution_options(synchronize_session=False)
        )
