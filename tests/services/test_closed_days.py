"""A day that is closed, moved or opened: what it moves, whom it tells, and what it leaves."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from tests import builders
from tests.reliability.invariants import check_tables
from tests.services.collecting import AMOUNT, ANNOUNCING, COLLECTION, FREEZING, Desk
from webapp.domain.calendar import RestDay
from webapp.domain.errors import InvalidClosedDay
from webapp.domain.money import Centimes
from webapp.domain.statuses import BankFileStatus, DebitStatus, DueStatus
from webapp.models import (
    BankFile,
    ClosedDay,
    Debit,
    DueKind,
    Event,
    HoldReason,
    Notice,
    NoticeKind,
    NoticeStatus,
    Subject,
)
from webapp.services import replanning
from webapp.services.closed_days import (
    close_day,
    list_closed_days,
    move_day,
    open_day,
)
from webapp.services.closing_effects import preview_change
from webapp.services.events import move_all
from webapp.services.freezing import supersede_file
from webapp.services.new_dues import NewDue, add_dues
from webapp.services.notices import record_bounce
from webapp.services.reference_data import load_reference_data
from webapp.services.replanning import Replanned, replan
from webapp.services.transactions import transaction

PLANNING = date(2026, 11, 18)
BEFORE, AFTER = date(2026, 11, 29), date(2026, 12, 1)  # the bank days around COLLECTION
THREE_DAYS_BEFORE = date(2026, 11, 26)


def row(day: date) -> RestDay:
    return RestDay(day, "عطلة", "Jour férié", estimated=False)


def close(desk: Desk, on: date, day: date = COLLECTION) -> Replanned:
    """Close a day and re-plan; the tables must agree with each other at once."""
    desk.on = on
    working = close_day(desk.session, builders.working_day(desk.session, on, "staff:1"), row(day))
    return done(desk, replan(desk.session, working))


def reopen(desk: Desk, on: date, day: date = COLLECTION) -> Replanned:
    desk.on = on
    working = open_day(desk.session, builders.working_day(desk.session, on, "staff:1"), day)
    return done(desk, replan(desk.session, working))


def done(desk: Desk, replanned: Replanned) -> Replanned:
    check_tables(desk.session)
    again = replan(desk.session, builders.working_day(desk.session, desk.on))
    assert again == Replanned(), "a second time changes nothing"
    return replanned


def live(desk: Desk) -> list[Debit]:
    return [one for one in desk.debits() if one.status is not DebitStatus.CANCELLED]


def the_debit(desk: Desk) -> Debit:
    [debit] = live(desk)
    return debit


def notices(desk: Desk) -> list[tuple[int, str, date, str]]:
    desk.session.expire_all()
    rows = desk.session.scalars(select(Notice).order_by(Notice.id))
    return [(one.version, one.kind.value, one.collect_on, one.status.value) for one in rows]


def run_until(desk: Desk, first: date, last: date) -> None:
    for on in builders.bank_days(builders.working_day(desk.session, first), first, last):
        desk.run(on)
        desk.approve()
        desk.send()
        check_tables(desk.session)


def assess(desk: Desk, on: date) -> None:
    """The fund's own system asks the same employer for 5 DA, to be collected on that day."""
    due = desk.dues()[0]
    new = NewDue(
        origin_key="assessed:1", kind=DueKind.PENALTY, employer_id=due.employer_id,
        worksite_id=None, period="2026-10", amount_centimes=Centimes(500), legal_due_on=on,
        collect_from_on=on,
    )  # fmt: skip
    desk.session.rollback()
    with transaction(desk.session):
        add_dues(desk.session, builders.working_day(desk.session, desk.on), [new], "assessed")


# What nobody was told of.


def test_a_planned_debit_rolls_back_to_the_bank_day_before(desk: Desk) -> None:
    desk.file_one()
    desk.run(PLANNING)
    assert the_debit(desk).collect_on == COLLECTION
    assert close(desk, PLANNING).planned == 1
    debit = the_debit(desk)
    assert (debit.status, debit.collect_on, debit.planned_for_on) == (
        DebitStatus.PLANNED, BEFORE, BEFORE,
    )  # fmt: skip
    assert debit.amount_centimes == AMOUNT
    assert notices(desk) == []


