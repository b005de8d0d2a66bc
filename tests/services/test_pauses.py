"""A pause: nothing is debited inside it, nothing is forgotten after it, and the bank's word stands.

First shown to fail on planted faults: a debit inside a pause that is frozen before it begins; one
for after it that is held; a pause that brings back what a bank has suspended; an announced debit
that a pause moves instead of cancelling it.
"""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select, update

from tests import builders
from tests.reliability.invariants import check_tables
from tests.services.collecting import ANNOUNCING, COLLECTION, FREEZING, Desk
from tests.services.living import Life
from webapp.domain.errors import (
    IllegalMove,
    InvalidPause,
    MandateNotInForce,
    NotFound,
    ShownChanged,
    SuspendedByBank,
)
from webapp.domain.pause import Pause
from webapp.domain.rules import CollectionRules
from webapp.domain.statuses import DebitStatus, MandateStatus
from webapp.models import Debit, Mandate
from webapp.services import refusals
from webapp.services.debits import release_debit
from webapp.services.pauses import pause_mandate, preview_pause, resume_mandate
from webapp.services.permission import is_paused_on, may_collect_on

ACTIVE, SUSPENDED = MandateStatus.ACTIVE, MandateStatus.SUSPENDED
ANNOUNCED, FROZEN, PLANNED = DebitStatus.ANNOUNCED, DebitStatus.FROZEN, DebitStatus.PLANNED
LATER = date(2026, 12, 10)
# Around the fixed days of the tests.
DAYS = st.dates(date(2026, 11, 1), date(2026, 12, 31))


@pytest.fixture
def life(desk: Desk) -> Life:
    life = Life(desk)
    life.declare()
    return life


def test_a_pause_from_today_suspends_at_once_and_one_from_later_does_not(life: Life) -> None:
    life.pause(ANNOUNCING, on=ANNOUNCING)
    assert life.status() is SUSPENDED
    life.resume(ANNOUNCING)
    assert life.status() is ACTIVE
    life.pause(COLLECTION, on=ANNOUNCING)
    assert life.status() is ACTIVE
    assert life.mandate().paused_from_on == COLLECTION


def test_the_run_begins_and_ends_a_pause_on_its_days(life: Life) -> None:
    life.pause(date(2026, 12, 6), date(2026, 12, 8), on=ANNOUNCING)
    seen = {}
    for day in range(4, 11):
        life.desk.run(date(2026, 12, day))
        seen[day] = life.status()
    assert seen == {
        4: ACTIVE, 5: ACTIVE, 6: SUSPENDED, 7: SUSPENDED, 8: SUSPENDED, 9: ACTIVE, 10: ACTIVE,
    }  # fmt: skip
    assert life.mandate().paused_from_on is None
    check_tables(life.session)


def test_of_a_pause_that_no_run_has_seen_nothing_is_left(life: Life) -> None:
    life.pause(date(2026, 12, 6), date(2026, 12, 8), on=ANNOUNCING)
    life.desk.run(LATER)
    assert (life.status(), life.mandate().paused_from_on) == (ACTIVE, None)


def test_what_is_announced_inside_is_cancelled_and_planned_again_for_after_it(
    life: Life,
) -> None:
    life.desk.run(ANNOUNCING)
    life.pause(COLLECTION, date(2026, 12, 3), on=ANNOUNCING)
    assert life.places() == [] and life.dues() == ["open", "open"]
    for on in builders.bank_days(life.day(), ANNOUNCING, LATER):
        life.desk.run(on)
        assert not any(COLLECTION <= day <= date(2026, 12, 3) for day in life.days())
    assert life.places()[-1][2] == 2
    check_tables(life.session)


def test_a_debit_for_a_day_inside_a_pause_is_not_frozen_before_it_begins(life: Life) -> None:
    """Its file would leave on the day before."""
    life.desk.run(ANNOUNCING)
    life.session.execute(update(Mandate).values(paused_from_on=COLLECTION))
    life.session.commit()
    life.desk.run(FREEZING)
    assert life.places() == [] and life.status() is ACTIVE


