"""What an employer is told of a debit once the bank has answered: each thing once."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from tests import builders
from tests.services.collecting import AMOUNT, COLLECTION, FILED, Desk
from tests.services.newsroom import Told, everything_told, kinds_told, tell_on
from webapp.domain.period import Period
from webapp.domain.statuses import DebitStatus
from webapp.models import Debit, Employer, HoldReason, Notice

ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
NEXT = COLLECTION + timedelta(days=1)


def answer(desk: Desk, code: str, on: date = COLLECTION, reason: str = "AM04") -> None:
    """The bank says this of the latest attempt."""
    attempt = desk.attempts()[-1].end_to_end_id
    desk.session.rollback()
    reference = desk.files()[-1].reference
    desk.take_in(desk.bank.status(reference, {attempt: code}, reason=reason), on)


def money_comes(desk: Desk, on: date = COLLECTION) -> None:
    attempt = desk.attempts()[-1].end_to_end_id
    desk.session.rollback()
    desk.take_in(desk.bank.settled({attempt: AMOUNT}), on)


def money_goes(desk: Desk, reason: str, on: date = NEXT) -> None:
    attempt = desk.attempts()[-1].end_to_end_id
    desk.session.rollback()
    desk.take_in(desk.bank.returned({attempt: AMOUNT}, reason=reason), on)


def of_debits(session: Session) -> list[Told]:
    return [one for one in everything_told(session) if one.kind.startswith("debit_")]


def test_money_that_has_come_is_told_once(sent: Desk) -> None:
    answer(sent, "ACSC")
    money_comes(sent)
    assert tell_on(sent.session, COLLECTION) == 1
    for on in (COLLECTION, NEXT, NEXT + timedelta(days=3)):
        assert "debit_settled" in kinds_told(sent.session)
        tell_on(sent.session, on)
    (told,) = of_debits(sent.session)
    assert told.kind == "debit_settled"
    assert told.values["amount"] == AMOUNT
    assert told.values["period"] == Period.parse("2026-10")
    assert told.values["collect_on"] == COLLECTION


@ON_SQLITE
def test_of_several_periods_none_is_named(desk: Desk, late_for_free: None) -> None:
    day = builders.working_day(desk.session, FILED)
    owner = builders.employer(desk.session)
    builders.mandate(desk.session, day, owner, covers_arrears=True)
    for period in ("2026-08", "2026-09"):
        builders.declaration(desk.session, day, owner, period=period)
    while not (attempts := desk.attempts()):
        desk.session.rollback()
        desk.run(desk.on + timedelta(days=1))
        desk.approve()
        desk.send()
    (attempt,) = attempts
    come, on = {attempt.end_to_end_id: attempt.amount_centimes}, desk.on
    desk.session.rollback()
    desk.take_in(desk.bank.settled(come), on)
    tell_on(desk.session, on)
    (told,) = [one for one in of_debits(desk.session) if one.kind == "debit_settled"]
    assert told.values["period"] is None and told.values["amount"] == 2 * AMOUNT


def test_money_on_its_way_is_told_after_a_bank_day_and_never_on_one_day_with_its_arrival(
    sent: Desk,
) -> None:
    answer(sent, "ACSC")
    for on in (COLLECTION, NEXT):
        tell_on(sent.session, on)
    assert of_debits(sent.session) == [], "as a rule it comes at once"
    after = NEXT + timedelta(days=1)
    assert [tell_on(sent.session, after) for _ in range(2)] == [1, 0]
    money_comes(sent, after)
    assert tell_on(sent.session, after) == 0
    assert tell_on(sent.session, after + timedelta(days=1)) == 1
    assert [one.kind for one in of_debits(sent.session)] == ["debit_debited", "debit_settled"]


def test_the_notice_of_another_attempt_is_the_message_of_a_refusal(
    sent: Desk, late_for_free: None
) -> None:
    answer(sent, "RJCT")
    tell_on(sent.session, COLLECTION)
    sent.run(NEXT)
    tell_on(sent.session, NEXT)
    assert of_debits(sent.session) == []
    kinds = [one.kind.value for one in sent.session.scalars(select(Notice).order_by(Notice.id))]
    assert kinds == ["debit_announced", "debit_re_presented"]


@pytest.mark.parametrize(
    ("reason", "why", "next_step"),
    [
        ("AC04", "account_closed", "change_account"),
        ("MD07", "", "contact_agency"),
        ("MS03", "", "an_agent_looks"),
        (None, "", "an_agent_looks"),
    ],
)
@ON_SQLITE
def test_a_refusal_says_what_to_do(
    sent: Desk, reason: str | None, why: str, next_step: str
) -> None:
    answer(sent, "RJCT", reason=reason or "ZZ99")
    assert [tell_on(sent.session, on) for on in (COLLECTION, NEXT)] == [1, 0]
    (told,) = of_debits(sent.session)
    assert (told.kind, told.values["why"], told.values["next"]) == (
        "debit_refused", why, next_step,
    )  # fmt: skip
    assert told.values["given_back"] is False and told.values["amount"] == AMOUNT


def test_the_last_attempt_says_that_it_was_the_last(sent: Desk, late_for_free: None) -> None:
    answer(sent, "RJCT")
    for _ in range(2):
        assert tell_on(sent.session, sent.on) == 0, "it is presented again"
        answer(sent, "RJCT", _present(sent))
    assert tell_on(sent.session, sent.on) > 0
    (told,) = of_debits(sent.session)
    assert (told.kind, told.values["next"]) == ("debit_refused", "pay_otherwise")


def _present(desk: Desk) -> date:
    """Run day after day until the debit is at the bank again; its day."""
    while desk.debits()[-1].status.value != "sent":
        desk.session.rollback()
        desk.run(desk.on + timedelta(days=1))
        desk.approve()
        desk.send()
    on = desk.debits()[-1].collect_on
    desk.session.rollback()
    return on


@ON_SQLITE
def test_money_that_went_back_is_told_as_such(sent: Desk) -> None:
    money_comes(sent)
    tell_on(sent.session, COLLECTION)
    money_goes(sent, "AC04")
    assert tell_on(sent.session, NEXT) == 1
    assert [one.kind for one in of_debits(sent.session)] == ["debit_settled", "debit_refused"]
    assert of_debits(sent.session)[-1].values["given_back"] is True


@ON_SQLITE
def test_money_that_came_and_went_before_anybody_told_was_refused(sent: Desk) -> None:
    money_comes(sent)
    money_goes(sent, "AC04", COLLECTION)
    tell_on(sent.session, COLLECTION)
    assert [one.kind for one in of_debits(sent.session)] == ["debit_refused"]


@pytest.mark.parametrize("failed", [False, True])
def test_what_is_older_than_two_weeks_is_told_to_nobody(sent: Desk, failed: bool) -> None:
    """A first run on an old database floods nobody."""
    answer(sent, "RJCT", reason="AC04") if failed else money_comes(sent)
    for days, made in ((15, 0), (14, 1)):
        assert tell_on(sent.session, COLLECTION + timedelta(days=days)) == made


@ON_SQLITE
def test_quiet_keeps_refusals_and_leaves_out_money_that_came(sent: Desk) -> None:
    sent.session.execute(update(Employer).values(quiet=True))
    sent.session.commit()
    money_comes(sent)
    assert tell_on(sent.session, COLLECTION) == 0
    money_goes(sent, "AC04")
    assert tell_on(sent.session, NEXT) == 1


def test_a_charge_for_lateness_is_told_once_for_all_its_amounts(desk: Desk) -> None:
    builders.late_rules(desk.session)
    late = COLLECTION + timedelta(days=3)
    day = builders.working_day(desk.session, late)
    owner = builders.employer(desk.session, worksites=3)
    builders.declaration(desk.session, day, owner, worksites=("W1", "W2", "W3"))
    assert [tell_on(desk.session, late) for _ in range(2)] == [1, 0]
    (told,) = everything_told(desk.session)
    charges = [
        due.amount_centimes for due in desk.dues() if due.kind.value in {"surcharge", "penalty"}
    ]
    assert len(charges) == 6
    assert told.kind == "surcharge_added"
    assert told.values == {"amount": sum(charges), "period": Period.parse("2026-10")}
    desk.session.rollback()
    assert tell_on(desk.session, late + timedelta(days=1)) == 0


@ON_SQLITE
def test_an_old_charge_is_told_to_nobody(desk: Desk) -> None:
    builders.late_rules(desk.session)
    late = COLLECTION + timedelta(days=3)
    owner = builders.employer(desk.session)
    builders.declaration(desk.session, builders.working_day(desk.session, late), owner)
    assert tell_on(desk.session, late + timedelta(days=15)) == 0


@ON_SQLITE
def test_what_is_held_after_its_notice_is_not_told_again(sent: Desk, late_for_free: None) -> None:
    answer(sent, "RJCT")
    sent.run(NEXT)
    held = {"status": DebitStatus.HELD, "hold_reason": HoldReason.NOTICE_NOT_DELIVERED}
    sent.session.execute(update(Debit).values(held))
    sent.session.commit()
    assert tell_on(sent.session, NEXT) == 0


@ON_SQLITE
def test_what_is_held_before_its_notice_is_told_as_refused(sent: Desk, late_for_free: None) -> None:
    answer(sent, "RJCT")
    held = {"status": DebitStatus.HELD, "hold_reason": HoldReason.NO_CONTACT}
    sent.session.execute(update(Debit).values(held))
    sent.session.commit()
    assert tell_on(sent.session, COLLECTION) == 1
    assert of_debits(sent.session)[0].values["next"] == "an_agent_looks"
