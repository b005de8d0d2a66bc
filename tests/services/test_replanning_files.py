"""Re-planning: what is in a file, held or late, who is killed in between, and what is shown."""

from __future__ import annotations

from datetime import date

import pytest

from tests import builders
from tests.reliability.invariants import check_tables
from tests.services.closing import (
    AFTER,
    BEFORE,
    PLANNING,
    close,
    live,
    notices,
    reopen,
    row,
    run_until,
    the_debit,
)
from tests.services.collecting import ANNOUNCING, COLLECTION, FREEZING, Desk
from tests.services.scheduling import DAYS, Debtor
from webapp.domain.period import Period
from webapp.domain.statuses import BankFileStatus, DebitStatus, PaymentScheduleStatus
from webapp.models import (
    BankFile,
    DueKind,
    HoldReason,
)
from webapp.services import replanning
from webapp.services.closed_days import (
    close_day,
)
from webapp.services.declaration_history import find_declaration
from webapp.services.dues import Wanted, list_dues
from webapp.services.events import move_all
from webapp.services.obligations import obligation
from webapp.services.replanning import replan
from webapp.services.superseding import supersede_file
from webapp.services.transactions import transaction

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


STEPS = [
    "move_collection_days", "_free_planned", "plan_debits", "_move_waiting", "_take_back_files",
    "_move_announced", "_expect_anew",
]  # fmt: skip


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


# What is only shown.


def test_an_instalment_keeps_the_day_that_was_agreed_and_is_debited_on_the_next(desk: Desk) -> None:
    debtor = Debtor(desk)
    reference = debtor.agreed()
    second = DAYS[1]
    assert second == date(2026, 12, 30)
    close(desk, date(2026, 12, 8), second)
    assert [one.collect_from_on for one in debtor.instalment_dues()] == list(DAYS)
    shown = list_dues(desk.session, debtor.day(), debtor.owner_id, Wanted())
    assert date(2026, 12, 31) in [one.collect_on for one in shown.dues]
    desk.run(date(2026, 12, 21))
    assert date(2026, 12, 31) in [one.collect_on for one in live(desk)]
    assert debtor.status(reference) is PaymentScheduleStatus.ACCEPTED


def test_what_a_declaration_said_of_its_days_follows_the_calendar(desk: Desk) -> None:
    desk.file_one()
    owner = desk.dues()[0].employer_id
    desk.session.rollback()
    before = find_declaration(desk.session, owner, "2026-10")
    assert (before.collect_from_on, before.legal_due_on) == (COLLECTION, COLLECTION)
    close(desk, date(2026, 11, 4))
    after = find_declaration(desk.session, owner, "2026-10")
    assert (after.collect_from_on, after.legal_due_on) == (BEFORE, AFTER)
    day = builders.working_day(desk.session, date(2026, 11, 4))
    assert obligation(Period.parse("2026-10"), day).deadline == AFTER
