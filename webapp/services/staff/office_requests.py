"""What one of the staff asks for and another decides: waivers, refunds, reversals of debits.

Nobody decides what they have asked for: the service refuses it, and so does the table.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import exists, func, select, update
from sqlalchemy.orm import Session

from webapp.adapters.vault import Vault
from webapp.domain.corrections import Freedom
from webapp.domain.errors import NoLongerPossible, NotFound, SecondPersonNeeded
from webapp.domain.roles import Scope
from webapp.domain.statuses import DueStatus
from webapp.models import (
    Account,
    Due,
    DueKind,
    Employer,
    OfficeRequest,
    RequestKind,
    RequestStatus,
    Subject,
)
from webapp.services.books import Entry, Leg, post
from webapp.services.credits import settling_leg
from webapp.services.debit_news import tell_of_changes
from webapp.services.due_changes import LockedDue, end_dues, lock_dues
from webapp.services.events import move_all, record
from webapp.services.references import new_request_reference
from webapp.services.reversals import agree_reversal
from webapp.services.staff.employers import in_scope
from webapp.services.telling import Tell
from webapp.services.transactions import reading, transaction
from webapp.services.working_day import WorkingDay

# What may be waived: what being late has cost, wherever it waits.
WAIVED_KINDS = (DueKind.SURCHARGE, DueKind.PENALTY)


@dataclass(frozen=True, slots=True)
class NewRequest:
    """What somebody asks for, in centimes; of a reversal the debit, too."""

    kind: RequestKind
    employer_id: int
    due_id: int
    amount: int
    reason: str
    debit_id: int | None = None


def ask(
    session: Session,
    day: WorkingDay,
    vault: Vault,
    scope: Scope,
    kind: RequestKind,
    due_id: int,
    reason: str,
) -> str:
    """Ask for a waiver or a refund of a whole due; the reference of what another will decide.

    Raises NotFound, also out of scope; NoLongerPossible for a due that cannot be waived or
    refunded, or for which somebody asks already.
    """
    with transaction(session):
        due = _lock(session, scope, due_id)
        if not _is_possible(kind, due) or asked_already(session, due_id):
            raise NoLongerPossible(reference=str(due_id))
        new = NewRequest(kind, due.row["employer_id"], due_id, abs(due.amount), reason)
        return write_request(session, day, vault, new)


def write_request(session: Session, day: WorkingDay, vault: Vault, new: NewRequest) -> str:
    """Write down what somebody asks for; its reference. Inside the caller's transaction."""
    reference, asked = new_request_reference(), RequestStatus.ASKED
    row = OfficeRequest(
        reference=reference,
        kind=new.kind,
        status=asked,
        employer_id=new.employer_id,
        due_id=new.due_id,
        debit_id=new.debit_id,
        amount_centimes=new.amount,
        reason=vault.seal(new.reason, context_of(reference)),
        asked_by=day.actor,
        asked_at=day.now,
    )
    session.add(row)
    session.flush()
    record(session, day, Subject.REQUEST, [row.id], None, asked, new.kind.value)
    return reference


def decide(
    session: Session,
    day: WorkingDay,
    vault: Vault,
    tell: Tell,
    scope: Scope,
    reference: str,
    *,
    granted: bool,
) -> None:
    """Grant or refuse what a colleague has asked for.

    A waived due leaves its debit, which is lowered or cancelled, and the employer is told where
    they knew of it. A refunded credit is settled; the fund's accounting pays it, from the books. A
    debit to be undone goes to the bank with the next sending.
    Raises NotFound, SecondPersonNeeded, and NoLongerPossible when it is decided already or its
    due is not what it was: then it can be refused.
    """
    with transaction(session):
        request = _open_request(session, scope, reference)
        if request.asked_by == day.actor:
            raise SecondPersonNeeded(reference=reference)
        if granted:
            _grant(session, day, vault, tell, scope, request)
        _close(session, day, request, RequestStatus.GRANTED if granted else RequestStatus.REFUSED)


def withdraw(session: Session, day: WorkingDay, scope: Scope, reference: str) -> None:
    """Take back what one has asked for. Raises NotFound, also for who has not asked for it."""
    with transaction(session):
        request = _open_request(session, scope, reference)
        if request.asked_by != day.actor:
            raise NotFound(kind="request", reference=reference)
        _close(session, day, request, RequestStatus.WITHDRAWN)


