"""Notices on their way: sent while they are of use, tried again, and come back."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests import builders
from tests.services.collecting import ANNOUNCING, Desk
from tests.services.people import later
from webapp.adapters.messages import Delivery, Sent
from webapp.domain.errors import RunStopped
from webapp.domain.rules import MessageRules
from webapp.domain.statuses import DebitStatus
from webapp.models import Notice, NoticeChannel, NoticeStatus
from webapp.services.bounces import record_bounce
from webapp.services.debits import cancel_debit, release_debit
from webapp.services.notice_bounces import record_bounce as record_bounced_notice
from webapp.services.notices import (
    OF_NO_USE,
    NoticeToSend,
    notices_are_due,
    send_notices,
)
from webapp.services.runs import run_due_debits
from webapp.services.transactions import stoppable
from webapp.services.working_day import WorkingDay

RULES = MessageRules()


@pytest.fixture
def day(office: Session) -> WorkingDay:
    return builders.working_day(office, ANNOUNCING, "salima")


def announced(desk: Desk, provider: builders.Provider, on: date = ANNOUNCING) -> None:
    """Debits that were announced; the provider answers as the test says."""
    tools = builders.tools(desk.outbox, provider)
    run_due_debits(desk.session, builders.working_day(desk.session, on), tools)


def notices(desk: Desk) -> list[Notice]:
    desk.session.expire_all()
    found = list(desk.session.scalars(select(Notice).order_by(Notice.id)))
    desk.session.rollback()
    return found


def test_a_provider_that_cannot_now_is_asked_again_when_the_wait_is_over(
    desk: Desk, day: WorkingDay
) -> None:
    desk.file_one()
    announced(desk, builders.Provider(Delivery.LATER))
    (notice,) = notices(desk)
    assert notice.next_try_at is not None
    wait = (notice.next_try_at - day.now).total_seconds()
    assert 60 <= wait <= 75
    provider = builders.Provider()
    assert send_notices(desk.session, day, provider) == 0
    assert not notices_are_due(desk.session, day)
    then = later(day, seconds=wait)
    assert notices_are_due(desk.session, then)
    assert send_notices(desk.session, then, provider) == 1
    assert [notice.tries for notice in provider.sent] == [1]
    (notice,) = notices(desk)
    assert (notice.status, notice.tries) == (NoticeStatus.ACCEPTED, 2)
    assert notice.accepted_on == day.today


def test_after_the_last_try_the_debit_is_held(desk: Desk, day: WorkingDay) -> None:
    desk.file_one()
    announced(desk, builders.Provider(Delivery.LATER))
    for _ in range(RULES.most_tries):
        day = later(day, hours=8)
        send_notices(desk.session, day, lambda notice: Sent(Delivery.LATER, "451 busy"))
    (notice,) = notices(desk)
    assert (notice.status, notice.tries) == (NoticeStatus.REFUSED, RULES.most_tries)
    assert notice.answer == "451 busy"
    assert desk.debits()[0].status is DebitStatus.HELD


def test_many_that_wait_alike_do_not_come_back_all_at_once(desk: Desk) -> None:
    for _ in range(20):
        desk.file_one()
    announced(desk, builders.Provider(Delivery.LATER))
    assert len({notice.next_try_at for notice in notices(desk)}) > 2


def test_a_notice_of_a_debit_that_was_cancelled_meanwhile_is_not_sent(
    desk: Desk, day: WorkingDay
) -> None:
    desk.file_one()
    announced(desk, builders.Provider(Delivery.LATER))
    cancel_debit(desk.session, day, desk.debits()[0].reference)
    provider = builders.Provider()
    send_notices(desk.session, later(day, hours=1), provider)
    assert provider.sent == []
    (notice,) = notices(desk)
    assert (notice.status, notice.answer) == (NoticeStatus.REFUSED, OF_NO_USE)


def test_a_worker_sends_some_and_ends_when_it_is_told_to(desk: Desk, day: WorkingDay) -> None:
    for _ in range(5):
        desk.file_one()
    announced(desk, builders.Provider(Delivery.LATER))
    then = later(day, minutes=2)
    some = builders.Provider()
    assert send_notices(desk.session, then, some, most=2) == 2
    ended = builders.Provider()
    assert send_notices(desk.session, then, ended, go_on=lambda: not ended.sent) == 1
    rest = builders.Provider()
    assert send_notices(desk.session, then, rest) == 2
    told = [notice.reference for notice in (*some.sent, *ended.sent, *rest.sent)]
    assert len(set(told)) == 5


def test_a_run_that_is_told_to_end_writes_down_what_it_has_sent(desk: Desk) -> None:
    for _ in range(5):
        desk.file_one()
    some, rest = builders.Provider(), builders.Provider()
    told_to_end = stoppable(desk.session, lambda: len(some.sent) == 2)
    with told_to_end, pytest.raises(RunStopped):
        announced(desk, some)
    assert sum(notice.status is NoticeStatus.ACCEPTED for notice in notices(desk)) == 2
    announced(desk, rest)
    told = [notice.reference for notice in (*some.sent, *rest.sent)]
    assert len(set(told)) == len(told) == 5


def test_the_provider_s_words_are_kept_cut_to_their_column(desk: Desk, day: WorkingDay) -> None:
    desk.file_one()
    announced(desk, builders.Provider(Delivery.LATER))

    def refuse(notice: NoticeToSend) -> Sent:
        return Sent(Delivery.REFUSED, "550 " + "x" * 300)

    send_notices(desk.session, later(day, hours=1), refuse)
    assert notices(desk)[0].answer == "550 " + "x" * 196


def test_a_bounce_keeps_what_the_mail_server_said(desk: Desk, day: WorkingDay) -> None:
    desk.file_one()
    announced(desk, builders.Provider())
    assert record_bounce(desk.session, day, f"{desk.debits()[0].reference}.1", "5.1.1")
    (notice,) = notices(desk)
    assert (notice.status, notice.answer) == (NoticeStatus.BOUNCED, "5.1.1")


def test_a_late_bounce_of_a_notice_that_was_replaced_does_not_hold_the_debit_again(
    desk: Desk, day: WorkingDay
) -> None:
    desk.file_one()
    announced(desk, builders.Provider())
    reference = desk.debits()[0].reference
    record_bounce(desk.session, day, f"{reference}.1", "5.1.1")
    release_debit(desk.session, day, reference)
    announced(desk, builders.Provider())
    assert record_bounce(desk.session, day, f"{reference}.1", "5.1.1")
    assert desk.debits()[0].status is DebitStatus.ANNOUNCED
    desk.session.rollback()
    assert record_bounce(desk.session, day, f"{reference}.2", "5.1.1")
    assert desk.debits()[0].status is DebitStatus.HELD


def test_what_stands_in_the_portal_cannot_come_back(desk: Desk, day: WorkingDay) -> None:
    owner = builders.employer(desk.session, notice_channel=NoticeChannel.PORTAL, phone="")
    filed = builders.working_day(desk.session, desk.on)
    builders.mandate(desk.session, filed, owner)
    builders.declaration(desk.session, filed, owner)
    announced(desk, builders.Provider())
    reference = desk.debits()[0].reference
    desk.session.rollback()
    assert not record_bounced_notice(desk.session, day, f"{reference}.1")
    assert desk.debits()[0].status is DebitStatus.ANNOUNCED
