"""The employers that a person may act for, and what must be done for each, most urgent first.

A set at a time: an accountant may act for hundreds.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from webapp.domain.money import Centimes
from webapp.domain.period import Period
from webapp.domain.search_key import search_key
from webapp.domain.statuses import (
    MANDATE_STATUSES_ALLOWING_DEBIT,
    DebitStatus,
    MandateStatus,
    PaymentScheduleStatus,
)
from webapp.domain.text import typed
from webapp.domain.warning_kinds import FOR_INFORMATION, WarningKind, urgency_of
from webapp.models import (
    DeclaredMonth,
    Delegation,
)
from webapp.services.acted_for_rows import debits_of, grouped, mandates_of, owners_of, schedules_of
from webapp.services.declaring_terms import terms_of_all
from webapp.services.obligations import (
    Declaring,
    Obligation,
    declarable_periods,
    expected_periods,
    obligation,
)
from webapp.services.overview import COMING, still_unpaid
from webapp.services.transactions import reading
from webapp.services.warnings_of import (
    OF_SCHEDULES,
    kind_of_debit,
    kind_of_declaration,
    kind_of_mandate,
)
from webapp.services.working_day import WorkingDay

REFUSED, HELD = DebitStatus.REFUSED, DebitStatus.HELD


@dataclass(frozen=True, slots=True)
class ActsFor:
    """An employer that a person may act for, and what wants to be looked at there.

    `warnings` are of the kinds of its home, what costs money first. `authorised` says whether it
    has an authorisation that has not ended; `refused` and `held` count debits, `periods` what is
    to be declared, the oldest of which is `to_declare`; `next_on` is the day of the next debit,
    `next_amount` what it takes in centimes.
    """

    reference: str
    member_number: str
    name_ar: str
    name_fr: str
    may_sign: bool
    warnings: tuple[WarningKind, ...]
    authorised: bool
    refused: int
    held: int
    periods: int
    to_declare: Obligation | None
    next_on: date | None
    next_amount: Centimes | None

    @property
    def worst(self) -> WarningKind | None:
        """What costs the most; None where nothing is to be done."""
        first = self.warnings[0] if self.warnings else None
        return None if first in FOR_INFORMATION else first

    @property
    def urgency(self) -> tuple[int, date]:
        """What costs money first, then the earliest deadline, then who has nothing to do."""
        deadline = self.to_declare.deadline if self.to_declare else date.max
        return len(WarningKind) if self.worst is None else urgency_of(self.worst), deadline


def acts_for(session: Session, day: WorkingDay, person_id: int) -> Sequence[ActsFor]:
    """The employers that a person may act for, the most urgent first, then by name."""
    mine = select(Delegation.employer_id).where(
        Delegation.person_id == person_id, Delegation.ended_at.is_(None)
    )
    with reading(session):
        owners = session.execute(owners_of(person_id)).all()
        registered = {owner.id: owner.periodicity for owner in owners}
        terms = terms_of_all(session, registered, mine)
        declared = grouped(
            session.execute(
                select(DeclaredMonth.employer_id, DeclaredMonth.month).where(
                    DeclaredMonth.employer_id.in_(mine)
                )
            )
        )
        mandates = {row.employer_id: row for row in session.execute(mandates_of(mine))}
        schedules = {row.employer_id: row.status for row in session.execute(schedules_of(mine))}
        debits = grouped(session.execute(debits_of(mine)))
        refused = [row.id for rows in debits.values() for row in rows if row.status is REFUSED]
        unpaid = still_unpaid(session, refused)
    days = _Days(day)
    declaring = {
        owner: Declaring(terms[owner], {row.month for row in declared[owner]})
        for owner in registered
    }
    found = [
        _acts_for(
            owner,
            days,
            declaring[owner.id],
            _Account(mandates.get(owner.id), debits[owner.id], schedules.get(owner.id)),
            unpaid,
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


@dataclass(frozen=True, slots=True)
class _Account:
    """What was read of one employer: its default mandate, its debits, its schedule."""

    mandate: Row[Any] | None
    debits: Sequence[Row[Any]]
    schedule: PaymentScheduleStatus | None


def _acts_for(
    owner: Row[Any], days: _Days, declaring: Declaring, account: _Account, unpaid: set[int]
) -> ActsFor:
    expected = days.expected(declaring)
    troubles = [row for row in account.debits if _went_wrong(row, account.mandate, unpaid)]
    coming = [row for row in account.debits if row.status in COMING]
    next_on = min((row.collect_on for row in coming), default=None)
    next_ones = [row.amount_centimes for row in coming if row.collect_on == next_on]
    return ActsFor(
        reference=owner.reference,
        member_number=owner.member_number,
        name_ar=owner.name_ar,
        name_fr=owner.name_fr,
        may_sign=owner.may_sign,
        warnings=_warnings(expected, troubles, account, days.day.today),
        authorised=account.mandate is not None,
        refused=sum(1 for row in troubles if row.status is not HELD),
        held=sum(1 for row in troubles if row.status is HELD),
        periods=len(expected),
        to_declare=expected[0] if expected else None,
        next_on=next_on,
        next_amount=Centimes(sum(next_ones)) if next_ones else None,
    )


def _warnings(
    expected: Sequence[Obligation], troubles: Sequence[Row[Any]], account: _Account, today: date
) -> tuple[WarningKind, ...]:
    """Of the same kinds as on the employer's own home; each once."""
    kinds = {kind_of_debit(row.status) for row in troubles}
    kinds |= {kind_of_declaration(one, today) for one in expected}
    if account.schedule is not None:
        kinds.add(OF_SCHEDULES[account.schedule])
    found = account.mandate
    status = found.status if found else None
    of_mandate = kind_of_mandate(
        status,
        paused=found is not None and found.paused_from_on is not None,
        waits_for_paper=found is not None
        and status is MandateStatus.SIGNED
        and found.paper_due_on is not None,
    )
    if of_mandate and not (of_mandate is WarningKind.AUTHORISATION_SUSPENDED and troubles):
        kinds.add(of_mandate)
    if found and found.expiry_told_on and of_mandate is not WarningKind.PAPER_MISSING:
        kinds.add(WarningKind.AUTHORISATION_EXPIRING)
    return tuple(sorted(kinds, key=urgency_of))


def narrowed(found: Iterable[ActsFor], wanted: str) -> list[ActsFor]:
    """Those whose name or member number holds what somebody typed, in the order in which they
    were."""
    key, number = search_key(wanted), typed(wanted).casefold()
    return [
        one
        for one in found
        if number in one.member_number.casefold()
        or (key and any(key in search_key(name) for name in (one.name_ar, one.name_fr)))
    ]


def _went_wrong(row: Row[Any], mandate: Row[Any] | None, unpaid: set[int]) -> bool:
    """As on the employer's own home: who has signed anew has done what a refusal asked for."""
    if row.status is REFUSED:
        in_force = mandate is not None and mandate.status in MANDATE_STATUSES_ALLOWING_DEBIT
        signed_anew = in_force and mandate is not None and mandate.id != row.mandate_id
        return row.id in unpaid and not signed_anew
    return row.status is HELD or row.reason_code is not None
