"""Whom an employer lets act for it: what they may do, and that it ends at once."""

from __future__ import annotations

from dataclasses import replace
from threading import Thread

import pytest
from sqlalchemy import Engine, event, func, select
from sqlalchemy.orm import Session

from tests import builders
from tests.services.collecting import FILED
from tests.services.people import LONGEST_WAIT, RULES, at_once, code_sent, later, signed_in
from webapp.domain.errors import AlreadyActs, MayNotSign, NotFound, TooManyTries, WrongCode
from webapp.domain.rules import AccessRules
from webapp.models import (
    CodePurpose,
    Delegation,
    Employer,
    Event,
    Message,
    OneTimeCode,
    Person,
    Subject,
)
from webapp.services.acted_for import acts_for
from webapp.services.codes import ask_for_code
from webapp.services.delegations import delegations, end, grant
from webapp.services.events import record
from webapp.services.looks import looks
from webapp.services.open_sessions import end_one, end_others, open_sessions
from webapp.services.outbox import open_message
from webapp.services.persons import (
    PersonIn,
    act_for,
    ask_person_for_code,
    find_person,
    leave_employer,
)
from webapp.services.proofs import prove_again
from webapp.services.signing import TypedCode, sign_once
from webapp.services.transactions import transaction
from webapp.services.web_sessions import SignedIn, find_session, sign_in
from webapp.services.working_day import WorkingDay

EMAIL = "samir@cabinet.example"
A_MOMENT = 0.2  # seconds
V = builders.VAULT


@pytest.fixture
def day(office: Session) -> WorkingDay:
    return builders.working_day(office, FILED, "employer:1")


@pytest.fixture
def owner(office: Session) -> Employer:
    return builders.employer(office)


def let(
    office: Session,
    day: WorkingDay,
    owner: Employer,
    *,
    may_sign: bool = False,
    email: str = EMAIL,
) -> str:
    who = signed_in(owner)
    return grant(office, day, V, who, "سمير محاسب", email, "ar", may_sign=may_sign)


def enter(office: Session, day: WorkingDay, email: str = EMAIL) -> tuple[str, PersonIn]:
    asked = ask_person_for_code(office, day, V, RULES, email, "ar")
    token = sign_in(office, day, V, RULES, asked.reference, code_sent(asked), "Firefox")
    person = find_person(office, day.now, RULES, token)
    assert person is not None
    return token, person


def holder(office: Session, day: WorkingDay, token: str) -> SignedIn | None:
    return find_session(office, day.now, RULES, token)


def test_a_person_signs_in_and_acts_for_an_employer(
    office: Session, day: WorkingDay, owner: Employer
) -> None:
    reference = let(office, day, owner, may_sign=True)
    token, person = enter(office, day)
    assert holder(office, day, token) is None, "for nobody yet"
    (choice,) = acts_for(office, day, person.person_id)
    assert (choice.reference, choice.member_number) == (reference, owner.member_number)

    acting = act_for(office, day, person, reference)
    assert find_person(office, day.now, RULES, token) is None, "the old token opens nothing"
    who = holder(office, day, acting)
    assert who is not None
    assert (who.employer_id, who.person_name, who.may_sign) == (owner.id, "سمير محاسب", True)
    assert who.actor == f"person:{person.person_id}/employer:{owner.id}"

    again = find_person(office, day.now, RULES, acting)
    assert again is not None
    token = leave_employer(office, day, again)
    assert holder(office, day, acting) is None and holder(office, day, token) is None
    assert find_person(office, day.now, RULES, token) is not None


def test_an_ended_delegation_opens_nothing_from_that_moment(
    office: Session, day: WorkingDay, owner: Employer
) -> None:
    reference = let(office, day, owner)
    _, person = enter(office, day)
    acting = act_for(office, day, person, reference)
    who = holder(office, day, acting)
    assert who is not None and not who.may_sign
    end(office, day, V, signed_in(owner), reference)
    assert holder(office, day, acting) is None
    again = find_person(office, day.now, RULES, acting)
    assert again is not None
    with pytest.raises(NotFound):
        act_for(office, day, again, reference)
    with pytest.raises(NotFound):
        end(office, day, V, signed_in(owner), reference)
    assert acts_for(office, day, person.person_id) == []
    (trusted,) = delegations(office, owner.id)
    assert trusted.ended_at == day.now
    let(office, day, owner)
    assert [one.ended_at is None for one in delegations(office, owner.id)] == [True, False]