def test_a_debit_for_a_day_after_the_pause_is_made(life: Life) -> None:
    life.desk.run(ANNOUNCING)
    life.pause(ANNOUNCING, COLLECTION - timedelta(days=1), on=ANNOUNCING)
    assert life.status() is SUSPENDED
    life.desk.run(FREEZING)
    assert life.places() == [(life.reference, FROZEN, 2)]
    check_tables(life.session)


def test_what_is_in_a_file_is_made_all_the_same(life: Life) -> None:
    life.desk.run(ANNOUNCING)
    life.desk.run(FREEZING)
    shown = preview_pause(life.session, life.owner.id, life.reference, Pause(FREEZING))
    assert [one.collect_on for one in shown.unstoppable] == [COLLECTION] and not shown.unsent
    life.pause(FREEZING, on=FREEZING)
    assert life.places() == [(life.reference, FROZEN, 2)]


def test_a_file_taken_back_during_a_pause_leaves_its_dues_for_after_it(life: Life) -> None:
    life.desk.run(ANNOUNCING)
    life.desk.run(FREEZING)
    life.pause(FREEZING, on=FREEZING)
    life.desk.run(COLLECTION)
    assert life.places() == [] and life.dues() == ["open", "open"]
    life.resume(COLLECTION)
    life.desk.run(COLLECTION)
    assert [place[2] for place in life.places()] == [2]


def test_a_refusal_during_a_pause_is_not_presented_again_before_its_end(life: Life) -> None:
    life.desk.send_all()
    life.pause(FREEZING, on=FREEZING)
    answers = {life.desk.attempts()[0].end_to_end_id: "RJCT"}
    message = life.desk.bank.status(life.desk.files()[0].reference, answers, reason="AM04")
    life.desk.take_in(message, date(2026, 12, 1))
    life.desk.run(date(2026, 12, 2))
    assert life.places() == [] and life.dues() == ["open", "open"]
    check_tables(life.session)


def test_undone_before_it_begins_it_leaves_everything_to_be_planned_again(life: Life) -> None:
    life.desk.run(ANNOUNCING)
    life.pause(COLLECTION, on=ANNOUNCING)
    life.resume(ANNOUNCING)
    assert life.mandate().paused_from_on is None
    life.desk.run(ANNOUNCING)
    assert [place[2] for place in life.places()] == [2]


@pytest.mark.parametrize("reason", ["AC04", "MD01"])
def test_what_a_bank_stops_during_a_pause_the_employer_does_not_resume(
    life: Life, reason: str
) -> None:
    life.desk.send_all()
    life.pause(FREEZING, date(2026, 12, 2), on=FREEZING)
    answers = {life.desk.attempts()[0].end_to_end_id: "RJCT"}
    message = life.desk.bank.status(life.desk.files()[0].reference, answers, reason=reason)
    life.desk.take_in(message, date(2026, 12, 1))
    with pytest.raises(SuspendedByBank):
        life.resume(date(2026, 12, 1))
    life.desk.run(LATER)
    assert life.status() is SUSPENDED
    check_tables(life.session)


def test_a_pause_that_is_only_planned_ends_with_the_bank_s_word(life: Life) -> None:
    life.pause(LATER, on=ANNOUNCING)
    refusal = refusals.Refusal(
        0, life.mandate().id, refusals.ActionClass.STOP, 1, COLLECTION, True, False
    )
    refusals._suspend(life.session, life.day(ANNOUNCING), [refusal])
    life.session.commit()
    assert (life.status(), life.mandate().paused_from_on) == (SUSPENDED, None)


def test_money_in_the_hands_of_the_office_waits_for_it(life: Life) -> None:
    life.desk.run(ANNOUNCING)
    life.session.execute(update(Debit).values(status="held", hold_reason="late_money"))
    life.session.commit()
    life.pause(ANNOUNCING, on=ANNOUNCING)
    (debit,) = life.desk.debits()
    assert debit.status is DebitStatus.HELD
    reference = debit.reference
    life.session.rollback()
    release_debit(life.session, life.day(ANNOUNCING), reference)
    life.desk.run(ANNOUNCING)
    assert life.places() == [] and life.dues() == ["open", "open"]