def test_a_planned_debit_takes_the_feasible_day_when_the_day_before_is_too_near(
    desk: Desk,
) -> None:
    """Planned late for a day that the notice just reaches, and that day closes."""
    desk.on = date(2026, 11, 22)
    desk.file_one()
    day = builders.working_day(desk.session, desk.on)
    replanning.plan_debits(desk.session, day)
    assert the_debit(desk).collect_on == COLLECTION == day.feasible_on
    close(desk, desk.on)
    assert the_debit(desk).collect_on == AFTER


def test_an_open_due_takes_its_new_day_before_it_is_planned(desk: Desk) -> None:
    desk.file_one()
    close(desk, date(2026, 11, 4))
    [due] = desk.dues()
    assert (due.status, due.collect_from_on) == (DueStatus.OPEN, BEFORE)
    # The last day to pay rolls forward with the calendar; it never moves earlier.
    assert due.legal_due_on == AFTER
    reopen(desk, date(2026, 11, 5))
    [due] = desk.dues()
    assert (due.collect_from_on, due.legal_due_on) == (COLLECTION, AFTER)


def test_two_planned_debits_of_a_mandate_that_meet_become_one(desk: Desk) -> None:
    """The key of mandate and day: an assessed amount is planned for the bank day before."""
    desk.file_one()
    other = date(2026, 11, 29)
    assess(desk, other)
    desk.run(PLANNING)
    desk.session.expire_all()
    assert sorted(one.collect_on for one in live(desk)) == [other, COLLECTION]
    on_18 = builders.working_day(desk.session, PLANNING, "staff:1")
    replan(desk.session, close_day(desk.session, on_18, row(COLLECTION)))
    debit = the_debit(desk)
    assert (debit.collect_on, debit.amount_centimes) == (BEFORE, AMOUNT + 500)


def test_an_opened_day_takes_back_what_nobody_was_told_of(desk: Desk) -> None:
    desk.file_one()
    close(desk, date(2026, 11, 4))
    desk.run(date(2026, 11, 17))
    assert the_debit(desk).collect_on == BEFORE
    day = builders.working_day(desk.session, date(2026, 11, 18))
    effect = preview_change(desk.session, day, None, COLLECTION)
    assert (effect.back.debits, effect.back.amount) == (1, AMOUNT)
    assert reopen(desk, date(2026, 11, 18)).planned == 1
    assert the_debit(desk).collect_on == COLLECTION


# What was announced.


def test_an_announced_debit_moves_to_the_next_bank_day_with_a_new_notice(desk: Desk) -> None:
    desk.file_one()
    desk.run(ANNOUNCING)
    assert close(desk, date(2026, 11, 25)).told == 1
    debit = the_debit(desk)
    assert (debit.status, debit.collect_on, debit.planned_for_on, debit.notice_version) == (
        DebitStatus.ANNOUNCED, AFTER, COLLECTION, 2,
    )  # fmt: skip
    assert notices(desk) == [
        (1, "debit_announced", COLLECTION, "accepted"),
        (2, "debit_moved", AFTER, "queued"),
    ]


def test_a_moved_debit_goes_to_the_bank_for_its_new_day(desk: Desk) -> None:
    desk.file_one()
    desk.run(ANNOUNCING)
    close(desk, THREE_DAYS_BEFORE)
    run_until(desk, THREE_DAYS_BEFORE, AFTER)
    debit = the_debit(desk)
    assert (debit.status, debit.collect_on) == (DebitStatus.SENT, AFTER)
    [file] = desk.files()
    assert (file.status, file.collect_on) == (BankFileStatus.SENT, AFTER)


def test_a_moved_debit_is_not_frozen_before_its_new_notice_is_delivered(desk: Desk) -> None:
    desk.file_one()
    desk.run(ANNOUNCING)
    close(desk, date(2026, 11, 25))
    # Told too late for its file: whether it comes back is known after one bank day.
    desk.run(BEFORE)
    assert the_debit(desk).status is DebitStatus.ANNOUNCED
    assert notices(desk)[-1][3] == "accepted"
    desk.run(AFTER)
    debit = the_debit(desk)
    assert (debit.status, debit.notice_version) == (DebitStatus.ANNOUNCED, 3)
    assert debit.collect_on > AFTER


