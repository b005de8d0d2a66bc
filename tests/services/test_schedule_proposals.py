"""A schedule is proposed of what is owed for long, as it stands, and taken back until accepted."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import select, update

from tests import builders
from tests.services.collecting import AMOUNT, FILED, Desk
from tests.services.scheduling import ALL, DAYS, FIRST_DAY, Debtor
from webapp.domain.errors import (
    IllegalMove,
    InvalidSchedule,
    NotFound,
    ScheduleStands,
    ShownChanged,
)
from webapp.domain.roles import Scope
from webapp.domain.statuses import DueStatus, PaymentScheduleStatus
from webapp.models import Agency, Due, DueKind, Event, Subject
from webapp.services.payment_schedules import (
    own_schedule,
    schedule_in_scope,
    schedules_of,
    standing_schedule,
    takeable_dues,
)

# The surcharges here are the tests' own.
pytestmark = pytest.mark.usefixtures("late_for_free")


@pytest.fixture
def debtor(desk: Desk) -> Debtor:
    return Debtor(desk)


def takeable(debtor: Debtor, scope: Scope = ALL, on: date = FILED) -> list[int]:
    return [due.id for due in takeable_dues(debtor.session, debtor.day(on), scope, debtor.owner_id)]


def agencies(debtor: Debtor) -> list[int]:
    ids = debtor.session.scalars(select(Agency.id).order_by(Agency.id).limit(2)).all()
    debtor.session.rollback()
    return list(ids)


def test_what_is_owed_past_its_day_can_be_taken_up_with_its_surcharges_named(
    debtor: Debtor,
) -> None:
    first, second = debtor.old_dues()
    debtor.surcharge(first, 700)
    debtor.surcharge(first, 80)
    builders.declaration(debtor.session, debtor.day(), debtor.owner, period="2026-10")
    found = takeable_dues(debtor.session, debtor.day(), ALL, debtor.owner_id)
    assert [(due.id, due.amount, due.surcharges) for due in found] == [
        (first, AMOUNT, 780),
        (second, AMOUNT, 0),
    ]


@pytest.mark.parametrize(
    "status", [DueStatus.SETTLED, DueStatus.CONTESTED, DueStatus.PAID_ELSEWHERE]
)
def test_what_is_not_open_cannot_be_taken_up(debtor: Debtor, status: DueStatus) -> None:
    first, second = debtor.old_dues()
    debtor.session.execute(update(Due).where(Due.id == first).values(status=status))
    debtor.session.commit()
    assert takeable(debtor) == [second]
    with pytest.raises(ShownChanged):
        debtor.propose(dues=(first, second))


def test_neither_surcharge_nor_penalty_is_principal(debtor: Debtor) -> None:
    first, second = debtor.old_dues()
    late = [debtor.surcharge(first, 700, kind) for kind in (DueKind.SURCHARGE, DueKind.PENALTY)]
    assert takeable(debtor) == [first, second]
    for one in late:
        with pytest.raises(ShownChanged):
            debtor.propose(dues=(first, second, one))


def test_what_is_not_past_its_legal_day_cannot_be_taken_up(debtor: Debtor) -> None:
    builders.declaration(debtor.session, debtor.day(), debtor.owner, period="2026-09")
    (new,) = set(takeable(debtor, on=date(2026, 11, 3))) - set(debtor.old_dues())
    legal = debtor.due(new).legal_due_on
    assert new not in takeable(debtor, on=legal)
    assert new in takeable(debtor, on=legal + timedelta(days=1))


def test_what_is_in_a_debit_cannot_be_taken_up(debtor: Debtor) -> None:
    covered = Debtor(debtor.desk)
    day = covered.day()
    owner = builders.employer(covered.session)
    builders.declaration(covered.session, day, owner, period="2026-06")
    builders.mandate(covered.session, day, owner, covers_arrears=True)
    owner_id = owner.id
    covered.session.rollback()
    covered.desk.run(FILED)
    assert takeable_dues(covered.session, day, ALL, owner_id) == ()


def test_a_proposal_is_told_and_changes_no_due(debtor: Debtor) -> None:
    reference = debtor.propose()
    found = own_schedule(debtor.session, debtor.day(), debtor.owner_id, reference)
    assert (found.status, found.principal) == (PaymentScheduleStatus.PROPOSED, 2 * AMOUNT)
    assert tuple(one.due_on for one in found.instalments) == DAYS
    assert sum(one.amount for one in found.instalments) == found.principal
    assert not found.overtaken and [one.state for one in found.instalments] == [None] * 3
    assert {debtor.due(one).status for one in debtor.old_dues()} == {DueStatus.OPEN}
    assert debtor.told.kinds == ["schedule_proposed"]
    assert debtor.told.values[0] == {"amount": 2 * AMOUNT, "instalments": 3, "on": FIRST_DAY}
    event = debtor.session.scalars(select(Event).where(Event.subject == Subject.SCHEDULE)).one()
    assert (event.target, event.actor, event.subject_id) == ("proposed", "staff:1", found.id)


@pytest.mark.parametrize("more", [1, -1, 100_000])
def test_instalments_that_are_not_the_principal_are_refused(debtor: Debtor, more: int) -> None:
    first, *others = debtor.parts()
    wrong = [replace(first, amount=first.amount + more), *others]
    with pytest.raises(InvalidSchedule) as refused:
        debtor.propose(wrong)
    assert refused.value.reason == "sum"
    assert schedules_of(debtor.session, debtor.owner_id) == []
    assert debtor.told.kinds == []


def test_a_first_day_that_cannot_be_announced_is_refused(debtor: Debtor) -> None:
    day = debtor.day()
    near = day.calendar.subtract_bank_days(day.feasible_on, 1)
    with pytest.raises(InvalidSchedule) as refused:
        debtor.propose(debtor.parts(first_on=near))
    assert (refused.value.reason, refused.value.number) == ("past", 1)
    debtor.propose(debtor.parts(first_on=day.feasible_on))


def test_an_employer_has_one_live_schedule(debtor: Debtor) -> None:
    reference = debtor.propose()
    with pytest.raises(ScheduleStands) as refused:
        debtor.propose()
    assert refused.value.reference == reference
    debtor.withdraw(reference)
    assert debtor.propose() != reference


def test_without_a_due_there_is_no_schedule(debtor: Debtor) -> None:
    with pytest.raises(ShownChanged):
        debtor.propose(debtor.parts(), dues=())


def test_the_dues_of_another_are_never_taken_up(debtor: Debtor) -> None:
    other = Debtor(debtor.desk)
    with pytest.raises(ShownChanged):
        debtor.propose(debtor.parts(), dues=(debtor.old_dues()[0], other.old_dues()[0]))


def test_an_agency_reaches_its_own_employers_alone(debtor: Debtor) -> None:
    own, other = map(Scope, agencies(debtor))
    with pytest.raises(NotFound):
        debtor.propose(scope=other)
    with pytest.raises(NotFound):
        takeable(debtor, other)
    reference = debtor.propose(scope=own)
    for act in (
        lambda: schedule_in_scope(debtor.session, debtor.day(), other, reference),
        lambda: debtor.withdraw(reference, other),
        lambda: own_schedule(debtor.session, debtor.day(), debtor.owner_id + 1, reference),
    ):
        with pytest.raises(NotFound):
            act()
    assert schedule_in_scope(debtor.session, debtor.day(), own, reference).reference == reference


def test_a_proposal_is_withdrawn_once_and_gone_for_the_employer(debtor: Debtor) -> None:
    reference = debtor.propose()
    assert standing_schedule(debtor.session, debtor.day(), debtor.owner_id) is not None
    for _ in range(2):
        assert debtor.withdraw(reference) == debtor.owner_id
    assert debtor.status(reference) is PaymentScheduleStatus.WITHDRAWN
    assert standing_schedule(debtor.session, debtor.day(), debtor.owner_id) is None
    with pytest.raises(NotFound):
        own_schedule(debtor.session, debtor.day(), debtor.owner_id, reference)
    (row,) = schedules_of(debtor.session, debtor.owner_id)
    assert row.status is PaymentScheduleStatus.WITHDRAWN


def test_what_was_accepted_is_not_withdrawn(debtor: Debtor) -> None:
    reference = debtor.agreed()
    with pytest.raises(IllegalMove):
        debtor.withdraw(reference)
