"""Keys of the programming interface: shown once, kept as digests, revoked at once, told."""

from __future__ import annotations

import hashlib
from datetime import timedelta

import pytest
from sqlalchemy import Engine, event, select
from sqlalchemy.orm import Session

from tests import builders
from tests.services.collecting import FILED
from tests.services.people import RULES, at_once, later, signed_in
from webapp.domain.errors import CodeNeeded, NotFound, TooManyKeys, WrongKey
from webapp.domain.rules import AccessRules
from webapp.models import ApiKey, Employer, Event, Message, Subject
from webapp.services import api_keys
from webapp.services.api_keys import find_holder, list_keys, make_key, mark_used, revoke_key
from webapp.services.event_search import EventQuery, search_events
from webapp.services.web_sessions import SignedIn
from webapp.services.working_day import WorkingDay

V = builders.VAULT


@pytest.fixture
def owner(office: Session) -> Employer:
    return builders.employer(office)


@pytest.fixture
def day(office: Session, owner: Employer) -> WorkingDay:
    return builders.working_day(office, FILED, f"employer:{owner.id}")


@pytest.fixture
def who(office: Session, owner: Employer, day: WorkingDay) -> SignedIn:
    who = signed_in(owner, proved_at=day.now)
    office.rollback()
    return who


def made(
    office: Session, day: WorkingDay, who: SignedIn, *, read: bool = True, file: bool = True,
    rules: AccessRules = RULES,
) -> str:  # fmt: skip
    return make_key(office, day, V, rules, who, "Sage", may_read=read, may_file=file)


def test_a_key_opens_and_only_its_digest_is_kept(
    office: Session, day: WorkingDay, who: SignedIn
) -> None:
    key = made(office, day, who)
    prefix, reference, secret = key.split("_")
    assert (prefix, len(reference)) == ("khatwa", 10)
    assert len(bytes.fromhex(secret)) * 8 >= 160
    holder = find_holder(office, key)
    assert (holder.employer_id, holder.actor) == (who.employer_id, f"api:{reference}")
    row = office.execute(select(ApiKey.__table__)).one()
    assert row.secret_sha256 == hashlib.sha256(key.encode()).hexdigest()
    assert not [value for value in row if isinstance(value, str) and secret in value]


def test_no_two_keys_are_alike(office: Session, day: WorkingDay, who: SignedIn) -> None:
    assert len({made(office, day, who) for _ in range(5)}) == 5


def test_a_key_is_made_after_a_fresh_code_alone(
    office: Session, day: WorkingDay, who: SignedIn
) -> None:
    with pytest.raises(CodeNeeded):
        made(office, later(day, minutes=RULES.proof_minutes), who)
    assert not list_keys(office, who.employer_id)


def test_making_and_revoking_are_events_and_the_employer_is_told(
    office: Session, day: WorkingDay, who: SignedIn
) -> None:
    key = made(office, day, who, read=False)
    revoke_key(office, day, who.employer_id, key.split("_")[1])
    rows = office.execute(
        select(Event.actor, Event.target, Event.cause).where(Event.subject == Subject.API_KEY)
    ).all()
    assert [tuple(row) for row in rows] == [
        (day.actor, "key_made", "may_file"), (day.actor, "key_revoked", "key_revoked"),
    ]  # fmt: skip
    assert office.scalars(select(Message.kind)).all() == ["api_key_made"]


def test_the_staff_find_what_happened_to_a_key_and_what_it_did(
    office: Session, day: WorkingDay, who: SignedIn
) -> None:
    reference = made(office, day, who).split("_")[1]
    found, _more = search_events(office, EventQuery(about=reference))
    assert [(one.target, one.subject_name) for one in found] == [("key_made", reference)]


def test_a_revoked_key_opens_nothing_from_then_on(
    office: Session, day: WorkingDay, who: SignedIn
) -> None:
    key, other = made(office, day, who), made(office, day, who)
    revoke_key(office, day, who.employer_id, key.split("_")[1])
    with pytest.raises(WrongKey):
        find_holder(office, key)
    find_holder(office, other)
    with pytest.raises(NotFound):
        revoke_key(office, day, who.employer_id, key.split("_")[1])


def test_nobody_revokes_the_key_of_another(office: Session, day: WorkingDay, who: SignedIn) -> None:
    key = made(office, day, who)
    stranger = builders.employer(office).id
    office.rollback()
    with pytest.raises(NotFound):
        revoke_key(office, day, stranger, key.split("_")[1])
    find_holder(office, key)


def test_a_wrong_key_costs_as_much_as_an_unknown_one(
    office: Session, day: WorkingDay, who: SignedIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same statements and the same comparison: neither time nor text tells them apart."""
    key = made(office, day, who)
    work: list[str] = []
    compare = api_keys.hmac.compare_digest

    def note(*args: object) -> None:
        if "PRAGMA" not in str(args[2]):  # of the connection, whoever comes first
            work.append(str(args[2])[:40])

    event.listen(office.get_bind(), "before_cursor_execute", note)

    def compared(shown: str, kept: str) -> bool:
        work.append(f"compared {len(shown)} {len(kept)}")
        return compare(shown, kept)

    monkeypatch.setattr(api_keys.hmac, "compare_digest", compared)
    seen = set()
    for shown in (f"{key[:-1]}x", "khatwa_KA00000000_0", "", "nothing like a key"):
        work.clear()
        with pytest.raises(WrongKey):
            find_holder(office, shown)
        seen.add(tuple(work))
    assert len(seen) == 1
    assert any(one.startswith("compared 64 64") for one in seen.pop())


def test_an_employer_has_a_limited_number_of_keys_even_at_once(
    engine: Engine, office: Session, day: WorkingDay, who: SignedIn
) -> None:
    rules = AccessRules(most_keys=3)

    def make(session: Session) -> bool:
        try:
            made(session, day, who, rules=rules)
        except TooManyKeys:
            return False
        return True

    assert sorted(at_once(engine, [make] * 5)) == [False, False, True, True, True]
    assert len(list_keys(office, who.employer_id)) == 3
    revoke_key(office, day, who.employer_id, list_keys(office, who.employer_id)[0].reference)
    made(office, day, who, rules=rules)


def test_the_last_use_is_written_once_a_minute_at_most(
    office: Session, day: WorkingDay, who: SignedIn
) -> None:
    key = made(office, day, who)
    for seconds in (0, 30, 59):
        mark_used(office, day.now + timedelta(seconds=seconds), find_holder(office, key))
    assert list_keys(office, who.employer_id)[0].last_used_at == day.now
    mark_used(office, day.now + timedelta(seconds=60), find_holder(office, key))
    assert list_keys(office, who.employer_id)[0].last_used_at == day.now + timedelta(seconds=60)
