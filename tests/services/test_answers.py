"""Answers of the bank in any order, repeated, late, broken: the books and states end right."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import permutations
from pathlib import Path

import pytest
from sqlalchemy import func, select

from tests import builders
from tests.services.collecting import AMOUNT, COLLECTION, FREEZING, Desk
from webapp.domain.errors import MessageChanged, UnreadableMessage
from webapp.domain.statuses import BankFileStatus, DebitStatus, DueStatus, MandateStatus
from webapp.models import (
    Account,
    BankEntry,
    BankMessage,
    Employer,
    EntryOutcome,
    HoldReason,
    Mandate,
    Posting,
    SuspenseReason,
)
from webapp.services.books import balances, verify_books
from webapp.services.debits import release_debit
from webapp.services.working_day import load_calendar


def e2e(desk: Desk, number: int = 0) -> str:
    return desk.attempts()[number].end_to_end_id


def money(desk: Desk) -> dict[Account, int]:
    found = verify_books(desk.session)
    desk.session.commit()
    return found


def test_accepted_debited_settled(sent: Desk) -> None:
    reference = sent.files()[0].reference
    for answer, status in (
        (sent.bank.status(reference, {e2e(sent): "ACCP"}, group="ACCP"), DebitStatus.ACCEPTED),
        (sent.bank.status(reference, {e2e(sent): "ACSC"}, group="ACSC"), DebitStatus.DEBITED),
        (sent.bank.settled({e2e(sent): AMOUNT}), DebitStatus.SETTLED),
    ):
        sent.take_in(answer)
        assert sent.debits()[0].status is status
    assert sent.dues()[0].status is DueStatus.SETTLED
    assert sent.files()[0].status is BankFileStatus.RECONCILED
    assert money(sent)[Account.BANK] == AMOUNT
    assert money(sent)[Account.RECEIVABLE] == 0


def test_the_same_message_twice_changes_nothing(sent: Desk) -> None:
    answer = sent.bank.settled({e2e(sent): AMOUNT})
    sent.take_in(answer)
    count = sent.session.scalar(select(func.count()).select_from(Posting))
    assert sent.take_in(answer).known_before
    assert sent.session.scalar(select(func.count()).select_from(Posting)) == count


def test_the_same_credit_in_two_messages_is_booked_once(sent: Desk) -> None:
    sent.take_in(sent.bank.settled({e2e(sent): AMOUNT}))
    second = sent.take_in(sent.bank.settled({e2e(sent): AMOUNT}))
    assert second.outcomes == {EntryOutcome.KNOWN: 1}
    assert money(sent)[Account.BANK] == AMOUNT


def test_a_message_id_with_other_bytes_is_an_alarm(sent: Desk) -> None:
    answer = sent.bank.settled({e2e(sent): AMOUNT})
    sent.take_in(answer)
    answer.write_bytes(answer.read_bytes().replace(b"2026-10-29", b"2026-10-28"))
    with pytest.raises(MessageChanged):
        sent.take_in(answer)


@pytest.mark.parametrize("part", [0.2, 0.5, 0.9, 0.99])
def test_a_truncated_message_changes_nothing(sent: Desk, part: float) -> None:
    answer = sent.bank.settled({e2e(sent): AMOUNT})
    whole = answer.read_bytes()
    answer.write_bytes(whole[: int(len(whole) * part)])
    with pytest.raises(UnreadableMessage):
        sent.take_in(answer)
    assert sent.debits()[0].status is DebitStatus.SENT
    answer.write_bytes(whole)
    sent.take_in(answer)
    assert sent.debits()[0].status is DebitStatus.SETTLED


def facts(desk: Desk) -> dict[str, Path]:
    reference = desk.files()[0].reference
    return {
        "accepted": desk.bank.status(reference, {e2e(desk): "ACCP"}),
        "settled": desk.bank.settled({e2e(desk): AMOUNT}),
        "refused": desk.bank.status(reference, {e2e(desk): "RJCT"}, reason="MS03"),
        "returned": desk.bank.returned({e2e(desk): AMOUNT}, reason="MS03"),
    }


@pytest.mark.parametrize(
    "order", list(permutations(["accepted", "settled", "refused", "returned"]))
)
def test_whatever_the_order_of_the_answers_the_books_end_the_same(
    sent: Desk, order: tuple[str, ...]
) -> None:
    answers = facts(sent)
    for name in order:
        sent.take_in(answers[name])
    found = money(sent)
    assert found[Account.BANK] == found[Account.EMPLOYER_CREDIT] == 0
    assert found[Account.RECEIVABLE] == AMOUNT
    assert sent.debits()[0].hold_reason is HoldReason.BANK_REFUSAL
    assert sent.attempts()[0].state == "refused"
    assert {due.status for due in sent.dues()} <= {DueStatus.SCHEDULED, DueStatus.SUPERSEDED}


def test_a_return_after_success_takes_the_money_back(sent: Desk) -> None:
    sent.take_in(sent.bank.settled({e2e(sent): AMOUNT}))
    sent.take_in(sent.bank.returned({e2e(sent): AMOUNT}, reason="MD06"))
    assert sent.dues()[0].status is DueStatus.SCHEDULED
    assert sent.debits()[0].hold_reason is HoldReason.BANK_REFUSAL
    assert money(sent)[Account.RECEIVABLE] == AMOUNT


@pytest.mark.usefixtures("late_for_free")
def test_insufficient_funds_are_presented_again_three_times_at_most(sent: Desk) -> None:
    on = COLLECTION
    for number in range(3):
        sent.take_in(
            sent.bank.status(sent.files()[number].reference, {e2e(sent, number): "RJCT"}), on
        )
        if number == 2:
            break
        assert sent.debits()[0].status is DebitStatus.PLANNED
        for on in days_after(sent, sent.on, 6):
            sent.run(on)
            sent.approve()
            sent.send()
        assert [attempt.number for attempt in sent.attempts()][-1] == number + 2
    assert sent.debits()[0].status is DebitStatus.REFUSED
    assert sent.dues()[0].status is DueStatus.OPEN
    for later in days_after(sent, sent.on, 8):
        sent.run(later)
    assert len(sent.attempts()) == 3
    assert sent.dues()[0].barred_mandate_id is not None


def days_after(desk: Desk, on: date, count: int) -> list[date]:
    calendar = load_calendar(desk.session)
    desk.session.commit()
    return [calendar.add_bank_days(on, n) for n in range(count)]


@pytest.mark.usefixtures("late_for_free")
def test_after_the_last_attempt_a_new_mandate_brings_the_due_back(sent: Desk) -> None:
    test_insufficient_funds_are_presented_again_three_times_at_most(sent)
    mandate = sent.session.scalars(select(Mandate)).one()
    owner = mandate.employer_id
    sent.session.execute(Mandate.__table__.update().values(status=MandateStatus.REVOKED))
    sent.session.commit()
    day = builders.working_day(sent.session, sent.on)
    employer = sent.session.get_one(Employer, owner)
    builders.mandate(sent.session, day, employer, covers_arrears=True)
    sent.run()
    assert len(sent.debits()) == 2


@pytest.mark.parametrize("reason", ["MD01", "AC04", "AC01"])
def test_stop_and_fix_refusals_suspend_the_mandate_and_free_the_dues(
    sent: Desk, reason: str
) -> None:
    answer = sent.bank.status(sent.files()[0].reference, {e2e(sent): "RJCT"}, reason=reason)
    sent.take_in(answer)
    assert sent.session.scalars(select(Mandate.status)).one() is MandateStatus.SUSPENDED
    assert sent.dues()[0].status is DueStatus.OPEN
    sent.run(COLLECTION)
    assert len(sent.debits()) == 1


def test_a_new_mandate_replaces_the_suspended_one_and_collects_what_was_freed(
    sent: Desk,
) -> None:
    answer = sent.bank.status(sent.files()[0].reference, {e2e(sent): "RJCT"}, reason="AC04")
    sent.take_in(answer, COLLECTION)
    owner = sent.session.scalars(select(Employer)).one()
    day = builders.working_day(sent.session, COLLECTION)
    builders.mandate(sent.session, day, owner, covers_arrears=True)
    sent.run(COLLECTION)
    statuses = sent.session.scalars(select(Mandate.status).order_by(Mandate.id)).all()
    assert statuses == [MandateStatus.REPLACED, MandateStatus.ACTIVE]
    assert sent.debits()[-1].status is DebitStatus.ANNOUNCED
    assert sent.debits()[-1].mandate_id != sent.debits()[0].mandate_id


def test_a_refused_file_refuses_every_debit_of_it(desk: Desk) -> None:
    for _ in range(3):
        desk.file_one()
    desk.send_all()
    (file,) = desk.files()
    desk.take_in(desk.bank.status(file.reference, {}, group="RJCT", reason="FF01"))
    assert {debit.hold_reason for debit in desk.debits()} == {HoldReason.BANK_REFUSAL}


@pytest.mark.parametrize("reason", ["DUPL", "DU01", "AM05"])
def test_a_file_refused_as_a_second_copy_leaves_the_first_one_alone(
    sent: Desk, reason: str
) -> None:
    (file,) = sent.files()
    sent.take_in(sent.bank.status(file.reference, {}, group="RJCT", reason=reason))
    assert sent.debits()[0].status is DebitStatus.SENT
    sent.take_in(sent.bank.settled({e2e(sent): AMOUNT}))
    assert sent.debits()[0].status is DebitStatus.SETTLED


def test_a_refused_file_that_names_some_debits_refuses_only_those(desk: Desk) -> None:
    for _ in range(2):
        desk.file_one()
    desk.send_all()
    (file,) = desk.files()
    named = {e2e(desk): "RJCT"}
    desk.take_in(desk.bank.status(file.reference, named, group="RJCT", reason="AM04"))
    assert [debit.status for debit in desk.debits()] == [DebitStatus.PLANNED, DebitStatus.SENT]


def test_a_banks_own_reason_code_is_kept_and_waits_for_a_person(sent: Desk) -> None:
    reason = "SOLDE-INSUFFISANT-CPT-BLOQUE-042"
    reference = sent.files()[0].reference
    sent.take_in(sent.bank.status(reference, {e2e(sent): "RJCT"}, reason=reason))
    assert sent.attempts()[0].reason_code == reason
    assert sent.debits()[0].hold_reason is HoldReason.BANK_REFUSAL


def test_a_partly_accepted_file_touches_only_what_it_names(desk: Desk) -> None:
    for _ in range(2):
        desk.file_one()
    desk.send_all()
    (file,) = desk.files()
    desk.take_in(desk.bank.status(file.reference, {e2e(desk): "ACCP"}, group="PART"))
    assert [debit.status for debit in desk.debits()] == [DebitStatus.ACCEPTED, DebitStatus.SENT]


def test_an_answer_proves_that_an_unknown_file_arrived(sent: Desk) -> None:
    sent.session.execute(sent.files()[0].__table__.update().values(status=BankFileStatus.UNKNOWN))
    sent.session.execute(sent.debits()[0].__table__.update().values(status=DebitStatus.UNKNOWN))
    sent.session.commit()
    sent.take_in(sent.bank.settled({e2e(sent): AMOUNT}))
    assert sent.debits()[0].status is DebitStatus.SETTLED


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"amount": AMOUNT + 1}, SuspenseReason.WRONG_AMOUNT),
        ({"e2e": "SOMEBODY-ELSE"}, SuspenseReason.UNKNOWN_REFERENCE),
        ({"account": "00400174401001050499"}, SuspenseReason.WRONG_CREDITOR),
    ],
)
def test_what_does_not_match_goes_to_suspense_and_the_rest_goes_on(
    desk: Desk, change: dict[str, object], reason: SuspenseReason
) -> None:
    for _ in range(2):
        desk.file_one()
    desk.send_all()
    wrong = {str(change.get("e2e", e2e(desk))): int(change.get("amount", AMOUNT))}
    account = {"account": str(change["account"])} if "account" in change else {}
    desk.take_in(desk.bank.settled(wrong, **account))
    desk.take_in(desk.bank.settled({e2e(desk, 1): AMOUNT}))
    entry = desk.session.scalars(
        select(BankEntry).where(BankEntry.outcome == EntryOutcome.SUSPENSE)
    ).one()
    assert entry.suspense_reason is reason
    assert entry.raw is not None
    raw = builders.VAULT.open_bytes(entry.raw, f"entry:{entry.bank_message_id}:{entry.position}")
    assert b"CRDT" in raw
    assert [debit.status for debit in desk.debits()][1] is DebitStatus.SETTLED
    assert money(desk)[Account.SUSPENSE] == -sum(wrong.values())


def test_unmatched_money_told_by_two_messages_waits_once(sent: Desk) -> None:
    for _ in range(2):
        sent.take_in(sent.bank.settled({"SOMEBODY-ELSE": 500}))
    assert money(sent)[Account.SUSPENSE] == -500


def test_late_money_is_the_employers_credit_and_holds_the_next_attempt(sent: Desk) -> None:
    first = e2e(sent)
    sent.take_in(sent.bank.status(sent.files()[0].reference, {first: "RJCT"}), COLLECTION)
    assert sent.debits()[0].status is DebitStatus.PLANNED
    sent.take_in(sent.bank.settled({first: AMOUNT}))
    assert sent.debits()[0].hold_reason is HoldReason.LATE_MONEY
    assert money(sent)[Account.EMPLOYER_CREDIT] == -AMOUNT
    credit = sent.dues()[-1]
    assert credit.amount_centimes == -AMOUNT
    day = builders.working_day(sent.session, sent.on, "salima")
    release_debit(sent.session, day, sent.debits()[0].reference)
    sent.run()
    assert money(sent)[Account.EMPLOYER_CREDIT] == 0
    assert {due.status for due in sent.dues()} == {DueStatus.SETTLED}
    assert len(sent.attempts()) == 1


def test_a_refusal_after_success_leaves_the_money_as_a_credit_that_is_set_off(
    sent: Desk,
) -> None:
    reference = sent.files()[0].reference
    sent.take_in(sent.bank.settled({e2e(sent): AMOUNT}), COLLECTION)
    sent.take_in(sent.bank.status(reference, {e2e(sent): "RJCT"}))
    assert money(sent)[Account.EMPLOYER_CREDIT] == -AMOUNT
    sent.run()
    assert len(sent.attempts()) == 1
    assert {due.status for due in sent.dues()} == {DueStatus.SETTLED}
    assert money(sent)[Account.EMPLOYER_CREDIT] == 0


def test_when_the_money_of_a_used_credit_goes_back_the_employer_owes_it_again(
    sent: Desk,
) -> None:
    test_a_refusal_after_success_leaves_the_money_as_a_credit_that_is_set_off(sent)
    sent.take_in(sent.bank.returned({e2e(sent): AMOUNT}))
    found = money(sent)
    assert found[Account.RECEIVABLE] == AMOUNT
    assert found[Account.BANK] == found[Account.EMPLOYER_CREDIT] == 0
    assert sent.dues()[-1].kind == "adjustment"
    sent.run()
    assert sent.debits()[-1].amount_centimes == AMOUNT


@pytest.mark.usefixtures("late_for_free")
def test_late_money_takes_a_frozen_debit_out_of_its_unsent_file(desk: Desk) -> None:
    for _ in range(2):
        desk.file_one()
    desk.send_all()
    first = e2e(desk)
    reference = desk.files()[0].reference
    both = {e2e(desk): "RJCT", e2e(desk, 1): "RJCT"}
    desk.take_in(desk.bank.status(reference, both), COLLECTION)
    for on in days_after(desk, COLLECTION, 5):
        desk.run(on)
    assert {debit.status for debit in desk.debits()} == {DebitStatus.FROZEN}
    desk.take_in(desk.bank.settled({first: AMOUNT}))
    desk.run()
    held, frozen = desk.debits()
    assert held.hold_reason is HoldReason.LATE_MONEY
    assert frozen.status is DebitStatus.FROZEN
    assert [file.status.value for file in desk.files()][1:] == ["superseded", "written"]


def test_an_interrupted_staging_starts_anew(sent: Desk) -> None:
    answer = sent.bank.settled({e2e(sent): AMOUNT})
    whole = answer.read_bytes()
    answer.write_bytes(whole[:-20])
    with pytest.raises(UnreadableMessage):
        sent.take_in(answer)
    assert sent.session.scalars(select(BankMessage.status)).one().value == "staging"
    sent.session.commit()
    answer.write_bytes(whole)
    sent.take_in(answer)
    assert balances(sent.session)[Account.BANK] == AMOUNT


def test_weeks_after_settlement_a_refusal_still_arrives(sent: Desk) -> None:
    sent.take_in(sent.bank.settled({e2e(sent): AMOUNT}))
    sent.take_in(
        sent.bank.returned({e2e(sent): AMOUNT}, reason="MD01"), FREEZING + timedelta(weeks=9)
    )
    assert sent.debits()[0].status is DebitStatus.REFUSED
    assert sent.session.scalars(select(Mandate.status)).one() is MandateStatus.SUSPENDED
