"""The relief comes with the last instalment and is lost with a missed one; the books hold."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import select, update

from tests import builders
from tests.reliability.invariants import check_tables
from tests.services.collecting import AMOUNT, Desk
from tests.services.scheduling import DAYS, FIRST_DAY, Debtor
from webapp.domain.statuses import DebitStatus, DueStatus, MandateStatus, PaymentScheduleStatus
from webapp.models import (
    Account,
    Debit,
    Due,
    DueKind,
    Event,
    HoldReason,
    Mandate,
    Message,
    Posting,
    Subject,
)
from webapp.services.payment_schedules import standing_schedule
from webapp.services.schedule_endings import follow_schedules
from webapp.services.scheduled_dues import InstalmentState

SURCHARGE = 648_000

# The surcharges here are the tests' own.
pytestmark = pytest.mark.usefixtures("late_for_free")


@pytest.fixture
def debtor(desk: Desk) -> Debtor:
    return Debtor(desk)


def follow(debtor: Debtor, on: date) -> dict[str, int]:
    """The step of the run alone: what it has done, without what it has left."""
    debtor.desk.on = on
    found = follow_schedules(debtor.session, debtor.day(on, "scheduler"), builders.VAULT)
    return {name: count for name, count in found.items() if count}


def surcharges(debtor: Debtor) -> list[int]:
    return [debtor.surcharge(due, SURCHARGE) for due in debtor.old_dues()]


def states(debtor: Debtor, ids: list[int]) -> set[DueStatus]:
    return {debtor.due(one).status for one in ids}


def next_day(on: date) -> date:
    return on + timedelta(days=1)


def told(debtor: Debtor) -> list[str]:
    kinds = debtor.session.scalars(
        select(Message.kind).where(Message.kind.like("schedule_%")).order_by(Message.id)
    ).all()
    debtor.session.rollback()
    return list(kinds)


def miss(debtor: Debtor, on: date) -> None:
    """No attempt is left: the bank has refused for want of money as often as the rules allow."""
    debtor.send(on)
    while True:
        debtor.refuse(debtor.desk.debits()[-1].collect_on)
        debit = debtor.desk.debits()[-1]
        if debit.status is not DebitStatus.PLANNED:
            return
        debtor.send(debit.collect_on)


# ── paid ─────────────────────────────────────────────────────────────────────────────────────


def test_the_life_of_a_schedule_that_is_kept(debtor: Debtor) -> None:
    late = surcharges(debtor)
    reference = debtor.agreed()
    for on in DAYS:
        assert debtor.status(reference) is PaymentScheduleStatus.ACCEPTED
        assert states(debtor, late) == {DueStatus.DEFERRED}
        debtor.collect(on)
        debtor.books()
    assert debtor.status(reference) is PaymentScheduleStatus.ACCEPTED
    debtor.desk.run(next_day(DAYS[-1]))
    assert debtor.status(reference) is PaymentScheduleStatus.COMPLETED
    assert states(debtor, late) == {DueStatus.WAIVED}
    books = debtor.books()
    assert (books[Account.RECEIVABLE], books[Account.BANK]) == (0, 2 * AMOUNT)
    assert books[Account.WAIVED] == 2 * SURCHARGE
    assert sum(books.values()) == 0
    legs = debtor.session.scalars(
        select(Posting.leg).where(Posting.source_key == f"schedule:{reference}:relief")
    ).all()
    assert len(legs) == 4
    assert told(debtor) == ["schedule_completed"]
    check_tables(debtor.session)


def test_nothing_is_relieved_before_the_last_instalment(debtor: Debtor) -> None:
    late = surcharges(debtor)
    reference = debtor.agreed()
    for on in DAYS[:-1]:
        debtor.collect(on)
    debtor.send(DAYS[-1])
    assert follow(debtor, DAYS[-1]) == {}
    assert debtor.status(reference) is PaymentScheduleStatus.ACCEPTED
    assert states(debtor, late) == {DueStatus.DEFERRED}


def test_a_second_time_changes_nothing(debtor: Debtor) -> None:
    surcharges(debtor)
    debtor.agreed(2)
    for on in DAYS[:2]:
        debtor.collect(on)
    assert follow(debtor, next_day(DAYS[1])) == {
        "schedules_completed": 1,
        "surcharges_waived": 2,
    }
    books = debtor.books()
    assert follow(debtor, next_day(DAYS[1])) == {}
    assert (debtor.books(), told(debtor)) == (books, ["schedule_completed"])


def test_instalments_paid_elsewhere_or_given_up_by_the_fund_count_as_paid(debtor: Debtor) -> None:
    late = surcharges(debtor)
    reference = debtor.agreed()
    done = [DueStatus.PAID_ELSEWHERE, DueStatus.WAIVED, DueStatus.SETTLED]
    for due, status in zip(debtor.instalment_dues(), done, strict=True):
        assert debtor.status(reference) is PaymentScheduleStatus.ACCEPTED
        debtor.session.execute(update(Due).where(Due.id == due.id).values(status=status))
        debtor.session.commit()
        follow(debtor, FIRST_DAY)
    assert debtor.status(reference) is PaymentScheduleStatus.COMPLETED
    assert states(debtor, late) == {DueStatus.WAIVED}


def split(debtor: Debtor, due: Due, *paid: bool) -> list[int]:
    """Cut a due in halves, as a payment of a part of it does."""
    half = due.amount_centimes // 2
    made = [
        Due(
            origin_key=f"split:{due.id}:{number}",
            employer_id=due.employer_id,
            kind=due.kind,
            status=DueStatus.PAID_ELSEWHERE if one else DueStatus.OPEN,
            period=due.period,
            amount_centimes=half if number else due.amount_centimes - half,
            legal_due_on=due.legal_due_on,
            collect_from_on=due.collect_from_on,
            predecessor_id=due.id,
        )
        for number, one in enumerate(paid)
    ]
    debtor.session.add_all(made)
    debtor.session.execute(update(Due).where(Due.id == due.id).values(status=DueStatus.SUPERSEDED))
    debtor.session.commit()
    ids = [one.id for one in made]
    debtor.session.rollback()
    return ids


def test_an_instalment_paid_in_part_is_paid_when_both_parts_are(debtor: Debtor) -> None:
    reference = debtor.agreed(2)
    first, second = debtor.instalment_dues()
    debtor.session.execute(update(Due).where(Due.id == first.id).values(status=DueStatus.SETTLED))
    debtor.session.commit()
    _, rest = split(debtor, second, True, False)
    follow(debtor, FIRST_DAY)
    assert debtor.status(reference) is PaymentScheduleStatus.ACCEPTED
    debtor.session.execute(update(Due).where(Due.id == rest).values(status=DueStatus.SETTLED))
    debtor.session.commit()
    follow(debtor, FIRST_DAY)
    assert debtor.status(reference) is PaymentScheduleStatus.COMPLETED


def test_a_schedule_waits_for_a_surcharge_that_had_left_before(debtor: Debtor) -> None:
    late = surcharges(debtor)
    debtor.send(date(2026, 11, 12))
    assert states(debtor, late) == {DueStatus.SCHEDULED}
    reference = debtor.agreed(2)
    assert states(debtor, late) == {DueStatus.SCHEDULED}
    for due in debtor.instalment_dues():
        debtor.session.execute(update(Due).where(Due.id == due.id).values(status=DueStatus.SETTLED))
    debtor.session.commit()
    follow(debtor, FIRST_DAY)
    assert debtor.status(reference) is PaymentScheduleStatus.ACCEPTED
    debtor.refuse(FIRST_DAY, "AC04")
    found = follow(debtor, next_day(FIRST_DAY))
    assert found == {
        "surcharges_deferred": 2, "schedules_completed": 1, "surcharges_waived": 2,
    }  # fmt: skip


# ── missed ───────────────────────────────────────────────────────────────────────────────────


def test_the_life_of_a_schedule_that_is_broken_in_the_middle(debtor: Debtor) -> None:
    late = surcharges(debtor)
    reference = debtor.agreed()
    debtor.collect(DAYS[0])
    miss(debtor, DAYS[1])
    on = next_day(debtor.desk.on)
    debtor.desk.run(on)
    assert debtor.status(reference) is PaymentScheduleStatus.BROKEN
    assert states(debtor, late) <= {DueStatus.OPEN, DueStatus.SCHEDULED}
    first, second, third = debtor.instalment_dues()
    assert (first.status, second.status) == (DueStatus.SETTLED, DueStatus.OPEN)
    assert third.collect_from_on <= on
    books = debtor.books()
    assert books[Account.WAIVED] == 0
    assert books[Account.RECEIVABLE] == 2 * SURCHARGE + (
        second.amount_centimes + third.amount_centimes
    )
    assert sum(books.values()) == 0
    assert told(debtor) == ["schedule_broken"]
    check_tables(debtor.session)


def test_what_is_paid_after_a_missed_instalment_gives_no_relief(debtor: Debtor) -> None:
    late = surcharges(debtor)
    reference = debtor.agreed(2)
    miss(debtor, DAYS[0])
    follow(debtor, next_day(debtor.desk.on))
    assert debtor.status(reference) is PaymentScheduleStatus.BROKEN
    for due in debtor.instalment_dues():
        debtor.session.execute(update(Due).where(Due.id == due.id).values(status=DueStatus.SETTLED))
    debtor.session.commit()
    assert follow(debtor, DAYS[2]) == {}
    assert debtor.status(reference) is PaymentScheduleStatus.BROKEN
    assert states(debtor, late) == {DueStatus.OPEN}


def test_what_remains_is_due_at_once_and_keeps_its_amounts(debtor: Debtor) -> None:
    debtor.agreed()
    before = debtor.instalment_dues()
    debtor.stop()
    on = FIRST_DAY + timedelta(days=16)
    assert follow(debtor, on) == {"schedules_broken": 1}
    after = debtor.instalment_dues()
    assert [one.collect_from_on for one in after] == [FIRST_DAY, on, on]
    broken = standing_schedule(debtor.session, debtor.day(on), debtor.owner_id)
    assert broken is not None
    assert {one.state for one in broken.instalments} == {InstalmentState.UNPAID}
    assert [(one.amount_centimes, one.legal_due_on) for one in after] == [
        (one.amount_centimes, one.legal_due_on) for one in before
    ]
    assert follow(debtor, next_day(on)) == {}


def test_an_instalment_without_a_debit_is_missed_after_the_days_of_the_rules(
    debtor: Debtor,
) -> None:
    reference = debtor.agreed()
    debtor.stop()
    assert follow(debtor, FIRST_DAY + timedelta(days=15)) == {}
    assert debtor.status(reference) is PaymentScheduleStatus.ACCEPTED
    assert follow(debtor, FIRST_DAY + timedelta(days=16)) == {"schedules_broken": 1}


def test_after_a_closed_account_the_days_of_the_rules_are_left_to_sign_anew(
    debtor: Debtor,
) -> None:
    reference = debtor.agreed()
    debtor.send(DAYS[0])
    debtor.refuse(DAYS[0], "AC04")
    assert follow(debtor, DAYS[0] + timedelta(days=15)) == {}
    debtor.session.execute(update(Mandate).values(status=MandateStatus.REVOKED))
    debtor.session.commit()
    signed_on = DAYS[0] + timedelta(days=15)
    builders.mandate(debtor.session, debtor.day(signed_on), debtor.owner, covers_arrears=True)
    assert follow(debtor, DAYS[0] + timedelta(days=30)) == {}
    assert debtor.status(reference) is PaymentScheduleStatus.ACCEPTED


@pytest.mark.parametrize(("reason", "status"), [
    ("AM04", PaymentScheduleStatus.BROKEN),
    ("TM01", PaymentScheduleStatus.ACCEPTED),
])  # fmt: skip
def test_the_last_refusal_breaks_it_only_for_a_reason_of_the_employer_s(
    debtor: Debtor, reason: str, status: PaymentScheduleStatus
) -> None:
    reference = debtor.agreed()
    debtor.send(DAYS[0])
    debtor.refuse(DAYS[0], reason)
    assert debtor.desk.debits()[-1].status is DebitStatus.PLANNED
    assert follow(debtor, DAYS[0] + timedelta(days=16)) == {}
    first = debtor.instalment_dues()[0]
    mandate = debtor.session.scalars(select(Mandate.id)).one()
    debtor.session.execute(update(Debit).values(status=DebitStatus.CANCELLED))
    debtor.session.execute(
        update(Due)
        .where(Due.id == first.id)
        .values(status=DueStatus.OPEN, barred_mandate_id=mandate)
    )
    debtor.session.commit()
    follow(debtor, DAYS[0] + timedelta(days=5))
    assert debtor.status(reference) is status
    follow(debtor, DAYS[0] + timedelta(days=20))
    assert debtor.status(reference) is status


def test_what_a_late_run_has_left_is_not_missed(debtor: Debtor) -> None:
    """Nobody ran the debits for six weeks: the fund's fault, not the employer's."""
    late = surcharges(debtor)
    reference = debtor.agreed()
    debtor.desk.run(FIRST_DAY + timedelta(days=42))
    assert debtor.status(reference) is PaymentScheduleStatus.ACCEPTED
    assert states(debtor, late) == {DueStatus.DEFERRED}
    assert debtor.instalment_dues()[0].status is DueStatus.SCHEDULED


@pytest.mark.parametrize("status", [DueStatus.CONTESTED, DueStatus.SCHEDULED])
def test_what_is_contested_or_in_a_debit_is_not_missed(debtor: Debtor, status: DueStatus) -> None:
    reference = debtor.agreed()
    debtor.stop()
    first = debtor.instalment_dues()[0].id
    debtor.session.execute(update(Due).where(Due.id == first).values(status=status))
    debtor.session.commit()
    assert follow(debtor, FIRST_DAY + timedelta(days=16)) == {}
    assert debtor.status(reference) is PaymentScheduleStatus.ACCEPTED


@pytest.mark.parametrize(
    ("reason", "missed"),
    [(HoldReason.OVER_CEILING, True), (HoldReason.NOTICE_NOT_DELIVERED, False)],
)
def test_a_debit_held_by_the_employer_s_own_ceiling_is_not_under_way(
    debtor: Debtor, reason: HoldReason, missed: bool
) -> None:
    reference = debtor.agreed()
    debtor.desk.run(debtor.day().calendar.subtract_bank_days(FIRST_DAY, 6))
    held = update(Debit).values(status=DebitStatus.HELD, hold_reason=reason)
    debtor.session.execute(held)
    debtor.session.commit()
    assert follow(debtor, FIRST_DAY + timedelta(days=15)) == {}
    follow(debtor, FIRST_DAY + timedelta(days=16))
    assert (debtor.status(reference) is PaymentScheduleStatus.BROKEN) is missed


# ── returned ─────────────────────────────────────────────────────────────────────────────────


def test_an_instalment_returned_before_the_end_is_not_paid(debtor: Debtor) -> None:
    late = surcharges(debtor)
    reference = debtor.agreed(2)
    debtor.collect(DAYS[0])
    debtor.give_back(next_day(DAYS[0]))
    debtor.session.execute(
        update(Due).where(Due.id == debtor.instalment_dues()[1].id).values(status=DueStatus.SETTLED)
    )
    debtor.session.commit()
    follow(debtor, DAYS[1])
    assert debtor.status(reference) is not PaymentScheduleStatus.COMPLETED
    assert DueStatus.WAIVED not in states(debtor, late)


def test_an_instalment_returned_after_the_end_is_owed_again_and_the_relief_stands(
    debtor: Debtor,
) -> None:
    late = surcharges(debtor)
    reference = debtor.agreed(2)
    for on in DAYS[:2]:
        debtor.collect(on)
    debtor.desk.run(next_day(DAYS[1]))
    assert debtor.status(reference) is PaymentScheduleStatus.COMPLETED
    back_on = date(2027, 1, 20)
    debtor.give_back(back_on)
    debtor.desk.run(back_on)
    assert debtor.status(reference) is PaymentScheduleStatus.COMPLETED
    assert states(debtor, late) == {DueStatus.WAIVED}
    last = debtor.instalment_dues()[-1]
    assert last.status in {DueStatus.OPEN, DueStatus.SCHEDULED}
    books = debtor.books()
    assert books[Account.RECEIVABLE] == last.amount_centimes
    assert books[Account.WAIVED] == 2 * SURCHARGE
    assert sum(books.values()) == 0
    check_tables(debtor.session)


def test_every_move_has_its_event(debtor: Debtor) -> None:
    late = surcharges(debtor)
    debtor.agreed(2)
    debtor.stop()
    follow(debtor, FIRST_DAY + timedelta(days=16))
    events = debtor.session.execute(
        select(Event.subject, Event.source, Event.target, Event.cause, Event.subject_id).where(
            Event.subject.in_([Subject.SCHEDULE, Subject.DUE])
        )
    ).all()
    of_dues = [tuple(one)[1:] for one in events if one.subject is Subject.DUE]
    for one in late:
        assert ("open", "deferred", "schedule", one) in of_dues
        assert ("deferred", "open", "schedule_broken", one) in of_dues
    assert [one.target for one in events if one.subject is Subject.SCHEDULE] == [
        "proposed",
        "accepted",
        "broken",
    ]
    assert debtor.due(late[0]).kind is DueKind.SURCHARGE
