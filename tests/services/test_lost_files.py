"""A file that the bank has not got, learnt after its hour: its debits are collected once.

And when the bank has it after all, in whatever way it says so, nobody is debited twice for good.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import func, select

from tests.services.collecting import AMOUNT, COLLECTION, Desk
from tests.services.doubting import NEXT_DAY, Lost
from webapp.domain.errors import IllegalMove, NoLongerPossible, SecondPersonNeeded
from webapp.domain.statuses import BankFileStatus, DebitStatus, DueStatus
from webapp.models import (
    Account,
    BankEntry,
    Due,
    DueKind,
    EarlierFile,
    EntryOutcome,
    Event,
    HoldReason,
    Notice,
    Subject,
    SuspenseReason,
)
from webapp.services import answers
from webapp.services.bank_file_acts import replace_file
from webapp.services.bank_files import confirm_sent
from webapp.services.debits import cancel_debit

SUPERSEDED, UNKNOWN = BankFileStatus.SUPERSEDED, BankFileStatus.UNKNOWN


@pytest.fixture
def lost(doubted: Desk) -> Lost:
    return Lost(doubted)


def test_after_the_bank_s_hour_the_word_of_two_plans_the_debits_anew(lost: Lost) -> None:
    lost.on = NEXT_DAY
    with pytest.raises(NoLongerPossible):
        lost.agree("karim")
    lost.say("salima")
    with pytest.raises(SecondPersonNeeded):
        lost.agree("salima")
    assert lost.states() == ({DebitStatus.UNKNOWN}, [UNKNOWN])
    lost.agree("karim")
    assert lost.states() == ({DebitStatus.PLANNED}, [SUPERSEDED])
    assert all(one.failed_at and one.state is None for one in lost.desk.attempts())
    assert {one.collect_on for one in lost.desk.debits()} == {lost.day().feasible_on}
    told = select(Event.actor, Event.cause).where(Event.subject == Subject.BANK_FILE)
    said = lost.desk.session.execute(told.order_by(Event.id.desc()).limit(2)).all()
    assert [tuple(one) for one in said] == [("karim", "lost"), ("salima", "said_missing")]
    lost.check()
    with pytest.raises(IllegalMove):
        lost.agree("karim")
    assert lost.send(asked_only=False) == [] and lost.bank.brought == []


def test_it_is_presented_once_more_under_its_own_ids_and_told_before(lost: Lost) -> None:
    ids = lost.ids()
    lost.give_up()
    on = lost.freeze_again()
    lost.check()
    assert lost.ids() == ids and [one.number for one in lost.desk.attempts()] == [1, 1]
    first, second = lost.desk.files()
    assert {one.bank_file_id for one in lost.desk.attempts()} == {second.id}
    for file in (first, second):
        assert (file.transactions, file.total_centimes) == (2, 2 * AMOUNT)
    assert (first.status, second.status) == (SUPERSEDED, BankFileStatus.WRITTEN)
    stood = lost.desk.session.scalars(select(EarlierFile.bank_file_id)).all()
    assert set(stood) == {first.id}
    notices = lost.desk.session.execute(select(Notice.version, Notice.collect_on)).all()
    assert sorted(set(map(tuple, notices))) == [(1, COLLECTION), (2, on)]
    surcharges = lost.desk.session.scalar(
        select(func.count()).where(Due.kind.in_([DueKind.SURCHARGE, DueKind.PENALTY]))
    )
    assert surcharges == 0
    lost.desk.approve()
    assert lost.send(asked_only=False) == [second.reference]
    lost.desk.take_in(lost.desk.bank.settled(dict.fromkeys(ids, AMOUNT)), on)
    assert lost.states()[0] == {DebitStatus.SETTLED}
    assert lost.money(Account.BANK) == 2 * AMOUNT
    lost.desk.run(on)
    assert lost.desk.files()[1].status is BankFileStatus.RECONCILED
    lost.check()


def test_what_two_agreed_on_and_did_not_leave_in_time_is_given_up(lost: Lost) -> None:
    lost.say("salima")
    lost.agree("karim")
    lost.on = NEXT_DAY
    lost.agree("amina")
    assert lost.states() == ({DebitStatus.PLANNED}, [SUPERSEDED])
    lost.check()


def test_a_file_carried_by_hand_is_given_up_the_same_way(desk: Desk) -> None:
    desk.file_one()
    desk.approve_all()
    office = Lost(desk)
    office.carry()
    ids = office.ids()
    office.give_up()
    assert office.states() == ({DebitStatus.PLANNED}, [SUPERSEDED])
    office.send_again()
    assert office.ids() == ids and office.states()[0] == {DebitStatus.SENT}
    office.check()


def test_what_changed_meanwhile_is_another_attempt(lost: Lost) -> None:
    """The first employer's amount is corrected before the debit is announced again."""
    lost.give_up()
    lost.correct_first()
    lost.freeze_again()
    one, two, other = sorted(lost.desk.attempts(), key=lambda one: (one.debit_id, one.number))
    assert [one.number, two.number, other.number] == [1, 2, 1]
    assert one.failed_at and not two.failed_at and not other.failed_at
    assert two.amount_centimes < one.amount_centimes and two.bank_file_id == other.bank_file_id
    lost.check()


