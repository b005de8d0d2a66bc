"""Accepting: instalments take the place of what is taken up, in the books as among the dues."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select, update

from tests import builders
from tests.services.collecting import AMOUNT, ANNOUNCING, COLLECTION, Desk
from tests.services.people import at_once
from tests.services.scheduling import DAYS, FIRST_DAY, Debtor
from webapp.domain.errors import MandateNotInForce, NotFound, ScheduleOvertaken
from webapp.domain.statuses import DebitStatus, DueStatus, MandateStatus, PaymentScheduleStatus
from webapp.models import (
    Account,
    Due,
    DueKind,
    Event,
    Mandate,
    Posting,
    ScheduledDue,
    Subject,
)
from webapp.services.event_search import EventQuery, search_events
from webapp.services.looks import looks
from webapp.services.payment_schedules import own_schedule, standing_schedule
from webapp.services.schedule_acceptance import accept_schedule
from webapp.services.scheduled_dues import InstalmentState

# The surcharges here are the tests' own.
pytestmark = pytest.mark.usefixtures("late_for_free")


@pytest.fixture
def debtor(desk: Desk) -> Debtor:
    return Debtor(desk)


def keys(debtor: Debtor, like: str) -> list[str]:
    found = debtor.session.scalars(
        select(Posting.source_key).where(Posting.source_key.like(like)).distinct()
    ).all()
    debtor.session.rollback()
    return sorted(found)


def refused(debtor: Debtor, reference: str) -> None:
    """The proposal can no longer be accepted, both sides see it, and nothing was changed."""
    before = debtor.books()
    assert debtor.overtaken(reference)
    with pytest.raises(ScheduleOvertaken):
        debtor.accept(reference)
    assert debtor.status(reference) is PaymentScheduleStatus.PROPOSED
    assert debtor.instalment_dues() == []
    assert debtor.books() == before


def test_one_due_for_each_instalment_takes_the_place_of_the_principal(debtor: Debtor) -> None:
    receivable = debtor.books()[Account.RECEIVABLE]
    reference = debtor.agreed()
    assert {debtor.due(one).status for one in debtor.old_dues()} == {DueStatus.SUPERSEDED}
    made = debtor.instalment_dues()
    assert [due.origin_key for due in made] == [f"instalment:{reference}:{n}" for n in (1, 2, 3)]
    assert [(due.legal_due_on, due.collect_from_on) for due in made] == [(on, on) for on in DAYS]
    assert {(due.kind, due.status, due.period) for due in made} == {
        (DueKind.INSTALMENT, DueStatus.OPEN, "2026-06")
    }
    assert sum(due.amount_centimes for due in made) == 2 * AMOUNT
    assert debtor.books()[Account.RECEIVABLE] == receivable
    assert debtor.books()[Account.INCOME] == -receivable
    assert keys(debtor, "schedule:%") == [f"schedule:{reference}:taken"]
    assert len(keys(debtor, "due:instalment:%")) == 3


def test_who_accepted_is_known_and_the_employer_is_told(debtor: Debtor) -> None:
    reference = debtor.agreed()
    found = own_schedule(debtor.session, debtor.day(), debtor.owner_id, reference)
    assert found.status is PaymentScheduleStatus.ACCEPTED and found.accepted_at is not None
    assert debtor.told.kinds == ["schedule_proposed", "schedule_accepted"]
    events = debtor.session.scalars(
        select(Event).where(Event.subject == Subject.SCHEDULE).order_by(Event.id)
    ).all()
    assert [(one.target, one.actor) for one in events] == [
        ("proposed", "staff:1"),
        ("accepted", f"employer:{debtor.owner_id}"),
    ]
    moved = debtor.session.scalars(
        select(Event.subject_id).where(
            Event.subject == Subject.DUE, Event.cause == "schedule_accepted"
        )
    ).all()
    assert sorted(moved) == debtor.old_dues()


def test_the_employer_sees_who_proposed_and_who_accepted_in_its_name(debtor: Debtor) -> None:
    reference = debtor.propose()
    day = debtor.day(actor="person:7")
    accept_schedule(debtor.session, day, builders.VAULT, debtor.told, debtor.owner_id, reference)
    seen = [one.target for one in looks(debtor.session, debtor.owner_id)]
    assert seen[:2] == ["accepted", "proposed"]
    found, _ = search_events(debtor.session, EventQuery(about=reference))
    assert [one.subject_name for one in found] == [reference] * 2


def test_the_surcharges_are_frozen_and_stay_in_the_books(debtor: Debtor) -> None:
    first, second = debtor.old_dues()
    mine = [debtor.surcharge(first), debtor.surcharge(second)]
    penalty = debtor.surcharge(first, 1_944_000, DueKind.PENALTY)
    before = debtor.books()
    debtor.agreed()
    assert {debtor.due(one).status for one in mine} == {DueStatus.DEFERRED}
    assert debtor.due(penalty).status is DueStatus.OPEN
    taken = debtor.session.scalars(select(ScheduledDue.due_id)).all()
    debtor.session.rollback()
    assert set(taken) == {first, second, *mine}
    assert debtor.books() == before
    debtor.desk.run(ANNOUNCING)
    assert {debtor.due(one).status for one in mine} == {DueStatus.DEFERRED}


def test_a_surcharge_that_is_planned_already_is_taken_out_of_its_debit(debtor: Debtor) -> None:
    builders.declaration(debtor.session, debtor.day(), debtor.owner, period="2026-10")
    surcharge = debtor.surcharge(debtor.old_dues()[0])
    debtor.desk.run(ANNOUNCING)
    assert debtor.due(surcharge).status is DueStatus.SCHEDULED
    parts = debtor.parts(first_on=DAYS[1])
    debtor.accept(debtor.propose(parts))
    assert debtor.due(surcharge).status is DueStatus.DEFERRED
    debtor.desk.run(ANNOUNCING)
    live = [debit for debit in debtor.desk.debits() if debit.status is not DebitStatus.CANCELLED]
    assert [(one.collect_on, one.amount_centimes) for one in live] == [(COLLECTION, AMOUNT)]
    debtor.books()


def test_a_surcharge_that_comes_afterwards_is_frozen_by_the_run(debtor: Debtor) -> None:
    first, _ = debtor.old_dues()
    debtor.agreed()
    late = debtor.surcharge(first, 5_000)
    debtor.desk.run(ANNOUNCING)
    assert debtor.due(late).status is DueStatus.DEFERRED


def test_accepting_twice_is_accepting_once(debtor: Debtor) -> None:
    reference = debtor.agreed()
    books = debtor.books()
    debtor.accept(reference)
    assert (debtor.books(), len(debtor.instalment_dues())) == (books, 3)
    assert debtor.told.kinds.count("schedule_accepted") == 1


def test_two_who_accept_at_the_same_moment_make_one(debtor: Debtor) -> None:
    reference = debtor.propose()
    owner, day, told = debtor.owner_id, debtor.day(), debtor.told
    debtor.session.rollback()

    def act(session: object) -> None:
        accept_schedule(session, day, builders.VAULT, told, owner, reference)  # type: ignore[arg-type]

    at_once(debtor.session.get_bind().engine, [act, act])
    assert len(debtor.instalment_dues()) == 3
    debtor.books()


@pytest.mark.parametrize(
    "status", [DueStatus.PAID_ELSEWHERE, DueStatus.CONTESTED, DueStatus.SCHEDULED]
)
def test_what_was_paid_debited_or_changed_meanwhile_is_not_accepted(
    debtor: Debtor, status: DueStatus
) -> None:
    reference = debtor.propose()
    changed = debtor.old_dues()[0]
    books = debtor.books()
    debtor.session.execute(update(Due).where(Due.id == changed).values(status=status))
    debtor.session.commit()
    assert debtor.overtaken(reference)
    with pytest.raises(ScheduleOvertaken):
        debtor.accept(reference)
    debtor.session.execute(update(Due).where(Due.id == changed).values(status=DueStatus.OPEN))
    debtor.session.commit()
    assert debtor.books() == books
    assert debtor.instalment_dues() == []


def test_a_proposal_whose_first_day_is_too_near_is_not_accepted(debtor: Debtor) -> None:
    reference = debtor.propose()
    last = debtor.day().calendar.subtract_bank_days(FIRST_DAY, 6)
    debtor.desk.on = debtor.day().calendar.add_bank_days(last, 1)
    refused(debtor, reference)
    debtor.accept(reference, last)
    assert debtor.status(reference) is PaymentScheduleStatus.ACCEPTED


def test_what_was_withdrawn_is_not_accepted(debtor: Debtor) -> None:
    reference = debtor.propose()
    debtor.withdraw(reference)
    with pytest.raises(ScheduleOvertaken):
        debtor.accept(reference)
    assert debtor.instalment_dues() == []


@pytest.mark.parametrize("status", [MandateStatus.SUSPENDED, MandateStatus.REVOKED])
def test_without_an_authorisation_in_force_nothing_is_accepted(
    debtor: Debtor, status: MandateStatus
) -> None:
    reference = debtor.propose()
    debtor.session.execute(update(Mandate).values(status=status))
    debtor.session.commit()
    with pytest.raises(MandateNotInForce):
        debtor.accept(reference)
    assert debtor.status(reference) is PaymentScheduleStatus.PROPOSED


def test_another_employer_does_not_accept(debtor: Debtor) -> None:
    reference = debtor.propose()
    other = Debtor(debtor.desk)
    with pytest.raises(NotFound):
        other.accept(reference)


def test_an_instalment_is_debited_with_the_contribution_of_that_day(debtor: Debtor) -> None:
    builders.declaration(debtor.session, debtor.day(), debtor.owner, period="2026-10")
    reference = debtor.agreed()
    debtor.desk.run(ANNOUNCING)
    (debit,) = debtor.desk.debits()
    assert debit.collect_on == FIRST_DAY == COLLECTION
    assert debit.amount_centimes == AMOUNT + debtor.instalment_dues()[0].amount_centimes
    assert debtor.lines_of_last_debit() == {DueKind.CONTRIBUTION, DueKind.INSTALMENT}
    found = standing_schedule(debtor.session, debtor.day(), debtor.owner_id)
    assert found is not None and found.reference == reference
    to_come, scheduled = InstalmentState.TO_COME, InstalmentState.SCHEDULED
    assert [one.state for one in found.instalments] == [scheduled, to_come, to_come]


@settings(max_examples=10, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    count=st.integers(2, 24),
    bases=st.lists(st.integers(1_000, 10**11), min_size=1, max_size=3),
)
def test_whatever_is_divided_the_books_hold_and_nothing_is_lost(
    desk: Desk, count: int, bases: list[int]
) -> None:
    debtor = Debtor(desk)
    for month, base in enumerate(bases, 1):
        builders.declaration(
            desk.session, debtor.day(), debtor.owner, period=f"2026-0{month}", base=base
        )
    before = debtor.books()
    dues = desk.session.scalars(select(Due.id).where(Due.employer_id == debtor.owner_id)).all()
    principal = sum(debtor.amount(due) for due in dues)
    day = debtor.day()
    parts = debtor.parts(count)
    share, rest = divmod(principal, count)
    parts = tuple(
        type(part)(part.due_on, share + (rest if part is parts[-1] else 0))  # type: ignore[arg-type]
        for part in parts
    )
    debtor.accept(debtor.propose(parts, dues))
    assert debtor.books() == before
    made = desk.session.scalars(
        select(Due.amount_centimes).where(
            Due.employer_id == debtor.owner_id, Due.kind == DueKind.INSTALMENT
        )
    ).all()
    desk.session.rollback()
    assert (len(made), sum(made)) == (count, principal)
    assert day.today <= parts[0].due_on
