"""The life of a debit tells what happened with its day, then what is still to come."""

from __future__ import annotations

from datetime import date

import pytest

from webapp.domain.money import Centimes
from webapp.domain.statuses import DebitStatus
from webapp.models import HoldReason, NoticeChannel, NoticeStatus
from webapp.services.debit_life import (
    AttemptRow,
    DebitRow,
    Following,
    NoticeRow,
    following,
    life_of,
)

TOLD, SENT, DEBITED, DUE = (date(2026, 11, day) for day in (22, 26, 29, 30))
REFUSED, AGAIN = date(2026, 12, 1), date(2026, 12, 9)

NOTHING_YET = ["told to come", "sent to come", "settled on 2026-11-30 to come"]
# What is known in each status, and the life that follows.
LIVES: dict[DebitStatus, tuple[bool, dict[str, date], list[str]]] = {
    DebitStatus.PLANNED: (False, {}, NOTHING_YET),
    DebitStatus.ANNOUNCED: (True, {}, ["told 22", *NOTHING_YET[1:]]),
    DebitStatus.FROZEN: (True, {}, ["told 22", *NOTHING_YET[1:]]),
    DebitStatus.SENT: (True, {"sent_on": SENT}, ["told 22", "sent 26", NOTHING_YET[2]]),
    DebitStatus.UNKNOWN: (True, {}, ["told 22", *NOTHING_YET[1:]]),
    DebitStatus.ACCEPTED: (
        True, {"sent_on": SENT, "accepted_on": SENT}, ["told 22", "sent 26", NOTHING_YET[2]],
    ),
    DebitStatus.DEBITED: (
        True, {"sent_on": SENT, "debited_on": DEBITED},
        ["told 22", "sent 26", "debited 29", NOTHING_YET[2]],
    ),
    DebitStatus.SETTLED: (
        True, {"sent_on": SENT, "settled_on": DUE}, ["told 22", "sent 26", "settled 30"],
    ),
    DebitStatus.REFUSED: (
        True, {"sent_on": SENT, "refused_on": DUE}, ["told 22", "sent 26", "refused 30"],
    ),
    DebitStatus.HELD: (True, {}, ["told 22"]),
    DebitStatus.CANCELLED: (True, {}, ["told 22", "cancelled to come"]),
    DebitStatus.REVERSED: (
        True, {"sent_on": SENT, "settled_on": DUE, "given_back_on": DUE},
        ["told 22", "sent 26", "settled 30", "given_back 30"],
    ),
    DebitStatus.DISPUTED: (
        True, {"sent_on": SENT, "settled_on": DUE}, ["told 22", "sent 26", "settled 30"],
    ),
}  # fmt: skip


def debit(status: DebitStatus, collect_on: date = DUE) -> DebitRow:
    return DebitRow(
        id=1,
        reference="KM-1",
        status=status,
        hold_reason=HoldReason.OVER_CEILING if status is DebitStatus.HELD else None,
        collect_on=collect_on,
        amount=Centimes(1),
        bank_code="001",
        account_last4="1234",
        mandate_reference="KM-0",
        attempts=0,
        reason_code=None,
        settled_on=None,
        refused_on=None,
    )


def notice(on: date, status: NoticeStatus = NoticeStatus.ACCEPTED) -> NoticeRow:
    return NoticeRow(NoticeChannel.SMS, status, on, Centimes(1), DUE)


DAYS = ("sent_on", "accepted_on", "debited_on", "settled_on", "refused_on", "given_back_on")


def attempt(number: int = 1, **days: date) -> AttemptRow:
    known = dict.fromkeys(DAYS)
    return AttemptRow(number=number, reason_code=None, **known | days)


def life(row: DebitRow, notices: list[NoticeRow], attempts: list[AttemptRow]) -> list[str]:
    told = []
    for moment in life_of(row, notices, attempts):
        if moment.on is None:
            told.append(f"{moment.kind} to come")
        elif moment.state == "pending":
            told.append(f"{moment.kind} on {moment.on} to come")
        else:
            told.append(f"{moment.kind} {moment.on.day}")
    return told


@pytest.mark.parametrize("status", DebitStatus)
def test_every_status_has_its_life(status: DebitStatus) -> None:
    told, days, expected = LIVES[status]
    attempts = [attempt(**days)] if days else []
    assert life(debit(status), [notice(TOLD)] if told else [], attempts) == expected