def test_the_same_pause_sent_twice_is_one(life: Life) -> None:
    pause = Pause(ANNOUNCING)
    shown = "whatever was shown"
    life.pause(ANNOUNCING, on=ANNOUNCING)
    day = life.day(ANNOUNCING)
    tools = life.session, day, builders.VAULT, life.told, life.owner.id, life.reference
    pause_mandate(*tools, pause, shown)
    resume_mandate(*tools)
    resume_mandate(*tools)
    assert life.status() is ACTIVE
    # Told once of each.
    assert life.told.kinds == ["mandate_suspended", "mandate_resumed"]
    assert life.told.values[0]["on"] == ANNOUNCING and life.told.values[0]["until"] is None


def test_what_was_not_shown_does_not_happen(life: Life) -> None:
    life.desk.run(ANNOUNCING)
    with pytest.raises(ShownChanged):
        pause_mandate(
            life.session, life.day(ANNOUNCING), builders.VAULT, life.told, life.owner.id,
            life.reference, Pause(COLLECTION), "other",
        )  # fmt: skip
    assert life.places() == [(life.reference, ANNOUNCED, 2)]


@pytest.mark.parametrize(
    ("pause", "field", "reason"),
    [
        (Pause(ANNOUNCING - timedelta(days=1)), "from_on", "past"),
        (Pause(ANNOUNCING + timedelta(days=367)), "from_on", "too_long"),
        (Pause(ANNOUNCING, ANNOUNCING - timedelta(days=1)), "until_on", "reversed"),
        (Pause(ANNOUNCING, ANNOUNCING + timedelta(days=367)), "until_on", "too_long"),
    ],
)
def test_days_that_make_no_pause(pause: Pause, field: str, reason: str) -> None:
    with pytest.raises(InvalidPause) as caught:
        pause.check(ANNOUNCING, CollectionRules())
    assert (caught.value.field, caught.value.reason) == (field, reason)


@pytest.mark.parametrize(
    ("status", "error"),
    [
        ("signed", IllegalMove),
        ("confirmed", IllegalMove),
        ("suspended", SuspendedByBank),
        ("revoked", MandateNotInForce),
        ("refused", MandateNotInForce),
        ("replaced", MandateNotInForce),
        ("expired", MandateNotInForce),
    ],
)
def test_only_an_active_mandate_is_suspended(
    life: Life, status: str, error: type[Exception]
) -> None:
    life.session.execute(update(Mandate).values(status=status))
    life.session.commit()
    with pytest.raises(error):
        pause_mandate(
            life.session, life.day(), builders.VAULT, life.told, life.owner.id, life.reference,
            Pause(ANNOUNCING), "",
        )  # fmt: skip
    if error is not IllegalMove:
        with pytest.raises(error):
            life.resume()


def test_the_mandate_of_another_is_not_found(life: Life, desk: Desk) -> None:
    other = Life(desk)
    with pytest.raises(NotFound):
        resume_mandate(
            life.session, life.day(), builders.VAULT, life.told, life.owner.id, other.reference
        )


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(first=DAYS, last=st.none() | DAYS, on=DAYS, status=st.sampled_from(MandateStatus))
def test_sql_and_the_rule_agree_on_every_day(
    life: Life, first: date, last: date | None, on: date, status: MandateStatus
) -> None:
    days = {"paused_from_on": first, "paused_until_on": last}
    life.session.execute(update(Mandate).values(status=status, **days))
    inside = on in Pause(first, last)
    paused, collects = life.session.execute(select(is_paused_on(on), may_collect_on(on))).one()
    life.session.rollback()
    assert bool(paused) is inside
    assert bool(collects) is (status in {ACTIVE, SUSPENDED} and not inside)
