"""A one-time code allows one act of one member, for ten minutes, five tries and one use."""

from __future__ import annotations

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from tests import builders
from tests.services.collecting import FILED
from tests.services.people import RULES, another, ask, code_sent, later
from webapp.domain.errors import CodeExpired, TooManyTries, WrongCode
from webapp.models import CodePurpose, NoticeChannel, OneTimeCode
from webapp.services.codes import (
    AskedCode,
    ask_for_another_code,
    check_code_of,
    code_is_open,
    masked_address,
    refuse_early_resend,
    seconds_until_resend,
    use_code,
)
from webapp.services.transactions import transaction
from webapp.services.working_day import WorkingDay

UNKNOWN = "99/999999"


def check(
    session: Session,
    day: WorkingDay,
    asked: AskedCode,
    code: str,
    purpose: CodePurpose = CodePurpose.SIGN_IN,
) -> tuple[int, int]:
    checked = check_code_of(session, day, builders.VAULT, RULES, purpose, asked.reference, code)
    assert checked.employer_id is not None
    return checked.id, checked.employer_id


@pytest.fixture
def day(office: Session) -> WorkingDay:
    return builders.working_day(office, FILED, "visitor")


def test_the_right_code_names_its_employer(office: Session, day: WorkingDay) -> None:
    owner = builders.employer(office)
    asked = ask(office, day, owner.member_number)
    assert check(office, day, asked, code_sent(asked))[1] == owner.id


def test_a_wrong_code_says_how_many_tries_are_left_and_the_last_ends_it(
    office: Session, day: WorkingDay
) -> None:
    asked = ask(office, day, builders.employer(office).member_number)
    for left in (4, 3, 2, 1, 0):
        with pytest.raises(WrongCode) as caught:
            check(office, day, asked, another(code_sent(asked)))
        assert caught.value.left == left
    with pytest.raises(CodeExpired):
        check(office, day, asked, code_sent(asked))


def test_the_fifth_try_may_still_be_the_right_one(office: Session, day: WorkingDay) -> None:
    asked = ask(office, day, builders.employer(office).member_number)
    for _ in range(RULES.code_tries - 1):
        with pytest.raises(WrongCode):
            check(office, day, asked, another(code_sent(asked)))
    check(office, day, asked, code_sent(asked))


@pytest.mark.parametrize(("minutes", "open_"), [(0, True), (9.99, True), (10, False), (600, False)])
def test_a_code_is_good_for_ten_minutes(
    office: Session, day: WorkingDay, minutes: float, open_: bool
) -> None:
    asked = ask(office, day, builders.employer(office).member_number)
    then = later(day, minutes=minutes)
    assert code_is_open(office, then, RULES, asked.reference) is open_
    if open_:
        check(office, then, asked, code_sent(asked))
    else:
        with pytest.raises(CodeExpired):
            check(office, then, asked, code_sent(asked))


@pytest.mark.parametrize(
    ("asked_for", "used_for"),
    [
        (CodePurpose.SIGN_IN, CodePurpose.SIGN_MANDATE),
        (CodePurpose.SIGN_MANDATE, CodePurpose.SIGN_IN),
    ],
)
def test_a_code_for_one_act_does_not_allow_another(
    office: Session, day: WorkingDay, asked_for: CodePurpose, used_for: CodePurpose
) -> None:
    asked = ask(office, day, builders.employer(office).member_number, asked_for)
    with pytest.raises(CodeExpired):
        check(office, day, asked, code_sent(asked), used_for)
    check(office, day, asked, code_sent(asked), asked_for)


def test_a_code_is_used_once(office: Session, day: WorkingDay) -> None:
    asked = ask(office, day, builders.employer(office).member_number)
    code_id, _ = check(office, day, asked, code_sent(asked))
    with transaction(office):
        assert use_code(office, day, code_id)
    with transaction(office):
        assert not use_code(office, day, code_id)
    assert not code_is_open(office, day, RULES, asked.reference)
    with pytest.raises(CodeExpired):
        check(office, day, asked, code_sent(asked))


def test_the_code_of_one_browser_does_not_fit_the_attempt_of_another(
    office: Session, day: WorkingDay
) -> None:
    number = builders.employer(office).member_number
    first, second = ask(office, day, number), ask(office, day, number)
    assert code_sent(first) != code_sent(second) or first.reference != second.reference
    if code_sent(first) != code_sent(second):
        with pytest.raises(WrongCode):
            check(office, day, second, code_sent(first))


def test_a_new_code_makes_no_difference_to_an_older_attempt(
    office: Session, day: WorkingDay
) -> None:
    owner = builders.employer(office)
    first = ask(office, day, owner.member_number)
    ask(office, later(day, minutes=1), owner.member_number)
    assert check(office, later(day, minutes=2), first, code_sent(first))[1] == owner.id


def test_the_table_never_holds_the_code(office: Session, day: WorkingDay) -> None:
    asked = ask(office, day, builders.employer(office).member_number)
    row = office.execute(text("SELECT * FROM one_time_codes")).mappings().one()
    office.rollback()
    kept = {name: value for name, value in row.items() if name not in {"sent_at", "reference"}}
    assert code_sent(asked) not in " ".join(map(str, kept.values()))
    assert code_sent(asked) not in repr(asked), "or a log would hold it"


