"""The employers that a person may act for, and what must be done for each, most urgent first.

A set at a time: an accountant may act for hundreds.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Row, Select, and_, select
from sqlalchemy.orm import Session, aliased

from webapp.domain.period import Period
from webapp.domain.statuses import MANDATE_STATUSES_ALLOWING_DEBIT, DebitStatus
from webapp.models import Attempt, Debit, DeclaredMonth, Delegation, Employer, Mandate
from webapp.services.declaring_terms import terms_of_all
from webapp.services.obligations import (
    Declaring,
    Obligation,
    declarable_periods,
    expected_periods,
    obligation,
)
from webapp.services.overview import COMING, still_unpaid
from webapp.services.planning import ENDED
from webapp.services.transactions import reading
from webapp.services.working_day import WorkingDay

REFUSED, HELD = DebitStatus.REFUSED, DebitStatus.HELD


@dataclass(frozen=True, slots=True)
class ActsFor:
    """An employer that a person may act for, and what wants to be looked at there.

    `authorised` says whether it has an authorisation that has not ended; `refused` and `held`
    count debits, `periods` what is to be declared, the oldest of which is `to_declare`; `next_on`
    is the day of the next debit.
    """

    reference: str
    member_number: str
    name_ar: str
    name_fr: str
    may_sign: bool
    authorised: bool
    refused: int
    held: int
    periods: int
    to_declare: Obligation | None
    next_on: date | None

    @property
    def urgency(self) -> tuple[bool, date]:
        """Debits that went wrong first, then the earliest deadline, then who has nothing to do."""
        deadline = self.to_declare.deadline if self.to_declare else date.max
        return not (self.refused or self.held), deadline


def acts_for(session: Session, day: WorkingDay, person_id: int) -> Sequence[ActsFor]:
    """The employers that a person may act for, the most urgent first, then by name."""
    mine = select(Delegation.employer_id).where(
        Delegation.person_id == person_id, Delegation.ended_at.is_(None)
    )
    with reading(session):
        owners = session.execute(_owners(person_id)).all()
        registered = {owner.id: owner.periodicity for owner in owners}
        terms = terms_of_all(session, registered, mine)
        declared = _grouped(
            session.execute(
                select(DeclaredMonth.employer_id, DeclaredMonth.month).where(
                    DeclaredMonth.employer_id.in_(mine)
                )
            )
        )
        mandates = {row.employer_id: row for row in session.execute(_mandates(mine))}
        debits = _grouped(session.execute(_debits(mine)))
        refused = [row.id for rows in debits.values() for row in rows if row.status is REFUSED]
        unpaid = still_unpaid(session, refused)
    days = _Days(day)
    declaring = {
        owner: Declaring(terms[owner], {row.month for row in declared[owner]})
        for owner in registered
    }
    found = [
        _acts_for(
            owner, days, declaring[owner.id], mandates.get(owner.id), debits[owner.id], unpaid
        )
        for owner in owners
    ]
    return sorted(found, key=lambda one: one.urgency)


class _Days:
    """The days of each period, worked out once for all who declare it."""

    def __init__(self, day: WorkingDay) -> None:
        self.day = day
        self._known: dict[Period, Obligation] = {}

    def expected(self, declaring: Declaring) -> list[Obligation]:
        """What somebody is asked to declare, the oldest first."""
        periods = expected_periods(declarable_periods(declaring, self.day), declaring)
        for period in periods:
            if period not in self._known:
                self._known[period] = obligation(period, self.day)
        return [self._known[period] for period in periods]


def _acts_for(
    owner: Row[Any],
    days: _Days,
    declaring: Declaring,
    mandate: Row[Any] | None,
    debits: Sequence[Row[Any]],
    unpaid: set[int],
) -> ActsFor:
    expected = days.expected(declaring)
    troubles = [row for row in debits if _went_wrong(row, mandate, unpaid)]
    coming = [row.collect_on for row in debits if row.status in COMING]
    return ActsFor(
        reference=owner.reference,
        member_number=owner.member_number,
        name_ar=owner.name_ar,
        name_fr=owner.name_fr,
        may_sign=owner.may_sign,
        authorised=mandate is not None,
        refused=sum(1 for row in troubles if row.status is not HELD),
        held=sum(1 for row in troubles if row.status is HELD),
        periods=len(expected),
        to_declare=expected[0] if expected else None,
        next_on=min(coming, default=None),
    )


def _went_wrong(row: Row[Any], mandate: Row[Any] | None, unpaid: set[int]) -> bool:
    """As on the employer's own home: who has signed anew has done what a refusal asked for."""
    if row.status is REFUSED:
        in_force = mandate is not None and mandate.status in MANDATE_STATUSES_ALLOWING_DEBIT
        signed_anew = in_force and mandate is not None and mandate.id != row.mandate_id
        return row.id in unpaid and not signed_anew
    return row.status is HELD or row.reason_code is not None


def _owners(person_id: int) -> Select[*tuple[Any, ...]]:
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


def _mandates(mine: Select[*tuple[Any, ...]]) -> Select[*tuple[Any, ...]]:
    return select(Mandate.employer_id, Mandate.id, Mandate.status).where(
        Mandate.employer_id.in_(mine), Mandate.is_default.is_(True), Mandate.status.not_in(ENDED)
    )


def _debits(mine: Select[*tuple[Any, ...]]) -> Select[*tuple[Any, ...]]:
    """What is to come, on hold or refused, with what the last presentation was refused for."""
    later = aliased(Attempt)
    return (
        select(
            Debit.employer_id,
            Debit.id,
            Debit.status,
            Debit.collect_on,
            Debit.mandate_id,
            Attempt.reason_code,
        )
        .outerjoin(Attempt, Attempt.debit_id == Debit.id)
        .outerjoin(later, and_(later.debit_id == Debit.id, later.number > Attempt.number))
        .where(
            later.id.is_(None),
            Debit.employer_id.in_(mine),
            Debit.status.in_([*COMING, HELD, REFUSED]),
        )
    )


def _grouped(rows: Iterable[Row[Any]]) -> dict[int, list[Row[Any]]]:
    found: dict[int, list[Row[Any]]] = defaultdict(list)
    for row in rows:
        found[row.employer_id].append(row)
    return found