def test_a_new_file_that_did_not_leave_either_gives_its_attempts_on(lost: Lost) -> None:
    ids = lost.ids()
    lost.give_up()
    lost.freeze_again()
    replace_file(lost.desk.session, lost.day(), lost.desk.files()[1].reference)
    lost.check()
    lost.send_again()
    assert lost.ids() == ids and [one.transactions for one in lost.desk.files()] == [2, 2, 2]
    lost.check()


@pytest.mark.usefixtures("late_for_free")
def test_a_file_that_is_lost_counts_for_none_of_the_three_attempts(lost: Lost) -> None:
    ids = lost.ids()
    lost.give_up()
    for _ in range(3):
        lost.send_again()
        refused = {one: "RJCT" for one in lost.ids() if lost.is_live(one)}
        lost.desk.take_in(lost.desk.bank.status("", refused, reason="AM04"))
    assert [one.number for one in lost.desk.attempts()] == [1, 1, 2, 2, 3, 3]
    assert set(ids) < set(lost.ids())
    lost.check()


# ── the bank had it after all, before anything left again ────────────────────────────────────


def by_money(lost: Lost) -> Path:
    return lost.desk.bank.settled({lost.ids()[0]: AMOUNT})


def by_status(lost: Lost) -> Path:
    return lost.desk.bank.status(lost.reference, {lost.ids()[0]: "ACSC"})


def by_name(lost: Lost) -> Path:
    """The whole file has been received, and proves nothing of a debit."""
    return lost.desk.bank.status(lost.reference, {}, group="RCVD")


def by_refusal(lost: Lost) -> Path:
    return lost.desk.bank.status(lost.reference, {lost.ids()[0]: "RJCT"}, reason="AM04")


WORDS = {
    by_money: DebitStatus.SETTLED,
    by_status: DebitStatus.DEBITED,
    by_name: DebitStatus.SENT,
    by_refusal: DebitStatus.PLANNED,
}


@pytest.mark.parametrize(
    ("word", "frozen"), [*((word, False) for word in WORDS), (by_money, True), (by_refusal, True)]
)
@pytest.mark.usefixtures("late_for_free")
def test_a_word_of_the_bank_proves_that_it_has_the_file(
    lost: Lost, word: Callable[[Lost], Path], frozen: bool
) -> None:
    ids = lost.ids()
    lost.give_up()
    if frozen:
        lost.freeze_again()
    lost.desk.take_in(word(lost))
    assert [lost.debit(0), lost.debit(1)] == [WORDS[word], DebitStatus.SENT]
    files = [one.status for one in lost.desk.files()]
    assert files == [BankFileStatus.ACKNOWLEDGED, SUPERSEDED][: len(files)]
    lost.check()
    lost.work_on()
    again = 1 if word is by_refusal else 0
    assert len(lost.bank.brought) == again and lost.ids()[:2] == ids
    lost.desk.take_in(lost.desk.bank.settled({ids[1]: AMOUNT}))
    assert lost.debit(1) is DebitStatus.SETTLED
    lost.check()


