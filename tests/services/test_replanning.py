"""Re-planning: what nobody was told of goes to its right day, what was announced to a later one."""

from __future__ import annotations

from datetime import date

from sqlalchemy import update

from tests import builders
from tests.services.closing import (
    AFTER,
    BEFORE,
    PLANNING,
    THREE_DAYS_BEFORE,
    assess,
    close,
    live,
    notices,
    reopen,
    row,
    run_until,
    the_debit,
)
from tests.services.collecting import AMOUNT, ANNOUNCING, COLLECTION, FREEZING, Desk
from webapp.domain.statuses import BankFileStatus, DebitStatus, DueStatus
from webapp.models import (
    HoldReason,
    Notice,
    NoticeStatus,
)
from webapp.services import replanning
from webapp.services.closed_days import (
    close_day,
)
from webapp.services.closing_effects import preview_change
from webapp.services.debit_history import list_debits
from webapp.services.notice_bounces import record_bounce
from webapp.services.replanning import Replanned, replan

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


def test_the_employer_sees_what_was_planned_anew_once(desk: Desk) -> None:
    desk.file_one()
    desk.run(PLANNING)
    close(desk, PLANNING)
    owner = the_debit(desk).employer_id
    desk.session.rollback()
    listed, _ = list_debits(desk.session, owner)
    assert [(one.status, one.collect_on) for one in listed] == [(DebitStatus.PLANNED, BEFORE)]


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