def test_another_employer_s_delegation_is_missing(
    office: Session, day: WorkingDay, owner: Employer
) -> None:
    reference = let(office, day, owner)
    other = builders.employer(office)
    with pytest.raises(NotFound):
        end(office, day, V, signed_in(other), reference)
    let(office, day, other, email="x@cabinet.example")
    _, stranger = enter(office, day, "x@cabinet.example")
    with pytest.raises(NotFound):
        act_for(office, day, stranger, reference)
    assert delegations(office, other.id)[0].email == "x@cabinet.example"


def test_each_employer_reads_the_name_it_typed_and_not_another_s(
    office: Session, day: WorkingDay, owner: Employer
) -> None:
    """Or whoever types an address would learn who it is, and that others trust them."""
    let(office, day, owner)
    other = builders.employer(office)
    reference = grant(office, day, V, signed_in(other), "S. M.", EMAIL, "fr", may_sign=False)
    assert [one.name for one in delegations(office, owner.id)] == ["سمير محاسب"]
    assert [one.name for one in delegations(office, other.id)] == ["S. M."]
    _, person = enter(office, day)
    who = holder(office, day, act_for(office, day, person, reference))
    me = holder(office, day, employer_in(office, day, other))
    assert who is not None and me is not None
    assert who.person_name == "S. M."
    by_them = replace(day, actor=who.actor)
    with transaction(office):
        record(office, by_them, Subject.EMPLOYER, [other.id], None, "opened", "person_opened")
    assert looks(office, other.id)[0].person == "S. M."
    assert [one.person for one in open_sessions(office, day.now, RULES, me)] == ["", "S. M."]


def test_of_two_grants_at_once_one_counts(
    engine: Engine, office: Session, day: WorkingDay, owner: Employer
) -> None:
    who = signed_in(owner)
    office.rollback()

    def try_it(session: Session) -> bool:
        try:
            grant(session, day, V, who, "S", EMAIL, "fr", may_sign=False)
        except AlreadyActs:
            return False
        return True

    assert sorted(at_once(engine, [try_it] * 3)) == [False, False, True]
    assert office.scalar(select(func.count()).select_from(Person)) == 1
    assert office.scalar(select(func.count()).select_from(Delegation)) == 1
    assert office.scalars(select(Message.kind)).all() == ["delegation_granted", "delegate_added"]


def test_an_unknown_address_takes_the_same_steps(
    office: Session, engine: Engine, day: WorkingDay, owner: Employer
) -> None:
    let(office, day, owner)
    statements: dict[str, list[str]] = {}

    def note(_c: object, _u: object, statement: str, *_more: object) -> None:
        statements[asking].append(statement.split(" ")[0])

    event.listen(engine, "before_cursor_execute", note)
    try:
        for asking in (EMAIL, "nobody@cabinet.example"):
            statements[asking] = []
            asked = ask_person_for_code(office, day, V, RULES, asking, "fr")
            assert (asked.message is None) == (asking != EMAIL)
    finally:
        event.remove(engine, "before_cursor_execute", note)
    known, unknown = statements.values()
    assert [one for one in unknown if one != "ROLLBACK"] == [
        one for one in known if one != "RELEASE"
    ]
    with pytest.raises(WrongCode):
        sign_in(office, day, V, RULES, asked.reference, "000000")


def test_every_act_is_an_event_of_both(office: Session, day: WorkingDay, owner: Employer) -> None:
    reference = let(office, day, owner, may_sign=True)
    end(office, day, V, signed_in(owner), reference)
    told = office.execute(select(Event.subject, Event.target, Event.cause).order_by(Event.id)).all()
    assert [tuple(row) for row in told] == [
        (Subject.PERSON, "granted", "may_sign"),
        (Subject.EMPLOYER, "delegated", "may_sign"),
        (Subject.PERSON, "ended", "delegation_ended"),
        (Subject.EMPLOYER, "undelegated", "ended"),
    ]


def test_the_employer_is_told_of_who_may_act_and_sign(
    office: Session, day: WorkingDay, owner: Employer
) -> None:
    let(office, day, owner, may_sign=True)
    message = office.scalars(select(Message).where(Message.kind == "delegate_added")).one()
    address, values = open_message(V, message.sealed, message.reference)
    assert (message.employer_id, address) == (owner.id, owner.phone)
    assert values == {"email": EMAIL, "may_sign": True, "on": day.today}