@pytest.mark.parametrize(
    ("delivery", "counts"),
    [
        (NoticeStatus.QUEUED, True),
        (NoticeStatus.ACCEPTED, True),
        (NoticeStatus.REFUSED, False),
        (NoticeStatus.BOUNCED, False),
    ],
)
def test_a_notice_that_did_not_arrive_has_told_nobody(delivery: NoticeStatus, counts: bool) -> None:
    told = life(debit(DebitStatus.HELD), [notice(TOLD, delivery)], [])
    assert told == (["told 22"] if counts else [])


def test_after_a_refusal_the_way_begins_again() -> None:
    again = debit(DebitStatus.PLANNED, AGAIN)
    assert life(again, [notice(TOLD)], [attempt(sent_on=SENT, refused_on=REFUSED)]) == [
        "told 22", "sent 26", "refused 1",
        "told to come", "sent to come", "settled on 2026-12-09 to come",
    ]  # fmt: skip


def test_the_notice_of_another_attempt_follows_the_refusal() -> None:
    again = debit(DebitStatus.ANNOUNCED, AGAIN)
    notices = [notice(TOLD), notice(date(2026, 12, 2))]
    assert life(again, notices, [attempt(sent_on=SENT, refused_on=REFUSED)]) == [
        "told 22", "sent 26", "refused 1", "told 2",
        "sent to come", "settled on 2026-12-09 to come",
    ]  # fmt: skip


def test_a_notice_on_the_day_of_the_refusal_follows_it() -> None:
    """The answer comes in the morning and the run tells the employer the same day."""
    again = debit(DebitStatus.ANNOUNCED, AGAIN)
    notices = [notice(TOLD), notice(REFUSED)]
    assert life(again, notices, [attempt(sent_on=SENT, refused_on=REFUSED)]) == [
        "told 22", "sent 26", "refused 1", "told 1",
        "sent to come", "settled on 2026-12-09 to come",
    ]  # fmt: skip


def test_what_was_settled_and_given_back_later_stands_in_its_order() -> None:
    returned = debit(DebitStatus.REFUSED)
    days = {"sent_on": SENT, "settled_on": DUE, "refused_on": REFUSED}
    assert life(returned, [notice(TOLD)], [attempt(**days)]) == [
        "told 22", "sent 26", "settled 30", "refused 1",
    ]  # fmt: skip


def test_everything_on_one_day_stands_in_the_order_of_the_way() -> None:
    days = dict.fromkeys(("sent_on", "debited_on", "settled_on"), TOLD)
    assert life(debit(DebitStatus.SETTLED), [notice(TOLD)], [attempt(**days)]) == [
        "told 22", "sent 22", "debited 22", "settled 22",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("status", "days", "expected"),
    [
        (DebitStatus.SENT, {"sent_on": SENT}, Following.AWAITED),
        (DebitStatus.FROZEN, {}, Following.AWAITED),
        (DebitStatus.SETTLED, {"sent_on": SENT, "settled_on": DUE}, Following.RECEIVED),
        (DebitStatus.REFUSED, {"sent_on": SENT, "refused_on": DUE}, Following.OVER),
        (DebitStatus.PLANNED, {"sent_on": SENT, "refused_on": DUE}, Following.AGAIN),
        (DebitStatus.HELD, {"sent_on": SENT, "refused_on": DUE}, Following.OFFICE),
        (DebitStatus.ANNOUNCED, {}, Following.LOST),
        (
            DebitStatus.REVERSED,
            {"sent_on": SENT, "settled_on": DUE, "given_back_on": DUE},
            Following.GIVEN_BACK,
        ),
        # Returned after success.
        (
            DebitStatus.REFUSED,
            {"sent_on": SENT, "settled_on": DUE, "refused_on": REFUSED},
            Following.OVER,
        ),
    ],
)
def test_what_follows_the_last_presentation_is_what_its_debit_waits_for(
    status: DebitStatus, days: dict[str, date], expected: Following
) -> None:
    one = attempt(1, **days)
    assert following(debit(status), [one], one) is expected


def test_what_follows_an_earlier_presentation_is_the_next_one() -> None:
    refused, taken_back = attempt(1, sent_on=SENT, refused_on=DUE), attempt(2)
    last = attempt(3, sent_on=AGAIN)
    every = [refused, taken_back, last]
    found = [following(debit(DebitStatus.SENT), every, one) for one in every]
    assert found == [Following.AGAIN, Following.LOST, Following.AWAITED]
