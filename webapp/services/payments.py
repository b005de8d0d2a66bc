"""Payments made elsewhere: entered once each, decided by a second person, taken back.

By cheque, transfer, at the counter or on the old portal. The way and the number that a payment
has there make it the same one, whoever enters it and however often.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from webapp.adapters.vault import Vault
from webapp.domain.errors import NoLongerPossible, NotFound, PaymentKnown, SecondPersonNeeded
from webapp.domain.money import Centimes
from webapp.domain.period import Period
from webapp.domain.roles import Scope
from webapp.models import Employer, Payment, PaymentStatus, PaymentWay, Subject
from webapp.services.booking_payments import book_payments
from webapp.services.events import record
from webapp.services.payment_reversal import take_back
from webapp.services.references import new_payment_reference
from webapp.services.sets import insert_ignoring
from webapp.services.staff.employers import in_scope
from webapp.services.telling import Tell
from webapp.services.transactions import transaction
from webapp.services.working_day import WorkingDay


@dataclass(frozen=True, slots=True)
class NewPayment:
    """What was paid elsewhere, in centimes above zero, on an Algiers day."""

    way: PaymentWay
    number: str
    paid_on: date
    amount: Centimes
    period: Period | None = None

    @property
    def source_key(self) -> str:
        """The way and the number; capitals and spaces make no other payment."""
        return f"{self.way}:{''.join(self.number.split()).casefold()}"


def enter_payment(
    session: Session,
    day: WorkingDay,
    vault: Vault,
    tell: Tell,
    scope: Scope,
    employer_id: int,
    new: NewPayment,
) -> tuple[str, PaymentStatus]:
    """Enter a payment; its reference, and whether it is booked or waits for a second person.

    Raises NotFound, also out of scope, and PaymentKnown.
    """
    waits = new.amount > day.rules.second_person_above
    status = PaymentStatus.WAITING if waits else PaymentStatus.BOOKED
    with transaction(session):
        owner = session.scalar(
            select(Employer.id).where(Employer.id == employer_id, *in_scope(scope))
        )
        if owner is None:
            raise NotFound(kind="employer", reference=str(employer_id))
        row = payment_row(day, owner, new, status)
        payment_id = session.scalar(
            insert_ignoring(session, Payment).values(row).returning(Payment.id)
        )
        if payment_id is None:
            raise PaymentKnown(way=new.way, number=new.number)
        record(session, day, Subject.PAYMENT, [payment_id], None, status, "entered")
        if not waits:
            payment = session.get_one(Payment, payment_id)
            book_payments(session, day, vault, tell, [payment])
    return str(row["reference"]), status


def decide_payment(
    session: Session,
    day: WorkingDay,
    vault: Vault,
    tell: Tell,
    scope: Scope,
    reference: str,
    *,
    booked: bool,
) -> None:
    """Book or refuse a payment that a colleague has entered.

    What is refused can be entered anew, with the right amount. Raises NotFound,
    SecondPersonNeeded, and NoLongerPossible when it is decided already.
    """
    target = PaymentStatus.BOOKED if booked else PaymentStatus.REFUSED
    with transaction(session):
        payment = _of_a_colleague(session, day, scope, reference, PaymentStatus.WAITING)
        more = {} if booked else {"source_key": f"refused:{reference}"}
        _move(session, day, payment, target, "decided", **more)
        if booked:
            book_payments(session, day, vault, tell, [payment])


def reverse_payment(session: Session, day: WorkingDay, scope: Scope, reference: str) -> None:
    """Take a booked payment back: the cheque bounced, or it was somebody else's.

    Somebody else than who entered it does so. What it paid is owed again; so is what was used of
    its credit. Its number stays taken: the same sheet never books it again. Raises NotFound,
    SecondPersonNeeded, and NoLongerPossible when it is not booked.
    """
    with transaction(session):
        payment = _of_a_colleague(session, day, scope, reference, PaymentStatus.BOOKED)
        _move(session, day, payment, PaymentStatus.REVERSED, "reversed")
        take_back(session, day, payment)


def payment_row(
    day: WorkingDay, employer_id: int, new: NewPayment, status: PaymentStatus
) -> dict[str, object]:
    """The columns of a payment that is entered now."""
    return {
        "reference": new_payment_reference(),
        "source_key": new.source_key,
        "employer_id": employer_id,
        "period": new.period.code if new.period else None,
        "way": new.way,
        "number": new.number,
        "paid_on": new.paid_on,
        "amount_centimes": new.amount,
        "status": status,
        "entered_by": day.actor,
        "entered_at": day.now,
    }


def _of_a_colleague(
    session: Session, day: WorkingDay, scope: Scope, reference: str, status: PaymentStatus
) -> Payment:
    """A payment in that state which somebody else has entered, locked."""
    payment = session.scalar(
        select(Payment)
        .join(Employer, Employer.id == Payment.employer_id)
        .where(Payment.reference == reference, *in_scope(scope))
        .with_for_update(of=Payment)
        .execution_options(populate_existing=True)
    )
    if payment is None:
        raise NotFound(kind="payment", reference=reference)
    if payment.status is not status:
        raise NoLongerPossible(reference=reference)
    if payment.entered_by == day.actor:
        raise SecondPersonNeeded(reference=reference)
    return payment


def _move(
    session: Session,
    day: WorkingDay,
    payment: Payment,
    target: PaymentStatus,
    cause: str,
    **values: object,
) -> None:
    source = payment.status
    session.execute(
        update(Payment)
        .where(Payment.id == payment.id)
        .values(status=target, decided_by=day.actor, decided_at=day.now, **values)
        .execution_options(synchronize_session=False)
    )
    record(session, day, Subject.PAYMENT, [payment.id], source, target, cause)
