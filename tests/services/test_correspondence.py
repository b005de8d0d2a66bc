"""What an employer was sent is there to read again, the latest first, and codes never are."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import update
from sqlalchemy.orm import Session

from tests import builders
from tests.services.accounts import selects
from tests.services.collecting import ANNOUNCING, COLLECTION, Desk
from tests.services.people import ask
from webapp.domain.errors import NotFound
from webapp.models import Employer, Message, Notice, NoticeChannel
from webapp.services.correspondence import LETTERS_ON_A_PAGE, Letter, letters
from webapp.services.outbox import tell
from webapp.services.transactions import transaction

TODAY = date(2026, 11, 3)
ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def written(
    session: Session, owner_id: int, before: str | None = None, on: date = TODAY
) -> tuple[list[Letter], bool]:
    session.rollback()
    day = builders.working_day(session, on)
    return letters(session, day, builders.VAULT, owner_id, before)


def tell_some(session: Session, owner: Employer, how_many: int, on: date = TODAY) -> None:
    day = builders.working_day(session, on)
    for number in range(how_many):
        with transaction(session):
            values = {"amount": number + 1, "collect_on": on, "last4": "1234"}
            tell(session, day, builders.VAULT, owner.id, "debit_reversed", values)


def test_pages_follow_each_other_without_a_gap_whatever_was_written_at_one_instant(
    sent: Desk,
) -> None:
    session = sent.session
    owner = session.query(Employer).one()
    tell_some(session, owner, 30, ANNOUNCING)  # at the instant of the notice
    session.execute(update(Employer).values(notice_channel=NoticeChannel.EMAIL, email="a@b.dz"))
    session.commit()
    tell_some(session, owner, 13, COLLECTION)
    seen, before = [], None
    while True:
        page, more = written(session, owner.id, before, COLLECTION)
        seen += page
        if not more:
            break
        before = page[-1].key
        assert len(page) == LETTERS_ON_A_PAGE
    assert len({one.key for one in seen}) == len(seen) == 44
    assert [one.at for one in seen] == sorted((one.at for one in seen), reverse=True)
    assert [one.channel.value for one in seen[:14]] == ["email"] * 13 + ["sms"]
    assert [one.kind for one in seen if one.key.startswith("n")] == ["debit_announced"]


@ON_SQLITE
def test_codes_are_not_shown(office: Session) -> None:
    owner = builders.employer(office)
    ask(office, builders.working_day(office, TODAY), owner.member_number)
    assert written(office, owner.id) == ([], False)


@ON_SQLITE
def test_what_is_older_than_messages_are_kept_is_not_shown(sent: Desk) -> None:
    owner_id = sent.debits()[0].employer_id
    for days, found in ((90, 1), (91, 0)):
        page, _ = written(sent.session, owner_id, on=ANNOUNCING + timedelta(days=days))
        assert len(page) == found


@ON_SQLITE
@pytest.mark.parametrize("before", ["", "m", "x1", "m1", "n1", "m9999999999999999", "m-1", "n١"])
def test_a_place_that_is_nobodys_leads_nowhere(sent: Desk, before: str) -> None:
    """Nor does that of somebody else, whose notice is the first."""
    stranger = builders.employer(sent.session)
    with pytest.raises(NotFound):
        written(sent.session, stranger.id, before)


@ON_SQLITE
def test_a_notice_says_what_it_said_when_it_was_sent(sent: Desk, late_for_free: None) -> None:
    session = sent.session
    attempt = sent.attempts()[0].end_to_end_id
    session.rollback()
    told = {attempt: "RJCT"}
    sent.take_in(sent.bank.status(sent.files()[0].reference, told, reason="TM01"), COLLECTION)
    sent.run(COLLECTION + timedelta(days=1))
    session.execute(update(Notice).values(channel=NoticeChannel.PORTAL))
    session.commit()
    owner_id = sent.debits()[0].employer_id
    page, _ = written(session, owner_id, on=sent.on)
    again, first = page
    assert (again.kind, first.kind) == ("debit_re_presented", "debit_announced")
    assert first.values and again.values
    assert (first.values["attempt"], first.values["reason_code"]) == (1, "")
    assert (again.values["attempt"], again.values["reason_code"]) == (2, "TM01")
    assert first.values["worksites"] == again.values["worksites"] == ("ورشة 1",)


@ON_SQLITE
def test_one_that_no_key_opens_stands_there_without_its_words(office: Session) -> None:
    owner = builders.employer(office)
    tell_some(office, owner, 1)
    office.execute(update(Message).values(sealed=b"k9:lost"))
    office.commit()
    ((one,), _) = written(office, owner.id)
    assert (one.kind, one.values) == ("debit_reversed", None)


@ON_SQLITE
def test_a_full_page_asks_as_often_as_one_letter(office: Session) -> None:
    asked = []
    for many in (1, 40):
        owner = builders.employer(office)
        tell_some(office, owner, many)
        asked.append(selects(office, lambda owner=owner: written(office, owner.id)))  # type: ignore[misc]
    assert asked[0] == asked[1]
