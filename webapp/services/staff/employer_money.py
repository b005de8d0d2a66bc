"""What an employer owes, is owed and has paid elsewhere, for those of the staff who decide."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from webapp.domain.corrections import Freedom
from webapp.domain.errors import NotFound
from webapp.domain.money import Centimes
from webapp.domain.period import Period
from webapp.domain.roles import Scope
from webapp.domain.statuses import DueStatus
from webapp.models import (
    Due,
    DueKind,
    Employer,
    OfficeRequest,
    Payment,
    PaymentStatus,
    PaymentWay,
    RequestKind,
    RequestStatus,
    Subject,
    Worksite,
)
from webapp.services.due_changes import lock_dues
from webapp.services.events import record
from webapp.services.staff.actor_names import names_of_actors
from webapp.services.staff.employers import in_scope
from webapp.services.staff.office_requests import count_open_requests, may_be_asked
from webapp.services.transactions import reading, transaction
from webapp.services.working_day import WorkingDay

STANDING = (DueStatus.OPEN, DueStatus.SCHEDULED, DueStatus.DEFERRED, DueStatus.GIVEN_BACK)
ROWS_OF_A_PAGE = 50


@dataclass(frozen=True, slots=True)
class StandingDue:
    """A due that is not over, in centimes, below zero for a credit.

    `can_be` is what may be asked for it; `asked` the reference of what is asked already;
    `with_bank` whether it is in a file or with the bank; `given_back` whether it was debited in
    error and waits for the office.
    """

    id: int
    kind: DueKind
    worksite: str
    period: Period
    amount: Centimes
    legal_due_on: date
    with_bank: bool
    given_back: bool
    can_be: RequestKind | None
    asked: str


@dataclass(frozen=True, slots=True)
class PaymentRow:
    """A payment made elsewhere, in centimes, and who has entered and decided it."""

    reference: str
    employer_id: int
    member_number: str
    name_ar: str
    name_fr: str
    way: PaymentWay
    number: str
    period: Period | None
    paid_on: date
    amount: Centimes
    status: PaymentStatus
    entered_by: str
    entered_by_name: str
    entered_at: datetime
    decided_by_name: str
    decided_at: datetime | None


@dataclass(frozen=True, slots=True)
class EmployerMoney:
    """The page of one employer."""

    id: int
    member_number: str
    name_ar: str
    name_fr: str
    dues: tuple[StandingDue, ...]
    payments: tuple[PaymentRow, ...]


def open_money(session: Session, day: WorkingDay, scope: Scope, employer_id: int) -> EmployerMoney:
    """What stands between an employer and the fund; that it was opened is an event.

    Raises NotFound, also for an employer out of scope.
    """
    with transaction(session):
        owner = session.execute(
            select(Employer.id, Employer.member_number, Employer.name_ar, Employer.name_fr).where(
                Employer.id == employer_id, *in_scope(scope)
            )
        ).first()
        if owner is None:
            raise NotFound(kind="employer", reference=str(employer_id))
        record(session, day, Subject.EMPLOYER, [employer_id], None, "opened", "file")
        dues = _dues(session, employer_id)
        payments = _payments(session, Payment.employer_id == employer_id, latest=True)
    return EmployerMoney(*owner, dues=dues, payments=payments)


def waiting_payments(session: Session, scope: Scope) -> tuple[PaymentRow, ...]:
    """The payments that wait for a second person, the oldest first."""
    with reading(session):
        return _payments(session, _waits(), *in_scope(scope))


def count_decisions(session: Session, scope: Scope) -> int:
    """How many payments, waivers and refunds wait for a second person."""
    with reading(session):
        payments = session.scalar(
            select(func.count())
            .select_from(Payment)
            .join(Employer, Employer.id == Payment.employer_id)
            .where(_waits(), *in_scope(scope))
        )
        return (payments or 0) + count_open_requests(session, scope)


def find_payment(session: Session, scope: Scope, reference: str) -> PaymentRow:
    """One payment. Raises NotFound, also out of scope."""
    with reading(session):
        found = _payments(session, Payment.reference == reference, *in_scope(scope))
    if not found:
        raise NotFound(kind="payment", reference=reference)
    return found[0]


def _waits() -> ColumnElement[bool]:
    return Payment.status == PaymentStatus.WAITING


def _dues(session: Session, employer_id: int) -> tuple[StandingDue, ...]:
    found = lock_dues(session, Due.employer_id == employer_id, Due.status.in_(STANDING))
    mine = OfficeRequest.employer_id == employer_id
    asked = dict(
        session.execute(
            select(OfficeRequest.due_id, OfficeRequest.reference).where(
                mine, OfficeRequest.status == RequestStatus.ASKED
            )
        ).all()
    )
    names = dict(
        session.execute(
            select(Worksite.id, Worksite.name).where(Worksite.employer_id == employer_id)
        ).all()
    )
    dues = []
    for due in found:
        state = due.row["status"], due.row["kind"], due.freedom
        can_be = next((kind for kind in RequestKind if may_be_asked(kind, *state)), None)
        dues.append(
            StandingDue(
                id=due.id,
                kind=due.row["kind"],
                worksite=names.get(due.row["worksite_id"], ""),
                period=Period.parse(due.row["period"]),
                amount=due.amount,
                legal_due_on=due.row["legal_due_on"],
                with_bank=due.amount > 0 and due.freedom is Freedom.FIXED,
                given_back=due.row["status"] is DueStatus.GIVEN_BACK,
                can_be=can_be,
                asked=asked.get(due.id, ""),
            )
        )
    return tuple(sorted(dues, key=lambda due: (due.legal_due_on, due.id)))


def _payments(
    session: Session, *conditions: ColumnElement[bool], latest: bool = False
) -> tuple[PaymentRow, ...]:
    order = Payment.id.desc() if latest else Payment.id.asc()
    rows = session.execute(
        select(Payment, Employer)
        .join(Employer, Employer.id == Payment.employer_id)
        .where(*conditions)
        .order_by(order)
        .limit(ROWS_OF_A_PAGE)
        .execution_options(populate_existing=True)
    ).all()
    actors = [by for one, _ in rows for by in (one.entered_by, one.decided_by)]
    names = names_of_actors(session, actors)
    return tuple(
        PaymentRow(
            reference=payment.reference,
            employer_id=owner.id,
            member_number=owner.member_number,
            name_ar=owner.name_ar,
            name_fr=owner.name_fr,
            way=payment.way,
            number=payment.number,
            period=Period.parse(payment.period) if payment.period else None,
            paid_on=payment.paid_on,
            amount=Centimes(payment.amount_centimes),
            status=payment.status,
            entered_by=payment.entered_by,
            entered_by_name=names.get(payment.entered_by, payment.entered_by),
            entered_at=payment.entered_at,
            decided_by_name=names.get(payment.decided_by or "", payment.decided_by or ""),
            decided_at=payment.decided_at,
        )
        for payment, owner in rows
    )
