"""Debits made in error, for the office: which can be undone, who asks, and their dues after."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from webapp.adapters.vault import Vault
from webapp.domain.errors import NoLongerPossible, NotFound
from webapp.domain.money import Centimes
from webapp.domain.roles import Scope
from webapp.domain.statuses import DebitStatus, ReversalStatus
from webapp.models import (
    Attempt,
    Debit,
    DebitLine,
    Due,
    Employer,
    Mandate,
    OfficeRequest,
    RequestKind,
    RequestStatus,
    Reversal,
)
from webapp.services.reversals import make_due_again, may_be_reversed
from webapp.services.staff.employers import in_scope
from webapp.services.staff.office_requests import NewRequest, asked_already, write_request
from webapp.services.transactions import reading, transaction
from webapp.services.working_day import WorkingDay

DEBITS_SHOWN = 12


@dataclass(frozen=True, slots=True)
class CollectedDebit:
    """A debit whose money was taken, in centimes, and what becomes of its reversal.

    `asked` is the reference of the request that waits; `undone` the state of what was agreed;
    `reason_code` why the bank refused it.
    """

    reference: str
    status: DebitStatus
    collect_on: date
    amount: Centimes
    account_last4: str
    can_be: bool
    asked: str
    undone: ReversalStatus | None
    reason_code: str | None


def collected_debits(
    session: Session, scope: Scope, employer_id: int
) -> tuple[CollectedDebit, ...]:
    """The latest debits of an employer that can be undone, or that somebody wants undone."""
    asked = and_(OfficeRequest.debit_id == Debit.id, OfficeRequest.status == RequestStatus.ASKED)
    own = select(Attempt.id).where(Attempt.debit_id == Debit.id).correlate(Debit)
    with reading(session):
        rows = session.execute(
            select(
                Debit.reference,
                Debit.status,
                Debit.collect_on,
                Debit.amount_centimes,
                Mandate.account_last4,
                may_be_reversed().label("can_be"),
                OfficeRequest.reference.label("asked"),
                Reversal.status.label("undone"),
                Reversal.reason_code,
            )
            .join(Employer, Employer.id == Debit.employer_id)
            .join(Mandate, Mandate.id == Debit.mandate_id)
            .outerjoin(OfficeRequest, asked)
            .outerjoin(Reversal, Reversal.attempt_id.in_(own))
            .where(
                Debit.employer_id == employer_id,
                *in_scope(scope),
                or_(may_be_reversed(), Reversal.id.is_not(None), OfficeRequest.id.is_not(None)),
            )
            .order_by(Debit.collect_on.desc(), Debit.id.desc())
            .limit(DEBITS_SHOWN)
        ).all()
    return tuple(
        CollectedDebit(
            reference=row.reference,
            status=row.status,
            collect_on=row.collect_on,
            amount=Centimes(row.amount_centimes),
            account_last4=row.account_last4,
            can_be=row.can_be and row.asked is None,
            asked=row.asked or "",
            undone=row.undone,
            reason_code=row.reason_code,
        )
        for row in rows
    )


def ask_for_reversal(
    session: Session,
    day: WorkingDay,
    vault: Vault,
    scope: Scope,
    employer_id: int,
    debit_reference: str,
    reason: str,
) -> str:
    """Ask for a debit to be undone; the reference of what another will decide.

    Raises NotFound, also out of scope; NoLongerPossible for a debit whose money was not taken or
    has gone back, that was undone before, or for which somebody asks already.
    """
    with transaction(session):
        debit = session.execute(
            select(Debit.id, Debit.amount_centimes, may_be_reversed().label("can_be"))
            .join(Employer, Employer.id == Debit.employer_id)
            .where(
                Debit.reference == debit_reference,
                Debit.employer_id == employer_id,
                *in_scope(scope),
            )
            .with_for_update(of=Debit)
        ).first()
        if debit is None:
            raise NotFound(kind="debit", reference=debit_reference)
        due_id = session.scalar(
            select(DebitLine.due_id)
            .where(DebitLine.debit_id == debit.id, DebitLine.amount_centimes > 0)
            .order_by(DebitLine.id)
            .limit(1)
        )
        if not debit.can_be or due_id is None or asked_already(session, due_id):
            raise NoLongerPossible(reference=debit_reference)
        new = NewRequest(
            RequestKind.REVERSAL, employer_id, due_id, debit.amount_centimes, reason, debit.id
        )
        return write_request(session, day, vault, new)


def collect_again(session: Session, day: WorkingDay, scope: Scope, due_id: int) -> None:
    """What was debited in error is owed and to be debited after all, told before like any other.

    Raises NotFound, also out of scope; NoLongerPossible when it does not wait for the office, or
    when somebody asks for it to be given up.
    """
    with transaction(session):
        mine = select(Due.id).join(Employer, Employer.id == Due.employer_id)
        if session.scalar(mine.where(Due.id == due_id, *in_scope(scope))) is None:
            raise NotFound(kind="due", reference=str(due_id))
        if asked_already(session, due_id) or not make_due_again(session, day, due_id):
            raise NoLongerPossible(reference=str(due_id))
