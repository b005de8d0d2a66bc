"""What is done with a file on its page: asked for, carried, replaced, and sent again safely."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.services.collecting import COLLECTION, FREEZING, Desk
from tests.services.doubting import Office
from webapp.domain.errors import (
    CutOffPassed,
    DeliveryUnknown,
    FileAltered,
    IllegalMove,
    InvalidInput,
    NoLongerPossible,
    SecondPersonNeeded,
    TransportRefused,
)
from webapp.domain.statuses import BankFileStatus, DebitStatus
from webapp.services.bank_file_acts import replace_file
from webapp.services.bank_files import confirm_sent, is_anything_asked, send_bank_files

# The bank's hour for COLLECTION is on the bank day before it.
AFTER_THE_CUT_OFF = COLLECTION


@pytest.fixture
def approved(written: Desk) -> Office:
    written.approve()
    return Office(written)


@pytest.fixture
def in_doubt(approved: Office) -> Office:
    approved.doubt()
    return approved


def test_a_file_leaves_with_the_next_round_once_it_was_asked_for(approved: Office) -> None:
    assert not is_anything_asked(approved.desk.session, approved.day()) and approved.send() == []
    approved.ask()
    assert is_anything_asked(approved.desk.session, approved.day())
    with pytest.raises(NoLongerPossible):
        approved.ask("karim")
    assert approved.send() == [approved.reference]
    assert not is_anything_asked(approved.desk.session, approved.day()) and approved.send() == []
    approved.standing(BankFileStatus.SENT, DebitStatus.SENT)
    with pytest.raises(IllegalMove):
        approved.ask()
    assert len(approved.bank.brought) == 1


def test_a_sending_by_timer_asks_for_nobody_s_word(approved: Office) -> None:
    assert approved.send(asked_only=False) == [approved.reference]


def test_what_the_transport_refused_is_not_tried_again_until_somebody_asks(
    approved: Office,
) -> None:
    approved.bank.trouble = TransportRefused(name="", reason="unreachable")
    approved.ask()
    with pytest.raises(TransportRefused):
        approved.send()
    approved.bank.trouble = None
    assert approved.send() == []
    approved.ask()
    assert len(approved.send()) == 1


def test_nothing_altered_and_nothing_late_is_asked_for_or_carried(approved: Office) -> None:
    (path,) = approved.desk.outbox.iterdir()
    kept = path.read_bytes()
    path.write_bytes(b"<Document/>")
    for act in (approved.ask, approved.carry):
        with pytest.raises(FileAltered):
            act()
    path.write_bytes(kept)
    approved.on = AFTER_THE_CUT_OFF
    for act in (approved.ask, approved.carry):
        with pytest.raises(CutOffPassed):
            act()
    assert list(approved.desk.journal.read()) == []


# ── resent: never a second debit ─────────────────────────────────────────────────────────────


def test_a_file_in_doubt_leaves_again_after_the_word_of_two_and_as_the_same_file(
    in_doubt: Office,
) -> None:
    for by_timer in (True, False):
        assert in_doubt.send(asked_only=not by_timer) == []
    in_doubt.say("salima")
    assert in_doubt.send(asked_only=False) == []
    with pytest.raises(SecondPersonNeeded):
        in_doubt.agree("salima")
    with pytest.raises(IllegalMove):
        in_doubt.ask()
    assert len(in_doubt.bank.brought) == 1
    in_doubt.agree("karim")
    with pytest.raises(NoLongerPossible):  # the form sent twice
        in_doubt.agree("karim")
    assert in_doubt.send() == [in_doubt.reference]
    assert in_doubt.send() == [] and in_doubt.send(asked_only=False) == []
    first, second = in_doubt.bank.brought
    assert first == second
    assert len(in_doubt.desk.attempts()) == 1
    in_doubt.standing(BankFileStatus.SENT, DebitStatus.SENT)


def test_nobody_vouches_for_the_bank_s_word_but_people(in_doubt: Office) -> None:
    for nobody in ("", "scheduler", "run"):
        with pytest.raises(SecondPersonNeeded):
            in_doubt.say(nobody)
    in_doubt.say("salima")
    for nobody in ("", "scheduler", "run"):
        with pytest.raises(SecondPersonNeeded):
            in_doubt.agree(nobody)


@pytest.mark.parametrize("told", ["receipt", "answer"])
def test_what_the_bank_turns_out_to_have_is_never_sent_again(in_doubt: Office, told: str) -> None:
    """The two had agreed already: the bank's word comes before the round that would send it."""
    in_doubt.say("salima")
    in_doubt.agree("karim")
    desk = in_doubt.desk
    if told == "receipt":
        confirm_sent(desk.session, in_doubt.day(), in_doubt.reference, "BNA-2026/778")
    else:
        attempt = desk.attempts()[0]
        desk.take_in(desk.bank.settled({attempt.end_to_end_id: attempt.amount_centimes}))
    assert in_doubt.send() == [] and in_doubt.send(asked_only=False) == []
    assert len(in_doubt.bank.brought) == 1


def test_the_bank_s_word_of_before_says_nothing_of_a_later_doubt(in_doubt: Office) -> None:
    in_doubt.say("salima")
    in_doubt.agree("karim")
    in_doubt.bank.trouble = DeliveryUnknown(name="", reason="no_answer")
    with pytest.raises(DeliveryUnknown):
        in_doubt.send()
    in_doubt.bank.trouble = None
    assert in_doubt.send() == [] and in_doubt.send(asked_only=False) == []
    with pytest.raises(IllegalMove):
        in_doubt.ask()
    in_doubt.standing(BankFileStatus.UNKNOWN, DebitStatus.UNKNOWN)
    assert len(in_doubt.bank.brought) == 2


