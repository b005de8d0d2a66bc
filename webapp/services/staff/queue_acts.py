"""Acts on many lines of a queue at once: each line is done, or left with its reason.

Each line is a transaction of its own: what one refuses stops none of the others. A line that is
not as it was shown is left alone, so that a form that comes twice acts once.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

from sqlalchemy import select
from sqlalchemy.orm import Session

from webapp.adapters.vault import Vault
from webapp.domain.errors import (
    IllegalMove,
    KhatwaError,
    NoLongerPossible,
    NotFound,
    SecondPersonNeeded,
    ShownChanged,
)
from webapp.domain.office_queues import ACTS_OF, BulkAct, LookNote, Problem, QueueKind
from webapp.domain.roles import Scope
from webapp.models import Debit, OfficeRequest, Subject
from webapp.services.debits import release_locked
from webapp.services.events import record
from webapp.services.staff.office_requests import decide
from webapp.services.staff.queue_marks import (
    LOOKED_INTO,
    TAKEN,
    Ticked,
    check_mark,
    entry_cause,
    lock_debit,
    mark_of_debit,
)
from webapp.services.suspense_assigning import ask_to_assign, decide_to_assign, lock_entry
from webapp.services.telling import Tell
from webapp.services.transactions import transaction
from webapp.services.working_day import WorkingDay

PROBLEMS: dict[type[KhatwaError], Problem] = {
    ShownChanged: Problem.CHANGED,
    NotFound: Problem.GONE,
    IllegalMove: Problem.NOT_HELD,
    SecondPersonNeeded: Problem.SECOND_PERSON,
    NoLongerPossible: Problem.NOT_POSSIBLE,
}
IMPOSSIBLE = {
    BulkAct.ASSIGN: Problem.NO_MONEY,
    BulkAct.CONFIRM: Problem.NOT_ASKED,
    BulkAct.DECLINE: Problem.NOT_ASKED,
}


@dataclass(frozen=True, slots=True)
class Order:
    """What is to be done with each ticked line; the note or the employer where the act needs it."""

    kind: QueueKind
    act: BulkAct
    note: LookNote | None = None
    employer_id: int | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one line: done, or left for this reason."""

    id: int
    problem: Problem | None = None


@dataclass(frozen=True, slots=True)
class Tools:
    """What the acts need besides the session and the day."""

    vault: Vault
    tell: Tell
    scope: Scope


def act_on(
    session: Session, day: WorkingDay, tools: Tools, order: Order, lines: Sequence[Ticked]
) -> list[Outcome]:
    """Do it with every line, in the order given. Raises NotFound for an act of another queue."""
    if order.act not in ACTS_OF[order.kind]:
        raise NotFound(kind="act", reference=order.act.value)
    act = _ACTS[order.kind]
    return [_tried(partial(act, session, day, tools, order, one), order, one) for one in lines]


def _tried(act: Callable[[], None], order: Order, one: Ticked) -> Outcome:
    try:
        act()
    except tuple(PROBLEMS) as error:
        problem = PROBLEMS[type(error)]
        if problem is Problem.NOT_POSSIBLE:
            problem = IMPOSSIBLE.get(order.act, problem)
        return Outcome(one.id, problem)
    return Outcome(one.id)


def _on_debit(session: Session, day: WorkingDay, _tools: Tools, order: Order, one: Ticked) -> None:
    with transaction(session):
        debit = lock_debit(session, one.id)
        if debit is None:
            raise NotFound(kind="debit", reference=str(one.id))
        check_mark(session, select(mark_of_debit()).where(Debit.id == one.id), one)
        if order.act is BulkAct.RELEASE:
            release_locked(session, day, debit)
        else:
            target, cause = _look(order)
            record(session, day, Subject.DEBIT, [one.id], debit.status, target, cause)


def _on_entry(session: Session, day: WorkingDay, _tools: Tools, order: Order, one: Ticked) -> None:
    if order.act is BulkAct.ASSIGN:
        ask_to_assign(session, day, one, order.employer_id or 0)
    elif order.act in (BulkAct.CONFIRM, BulkAct.DECLINE):
        decide_to_assign(session, day, one, agreed=order.act is BulkAct.CONFIRM)
    else:
        target, cause = _look(order)
        with transaction(session):
            message = lock_entry(session, one).bank_message_id
            told = entry_cause(one.id, cause)
            record(session, day, Subject.BANK_MESSAGE, [message], None, target, told)


def _on_request(session: Session, day: WorkingDay, tools: Tools, order: Order, one: Ticked) -> None:
    with transaction(session):
        reference = session.scalar(
            select(OfficeRequest.reference).where(OfficeRequest.id == one.id)
        )
    granted = order.act is BulkAct.GRANT
    decide(session, day, tools.vault, tools.tell, tools.scope, reference or "", granted=granted)


def _look(order: Order) -> tuple[str, str]:
    """The target and the cause of the event of a look."""
    if order.act is BulkAct.TAKE:
        return TAKEN, TAKEN
    return LOOKED_INTO, (order.note or LookNote.NOTHING_TO_DO).value


_ACTS: dict[QueueKind, Callable[[Session, WorkingDay, Tools, Order, Ticked], None]] = {
    QueueKind.HELD: _on_debit,
    QueueKind.REFUSED: _on_debit,
    QueueKind.MONEY: _on_entry,
    QueueKind.REVERSALS: _on_request,
}
