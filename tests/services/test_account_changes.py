"""Another account: what stays on the old one, what moves, and that nothing is debited twice.

First shown to fail on planted faults: a replaced mandate whose announced debits are held; one
that is planned anew; dues due before the new signature left out; a first notice sent at once; an
announced debit that moves unasked; a refusal presented again on the old account.
"""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import Engine, select, update
from sqlalchemy.orm import Session

from tests import builders
from tests.reliability.invariants import check_tables
from tests.services.collecting import AMOUNT, ANNOUNCING, COLLECTION, FREEZING, Desk
from tests.services.living import Life
from tests.services.people import RULES, at, at_once, signed_in
from webapp.domain.errors import (
    AccountAlreadyCollecting,
    KhatwaError,
    MandateNotInForce,
    NotFound,
    SameAccount,
    ShownChanged,
)
from webapp.domain.statuses import DebitStatus, MandateStatus
from webapp.models import Attempt, Debit, HoldReason, Mandate, MandateSignature, Notice
from webapp.services import refusals
from webapp.services.account_changes import NewAccount, change_account, preview_change
from webapp.services.debits import release_debit
from webapp.services.enrolment import default_authorisation
from webapp.services.runs import run_due_debits

PLANNED, ANNOUNCED, FROZEN = DebitStatus.PLANNED, DebitStatus.ANNOUNCED, DebitStatus.FROZEN
PLANNING = date(2026, 11, 18)  # eight bank days before the collection
ANSWERED = date(2026, 12, 1)


@pytest.fixture
def life(desk: Desk) -> Life:
    return Life(desk)


def check(life: Life) -> None:
    check_tables(life.session)


def test_the_new_mandate_takes_the_place_of_the_old_one(life: Life) -> None:
    old = life.reference
    rib = builders.account("007")
    life.change(rib=rib)
    new = life.mandate()
    assert (life.status(old), new.status) == (MandateStatus.REPLACED, MandateStatus.ACTIVE)
    assert (new.replaces_id, new.account_last4) == (life.mandate(old).id, rib.last4)
    assert new.is_default and new.first_notice_at == life.day().now + timedelta(hours=48)
    assert life.told.kinds == ["account_changed"]
    assert life.told.values[0]["last4"] == rib.last4
    check(life)


def test_a_change_before_anything_was_ever_debited_leaves_nothing_out(life: Life) -> None:
    life.declare()
    life.change()
    life.desk.run(ANNOUNCING)
    assert life.places() == [(life.reference, ANNOUNCED, 2)]
    check(life)


def test_what_is_announced_stays_on_the_old_account_and_is_debited_there(life: Life) -> None:
    life.declare()
    life.desk.run(ANNOUNCING)
    old = life.reference
    life.change(ANNOUNCING)
    assert life.places() == [(old, ANNOUNCED, 2)]
    life.desk.run(FREEZING)
    assert life.places() == [(old, FROZEN, 2)]
    assert life.days() == {COLLECTION}
    check(life)


def test_what_is_planned_moves_to_the_new_account(life: Life) -> None:
    life.declare()
    life.desk.run(PLANNING)
    old = life.reference
    assert life.places() == [(old, PLANNED, 2)]
    life.change(PLANNING)
    assert life.places() == []
    life.desk.run(PLANNING)
    assert life.places() == [(life.reference, PLANNED, 2)]
    check(life)


def test_an_account_that_no_longer_works_gives_up_what_was_announced_for_a_later_day(
    life: Life,
) -> None:
    life.declare()
    life.desk.run(ANNOUNCING)
    shown = preview_change(life.session, life.day(ANNOUNCING), life.owner.id, life.reference)
    (debit,) = shown.announced
    promised = shown.new_day_of(debit)
    assert promised > COLLECTION
    life.change(ANNOUNCING, dead=True)
    for on in builders.bank_days(life.day(), ANNOUNCING, life.before(promised)):
        life.desk.run(on)
        if life.days():
            assert life.days() == {promised}, "the day that was shown before the signature"
    assert life.places() == [(life.reference, ANNOUNCED, 2)]
    check(life)