def test_where_the_server_takes_nothing_of_it_one_person_asks_again(in_doubt: Office) -> None:
    in_doubt.say("salima")
    in_doubt.agree("karim")
    in_doubt.bank.trouble = TransportRefused(name="", reason="unreachable")
    with pytest.raises(TransportRefused):
        in_doubt.send()
    in_doubt.standing(BankFileStatus.UNKNOWN, DebitStatus.UNKNOWN)
    # What two people said of the first time is no proof for a restored database.
    assert not [line for line in in_doubt.desk.journal.read() if line.get("stayed")]
    in_doubt.bank.trouble = None
    assert in_doubt.send() == []
    in_doubt.ask("karim")
    assert len(in_doubt.send()) == 1


def test_a_file_in_doubt_does_not_leave_after_the_bank_s_hour(in_doubt: Office) -> None:
    in_doubt.say("salima")
    in_doubt.agree("karim")
    in_doubt.on = AFTER_THE_CUT_OFF
    assert in_doubt.send() == [] and len(in_doubt.bank.brought) == 1
    # And no run makes anything of it: its debits stay bound.
    in_doubt.desk.run(COLLECTION)
    in_doubt.standing(BankFileStatus.UNKNOWN, DebitStatus.UNKNOWN)


def test_the_word_of_two_is_looked_at_again_when_the_file_is_taken(in_doubt: Office) -> None:
    """The bank's receipt is entered while the round sends another bank's file."""
    in_doubt.say("salima")
    in_doubt.agree("karim")
    desk, journal = in_doubt.desk, in_doubt.desk.journal

    class SlowJournal(type(journal)):  # type: ignore[misc]
        def append(self, lines: object) -> None:
            super().append(lines)
            confirm_sent(desk.session, in_doubt.day(), in_doubt.reference, "778")

    banks = dict.fromkeys(("BNA", "POST"), in_doubt.bank)
    slow = SlowJournal(journal.path)
    sent = send_bank_files(desk.session, in_doubt.day(), desk.outbox, banks, slow, asked_only=True)
    assert sent == [] and len(in_doubt.bank.brought) == 1
    in_doubt.standing(BankFileStatus.SENT, DebitStatus.SENT)


# ── carried by hand, replaced ────────────────────────────────────────────────────────────────


def test_a_file_that_somebody_carries_is_journalled_first_and_sent_by_nobody_else(
    approved: Office,
) -> None:
    approved.carry()
    assert next(approved.desk.journal.read())["file"] == approved.reference
    approved.standing(BankFileStatus.UNKNOWN, DebitStatus.UNKNOWN)
    assert approved.send(asked_only=False) == [] and approved.bank.brought == []
    with pytest.raises(IllegalMove):
        approved.carry()
    with pytest.raises(InvalidInput):
        confirm_sent(approved.desk.session, approved.day(), approved.reference, "Mme Amel l'a")
    confirm_sent(approved.desk.session, approved.day(), approved.reference, "٧٧٨/A")
    approved.standing(BankFileStatus.SENT, DebitStatus.SENT)


def test_what_is_asked_for_is_not_carried_as_well(approved: Office) -> None:
    approved.ask()
    with pytest.raises(NoLongerPossible):
        approved.carry()
    approved.standing(BankFileStatus.APPROVED, DebitStatus.FROZEN)


@pytest.mark.parametrize("asked", [False, True])
def test_a_replaced_file_gives_its_debits_to_one_new_file(approved: Office, asked: bool) -> None:
    if asked:
        approved.ask()
    old = approved.reference
    assert replace_file(approved.desk.session, approved.day(), old) == 1
    assert approved.send(asked_only=False) == [] and approved.bank.brought == []
    with pytest.raises(IllegalMove):
        replace_file(approved.desk.session, approved.day(), old)
    approved.desk.run(FREEZING)
    first, second = approved.desk.files()
    assert (first.status, second.status) == (BankFileStatus.SUPERSEDED, BankFileStatus.WRITTEN)
    assert (first.collect_on, first.total_centimes) == (second.collect_on, second.total_centimes)
    approved.desk.approve()
    assert approved.send(asked_only=False) == [second.reference]
    assert [name for name, _ in approved.bank.brought] == [f"{second.reference}.xml"]


def test_a_file_that_is_replaced_too_late_gives_its_debits_another_day(approved: Office) -> None:
    approved.on = AFTER_THE_CUT_OFF
    replace_file(approved.desk.session, approved.day(), approved.reference)
    (debit,) = approved.desk.debits()
    assert debit.status is DebitStatus.PLANNED
    assert debit.collect_on == approved.day().feasible_on > COLLECTION


def test_a_file_with_the_bank_is_left_alone(approved: Office) -> None:
    approved.ask()
    approved.send()
    before = len(list(approved.desk.journal.read()))
    acts: list[Callable[[], object]] = [
        approved.ask,
        approved.carry,
        lambda: replace_file(approved.desk.session, approved.day(), approved.reference),
        lambda: approved.say("salima"),
        lambda: approved.agree("karim"),
    ]
    for act in acts:
        with pytest.raises(IllegalMove):
            act()
    assert len(list(approved.desk.journal.read())) == before
    approved.standing(BankFileStatus.SENT, DebitStatus.SENT)
