"""What was not delivered: who sees it, and what sends it again."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests import builders
from tests.services.collecting import ANNOUNCING, FREEZING, Desk
from webapp.adapters.messages import Delivery
from webapp.domain.errors import NoSuchContact, NotFound
from webapp.domain.statuses import DebitStatus
from webapp.models import (
    Agency,
    Employer,
    Language,
    Message,
    MessageStatus,
    Notice,
    NoticeChannel,
    Person,
)
from webapp.services.bounces import record_bounce
from webapp.services.outbox import Addressee, open_message, queue, tell
from webapp.services.runs import run_due_debits
from webapp.services.transactions import transaction
from webapp.services.undeliverable import (
    ROWS_OF_A_PAGE,
    LostMessage,
    announce_again,
    count_undelivered,
    lost_messages,
    put_aside,
    retry_message,
    untold_debits,
)
from webapp.services.working_day import WorkingDay


@pytest.fixture
def day(office: Session) -> WorkingDay:
    return builders.working_day(office, ANNOUNCING, "staff:1")


def agency_of(office: Session) -> int:
    found = office.scalars(select(Employer.agency_id)).first()
    office.rollback()
    assert found is not None
    return found


def lost(
    office: Session,
    day: WorkingDay,
    owner: Employer | None,
    kind: str = "mandate_revoked",
    status: MessageStatus = MessageStatus.REFUSED,
) -> int:
    """A message that did not arrive: to the employer, or to nobody that we know."""
    values = {"last4": "6789"}
    with transaction(office):
        if owner is None:
            to = Addressee(NoticeChannel.EMAIL, Language.FRENCH, "x@example.dz")
            queue(office, day, builders.VAULT, to, kind, values)
        else:
            tell(office, day, builders.VAULT, owner.id, kind, values)
        message = office.scalars(select(Message).order_by(Message.id.desc())).first()
        assert message is not None
        message.status, message.answer = status, "550 unknown"
        office.flush()
        return message.id


def listed(office: Session, day: WorkingDay, agency: int | None = None) -> list[LostMessage]:
    return list(lost_messages(office, day, builders.VAULT, agency))


def test_a_bounced_notice_waits_for_its_agency_and_is_sent_again(
    desk: Desk, day: WorkingDay
) -> None:
    desk.file_one()
    desk.run(ANNOUNCING)
    (debit,) = desk.debits()
    desk.session.rollback()
    assert untold_debits(desk.session, None) == []
    record_bounce(desk.session, day, f"{debit.reference}.1", "5.1.1")
    agency = agency_of(desk.session)
    (waiting,) = untold_debits(desk.session, agency)
    assert (waiting.reference, waiting.kind) == (debit.reference, "debit_announced")
    assert (waiting.channel, waiting.address) == (NoticeChannel.SMS, "56")
    assert (waiting.answer, waiting.since) == ("5.1.1", day.now)
    assert untold_debits(desk.session, agency + 1) == []
    assert [count_undelivered(desk.session, day, one) for one in (None, agency, agency + 1)] == [
        1, 1, 0,
    ]  # fmt: skip

    with pytest.raises(NotFound):
        announce_again(desk.session, day, agency + 1, waiting.id)
    assert announce_again(desk.session, day, agency, waiting.id) == debit.reference
    assert desk.debits()[0].status is DebitStatus.PLANNED
    desk.session.rollback()
    assert untold_debits(desk.session, agency) == []
    with pytest.raises(NotFound):
        announce_again(desk.session, day, agency, waiting.id)
    desk.run(ANNOUNCING)
    assert desk.debits()[0].status is DebitStatus.ANNOUNCED
    assert desk.session.scalars(select(Notice.version).order_by(Notice.version)).all() == [1, 2]


def test_a_debit_whose_notice_never_left_waits_as_well(desk: Desk) -> None:
    desk.file_one()
    later = builders.tools(desk.outbox, builders.Provider(Delivery.LATER))
    for on in (ANNOUNCING, FREEZING):
        run_due_debits(desk.session, builders.working_day(desk.session, on), later)
    assert desk.debits()[0].status is DebitStatus.HELD
    desk.session.rollback()
    (waiting,) = untold_debits(desk.session, None)
    assert waiting.kind == "debit_announced"


def test_a_debit_with_nobody_to_tell_waits_as_well(desk: Desk, day: WorkingDay) -> None:
    owner = builders.employer(desk.session, phone="")
    builders.mandate(desk.session, day, owner)
    builders.declaration(desk.session, day, owner)
    desk.run(ANNOUNCING)
    assert desk.debits()[0].status is DebitStatus.HELD
    desk.session.rollback()
    (waiting,) = untold_debits(desk.session, None)
    assert (waiting.kind, waiting.address, waiting.answer) == ("", "", "")
    with transaction(desk.session):
        desk.session.get_one(Employer, owner.id).phone = "0550123456"
    announce_again(desk.session, day, None, waiting.id)
    desk.run(ANNOUNCING)
    assert desk.debits()[0].status is DebitStatus.ANNOUNCED


@pytest.mark.parametrize("status", [MessageStatus.REFUSED, MessageStatus.BOUNCED])
def test_a_lost_message_waits_for_its_agency_with_its_address_masked(
    office: Session, day: WorkingDay, status: MessageStatus
) -> None:
    owner = builders.employer(office)
    lost(office, day, owner, status=status)
    agency = agency_of(office)
    (found,) = listed(office, day, agency)
    assert (found.member_number, found.address) == (owner.member_number, "56")
    assert (found.kind, found.answer) == ("mandate_revoked", "550 unknown")
    assert (found.since, found.may_go_again) == (day.now, True)
    assert listed(office, day, agency + 1) == []


def test_with_the_contact_put_right_the_same_words_go_again(
    office: Session, day: WorkingDay
) -> None:
    owner = builders.employer(office)
    first = lost(office, day, owner)
    agency = agency_of(office)
    with transaction(office):
        office.get_one(Employer, owner.id).phone = "0660999999"
    with pytest.raises(NotFound):
        retry_message(office, day, builders.VAULT, agency + 1, first)
    reference = retry_message(office, day, builders.VAULT, agency, first)
    assert listed(office, day) == []
    message = office.scalars(select(Message).where(Message.reference == reference)).one()
    address, values = open_message(builders.VAULT, message.sealed, reference)
    assert (message.status, message.kind) == (MessageStatus.QUEUED, "mandate_revoked")
    assert (address, values) == ("0660999999", {"last4": "6789"})
    office.rollback()
    with pytest.raises(NotFound):
        retry_message(office, day, builders.VAULT, agency, first)


def test_without_any_contact_nothing_goes_again_and_nothing_is_lost(
    office: Session, day: WorkingDay
) -> None:
    owner = builders.employer(office)
    message = lost(office, day, owner)
    with transaction(office):
        office.get_one(Employer, owner.id).phone = ""
    with pytest.raises(NoSuchContact):
        retry_message(office, day, builders.VAULT, None, message)
    assert [found.id for found in listed(office, day)] == [message]


def test_the_last_words_to_an_old_contact_are_never_sent_to_the_new_one(
    office: Session, day: WorkingDay
) -> None:
    message = lost(office, day, builders.employer(office), "contact_changed")
    (found,) = listed(office, day)
    assert not found.may_go_again
    with pytest.raises(NotFound):
        retry_message(office, day, builders.VAULT, None, message)
    put_aside(office, day, None, message)
    assert listed(office, day) == []


def test_a_message_is_put_aside_by_its_own_agency_once(office: Session, day: WorkingDay) -> None:
    message = lost(office, day, builders.employer(office))
    agency = agency_of(office)
    with pytest.raises(NotFound):
        put_aside(office, day, agency + 1, message)
    put_aside(office, day, agency, message)
    assert listed(office, day, agency) == []
    with pytest.raises(NotFound):
        put_aside(office, day, agency, message)


def test_who_reads_everything_in_the_portal_is_never_undeliverable(
    office: Session, day: WorkingDay
) -> None:
    lost(office, day, builders.employer(office, notice_channel=NoticeChannel.PORTAL))
    assert listed(office, day) == []
    assert count_undelivered(office, day, None) == 0


def test_a_code_is_nobody_s_work(office: Session, day: WorkingDay) -> None:
    lost(office, day, builders.employer(office), "sign_in_code")
    assert listed(office, day) == []


def test_messages_to_persons_and_staff_are_seen_from_the_head_office(
    office: Session, day: WorkingDay
) -> None:
    builders.employer(office)
    agency = agency_of(office)
    with transaction(office):
        person = Person(
            reference="P-1",
            email="new@example.dz",
            name="Nadia Haddad",
            language=Language.FRENCH,
            created_at=day.now,
        )
        office.add(person)
        office.flush()
        to = Addressee(NoticeChannel.EMAIL, Language.FRENCH, "old@example.dz", person_id=person.id)
        queue(office, day, builders.VAULT, to, "delegation_granted", {})
        office.scalars(select(Message)).one().status = MessageStatus.REFUSED
    stranger = lost(office, day, None, "staff_invitation")
    assert listed(office, day, agency) == []
    theirs, hers = listed(office, day)
    assert (hers.name_ar, hers.member_number, hers.address) == ("Nadia Haddad", "", "o…@example.dz")
    assert (theirs.id, theirs.name_fr) == (stranger, "")
    addresses = []
    for one in (hers, theirs):
        reference = retry_message(office, day, builders.VAULT, None, one.id)
        message = office.scalars(select(Message).where(Message.reference == reference)).one()
        addresses.append(open_message(builders.VAULT, message.sealed, reference)[0])
        office.rollback()
    assert addresses == ["new@example.dz", "x@example.dz"]


def test_an_invitation_that_has_ended_is_nobody_s_work(office: Session, day: WorkingDay) -> None:
    message = lost(office, day, None, "staff_invitation")
    with transaction(office):
        office.get_one(Message, message).expires_at = day.now + timedelta(days=1)
    assert len(listed(office, day)) == 1
    over = builders.working_day(office, ANNOUNCING + timedelta(days=2))
    assert listed(office, over) == []
    with pytest.raises(NotFound):
        retry_message(office, over, builders.VAULT, None, message)


def test_pages_follow_each_other_by_key(office: Session, day: WorkingDay) -> None:
    owner = builders.employer(office)
    ids = [lost(office, day, owner) for _ in range(ROWS_OF_A_PAGE + 3)]
    first = listed(office, day)
    second = lost_messages(office, day, builders.VAULT, None, before=first[-1].id)
    assert [one.id for one in (*first, *second)] == ids[::-1]
    assert len(second) == 3


def test_an_agency_without_employers_sees_nothing(office: Session, day: WorkingDay) -> None:
    lost(office, day, builders.employer(office))
    other = office.scalars(select(Agency.id).order_by(Agency.id.desc())).first()
    office.rollback()
    assert listed(office, day, other) == []
    assert count_undelivered(office, day, other) == 0