def test_a_word_that_was_read_before_the_file_was_given_up_counts_as_well(
    lost: Lost, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The import was killed between reading the message and applying it."""
    message = by_status(lost)
    with monkeypatch.context() as killed:
        killed.setattr(answers, "apply_message", lambda *_: None)
        lost.desk.take_in(message)
    lost.give_up()
    lost.desk.take_in(message)
    assert [lost.debit(0), lost.debit(1)] == [DebitStatus.DEBITED, DebitStatus.SENT]
    lost.check()


def test_the_bank_s_receipt_proves_it_too(lost: Lost) -> None:
    lost.give_up()
    lost.freeze_again()
    confirm_sent(lost.desk.session, lost.day(), lost.reference, "778/A")
    assert lost.states()[0] == {DebitStatus.SENT}
    assert lost.desk.files()[0].status is BankFileStatus.SENT
    with pytest.raises(IllegalMove):
        confirm_sent(lost.desk.session, lost.day(), lost.reference, "778/A")
    lost.work_on()
    assert lost.bank.brought == []
    lost.check()


@pytest.mark.parametrize("cancelled", [False, True], ids=["corrected", "cancelled"])
def test_money_for_what_cannot_be_as_it_was_is_the_employer_s_credit(
    lost: Lost, cancelled: bool
) -> None:
    """And the debit that was to collect the same dues waits for a person."""
    ids = lost.ids()
    lost.give_up()
    first = lost.desk.debits()[0]
    if cancelled:
        cancel_debit(lost.desk.session, lost.day(), first.reference)
    else:
        lost.correct_first()
    lost.freeze_again()
    lost.desk.take_in(by_status(lost))
    live = lost.desk.debits()[-1 if cancelled else 0]
    assert (live.status, live.hold_reason) == (DebitStatus.HELD, HoldReason.LATE_MONEY)
    lost.desk.take_in(by_money(lost))
    assert lost.debit(1) is DebitStatus.SENT
    assert lost.money(Account.EMPLOYER_CREDIT) == -AMOUNT and lost.money(Account.BANK) == AMOUNT
    credits = select(Due.amount_centimes).where(Due.kind == DueKind.CREDIT)
    assert lost.desk.session.scalars(credits).all() == [-AMOUNT]
    lost.check()
    lost.work_on()
    assert lost.bank.brought == []
    lost.desk.take_in(lost.desk.bank.returned({ids[0]: AMOUNT}))
    assert lost.money(Account.EMPLOYER_CREDIT) == lost.money(Account.BANK) == 0
    lost.check()


# ── the bank had it after all, and has got it twice now ──────────────────────────────────────


def test_money_that_comes_twice_is_held_for_the_employer(lost: Lost) -> None:
    ids = lost.ids()
    lost.give_up()
    lost.send_again()
    bank = lost.desk.bank
    lost.desk.take_in(bank.settled({ids[0]: AMOUNT}, on=NEXT_DAY))
    assert lost.debit() is DebitStatus.SETTLED
    lost.desk.take_in(bank.settled({ids[0]: AMOUNT}, on=NEXT_DAY))  # the same, told again
    assert (lost.money(Account.BANK), lost.money(Account.SUSPENSE)) == (AMOUNT, 0)
    for _ in range(2):  # the second booking, and told again
        lost.desk.take_in(bank.settled({ids[0]: AMOUNT}, on=lost.desk.files()[1].collect_on))
        assert (lost.money(Account.BANK), lost.money(Account.SUSPENSE)) == (2 * AMOUNT, -AMOUNT)
    waiting = select(BankEntry.suspense_reason).where(BankEntry.outcome == EntryOutcome.SUSPENSE)
    assert set(lost.desk.session.scalars(waiting)) == {SuspenseReason.COLLECTED_TWICE}
    lost.desk.take_in(bank.settled({ids[1]: AMOUNT}, times=2))  # both in one message
    assert (lost.money(Account.BANK), lost.money(Account.SUSPENSE)) == (4 * AMOUNT, -2 * AMOUNT)
    assert lost.states()[0] == {DebitStatus.SETTLED}
    assert {due.status for due in lost.desk.dues()} == {DueStatus.SETTLED}


@pytest.mark.parametrize("reason", ["AM05", "AC04"])
def test_a_refusal_of_the_other_copy_refuses_nothing(lost: Lost, reason: str) -> None:
    """The bank refuses the second copy as one, or says late what became of the first."""
    ids, first = lost.ids(), lost.reference
    lost.give_up()
    lost.send_again()
    about = lost.desk.files()[1].reference if reason == "AM05" else first
    lost.desk.take_in(lost.desk.bank.status(about, {ids[0]: "RJCT"}, reason=reason))
    assert lost.states()[0] == {DebitStatus.SENT}
    lost.desk.take_in(lost.desk.bank.settled(dict.fromkeys(ids, AMOUNT)))
    assert lost.states()[0] == {DebitStatus.SETTLED}
    lost.check()


def test_money_of_the_first_copy_after_the_second_was_refused_is_a_credit(lost: Lost) -> None:
    ids = lost.ids()
    lost.give_up()
    lost.send_again()
    second = lost.desk.files()[1].reference
    lost.desk.take_in(lost.desk.bank.status(second, {ids[0]: "RJCT"}, reason="AM04"))
    assert lost.debit() is DebitStatus.PLANNED
    lost.desk.take_in(by_money(lost))
    assert lost.debit() is DebitStatus.HELD
    assert lost.money(Account.EMPLOYER_CREDIT) == -AMOUNT
    lost.check()
    lost.work_on()
    assert len(lost.bank.brought) == 1


def test_of_a_lost_file_that_turns_up_what_has_left_again_stays_there(lost: Lost) -> None:
    """One of the two has left with the new file; the other waits for a person, and is planned."""
    lost.give_up()
    lost.hold_second()
    lost.send_again()
    first = lost.reference
    lost.desk.take_in(lost.desk.bank.status(first, {}, group="ACCP"))
    assert [lost.debit(0), lost.debit(1)] == [DebitStatus.SENT, DebitStatus.ACCEPTED]
    assert [one.bank_file_id for one in lost.desk.attempts()] == [
        file.id for file in reversed(lost.desk.files())
    ]
    lost.check()
