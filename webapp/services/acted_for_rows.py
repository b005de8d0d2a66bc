"""What is read of the employers that a person may act for: a statement for each kind of row."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from sqlalchemy import Row, Select, and_, select
from sqlalchemy.orm import aliased

from webapp.domain.statuses import DebitStatus
from webapp.models import Attempt, Debit, Delegation, Employer, Mandate, PaymentSchedule
from webapp.services.overview import COMING
from webapp.services.payment_schedules import is_told
from webapp.services.planning import ENDED


def owners_of(person_id: int) -> Select[*tuple[Any, ...]]:
    return (
        select(
            Employer.id,
            Delegation.reference,
            Delegation.may_sign,
            Employer.member_number,
            Employer.name_ar,
            Employer.name_fr,
            Employer.periodicity,
        )
        .join(Employer, Employer.id == Delegation.employer_id)
        .where(Delegation.person_id == person_id, Delegation.ended_at.is_(None))
        .order_by(Employer.name_fr, Employer.name_ar, Delegation.id)
    )


def mandates_of(mine: Select[*tuple[Any, ...]]) -> Select[*tuple[Any, ...]]:
    return select(
        Mandate.employer_id,
        Mandate.id,
        Mandate.status,
        Mandate.paused_from_on,
        Mandate.paper_due_on,
        Mandate.expiry_told_on,
    ).where(
        Mandate.employer_id.in_(mine), Mandate.is_default.is_(True), Mandate.status.not_in(ENDED)
    )


def schedules_of(mine: Select[*tuple[Any, ...]]) -> Select[*tuple[Any, ...]]:
    """The latest last: of several, it is the one that its employer is told of."""
    return (
        select(PaymentSchedule.employer_id, PaymentSchedule.status)
        .where(PaymentSchedule.employer_id.in_(mine), is_told())
        .order_by(PaymentSchedule.id)
    )


def debits_of(mine: Select[*tuple[Any, ...]]) -> Select[*tuple[Any, ...]]:
    """What is to come, on hold or refused, with what the last presentation was refused for."""
    later = aliased(Attempt)
    return (
        select(
            Debit.employer_id,
            Debit.id,
            Debit.status,
            Debit.collect_on,
            Debit.amount_centimes,
            Debit.mandate_id,
            Attempt.reason_code,
        )
        .outerjoin(Attempt, Attempt.debit_id == Debit.id)
        .outerjoin(later, and_(later.debit_id == Debit.id, later.number > Attempt.number))
        .where(
            later.id.is_(None),
            Debit.employer_id.in_(mine),
            Debit.status.in_([*COMING, DebitStatus.HELD, DebitStatus.REFUSED]),
        )
    )


def grouped(rows: Iterable[Row[Any]]) -> dict[int, list[Row[Any]]]:
    found: dict[int, list[Row[Any]]] = defaultdict(list)
    for row in rows:
        found[row.employer_id].append(row)
    return found