# ── a signature, and the end of the right to it ──────────────────────────────────────────────


def sign_as(
    session: Session, day: WorkingDay, who: SignedIn, code: TypedCode, signed: list[str]
) -> str:
    def act(_code_id: int) -> str:
        signed.append(who.actor)
        return "KM-1"

    return sign_once(session, day, V, RULES, who, code, act)


def acting_with_code(
    office: Session, day: WorkingDay, owner: Employer, *, may_sign: bool = True
) -> tuple[str, SignedIn, TypedCode]:
    """Somebody who acts for the owner, and holds a code to sign with."""
    reference = let(office, day, owner, may_sign=may_sign)
    _, person = enter(office, day)
    who = holder(office, day, act_for(office, day, person, reference))
    assert who is not None
    purpose = CodePurpose.SIGN_MANDATE
    asked = ask_for_code(
        office, day, V, RULES, purpose, owner.member_number, "ar", person_id=person.person_id
    )
    return reference, who, TypedCode(asked.reference, code_sent(asked))


def test_who_may_sign_signs_and_who_may_sign_no_more_does_not(
    office: Session, day: WorkingDay, owner: Employer
) -> None:
    signed: list[str] = []
    reference, who, code = acting_with_code(office, day, owner)
    end(office, day, V, signed_in(owner), reference)
    with pytest.raises(MayNotSign):
        sign_as(office, day, who, code, signed)
    assert signed == []
    _, who, code = acting_with_code(office, later(day, minutes=1), owner)
    assert sign_as(office, later(day, minutes=1), who, code, signed) == "KM-1"
    assert signed == [f"person:{who.person_id}/employer:{owner.id}"]


def test_who_was_never_given_the_right_signs_nothing_even_with_a_code(
    office: Session, day: WorkingDay, owner: Employer
) -> None:
    _, who, code = acting_with_code(office, day, owner, may_sign=False)
    with pytest.raises(MayNotSign):
        sign_as(office, day, who, code, [])


def test_the_code_of_who_acts_signs_nothing_in_the_employer_s_own_session(
    office: Session, day: WorkingDay, owner: Employer
) -> None:
    _, _, code = acting_with_code(office, day, owner)
    with pytest.raises(NotFound):
        sign_as(office, day, signed_in(owner), code, [])


def test_a_right_does_not_end_in_the_middle_of_a_signature(
    engine: Engine, office: Session, day: WorkingDay, owner: Employer
) -> None:
    """The end waits until what is being signed is signed; afterwards nothing is."""
    reference, who, code = acting_with_code(office, day, owner)
    me = signed_in(owner)
    office.rollback()

    def stop() -> None:
        with Session(engine) as session:
            end(session, day, V, me, reference)

    ending = Thread(target=stop)

    def act(_code_id: int) -> str:
        ending.start()
        ending.join(A_MOMENT)
        assert ending.is_alive(), "it did not wait"
        return "KM-1"

    assert sign_once(office, day, V, RULES, who, code, act) == "KM-1"
    ending.join(LONGEST_WAIT)
    assert delegations(office, owner.id)[0].ended_at == day.now
    asked = ask_for_code(
        office, day, V, RULES, CodePurpose.SIGN_MANDATE, owner.member_number, "ar",
        person_id=who.person_id,
    )  # fmt: skip
    with pytest.raises(MayNotSign):
        sign_as(office, day, who, TypedCode(asked.reference, code_sent(asked)), [])


def test_who_acts_does_not_use_up_the_codes_of_the_employer(
    office: Session, day: WorkingDay, owner: Employer
) -> None:
    _, who, _ = acting_with_code(office, day, owner)
    purpose, number = CodePurpose.SIGN_MANDATE, owner.member_number
    for _ in range(RULES.codes_per_member.tries - 1):
        ask_for_code(office, day, V, RULES, purpose, number, "ar", person_id=who.person_id)
    with pytest.raises(TooManyTries):
        ask_for_code(office, day, V, RULES, purpose, number, "ar", person_id=who.person_id)
    assert ask_for_code(office, day, V, RULES, purpose, number, "ar").message


# ── proving oneself again, and the sessions that are open ────────────────────────────────────


def employer_in(office: Session, day: WorkingDay, owner: Employer, device: str = "") -> str:
    asked = ask_for_code(office, day, V, RULES, CodePurpose.SIGN_IN, owner.member_number, "ar")
    return sign_in(office, day, V, RULES, asked.reference, code_sent(asked), device)


