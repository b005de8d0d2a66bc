"""What a bank's own codes mean: read, kept as told, queued while unknown, followed up once."""

from __future__ import annotations

from xml.sax.saxutils import escape

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests import builders
from tests.services.collecting import AMOUNT, COLLECTION, Desk
from tests.services.staff import join
from webapp.domain.errors import InvalidLocalCode, NotFound
from webapp.domain.statuses import DebitStatus, DueStatus, MandateStatus
from webapp.models import BankEntry, Event, HoldReason, Mandate, Posting
from webapp.services.local_codes import (
    changes_of_codes,
    list_local_codes,
    load_meanings,
    remove_local_code,
    set_local_code,
    told_with,
)
from webapp.services.proof_packs import gather_proof
from webapp.services.unknown_codes import follow_up_code, unknown_codes, waiting_refusals
from webapp.services.working_day import WorkingDay

CODE = "PROV"
HOSTILE = "<script>\u202e'12"


def at_work(session: Session) -> tuple[WorkingDay, int]:
    day = builders.working_day(session, COLLECTION, "root")
    member = join(session, day)
    return builders.working_day(session, COLLECTION, f"staff:{member.id}"), member.id


def means(session: Session, iso: str, code: str = CODE, channel: str = "BNA") -> int:
    """Say what a code means; the number of the local code."""
    day, staff_id = at_work(session)
    set_local_code(session, day, staff_id, channel, code, iso)
    return next(one.id for one in list_local_codes(session) if one.code == code)


def refuse(desk: Desk, code: str = CODE, status: str = "RJCT") -> None:
    answers = {one.end_to_end_id: status for one in desk.attempts()}
    reference = desk.files()[0].reference
    desk.take_in(desk.bank.status(reference, answers, reason=escape(code)), COLLECTION)


def entries(desk: Desk) -> list[BankEntry]:
    desk.session.expire_all()
    found = list(desk.session.scalars(select(BankEntry).order_by(BankEntry.id)))
    return [one for one in found if one.attempt_id]


def follow_up(desk: Desk, local_code_id: int) -> dict[str, int]:
    day, staff_id = at_work(desk.session)
    desk.session.rollback()
    return dict(follow_up_code(desk.session, day, staff_id, local_code_id))


def test_the_iso_code_counts_and_the_local_one_is_kept_as_it_was_told(sent: Desk) -> None:
    means(sent.session, "AM04")
    refuse(sent)
    assert sent.attempts()[0].reason_code == "AM04"
    assert [(one.reason_code, one.local_code) for one in entries(sent)] == [("AM04", CODE)]
    assert sent.debits()[0].status is DebitStatus.PLANNED  # as after any AM04: presented again
    assert unknown_codes(sent.session) == []


def test_a_code_means_something_only_at_the_institution_that_it_was_said_of(sent: Desk) -> None:
    means(sent.session, "AM04", channel="POST")
    refuse(sent)
    assert sent.attempts()[0].reason_code == CODE
    [unknown] = unknown_codes(sent.session)
    assert (unknown.channel_code, unknown.code) == ("BNA", CODE)


def test_a_local_code_for_the_whole_file_counts_for_each_debit(sent: Desk) -> None:
    means(sent.session, "DUPL", "99")
    sent.take_in(sent.bank.status(sent.files()[0].reference, {}, group="RJCT", reason="99"))
    # The bank speaks of a second copy: the first one stands.
    assert sent.debits()[0].status is DebitStatus.SENT
    means(sent.session, "AC04", "7")
    sent.take_in(sent.bank.status(sent.files()[0].reference, {}, group="RJCT", reason="7"))
    assert sent.attempts()[0].reason_code == "AC04"
    assert {(one.reason_code, one.local_code) for one in entries(sent)} == {("AC04", "7")}


def test_an_unknown_code_waits_in_the_queue_as_it_was_told_each_refusal_once(sent: Desk) -> None:
    refuse(sent, HOSTILE)
    refuse(sent, HOSTILE)
    returned = {sent.attempts()[0].end_to_end_id: AMOUNT}
    sent.take_in(sent.bank.returned(returned, reason=escape(HOSTILE)), COLLECTION)
    [unknown] = unknown_codes(sent.session)
    assert (unknown.channel_code, unknown.code, unknown.refusals, unknown.amount) == (
        "BNA", HOSTILE, 1, AMOUNT,
    )  # fmt: skip
    assert unknown.first_seen_at <= unknown.last_seen_at
    assert told_with(sent.session, "BNA", HOSTILE) == 3
    assert told_with(sent.session, "POST", HOSTILE) == 0
    means(sent.session, "AM04", HOSTILE)
    assert unknown_codes(sent.session) == []