@pytest.mark.parametrize(
    ("weekday", "hour"), [(0, 0), (1, 23), (2, 7), (3, 0), (4, 23), (5, 7), (6, 0)]
)
def test_the_day_that_is_shown_is_the_day_that_comes(life: Life, weekday: int, hour: int) -> None:
    """Whenever it is signed, and at whatever hour the runs of each day begin."""
    life.declare()
    signing = ANNOUNCING + timedelta(days=weekday)
    day = at(life.day(signing), life.day(signing).now + timedelta(hours=4))
    shown = preview_change(life.session, day, life.owner.id, life.reference)
    new = NewAccount(life.signature(), life.reference, True, shown.digest)
    life.reference = change_account(
        life.session, day, builders.VAULT, RULES, life.told, signed_in(life.owner),
        life.code(day), new,
    )  # fmt: skip
    seen = set()
    for on in builders.bank_days(day, signing, life.before(shown.first_day_on)):
        life.desk.on = on
        begin = builders.working_day(life.session, on)
        run_at = at(begin, begin.now + timedelta(hours=hour - 8))
        run_due_debits(life.session, run_at, builders.tools(life.desk.outbox))
        seen |= life.days()
    assert seen == {shown.first_day_on}
    first = life.session.scalars(select(Notice).order_by(Notice.id)).first()
    assert first is not None and first.created_at >= day.now + timedelta(hours=48)


def test_no_notice_of_the_new_account_goes_out_while_it_is_quiet(life: Life) -> None:
    """Not even of a debit that the office has released meanwhile."""
    life.declare()
    life.change(PLANNING)
    life.desk.run(PLANNING)
    life.session.execute(
        update(Debit).values(status=DebitStatus.HELD, hold_reason=HoldReason.LATE_MONEY)
    )
    life.session.commit()
    (debit,) = life.desk.debits()
    reference = debit.reference
    life.session.rollback()
    release_debit(life.session, life.day(PLANNING), reference)
    life.session.execute(update(Mandate).values(first_notice_at=life.day(ANNOUNCING).now))
    life.session.commit()
    life.desk.run(date(2026, 11, 19))
    assert life.session.scalars(select(Notice)).all() == []
    life.desk.run(ANNOUNCING)
    assert len(life.session.scalars(select(Notice)).all()) == 1


def test_what_the_old_mandate_took_the_new_one_takes_although_it_was_due_before(
    life: Life,
) -> None:
    """Nothing is left between two signatures: the page has promised that it goes on."""
    life.declare("2026-10", on=COLLECTION)  # on the last day: debited after it was due
    life.desk.run(COLLECTION)
    life.change(date(2026, 12, 2), dead=True)
    for on in builders.bank_days(life.day(), date(2026, 12, 2), date(2026, 12, 10)):
        life.desk.run(on)
    assert {place[0] for place in life.places()} == {life.reference}
    found = default_authorisation(life.session, life.owner.id)
    assert found is not None and found.collects(COLLECTION)


def test_arrears_that_the_old_mandate_did_not_take_are_not_taken_by_the_new_one(
    desk: Desk,
) -> None:
    life = Life(desk)
    life.declare("2026-09")
    life.session.execute(update(Mandate).values(signed_on=date(2026, 11, 10)))
    life.session.commit()
    life.change(date(2026, 11, 11))
    for on in (date(2026, 11, 15), date(2026, 11, 18)):
        life.desk.run(on)
    assert life.places() == []


def test_a_file_that_was_never_sent_leaves_its_dues_to_the_new_account(life: Life) -> None:
    life.declare()
    life.desk.run(ANNOUNCING)
    life.desk.run(FREEZING)
    old = life.reference
    life.change(FREEZING)
    assert life.places() == [(old, FROZEN, 2)]
    life.desk.run(ANSWERED)  # nobody approved: its cut-off has passed
    assert life.places() == [(life.reference, PLANNED, 2)] or life.places() == [
        (life.reference, ANNOUNCED, 2)
    ]
    check(life)


