"""What was not delivered: who sees it, and what sends it again."""

from __future__ import annotations

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests import builders
from tests.services.collecting import ANNOUNCING, Desk
from webapp.domain.errors import NotFound
from webapp.domain.statuses import DebitStatus
from webapp.models import Employer, Message, MessageStatus, Notice
from webapp.services.bounces import record_bounce
from webapp.services.outbox import tell
from webapp.services.transactions import transaction
from webapp.services.undeliverable import (
    announce_again,
    count_undelivered,
    put_aside,
    undelivered_messages,
    undelivered_notices,
)


def agency_of(office: Session) -> int:
    found = office.scalars(select(Employer.agency_id)).first()
    office.rollback()
    assert found is not None
    return found


def test_a_bounced_notice_waits_for_its_agency_and_is_sent_again(desk: Desk) -> None:
    desk.file_one()
    desk.run(ANNOUNCING)
    day = builders.working_day(desk.session, ANNOUNCING, "staff:1")
    reference = desk.debits()[0].reference
    desk.session.rollback()
    assert undelivered_notices(desk.session, None) == []
    record_bounce(desk.session, day, f"{reference}.1", "5.1.1")
    agency = agency_of(desk.session)
    (lost,) = undelivered_notices(desk.session, agency)
    assert (lost.debit, lost.kind, lost.channel) == (reference, "debit_announced", "sms")
    assert undelivered_notices(desk.session, agency + 1) == []
    assert [count_undelivered(desk.session, one) for one in (None, agency, agency + 1)] == [1, 1, 0]

    with pytest.raises(NotFound):
        announce_again(desk.session, day, agency + 1, lost.id)
    assert announce_again(desk.session, day, agency, lost.id) == reference
    assert desk.debits()[0].status is DebitStatus.PLANNED
    desk.session.rollback()
    assert undelivered_notices(desk.session, agency) == []
    with pytest.raises(NotFound):
        announce_again(desk.session, day, agency, lost.id)
    desk.run(ANNOUNCING)
    assert desk.debits()[0].status is DebitStatus.ANNOUNCED
    assert desk.session.scalars(select(Notice.version).order_by(Notice.version)).all() == [1, 2]


def test_a_lost_message_waits_until_somebody_has_told_the_employer(office: Session) -> None:
    owner = builders.employer(office)
    day = builders.working_day(office, ANNOUNCING)
    with transaction(office):
        tell(office, day, builders.VAULT, owner.id, "mandate_revoked", {})
        office.scalars(select(Message)).one().status = MessageStatus.REFUSED
    agency = agency_of(office)
    (lost,) = undelivered_messages(office, agency)
    assert lost.member_number == owner.member_number
    assert undelivered_messages(office, agency, before=lost.id) == []
    with pytest.raises(NotFound):
        put_aside(office, agency + 1, lost.id)
    put_aside(office, agency, lost.id)
    assert undelivered_messages(office, agency) == []
    with pytest.raises(NotFound):
        put_aside(office, agency, lost.id)
