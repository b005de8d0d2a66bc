"""The outbox: written with what it tells of, sent once, tried again, given up, always sealed."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from tests import builders
from tests.services.collecting import FILED
from tests.services.people import ask, at_once, code_sent
from webapp.adapters.messages import Delivery, Sent
from webapp.domain.rules import MessageRules
from webapp.models import Employer, Language, Message, MessageStatus, NoticeChannel
from webapp.services.bounces import record_bounce
from webapp.services.outbox import Addressee, open_message, queue, tell
from webapp.services.sending import (
    MessageToSend,
    Outbox,
    SendMessage,
    send_message,
    send_messages,
)
from webapp.services.transactions import transaction
from webapp.services.working_day import WorkingDay

RULES = MessageRules()
NEVER = datetime(9999, 1, 1, tzinfo=UTC)
VALUES = {"amount": 12_960_000, "collect_on": FILED, "worksites": ["ورشة 1"], "again": True}


@dataclass
class Postman:
    """Remembers what it was handed, and answers as the test says."""

    answers: list[Sent] = field(default_factory=list)
    handed: list[MessageToSend] = field(default_factory=list)

    def __call__(self, message: MessageToSend) -> Sent:
        self.handed.append(message)
        return self.answers.pop(0) if self.answers else Sent(Delivery.ACCEPTED, "250")


@pytest.fixture
def day(office: Session) -> WorkingDay:
    return builders.working_day(office, FILED)


@pytest.fixture
def owner(office: Session) -> Employer:
    return builders.employer(office, phone="0550123456", email="chef@example.dz")


def queued(office: Session, day: WorkingDay, owner: Employer, kind: str = "mandate_revoked") -> str:
    with transaction(office):
        tell(office, day, builders.VAULT, owner.id, kind, VALUES)
        return office.scalars(select(Message.reference).order_by(Message.id.desc())).first() or ""


def outbox(now: datetime, send: SendMessage, **other: Any) -> Outbox:
    return Outbox(**{"vault": builders.VAULT, "rules": RULES, "send": send,
                     "read_clock": lambda: now, **other})  # fmt: skip


def send(office: Session, now: datetime, postman: Postman) -> int:
    return send_messages(office, outbox(now, postman))


def row(office: Session, reference: str) -> Message:
    office.rollback()
    office.expire_all()
    return office.scalars(select(Message).where(Message.reference == reference)).one()


def test_what_is_told_reaches_the_contact_of_that_moment(
    office: Session, day: WorkingDay, owner: Employer
) -> None:
    reference = queued(office, day, owner)
    with transaction(office):
        office.get_one(Employer, owner.id).phone = "0660999999"
    postman = Postman()
    assert send(office, day.now, postman) == 1
    (message,) = postman.handed
    assert (message.reference, message.kind) == (reference, "mandate_revoked")
    assert (message.channel, message.address) == ("sms", "0550123456")
    assert message.values == VALUES
    told = row(office, reference)
    assert (told.status, told.answer, told.tries) == (MessageStatus.ACCEPTED, "250", 1)
    assert send(office, day.now + timedelta(days=9), postman) == 0


def test_a_message_is_undone_with_what_it_tells_of(
    office: Session, day: WorkingDay, owner: Employer
) -> None:
    with pytest.raises(RuntimeError), transaction(office):
        tell(office, day, builders.VAULT, owner.id, "mandate_revoked", VALUES)
        raise RuntimeError
    assert office.scalars(select(Message)).all() == []


def test_neither_address_nor_words_stand_in_the_clear(
    office: Session, day: WorkingDay, owner: Employer
) -> None:
    code = code_sent(ask(office, day, owner.member_number))
    message = office.scalars(select(Message)).one()
    for secret in (code, "0550123456"):
        assert secret.encode() not in message.sealed
    address, values = open_message(builders.VAULT, message.sealed, message.reference)
    assert (address, values["code"]) == ("0550123456", code)


@pytest.mark.parametrize(
    ("notices", "codes", "channel"),
    [
        (NoticeChannel.SMS, None, NoticeChannel.SMS),
        (NoticeChannel.EMAIL, None, NoticeChannel.EMAIL),
        (NoticeChannel.PORTAL, None, NoticeChannel.SMS),
        (NoticeChannel.SMS, NoticeChannel.EMAIL, NoticeChannel.EMAIL),
        (NoticeChannel.EMAIL, NoticeChannel.SMS, NoticeChannel.SMS),
    ],
)
def test_codes_go_where_the_employer_chose(
    office: Session,
    day: WorkingDay,
    notices: NoticeChannel,
    codes: NoticeChannel | None,
    channel: NoticeChannel,
) -> None:
    owner = builders.employer(
        office,
        phone="0550123456",
        email="chef@example.dz",
        notice_channel=notices,
        code_channel=codes,
    )
    asked = ask(office, day, owner.member_number)
    assert asked.message is not None
    assert asked.message.channel == channel.value
    assert office.scalars(select(Message.channel)).one() is channel


def test_nobody_and_who_has_no_contact_leave_no_message(office: Session, day: WorkingDay) -> None:
    silent = builders.employer(office, phone="", email="", notice_channel=NoticeChannel.PORTAL)
    for number in (silent.member_number, "99/999999"):
        assert ask(office, day, number).message is None
    assert office.scalars(select(Message)).all() == []


def test_codes_leave_before_everything_else(
    office: Session, day: WorkingDay, owner: Employer
) -> None:
    queued(office, day, owner)
    ask(office, day, owner.member_number)
    postman = Postman()
    send(office, day.now, postman)
    assert [message.kind for message in postman.handed] == ["sign_in_code", "mandate_revoked"]


def test_a_code_that_is_too_old_is_never_sent(
    office: Session, day: WorkingDay, owner: Employer
) -> None:
    reference = ask(office, day, owner.member_number).reference
    postman = Postman()
    assert send(office, day.now + timedelta(minutes=10), postman) == 0
    assert postman.handed == []
    assert row(office, reference).status is MessageStatus.EXPIRED


def test_a_provider_that_cannot_now_is_asked_again_later_and_later(
    office: Session, day: WorkingDay, owner: Employer
) -> None:
    reference = queued(office, day, owner)
    postman = Postman([Sent(Delivery.LATER, "451 busy")] * 3)
    now, waits = day.now, []
    for _ in range(3):
        assert send(office, now, postman) == 0
        told = row(office, reference)
        waits.append((told.next_try_at - now).total_seconds())
        assert send(office, told.next_try_at - timedelta(seconds=1), postman) == 0
        now = told.next_try_at
    for wait, least in zip(waits, (60, 120, 240), strict=True):
        assert least <= wait <= least * 5 / 4
    assert (told.status, told.answer) == (MessageStatus.QUEUED, "451 busy")
    assert send(office, now, postman) == 1
    assert len(postman.handed) == 4


def test_after_the_last_try_a_message_is_undeliverable(
    office: Session, day: WorkingDay, owner: Employer
) -> None:
    reference = queued(office, day, owner)
    postman, now = Postman([Sent(Delivery.LATER)] * 99), day.now
    for _ in range(RULES.most_tries + 3):
        send(office, now, postman)
        now += timedelta(seconds=2 * RULES.longest_wait_seconds)
    assert row(office, reference).status is MessageStatus.REFUSED
    assert len(postman.handed) == RULES.most_tries


def test_a_code_that_could_not_leave_is_tried_again_while_somebody_waits(
    office: Session, day: WorkingDay, owner: Employer
) -> None:
    reference = ask(office, day, owner.member_number).reference
    send(office, day.now, Postman([Sent(Delivery.LATER)]))
    wait = row(office, reference).next_try_at - day.now
    assert timedelta(seconds=10) <= wait <= timedelta(seconds=13)


def test_what_failed_together_does_not_come_back_together(
    office: Session, day: WorkingDay, owner: Employer
) -> None:
    references = [queued(office, day, owner) for _ in range(30)]
    send(office, day.now, Postman([Sent(Delivery.LATER)] * 30))
    assert len({row(office, reference).next_try_at for reference in references}) > 3


def test_a_refused_message_is_not_tried_again(
    office: Session, day: WorkingDay, owner: Employer
) -> None:
    reference = queued(office, day, owner)
    postman = Postman([Sent(Delivery.REFUSED, "550 unknown")])
    send(office, day.now, postman)
    send(office, day.now + timedelta(days=1), postman)
    assert len(postman.handed) == 1
    assert row(office, reference).answer == "550 unknown"


def test_workers_at_once_send_each_message_once(
    engine: Engine, office: Session, day: WorkingDay, owner: Employer
) -> None:
    references = {queued(office, day, owner) for _ in range(120)}
    office.rollback()
    postmen = [Postman() for _ in range(4)]

    def work(postman: Postman) -> object:
        return lambda session: send(session, day.now, postman)

    sent = at_once(engine, [work(postman) for postman in postmen])  # type: ignore[list-item]
    handed = [message.reference for postman in postmen for message in postman.handed]
    assert sum(sent) == 120  # type: ignore[arg-type]
    assert sorted(handed) == sorted(references)


def test_what_a_killed_worker_had_taken_is_sent_when_its_lease_is_over(
    office: Session, day: WorkingDay, owner: Employer
) -> None:
    reference = queued(office, day, owner)

    def die(message: MessageToSend) -> Sent:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        send_messages(office, outbox(day.now, die))
    postman = Postman()
    lease = timedelta(seconds=RULES.lease_seconds)
    assert send(office, day.now + lease - timedelta(seconds=1), postman) == 0
    assert send(office, day.now + lease, postman) == 1
    assert postman.handed[0].reference == reference


@dataclass
class SlowPostman(Postman):
    """Takes his time over each message; meanwhile another worker looks whether one is due."""

    office: Session | None = None
    now: datetime = NEVER
    other: Postman = field(default_factory=Postman)

    def __call__(self, message: MessageToSend) -> Sent:
        self.now += timedelta(seconds=RULES.longest_try_seconds)
        assert self.office is not None
        send(self.office, self.now, self.other)
        return super().__call__(message)


def test_a_provider_slower_than_a_lease_gets_nothing_twice(
    office: Session, day: WorkingDay, owner: Employer
) -> None:
    references = [queued(office, day, owner) for _ in range(5)]
    slow = SlowPostman(office=office, now=day.now)
    send_messages(office, outbox(day.now, slow, read_clock=lambda: slow.now))
    handed = [message.reference for message in (*slow.handed, *slow.other.handed)]
    assert sorted(handed) == sorted(references)
    assert {row(office, reference).tries for reference in references} == {1}


def test_who_is_told_to_end_finishes_one_message_and_gives_the_others_back(
    office: Session, day: WorkingDay, owner: Employer
) -> None:
    references = [queued(office, day, owner) for _ in range(3)]
    postman = Postman()
    ending = outbox(day.now, postman, go_on=lambda: not postman.handed)
    assert send_messages(office, ending) == 1
    assert [row(office, reference).tries for reference in references] == [1, 0, 0]
    assert send(office, day.now, Postman()) == 2


def test_a_message_that_cannot_be_opened_stops_no_other(
    office: Session, day: WorkingDay, owner: Employer
) -> None:
    broken, whole = queued(office, day, owner), queued(office, day, owner)
    with transaction(office):
        office.scalars(select(Message).where(Message.reference == broken)).one().sealed = b"k1:no"
    postman = Postman()
    assert send(office, day.now, postman) == 1
    assert [message.reference for message in postman.handed] == [whole]
    told = row(office, broken)
    assert (told.status, told.answer) == (MessageStatus.QUEUED, "seal_broken")


@pytest.mark.parametrize(
    ("late", "status"),
    [
        (Sent(Delivery.LATER, "451"), MessageStatus.QUEUED),
        (Sent(Delivery.REFUSED, "550"), MessageStatus.QUEUED),
        (Sent(Delivery.ACCEPTED, "250"), MessageStatus.ACCEPTED),
    ],
)
def test_after_its_lease_a_worker_can_only_tell_that_a_message_has_left(
    office: Session, day: WorkingDay, owner: Employer, late: Sent, status: MessageStatus
) -> None:
    reference = queued(office, day, owner)
    then = day.now + timedelta(seconds=RULES.lease_seconds)

    def hang(message: MessageToSend) -> Sent:
        send(office, then, Postman([Sent(Delivery.LATER, "452 of the other")]))
        return late

    send_messages(office, outbox(day.now, hang))
    told = row(office, reference)
    assert told.status is status
    assert told.tries == 2
    if status is MessageStatus.QUEUED:
        assert told.answer == "452 of the other"


@pytest.mark.parametrize(
    ("notices", "codes", "phone", "email", "channel"),
    [
        (NoticeChannel.EMAIL, NoticeChannel.SMS, "0550123456", "chef@example.dz", "email"),
        (NoticeChannel.SMS, NoticeChannel.EMAIL, "0550123456", "chef@example.dz", "sms"),
        (NoticeChannel.EMAIL, None, "0550123456", "", "sms"),
        (NoticeChannel.SMS, None, "", "chef@example.dz", "email"),
        (NoticeChannel.PORTAL, None, "0550123456", "chef@example.dz", "sms"),
        (NoticeChannel.PORTAL, NoticeChannel.EMAIL, "0550123456", "chef@example.dz", "email"),
    ],
)
def test_what_is_no_code_goes_where_notices_go_or_where_there_is_a_contact(
    office: Session,
    day: WorkingDay,
    notices: NoticeChannel,
    codes: NoticeChannel | None,
    phone: str,
    email: str,
    channel: str,
) -> None:
    owner = builders.employer(office, phone=phone, email=email, notice_channel=notices)
    with transaction(office):
        office.get_one(Employer, owner.id).code_channel = codes
    queued(office, day, owner)
    postman = Postman()
    send(office, day.now, postman)
    assert [message.channel for message in postman.handed] == [channel]


def test_one_message_can_be_sent_at_once_and_only_once(
    office: Session, day: WorkingDay, owner: Employer
) -> None:
    first, second = queued(office, day, owner), queued(office, day, owner)
    postman = Postman()
    for _ in range(2):
        send_message(office, outbox(day.now, postman), second)
    assert [message.reference for message in postman.handed] == [second]
    assert row(office, first).status is MessageStatus.QUEUED


def test_what_comes_back_was_not_delivered(
    office: Session, day: WorkingDay, owner: Employer
) -> None:
    reference = queued(office, day, owner)
    assert not record_bounce(office, day, reference)  # it has not left
    send(office, day.now, Postman())
    for _ in range(2):
        assert record_bounce(office, day, reference, "5.1.1")
    told = row(office, reference)
    assert (told.status, told.answer) == (MessageStatus.BOUNCED, "5.1.1")
    assert not record_bounce(office, day, "nobody-s")


def test_a_reference_of_another_kind_of_thing_opens_nothing(
    office: Session, day: WorkingDay
) -> None:
    to = Addressee(NoticeChannel.EMAIL, Language.FRENCH, "a@example.dz")
    with transaction(office):
        reference = queue(office, day, builders.VAULT, to, "x", {})
    sealed = row(office, reference).sealed
    with pytest.raises(Exception, match="seal"):
        open_message(builders.VAULT, sealed, "another")