@pytest.mark.parametrize("reason", ["AM04", "AC04", "MD01"])
def test_what_the_old_account_refuses_afterwards_is_debited_from_the_new_one(
    life: Life, reason: str
) -> None:
    life.declare()
    life.desk.send_all()
    life.change(FREEZING)
    answers = {life.desk.attempts()[0].end_to_end_id: "RJCT"}
    life.desk.take_in(
        life.desk.bank.status(life.desk.files()[0].reference, answers, reason=reason), ANSWERED
    )
    assert life.dues() == ["open", "open"]
    life.desk.run(ANSWERED)
    assert {place[0] for place in life.places()} == {life.reference}
    assert life.status() is MandateStatus.ACTIVE
    check(life)


def test_a_refusal_that_waits_for_its_next_attempt_moves_with_it(life: Life) -> None:
    life.declare()
    life.desk.send_all()
    answers = {life.desk.attempts()[0].end_to_end_id: "RJCT"}
    life.desk.take_in(
        life.desk.bank.status(life.desk.files()[0].reference, answers, reason="AM04"), ANSWERED
    )
    assert life.places() == [(life.reference, PLANNED, 2)]
    life.change(ANSWERED)
    for on in builders.bank_days(life.day(), ANSWERED, date(2026, 12, 6)):
        life.desk.run(on)
    assert {place[0] for place in life.places()} == {life.reference}
    check(life)


def test_when_the_bank_closes_the_old_account_what_was_announced_on_it_moves(life: Life) -> None:
    life.declare()
    life.desk.run(ANNOUNCING)
    old = life.reference
    life.change(ANNOUNCING)
    refusal = refusals.Refusal(
        0, life.mandate(old).id, refusals.ActionClass.STOP, 1, COLLECTION, True, False
    )
    refusals._suspend(life.session, life.day(ANNOUNCING), [refusal])
    life.session.commit()
    assert life.places() == [] and life.dues() == ["open", "open"]


def test_money_that_the_office_has_in_hand_stays_with_the_office(life: Life) -> None:
    life.declare()
    life.desk.run(ANNOUNCING)
    life.session.execute(
        update(Debit).values(status=DebitStatus.HELD, hold_reason=HoldReason.LATE_MONEY)
    )
    life.session.commit()
    old = life.reference
    life.change(ANNOUNCING, dead=True)
    assert life.places() == [(old, DebitStatus.HELD, 2)]
    (debit,) = life.desk.debits()
    reference = debit.reference
    life.session.rollback()
    release_debit(life.session, life.day(FREEZING), reference)
    life.desk.run(FREEZING)
    assert {place[0] for place in life.places()} == {life.reference}


@pytest.mark.parametrize("reason", [one for one in HoldReason if one is not HoldReason.LATE_MONEY])
def test_what_is_held_moves(life: Life, reason: HoldReason) -> None:
    life.declare()
    life.desk.run(ANNOUNCING)
    life.session.execute(update(Debit).values(status=DebitStatus.HELD, hold_reason=reason))
    life.session.commit()
    life.change(ANNOUNCING)
    assert life.places() == [] and life.dues() == ["open", "open"]


def test_a_suspended_mandate_is_replaced_and_nothing_stays_on_it(life: Life) -> None:
    life.declare()
    life.desk.run(ANNOUNCING)
    life.session.execute(update(Mandate).values(status=MandateStatus.SUSPENDED))
    life.session.commit()
    old = life.reference
    life.change(ANNOUNCING)
    assert life.places() == []
    assert life.status(old) is MandateStatus.REPLACED and life.status() is MandateStatus.ACTIVE


def test_two_changes_in_a_day(life: Life) -> None:
    life.declare()
    life.desk.run(ANNOUNCING)
    first = life.reference
    second = life.change(ANNOUNCING)
    third = life.change(ANNOUNCING)
    assert life.places() == [(first, ANNOUNCED, 2)]
    assert [life.status(one) for one in (first, second, third)] == [
        MandateStatus.REPLACED, MandateStatus.REPLACED, MandateStatus.ACTIVE,
    ]  # fmt: skip
    life.change(ANNOUNCING, dead=True)
    assert life.places() == [], "the account before the last one does not work either"
    check(life)


def test_back_to_the_account_of_before(life: Life, desk: Desk) -> None:
    rib = builders.account()
    own = Life(desk, rib=rib)
    own.change()
    own.change(rib=rib)
    assert own.mandate().account_last4 == rib.last4