def test_a_fresh_code_makes_a_new_token_and_lasts_some_minutes(
    office: Session, day: WorkingDay, owner: Employer
) -> None:
    token = employer_in(office, day, owner)
    day = later(day, minutes=12)
    who = holder(office, day, token)
    assert who is not None and not who.proved_lately(day.now, RULES)
    asked = ask_for_code(office, day, V, RULES, CodePurpose.CONFIRM, owner.member_number, "ar")
    fresh = prove_again(office, day, V, RULES, who, asked.reference, code_sent(asked))
    assert holder(office, day, token) is None
    who = holder(office, day, fresh)
    assert who is not None and who.proved_lately(day.now, RULES)
    assert not who.proved_lately(later(day, minutes=RULES.proof_minutes).now, RULES)
    # It does not last longer than the first one would have.
    late = later(day, hours=RULES.session_hours, minutes=-13)
    rules = replace(AccessRules(), idle_minutes=10_000)
    found = find_session(office, late.now, rules, fresh)
    assert found is not None and not found.expired
    found = find_session(office, later(late, minutes=1).now, rules, fresh)
    assert found is not None and found.expired


def test_the_code_of_another_proves_nothing(
    office: Session, day: WorkingDay, owner: Employer
) -> None:
    other = builders.employer(office)
    who = holder(office, day, employer_in(office, day, owner))
    assert who is not None
    asked = ask_for_code(office, day, V, RULES, CodePurpose.CONFIRM, other.member_number, "ar")
    with pytest.raises(NotFound):
        prove_again(office, day, V, RULES, who, asked.reference, code_sent(asked))


def test_a_code_for_who_acts_goes_to_them_and_proves_nothing_for_the_employer(
    office: Session, day: WorkingDay, owner: Employer
) -> None:
    reference = let(office, day, owner)
    _, person = enter(office, day)
    asked = ask_for_code(
        office, day, V, RULES, CodePurpose.CONFIRM, owner.member_number, "ar",
        person_id=person.person_id,
    )  # fmt: skip
    assert asked.message is not None
    assert (asked.message.channel, asked.message.address) == ("email", EMAIL)
    assert office.scalars(select(OneTimeCode.person_id).order_by(-OneTimeCode.id)).first()
    office.rollback()
    owners = holder(office, day, employer_in(office, day, owner))
    assert owners is not None
    with pytest.raises(NotFound):
        prove_again(office, day, V, RULES, owners, asked.reference, code_sent(asked))
    assert reference


def test_sessions_are_listed_and_ended_by_their_owner_alone(
    office: Session, day: WorkingDay, owner: Employer
) -> None:
    phone = employer_in(office, day, owner, "Mozilla/5.0 (Android) Firefox")
    desktop = employer_in(office, later(day, minutes=1), owner, "Mozilla/5.0 (Windows) Chrome")
    stranger = employer_in(office, day, builders.employer(office))
    day = later(day, minutes=2)
    me, them = holder(office, day, desktop), holder(office, day, stranger)
    assert me is not None and them is not None
    found = open_sessions(office, day.now, RULES, me)
    assert [(one.device, one.here) for one in found] == [
        ("Mozilla/5.0 (Windows) Chrome", True),
        ("Mozilla/5.0 (Android) Firefox", False),
    ]
    with pytest.raises(NotFound):
        end_one(office, day, them, found[1].id)
    end_one(office, day, me, found[1].id)
    assert holder(office, day, phone) is None
    for _ in range(2):
        employer_in(office, later(day, minutes=3), owner)
    assert end_others(office, day, me) == 2
    assert len(open_sessions(office, day.now, RULES, me)) == 1
    assert holder(office, day, stranger) is not None


def test_an_employer_sees_and_ends_the_sessions_of_who_acts_for_it(
    office: Session, day: WorkingDay, owner: Employer
) -> None:
    reference = let(office, day, owner)
    _, person = enter(office, day)
    acting = act_for(office, day, person, reference)
    me = holder(office, day, employer_in(office, day, owner))
    assert me is not None
    named = [one for one in open_sessions(office, day.now, RULES, me) if one.person]
    assert [one.person for one in named] == ["سمير محاسب"]
    end_one(office, day, me, named[0].id)
    assert find_person(office, day.now, RULES, acting) is None