def test_a_moved_debit_whose_new_notice_comes_back_is_held(desk: Desk) -> None:
    desk.file_one()
    desk.run(ANNOUNCING)
    close(desk, date(2026, 11, 24))
    desk.run(date(2026, 11, 24))
    reference = the_debit(desk).reference
    desk.session.rollback()
    assert record_bounce(
        desk.session, builders.working_day(desk.session, desk.on), f"{reference}.2"
    )
    assert the_debit(desk).hold_reason is HoldReason.NOTICE_NOT_DELIVERED


def test_a_day_closed_on_its_eve_moves_further_than_the_next_bank_day(desk: Desk) -> None:
    """The new notice must be delivered, and the file must leave by the cut-off."""
    desk.file_one()
    desk.run(ANNOUNCING)
    close(desk, BEFORE)
    assert the_debit(desk).collect_on == date(2026, 12, 2)
    run_until(desk, BEFORE, date(2026, 12, 2))
    assert the_debit(desk).status is DebitStatus.SENT
    assert the_debit(desk).collect_on == date(2026, 12, 2)


def test_what_was_not_delivered_yet_is_announced_anew_for_the_feasible_day(desk: Desk) -> None:
    desk.file_one()
    desk.run(ANNOUNCING)
    desk.session.execute(update(Notice).values(status=NoticeStatus.QUEUED, accepted_on=None))
    desk.session.commit()
    close(desk, date(2026, 11, 24))
    debit = the_debit(desk)
    feasible = builders.working_day(desk.session, date(2026, 11, 24)).feasible_on
    assert (debit.status, debit.collect_on) == (DebitStatus.PLANNED, feasible)
    assert feasible > COLLECTION
    desk.run(date(2026, 11, 24))
    assert the_debit(desk).status is DebitStatus.ANNOUNCED
    assert the_debit(desk).collect_on >= feasible


def test_a_closed_day_between_notice_and_debit_holds_nothing(desk: Desk) -> None:
    """Who was told in time was told in time: the banks' closing shortens nobody's notice."""
    desk.file_one()
    desk.run(ANNOUNCING)
    close(desk, date(2026, 11, 23), date(2026, 11, 25))
    desk.run(FREEZING)
    debit = the_debit(desk)
    assert (debit.status, debit.collect_on) == (DebitStatus.FROZEN, COLLECTION)


def test_a_notice_that_was_late_by_the_calendar_of_its_day_still_holds(desk: Desk) -> None:
    desk.file_one()
    desk.run(ANNOUNCING)
    desk.session.execute(update(Notice).values(accepted_on=date(2026, 11, 23)))
    desk.session.commit()
    close(desk, date(2026, 11, 24), date(2026, 11, 25))
    desk.run(FREEZING)
    assert the_debit(desk).status is DebitStatus.HELD


def test_an_announced_debit_never_moves_earlier(desk: Desk) -> None:
    desk.file_one()
    desk.run(ANNOUNCING)
    close(desk, date(2026, 11, 24))
    assert reopen(desk, date(2026, 11, 24)) == Replanned()
    assert the_debit(desk).collect_on == AFTER
    desk.run(date(2026, 11, 24))
    assert the_debit(desk).collect_on == AFTER


def test_two_announced_debits_of_a_mandate_may_fall_on_one_day(desk: Desk) -> None:
    """Each keeps the day that it was planned for: the key of mandate and day holds."""
    desk.file_one()
    desk.run(ANNOUNCING)
    assess(desk, COLLECTION)
    desk.run(date(2026, 11, 23))
    assert sorted(one.collect_on for one in live(desk)) == [COLLECTION, AFTER]
    desk.session.rollback()
    day = builders.working_day(desk.session, date(2026, 11, 24), "staff:1")
    replan(desk.session, close_day(desk.session, day, row(COLLECTION)))
    assert [one.collect_on for one in live(desk)] == [AFTER, AFTER]
    assert len({one.planned_for_on for one in live(desk)}) == 2


# What is in a file.


@pytest.mark.parametrize("approved", [False, True])
def test_a_file_that_has_not_left_is_superseded(written: Desk, approved: bool) -> None:
    if approved:
        written.approve()
    assert close(written, FREEZING).superseded == 1
    [file] = written.files()
    assert (file.status, file.collect_on) == (BankFileStatus.SUPERSEDED, COLLECTION)
    debit = the_debit(written)
    assert (debit.status, debit.collect_on) == (DebitStatus.ANNOUNCED, AFTER)
    run_until(written, FREEZING, AFTER)
    assert the_debit(written).status is DebitStatus.SENT
    assert written.files()[-1].collect_on == AFTER