def test_codes_of_the_standard_and_acceptances_are_not_in_the_queue(sent: Desk) -> None:
    refuse(sent, "MS03")
    assert unknown_codes(sent.session) == []


def test_a_refusal_of_an_unknown_code_is_followed_up_once_its_meaning_is_known(
    sent: Desk,
) -> None:
    refuse(sent)
    assert sent.debits()[0].hold_reason is HoldReason.BANK_REFUSAL
    assert waiting_refusals(sent.session) == []
    number = means(sent.session, "AM04")
    [waiting] = waiting_refusals(sent.session)
    assert (waiting.meaning.means, waiting.debits, waiting.amount) == ("AM04", 1, AMOUNT)
    told = follow_up(sent, number)
    assert (told["found"], told["represented"]) == (1, 1)
    [debit] = sent.debits()
    assert (debit.status, debit.hold_reason) == (DebitStatus.PLANNED, None)
    assert sent.attempts()[0].reason_code == "AM04"
    assert {(one.reason_code, one.local_code) for one in entries(sent)} == {("AM04", CODE)}
    assert waiting_refusals(sent.session) == []


def test_following_up_twice_moves_no_money_twice(sent: Desk) -> None:
    refuse(sent)
    number = means(sent.session, "AM04")
    before = len(sent.session.scalars(select(Posting)).all())
    sent.session.rollback()
    assert follow_up(sent, number)["found"] == 1
    assert follow_up(sent, number) == {"found": 0}
    events = sent.session.scalars(select(Event.cause).where(Event.target == "planned")).all()
    assert list(events).count("presented_again") == 1
    assert len(sent.session.scalars(select(Posting)).all()) == before
    assert len(sent.attempts()) == 1


def test_the_proof_of_a_debit_shows_the_code_as_it_was_told(sent: Desk) -> None:
    means(sent.session, "AM04")
    refuse(sent)
    reference = sent.debits()[0].reference
    sent.session.rollback()
    [answer] = gather_proof(sent.session, None, reference).answers
    assert (answer["reason_code"], answer["local_code"]) == ("AM04", CODE)


def test_a_closed_account_told_late_suspends_the_mandate_and_frees_the_dues(sent: Desk) -> None:
    refuse(sent)
    assert follow_up(sent, means(sent.session, "AC04"))["freed"] == 1
    assert sent.debits()[0].status is DebitStatus.REFUSED
    assert {due.status for due in sent.dues()} == {DueStatus.OPEN}
    assert sent.session.scalars(select(Mandate.status)).all() == [MandateStatus.SUSPENDED]


def test_what_still_needs_a_person_goes_back_on_hold_and_waits_no_more(sent: Desk) -> None:
    refuse(sent)
    assert follow_up(sent, means(sent.session, "MS03"))["held"] == 1
    assert sent.debits()[0].hold_reason is HoldReason.BANK_REFUSAL
    assert waiting_refusals(sent.session) == []


def test_other_holds_are_left_alone(sent: Desk) -> None:
    refuse(sent)
    number = means(sent.session, "AM04")
    [debit] = sent.debits()
    debit.hold_reason = HoldReason.LATE_MONEY
    sent.session.commit()
    assert waiting_refusals(sent.session) == []
    assert follow_up(sent, number) == {"found": 0}
    assert sent.debits()[0].status is DebitStatus.HELD


def test_every_change_leaves_an_event_with_who_and_what(office: Session) -> None:
    number = means(office, "AM04")
    means(office, "AC04")
    day, staff_id = at_work(office)
    office.rollback()
    assert remove_local_code(office, day, staff_id, number).means == "AC04"
    assert [(one.act, one.what) for one in changes_of_codes(office)] == [
        ("local_code_removed", "BNA:PROV=AC04"),
        ("local_code_set", "BNA:PROV=AC04"),
        ("local_code_set", "BNA:PROV=AM04"),
    ]
    assert load_meanings(office) == {}


def test_the_same_meaning_again_changes_nothing(office: Session) -> None:
    means(office, "AM04")
    means(office, "AM04")
    assert len(changes_of_codes(office)) == 1


@pytest.mark.parametrize(
    ("code", "iso"), [("AC04", "AM04"), ("", "AM04"), ("X" * 36, "AM04"), ("12", "13")]
)
def test_a_code_of_the_standard_none_or_a_meaning_that_is_none_is_refused(
    office: Session, code: str, iso: str
) -> None:
    with pytest.raises(InvalidLocalCode):
        means(office, iso, code)


def test_what_is_not_there_leads_nowhere(office: Session) -> None:
    day, staff_id = at_work(office)
    office.rollback()
    with pytest.raises(NotFound):
        set_local_code(office, day, staff_id, "NONE", CODE, "AM04")
    for act in (remove_local_code, follow_up_code):
        with pytest.raises(NotFound):
            act(office, day, staff_id, 404)