@pytest.mark.parametrize("known", [False, True], ids=["unknown", "without contact"])
def test_who_cannot_be_sent_a_code_takes_the_same_steps_and_gets_no_message(
    office: Session, day: WorkingDay, known: bool
) -> None:
    number = builders.employer(office, phone="", email="").member_number if known else UNKNOWN
    asked = ask(office, day, number)
    assert asked.message is None
    (row,) = office.scalars(select(OneTimeCode)).all()
    assert row.reference == asked.reference
    office.rollback()
    for left in (4, 3, 2, 1, 0):
        with pytest.raises(WrongCode) as caught:
            check(office, day, asked, "000000")
        assert caught.value.left == left
    with pytest.raises(CodeExpired):
        check(office, day, asked, "000000")


def test_no_code_ever_fits_an_unknown_number(
    office: Session, day: WorkingDay, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("webapp.services.codes.secrets.randbelow", lambda _most: 123456)
    asked = ask(office, day, UNKNOWN)
    with pytest.raises(WrongCode):
        check(office, day, asked, "123456")


@pytest.mark.parametrize(
    ("wanted", "phone", "email", "channel", "address"),
    [
        (NoticeChannel.SMS, "0550123456", "a@b.dz", "sms", "0550123456"),
        (NoticeChannel.SMS, "0550123456", "", "sms", "0550123456"),
        (NoticeChannel.SMS, "", "a@b.dz", "email", "a@b.dz"),
        (NoticeChannel.EMAIL, "0550123456", "a@b.dz", "email", "a@b.dz"),
        (NoticeChannel.EMAIL, "0550123456", "", "sms", "0550123456"),
        (NoticeChannel.PORTAL, "0550123456", "a@b.dz", "sms", "0550123456"),
        (NoticeChannel.PORTAL, "", "a@b.dz", "email", "a@b.dz"),
    ],
)
def test_a_code_goes_to_the_phone_or_to_the_e_mail_of_who_prefers_it_or_has_no_other(
    office: Session,
    day: WorkingDay,
    wanted: NoticeChannel,
    phone: str,
    email: str,
    channel: str,
    address: str,
) -> None:
    owner = builders.employer(office, notice_channel=wanted, phone=phone, email=email)
    message = ask(office, day, owner.member_number).message
    assert message is not None
    assert (message.channel, message.address) == (channel, address)
    assert (message.purpose, message.language) == ("sign_in", "ar")


@pytest.mark.parametrize(("seconds", "wait"), [(0, 60), (1, 59), (59, 1), (60, 0), (3600, 0)])
def test_another_code_is_sent_after_a_minute(
    office: Session, day: WorkingDay, seconds: int, wait: int
) -> None:
    asked = ask(office, day, builders.employer(office).member_number)
    then = later(day, seconds=seconds)
    assert seconds_until_resend(office, then, RULES, asked.reference) == wait
    if wait:
        with pytest.raises(TooManyTries) as caught:
            refuse_early_resend(office, then, RULES, asked.reference)
        assert caught.value.seconds == wait
    else:
        refuse_early_resend(office, then, RULES, asked.reference)


@pytest.mark.parametrize("reference", [None, "", "nobody's"])
def test_who_has_asked_for_no_code_need_not_wait(
    office: Session, day: WorkingDay, reference: str | None
) -> None:
    assert seconds_until_resend(office, day, RULES, reference) == 0


def test_no_second_code_is_sent_while_the_first_may_be_used(
    office: Session, day: WorkingDay
) -> None:
    number = builders.employer(office).member_number
    first = ask(office, day, number, CodePurpose.SIGN_MANDATE)

    def go_on(minutes: float) -> AskedCode | None:
        return ask_for_another_code(
            office,
            later(day, minutes=minutes),
            builders.VAULT,
            RULES,
            CodePurpose.SIGN_MANDATE,
            number,
            "fr",
            first.reference,
            wanted=False,
        )

    assert go_on(9) is None
    assert go_on(10) is not None


def test_a_member_is_sent_five_codes_in_half_an_hour_for_each_act(
    office: Session, day: WorkingDay
) -> None:
    number, other = (builders.employer(office).member_number for _ in range(2))
    for minute in range(RULES.codes_per_member.tries):
        ask(office, later(day, minutes=minute), number)
    with pytest.raises(TooManyTries) as caught:
        ask(office, later(day, minutes=10), number)
    assert caught.value.seconds == 20 * 60
    ask(office, later(day, minutes=10), number, CodePurpose.SIGN_MANDATE)
    ask(office, later(day, minutes=10), other)
    ask(office, later(day, minutes=30), number)


def test_an_unknown_number_meets_the_same_limit(office: Session, day: WorkingDay) -> None:
    for _ in range(RULES.codes_per_member.tries):
        ask(office, day, UNKNOWN)
    with pytest.raises(TooManyTries):
        ask(office, day, UNKNOWN)


@pytest.mark.parametrize(
    ("channel", "address", "shown"),
    [
        (NoticeChannel.SMS, "0550123456", "56"),
        (NoticeChannel.EMAIL, "salima@example.dz", "s…@example.dz"),
        (NoticeChannel.SMS, "", ""),
    ],
)
def test_of_a_contact_only_its_ends_are_shown(
    channel: NoticeChannel, address: str, shown: str
) -> None:
    assert masked_address(channel, address) == shown