def test_the_same_account_is_refused_and_the_code_stays_good(desk: Desk) -> None:
    rib = builders.account()
    life = Life(desk, rib=rib)
    code = life.code(life.day())
    with pytest.raises(SameAccount):
        life.change(rib=rib, code=code)
    life.change(code=code)


def test_the_account_of_an_exception_is_refused(life: Life) -> None:
    rib = builders.account()
    life.take_out("W2", rib=rib)
    before = life.reference
    with pytest.raises(AccountAlreadyCollecting):
        life.change(rib=rib)
    assert life.status(before) is MandateStatus.ACTIVE


def test_the_account_of_an_exception_is_changed_with_its_worksites(life: Life) -> None:
    life.declare()
    exception = life.take_out("W2")
    changed = life.change(reference=exception)
    for on in (PLANNING, ANNOUNCING):
        life.desk.run(on)
    assert sorted(life.places()) == sorted(
        [(life.reference, ANNOUNCED, 1), (changed, ANNOUNCED, 1)]
    )
    assert not life.mandate(changed).is_default


def test_the_same_code_sent_twice_changes_once(life: Life) -> None:
    code, old, day = life.code(life.day()), life.reference, life.day()
    first = life.change(code=code)
    shown = preview_change(life.session, day, life.owner.id, first).digest
    again = change_account(
        life.session, day, builders.VAULT, RULES, life.told, signed_in(life.owner), code,
        NewAccount(life.signature(), old, False, shown),
    )  # fmt: skip
    assert again == first
    assert len(life.session.scalars(select(Mandate)).all()) == 2
    assert life.told.kinds == ["account_changed"]


def test_what_was_not_shown_is_not_signed(life: Life) -> None:
    life.declare()
    day = life.day(ANNOUNCING)
    shown = preview_change(life.session, day, life.owner.id, life.reference).digest
    life.desk.run(ANNOUNCING)
    new = NewAccount(life.signature(), life.reference, False, shown)
    code = life.code(day)
    with pytest.raises(ShownChanged):
        change_account(
            life.session, day, builders.VAULT, RULES, life.told, signed_in(life.owner), code, new
        )
    assert life.status() is MandateStatus.ACTIVE
    life.change(ANNOUNCING, code=code)


@pytest.mark.parametrize("status", ["revoked", "refused", "replaced", "expired"])
def test_an_ended_mandate_has_no_other_account(life: Life, status: str) -> None:
    life.session.execute(update(Mandate).values(status=status))
    life.session.commit()
    with pytest.raises(MandateNotInForce):
        life.change()


def test_the_mandate_of_another_is_not_found(life: Life, desk: Desk) -> None:
    other = Life(desk)
    with pytest.raises(NotFound):
        life.change(reference=other.reference)


def test_two_changes_at_the_same_moment_are_one(life: Life, engine: Engine) -> None:
    day, old = life.day(), life.reference
    shown = preview_change(life.session, day, life.owner.id, old).digest
    codes = [life.code(day) for _ in range(2)]
    changes = [NewAccount(life.signature(), old, False, shown) for _ in range(2)]
    someone = signed_in(life.owner)
    life.session.rollback()

    def act_with(number: int) -> object:
        def act(session: Session) -> str:
            try:
                return change_account(
                    session, day, builders.VAULT, RULES, life.told, someone,
                    codes[number], changes[number],
                )  # fmt: skip
            except KhatwaError as error:
                return error.code

        return act

    answers = at_once(engine, [act_with(0), act_with(1)])
    assert MandateNotInForce.code in answers
    assert len(life.session.scalars(select(Mandate)).all()) == 2


def test_the_signature_of_the_change_is_evidence_of_its_own(life: Life) -> None:
    life.change()
    kept = life.session.scalars(select(MandateSignature).order_by(MandateSignature.id)).all()
    assert [one.number for one in kept] == [1, 1]
    assert kept[1].code_id is not None


def test_every_attempt_is_of_one_account(life: Life) -> None:
    life.declare()
    life.desk.run(ANNOUNCING)
    life.change(ANNOUNCING)
    life.desk.run(FREEZING)
    life.desk.run(FREEZING)
    attempts = life.session.scalars(select(Attempt)).all()
    assert [one.amount_centimes for one in attempts] == [2 * AMOUNT]