def test_what_was_sent_is_only_expected_later(sent: Desk) -> None:
    assert close(sent, FREEZING).expected == 1
    [debit], [file] = live(sent), sent.files()
    assert (debit.status, debit.collect_on) == (DebitStatus.SENT, AFTER)
    # What the bank was told stays.
    assert (file.status, file.collect_on) == (BankFileStatus.SENT, COLLECTION)
    assert len(notices(sent)) == 1
    assert reopen(sent, FREEZING).expected == 1
    assert the_debit(sent).collect_on == COLLECTION


def test_what_is_held_keeps_its_state_and_gets_the_next_bank_day(desk: Desk) -> None:
    desk.file_one(ceiling=1_000)
    desk.run(ANNOUNCING)
    assert the_debit(desk).status is DebitStatus.HELD
    close(desk, date(2026, 11, 24))
    debit = the_debit(desk)
    assert (debit.status, debit.collect_on) == (DebitStatus.HELD, AFTER)
    assert debit.hold_reason is HoldReason.OVER_CEILING


def test_what_is_to_be_presented_again_gets_the_next_bank_day(sent: Desk) -> None:
    attempt = sent.attempts()[0].end_to_end_id
    sent.session.rollback()
    reference = sent.files()[0].reference
    sent.take_in(sent.bank.status(reference, {attempt: "RJCT"}, reason="AM04"), COLLECTION)
    again = the_debit(sent)
    assert (again.status, again.notice_version) == (DebitStatus.PLANNED, 1)
    on = again.collect_on
    sent.session.rollback()
    close(sent, COLLECTION, on)
    debit = the_debit(sent)
    assert debit.status is DebitStatus.PLANNED
    assert debit.collect_on > on
    sent.session.rollback()
    sent.run(COLLECTION)
    assert the_debit(sent).status is DebitStatus.ANNOUNCED
    check_tables(sent.session)


# What being late costs.


@pytest.mark.parametrize("closed_on", [PLANNING, date(2026, 11, 25), FREEZING, BEFORE])
def test_no_surcharge_follows_from_the_move(desk: Desk, closed_on: date) -> None:
    builders.late_rules(desk.session)
    desk.file_one()
    for on in (PLANNING, ANNOUNCING):
        if on < closed_on:
            desk.run(on)
    close(desk, closed_on)
    run_until(desk, closed_on, date(2026, 12, 14))
    kinds = {due.kind for due in desk.dues()}
    assert kinds == {DueKind.CONTRIBUTION}


# Whoever is killed in between.


class Killed(BaseException):
    """Not an error: the process is gone."""


STEPS = ["_move_dues", "_free_planned", "plan_debits", "_move_waiting", "_take_back_files",
         "_move_announced", "_expect_anew"]  # fmt: skip


