"""What the office decides about one debit before it is sent."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from tests import builders
from tests.services.collecting import AMOUNT, ANNOUNCING, COLLECTION, FREEZING, Desk
from webapp.adapters.messages import Delivery
from webapp.domain.errors import IllegalMove, NotFound
from webapp.domain.statuses import DebitStatus, DueStatus
from webapp.models import HoldReason, Message
from webapp.services.debits import cancel_debit, release_debit
from webapp.services.notice_bounces import record_bounce
from webapp.services.outbox import open_message
from webapp.services.runs import run_due_debits


def test_a_bounced_notice_holds_the_debit_and_its_release_announces_it_anew(desk: Desk) -> None:
    desk.file_one()
    desk.run(ANNOUNCING)
    day = builders.working_day(desk.session, ANNOUNCING, "salima")
    reference = desk.debits()[0].reference
    assert record_bounce(desk.session, day, f"{reference}.1")
    assert desk.debits()[0].hold_reason is HoldReason.NOTICE_NOT_DELIVERED
    release_debit(desk.session, day, reference)
    desk.run(FREEZING)
    (debit,) = desk.debits()
    assert (debit.status, debit.notice_version) == (DebitStatus.ANNOUNCED, 2)
    assert debit.collect_on == builders.working_day(desk.session, FREEZING).feasible_on


@pytest.mark.parametrize("reference", ["", "nothing", "KM.1", "KM-1.x"])
def test_a_bounce_of_an_unknown_notice_changes_nothing(desk: Desk, reference: str) -> None:
    day = builders.working_day(desk.session, ANNOUNCING)
    assert not record_bounce(desk.session, day, reference)


def test_a_cancelled_debit_frees_its_dues_for_another_one(desk: Desk) -> None:
    desk.file_one()
    desk.run(ANNOUNCING)
    day = builders.working_day(desk.session, ANNOUNCING, "salima")
    cancel_debit(desk.session, day, desk.debits()[0].reference)
    assert desk.dues()[0].status is DueStatus.OPEN
    desk.run(ANNOUNCING)
    first, second = desk.debits()
    assert (first.status, second.status) == (DebitStatus.CANCELLED, DebitStatus.ANNOUNCED)
    assert first.reference != second.reference


def test_a_sent_debit_cannot_be_cancelled_or_released(desk: Desk) -> None:
    desk.file_one()
    desk.send_all()
    day = builders.working_day(desk.session, FREEZING, "salima")
    for decide in (cancel_debit, release_debit):
        with pytest.raises(IllegalMove):
            decide(desk.session, day, desk.debits()[0].reference)
        with pytest.raises(NotFound):
            decide(desk.session, day, "KM-unknown")


@pytest.mark.parametrize(("answer", "messages"), [(Delivery.ACCEPTED, 1), (Delivery.LATER, 0)])
def test_who_was_told_of_a_debit_is_told_that_it_is_cancelled(
    desk: Desk, answer: Delivery, messages: int
) -> None:
    desk.file_one()
    day = builders.working_day(desk.session, ANNOUNCING, "salima")
    run_due_debits(desk.session, day, builders.tools(desk.outbox, builders.Provider(answer)))
    (debit,) = desk.debits()
    cancel_debit(desk.session, day, debit.reference, builders.VAULT)
    found = desk.session.scalars(select(Message)).all()
    assert [message.kind for message in found] == ["debit_cancelled"] * messages
    for message in found:
        _, values = open_message(builders.VAULT, message.sealed, message.reference)
        assert (values["amount"], values["collect_on"]) == (AMOUNT, COLLECTION)
