"""Receipts: for each presentation of a debit that brought its money, one, for as long as it holds.

A receipt is of an attempt, not of its debit: what is returned by the bank makes it void for good,
and money that comes with a later attempt has a receipt of its own.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Row, Select, select
from sqlalchemy.orm import Session

from webapp.adapters.vault import Vault
from webapp.domain.check_codes import PaperKind, number_of, value_of
from webapp.domain.errors import NotFound
from webapp.domain.moment import Moment
from webapp.domain.money import Centimes
from webapp.domain.period import Period
from webapp.models import Attempt, Debit, DebitLine, Due, DueKind, Employer, Mandate, Worksite
from webapp.services.check_codes import code_of
from webapp.services.transactions import reading


@dataclass(frozen=True, slots=True)
class ReceiptLine:
    """One due that was paid: below zero, a credit that was set against the others."""

    worksite: str
    kind: DueKind
    period: Period
    amount: Centimes


@dataclass(frozen=True, slots=True)
class Receipt:
    """What the paper says: one debit whose money the fund has; days are Algiers days.

    `amount` in centimes is what was debited, and what the lines add up to. `attempt_reference`
    stands on the account statement of the bank; `code` checks the paper.
    """

    number: str
    code: str
    debit_reference: str
    attempt_reference: str
    mandate_reference: str
    amount: Centimes
    settled_on: date
    settled_at: datetime
    member_number: str
    name_ar: str
    name_fr: str
    bank_code: str
    account_last4: str
    lines: tuple[ReceiptLine, ...]

    @property
    def periods(self) -> tuple[Period, ...]:
        """The periods that it is for, oldest first."""
        return tuple(sorted({line.period for line in self.lines}, key=lambda one: one.first_day))


@dataclass(frozen=True, slots=True)
class CheckedReceipt:
    """What whoever holds a receipt may compare it with; `void_on` when it does not hold any more.

    `given_back`: by the fund, which had debited in error; else the bank took the money back.
    """

    number: str
    name_ar: str
    name_fr: str
    amount: Centimes
    settled_on: date
    void_on: date | None
    given_back: bool

    @property
    def kind(self) -> PaperKind:
        """A receipt."""
        return PaperKind.RECEIPT


# What brought its money: whatever happened to it afterwards.
SETTLED = (
    select(
        Attempt.id,
        Attempt.end_to_end_id,
        Attempt.amount_centimes,
        Attempt.settled_at,
        Attempt.refused_at,
        Attempt.returned_at,
        Attempt.reversed_at,
        Attempt.failed_at,
        Attempt.mandate_reference,
        Debit.id.label("debit_id"),
        Debit.reference,
        Employer.member_number,
        Employer.name_ar,
        Employer.name_fr,
        Mandate.bank_code,
        Mandate.account_last4,
    )
    .join(Debit, Debit.id == Attempt.debit_id)
    .join(Employer, Employer.id == Debit.employer_id)
    .join(Mandate, Mandate.id == Debit.mandate_id)
    .where(Attempt.settled_at.is_not(None))
    .order_by(Attempt.number.desc())
    .limit(1)
)


def find_receipt(session: Session, vault: Vault, employer_id: int, reference: str) -> Receipt:
    """The receipt of a debit (its reference) of this employer.

    Raises NotFound for a debit whose money the fund has not, or has no longer, as for somebody
    else's.
    """
    with reading(session):
        row = session.execute(
            SETTLED.where(Debit.employer_id == employer_id, Debit.reference == reference)
        ).first()
        if row is None or void_since(row) is not None:
            raise NotFound(kind="receipt", reference=reference)
        lines = tuple(
            ReceiptLine(
                one.name or "", one.kind, Period.parse(one.period), Centimes(one.amount_centimes)
            )
            for one in session.execute(_lines(row.debit_id))
        )
    number = number_of(PaperKind.RECEIPT, row.id)
    return Receipt(
        number=number,
        code=code_of(vault, number),
        debit_reference=row.reference,
        attempt_reference=row.end_to_end_id,
        mandate_reference=row.mandate_reference,
        amount=Centimes(row.amount_centimes),
        settled_on=Moment.at(row.settled_at).today,
        settled_at=row.settled_at,
        member_number=row.member_number,
        name_ar=row.name_ar,
        name_fr=row.name_fr,
        bank_code=row.bank_code,
        account_last4=row.account_last4,
        lines=lines,
    )


def checked_receipt(session: Session, number: str) -> CheckedReceipt | None:
    """What a receipt is compared with; None for a number that is none, in the same one query."""
    row = session.execute(SETTLED.where(Attempt.id == value_of(number))).first()
    if row is None:
        return None
    void_at = void_since(row)
    return CheckedReceipt(
        number=number_of(PaperKind.RECEIPT, row.id),
        name_ar=row.name_ar,
        name_fr=row.name_fr,
        amount=Centimes(row.amount_centimes),
        settled_on=Moment.at(row.settled_at).today,
        void_on=None if void_at is None else Moment.at(void_at).today,
        given_back=row.reversed_at is not None and row.returned_at is None,
    )


def void_since(row: Row[*tuple[Any, ...]]) -> datetime | None:
    """Since when the money of a settled attempt is not the fund's any more."""
    ways: tuple[datetime | None, ...] = (
        row.returned_at, row.reversed_at, row.refused_at, row.failed_at
    )  # fmt: skip
    return next(filter(None, ways), None)


def _lines(debit_id: int) -> Select[*tuple[Any, ...]]:
    return (
        select(Worksite.name, Due.kind, Due.period, DebitLine.amount_centimes)
        .join(Due, Due.id == DebitLine.due_id)
        .outerjoin(Worksite, Worksite.id == Due.worksite_id)
        .where(DebitLine.debit_id == debit_id, DebitLine.freed_at.is_(None))
        .order_by(Due.period, Worksite.id, DebitLine.id)
    )