def count_open_requests(session: Session, scope: Scope) -> int:
    """How many wait for a decision."""
    with reading(session):
        return (
            session.scalar(
                select(func.count())
                .select_from(OfficeRequest)
                .join(Employer, Employer.id == OfficeRequest.employer_id)
                .where(OfficeRequest.status == RequestStatus.ASKED, *in_scope(scope))
            )
            or 0
        )


def may_be_asked(kind: RequestKind, status: DueStatus, due_kind: DueKind, freedom: Freedom) -> bool:
    """Whether a due in that state can be waived, or refunded."""
    if kind is RequestKind.REFUND:
        return due_kind is DueKind.CREDIT and status is DueStatus.OPEN
    if kind is RequestKind.REVERSAL:
        return False  # It is asked for a debit.
    if status is DueStatus.GIVEN_BACK:
        return True
    return due_kind in WAIVED_KINDS and freedom is not Freedom.FIXED


def context_of(reference: str) -> str:
    """What the reason of a request is sealed for."""
    return f"reason:{reference}"


def _is_possible(kind: RequestKind, due: LockedDue) -> bool:
    return may_be_asked(kind, due.row["status"], due.row["kind"], due.freedom)


def _lock(session: Session, scope: Scope, due_id: int) -> LockedDue:
    mine = exists().where(Employer.id == Due.employer_id, *in_scope(scope))
    found = lock_dues(session, Due.id == due_id, mine)
    if not found:
        raise NotFound(kind="due", reference=str(due_id))
    return found[0]


def asked_already(session: Session, due_id: int) -> bool:
    """Whether something that nobody has decided is asked for a due."""
    asked = select(OfficeRequest.id).where(
        OfficeRequest.due_id == due_id, OfficeRequest.status == RequestStatus.ASKED
    )
    return session.scalar(asked) is not None


def _open_request(session: Session, scope: Scope, reference: str) -> OfficeRequest:
    """The request, which nobody else decides until this transaction ends."""
    request = session.scalar(
        select(OfficeRequest)
        .join(Employer, Employer.id == OfficeRequest.employer_id)
        .where(OfficeRequest.reference == reference, *in_scope(scope))
        .with_for_update(of=OfficeRequest)
        .execution_options(populate_existing=True)
    )
    if request is None:
        raise NotFound(kind="request", reference=reference)
    if request.status is not RequestStatus.ASKED:
        raise NoLongerPossible(reference=reference)
    return request


def _grant(
    session: Session,
    day: WorkingDay,
    vault: Vault,
    tell: Tell,
    scope: Scope,
    request: OfficeRequest,
) -> None:
    if request.kind is RequestKind.REVERSAL:
        agree_reversal(session, day, request.debit_id or 0, request.id)
        return
    due = _lock(session, scope, request.due_id)
    if not _is_possible(request.kind, due):
        raise NoLongerPossible(reference=request.reference)
    owner = request.employer_id
    settled = settling_leg(due.id, due.amount, owner)
    if request.kind is RequestKind.WAIVER:
        debits = end_dues(session, day, [due], DueStatus.WAIVED, "waived")
        tell_of_changes(session, day, vault, tell, owner, debits)
        against = Leg("waived", Account.WAIVED, due.amount, owner)
    else:
        mine = Due.id == due.id
        move_all(session, day, Due, DueStatus.OPEN, DueStatus.SETTLED, mine, cause="refunded")
        against = Leg("refunds", Account.REFUNDS, due.amount, owner)
    post(session, day.today, [Entry(f"{request.kind}:{request.reference}", (settled, against))])


def _close(
    session: Session, day: WorkingDay, request: OfficeRequest, status: RequestStatus
) -> None:
    kind, request_id = request.kind, request.id
    session.execute(
        update(OfficeRequest)
        .where(OfficeRequest.id == request_id)
        .values(status=status, decided_by=day.actor, decided_at=day.now)
        .execution_options(synchronize_session=False)
    )
    record(session, day, Subject.REQUEST, [request_id], RequestStatus.ASKED, status, kind.value)
