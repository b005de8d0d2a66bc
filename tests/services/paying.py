"""An employer who pays in another way, again and again: what tests of payments share."""

from __future__ import annotations

from datetime import date

from sqlalchemy import select

from tests import builders
from tests.reliability.invariants import check_tables
from tests.services.collecting import ANNOUNCING, Desk
from tests.services.living import Life
from webapp.domain.money import Centimes
from webapp.domain.period import Period
from webapp.domain.roles import Scope
from webapp.models import Due, Payment, PaymentStatus, PaymentWay
from webapp.services.payments import (
    NewPayment,
    decide_payment,
    enter_payment,
    reverse_payment,
)
from webapp.services.working_day import WorkingDay

EVERYBODY = Scope(None)
SAMIRA, KARIM, NADIA = "staff:1", "staff:2", "staff:3"
LIMIT = 100_000_000


class Paying(Life):
    """An employer with two worksites who has declared October, 129 600,00 for each."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self.declare()

    def staff_day(self, actor: str = SAMIRA, on: date | None = None) -> WorkingDay:
        return builders.working_day(self.session, on or self.desk.on, actor)

    def pay(
        self, amount: int, *, number: str = "", way: PaymentWay = PaymentWay.CHEQUE,
        period: str | None = None, by: str = SAMIRA, on: date | None = None,
        scope: Scope = EVERYBODY, paid_on: date | None = None,
    ) -> tuple[str, PaymentStatus]:  # fmt: skip
        day = self.staff_day(by, on)
        entered = enter_payment(
            self.session, day, builders.VAULT, self.told, scope, self.owner.id,
            NewPayment(
                way, number or f"N{next(builders.numbers)}", paid_on or day.today, Centimes(amount),
                Period.parse(period) if period else None,
            ),
        )  # fmt: skip
        self.check()
        return entered

    def decide(
        self, reference: str, *, booked: bool = True, by: str = KARIM, scope: Scope = EVERYBODY
    ) -> None:
        decide_payment(
            self.session, self.staff_day(by), builders.VAULT, self.told, scope, reference,
            booked=booked,
        )  # fmt: skip
        self.check()

    def reverse(self, reference: str, *, by: str = KARIM, scope: Scope = EVERYBODY) -> None:
        reverse_payment(self.session, self.staff_day(by), scope, reference)
        self.check()

    def check(self) -> None:
        self.session.rollback()
        check_tables(self.session)

    def run(self, on: date = ANNOUNCING) -> None:
        self.desk.run(on)
        self.check()

    def payment(self, reference: str) -> Payment:
        self.session.expire_all()
        return self.session.scalars(select(Payment).where(Payment.reference == reference)).one()

    def amounts(self) -> list[tuple[str, int, str]]:
        """Every due that stands: its kind, its centimes, its state."""
        self.session.expire_all()
        found = [
            (due.kind.value, due.amount_centimes, due.status.value)
            for due in self.session.scalars(
                select(Due).where(Due.employer_id == self.owner.id).order_by(Due.id)
            )
            if due.status.value != "superseded"
        ]
        self.session.rollback()
        return found

    def debits(self) -> list[tuple[str, int]]:
        """The state and the centimes of each debit."""
        found = [
            (debit.status.value, debit.amount_centimes)
            for debit in self.desk.debits()
            if debit.employer_id == self.owner.id
        ]
        self.session.rollback()
        return found