@pytest.mark.parametrize("step", STEPS)
def test_the_next_run_finishes_what_was_killed(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    """One debit in each place, and a death before each step."""
    for _ in range(2):
        desk.file_one()
    desk.run(ANNOUNCING)
    desk.run(FREEZING)
    desk.file_one(ceiling=1_000)
    first = builders.working_day(desk.session, FREEZING, "staff:1")
    with monkeypatch.context() as patch:
        patch.setattr(replanning, step, die)
        working = close_day(desk.session, first, row(COLLECTION))
        try:
            replan(desk.session, working)
        except Killed:
            desk.session.rollback()
    check_tables(desk.session)
    run_until(desk, FREEZING, AFTER)
    states = [(one.status, one.collect_on) for one in live(desk)]
    assert states[:2] == [(DebitStatus.SENT, AFTER)] * 2


def die(*_args: object, **_options: object) -> None:
    raise Killed


def test_a_file_that_is_leaving_is_not_taken_back(written: Desk) -> None:
    """The sender came first: its file is with the bank, whatever the calendar says now."""
    written.approve()
    day = builders.working_day(written.session, FREEZING)
    with transaction(written.session):
        approved, sending = BankFileStatus.APPROVED, BankFileStatus.SENDING
        move_all(written.session, day, BankFile, approved, sending, cause="sending")
        taken = supersede_file(written.session, day, written.files()[0].id, DebitStatus.ANNOUNCED)
    assert taken == 0
    close(written, FREEZING)
    assert written.files()[0].status is BankFileStatus.SENDING
    assert the_debit(written).status is DebitStatus.FROZEN


# The list itself.


def test_each_change_tells_who_and_when(office: Session) -> None:
    day = builders.working_day(office, PLANNING, "staff:7")
    close_day(office, day, row(COLLECTION))
    move_day(office, day, COLLECTION, row(AFTER))
    open_day(office, day, AFTER)
    events = office.scalars(select(Event).where(Event.subject == Subject.CLOSED_DAY)).all()
    assert [(one.actor, one.target, one.cause, one.at) for one in events] == [
        ("staff:7", "day_closed", "2026-11-30", day.now),
        ("staff:7", "day_opened", "2026-11-30", day.now),
        ("staff:7", "day_closed", "2026-12-01", day.now),
        ("staff:7", "day_opened", "2026-12-01", day.now),
    ]


def test_closing_a_closed_day_or_opening_an_open_one_changes_nothing(office: Session) -> None:
    day = builders.working_day(office, PLANNING)
    close_day(office, day, row(COLLECTION))
    close_day(office, day, row(COLLECTION))
    open_day(office, day, BEFORE)
    assert len(office.scalars(select(Event)).all()) == 1


@pytest.mark.parametrize(
    ("on", "reason"), [(date(2026, 11, 17), "past"), (date(2028, 6, 1), "too_far")]
)
@pytest.mark.parametrize("change", [close_day, open_day])
def test_the_past_and_what_is_far_away_stay(
    office: Session, on: date, reason: str, change: Callable[..., object]
) -> None:
    day = builders.working_day(office, PLANNING)
    if change is open_day:
        office.add(ClosedDay(day=on, name_fr="x", name_ar="x", estimated=False))
        office.commit()
    with pytest.raises(InvalidClosedDay) as caught:
        change(office, day, row(on) if change is close_day else on)
    assert caught.value.reason == reason


def test_what_staff_opened_stays_open_when_the_holidays_are_loaded_again(office: Session) -> None:
    new_year = date(2027, 1, 1) + timedelta(days=11)  # Yennayer
    day = builders.working_day(office, PLANNING)
    assert not day.calendar.is_bank_day(new_year)
    open_day(office, day, new_year)
    load_reference_data(office, [2027])
    assert builders.working_day(office, PLANNING).calendar.is_bank_day(new_year)
    assert new_year not in [one.day for one in list_closed_days(office, day)]


def test_the_list_tells_the_past_year_and_eighteen_months_to_come(office: Session) -> None:
    day = builders.working_day(office, PLANNING)
    close_day(office, day, row(COLLECTION))
    listed = {one.day: one for one in list_closed_days(office, day)}
    assert listed[COLLECTION].by_staff
    assert not listed[date(2026, 11, 1)].by_staff
    assert date(2025, 11, 18) <= min(listed) < max(listed) <= date(2028, 5, 18)


# The preview.


def test_the_preview_counts_what_then_moves(desk: Desk) -> None:
    for _ in range(2):
        desk.file_one()
    desk.run(ANNOUNCING)
    desk.run(FREEZING)
    day = builders.working_day(desk.session, FREEZING)
    effect = preview_change(desk.session, day, COLLECTION, None)
    [moving], [file] = effect.moving, effect.files
    assert (moving.to_on, moving.some.debits, moving.some.amount) == (AFTER, 2, 2 * AMOUNT)
    assert effect.notices == 2
    assert (file.debits, file.amount) == (2, 2 * AMOUNT)
    assert not effect.planned and not effect.sent and not effect.waiting
    replanned = close(desk, FREEZING)
    assert (replanned.told, replanned.superseded) == (2, 2)


def test_the_preview_counts_what_is_sent_planned_and_held(sent: Desk) -> None:
    day = builders.working_day(sent.session, FREEZING)
    effect = preview_change(sent.session, day, COLLECTION, None)
    assert (effect.sent.debits, effect.sent.amount, effect.expected_on) == (1, AMOUNT, AFTER)
    assert not effect.moving and not effect.files
    # On a day of rest nothing moves.
    assert not preview_change(sent.session, day, date(2026, 11, 27), None)


def test_the_kind_of_a_moved_notice_goes_to_the_sender(desk: Desk) -> None:
    desk.file_one()
    desk.run(ANNOUNCING)
    close(desk, date(2026, 11, 25))
    desk.run(date(2026, 11, 25))
    assert notices(desk)[-1] == (2, NoticeKind.MOVED.value, AFTER, "accepted")
