"""An employer's settings, corrections, and the log of who looked."""

from __future__ import annotations

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests import builders
from tests.services.collecting import FILED
from tests.services.people import signed_in
from webapp.domain.errors import NoSuchContact, NotFound, TooManyOpen
from webapp.domain.roles import Role
from webapp.models import (
    CorrectionRequest,
    CorrectionStatus,
    CorrectionSubject,
    Employer,
    Event,
    Language,
    Mandate,
    Message,
    NoticeChannel,
    StaffMember,
    Subject,
)
from webapp.services.corrections import (
    answer_correction,
    ask_for_correction,
    corrections_of,
    count_open_corrections,
    find_correction,
    open_corrections,
)
from webapp.services.delegations import grant
from webapp.services.events import record
from webapp.services.looks import LOOKS_ON_A_PAGE, looks
from webapp.services.outbox import open_message
from webapp.services.settings import Choices, choose, settings_of
from webapp.services.transactions import transaction
from webapp.services.working_day import WorkingDay

V = builders.VAULT
SMS, EMAIL, PORTAL = NoticeChannel.SMS, NoticeChannel.EMAIL, NoticeChannel.PORTAL


@pytest.fixture
def day(office: Session) -> WorkingDay:
    return builders.working_day(office, FILED, "employer:1")


@pytest.fixture
def owner(office: Session) -> Employer:
    return builders.employer(office, phone="0550123456", email="chef@example.dz")


def colleague(office: Session, owner: Employer, role: Role = Role.AGENT) -> int:
    with transaction(office):
        row = StaffMember(
            reference="KS00000001",
            email="agent@cacobatph.example",
            name="Amel",
            language=Language.FRENCH,
            role=role,
            agency_id=owner.agency_id,
            password_hash="",
            totp_secret=b"",
            totp_step=0,
            created_at=builders.working_day(office, FILED).now,
        )
        office.add(row)
        office.flush()
        return row.id


def test_choices_are_shown_masked_and_taken_over(
    office: Session, day: WorkingDay, owner: Employer
) -> None:
    known = settings_of(office, owner.id)
    assert (known.phone, known.email) == ("56", "c…@example.dz")
    assert known.choices == Choices(SMS, SMS, Language.ARABIC)
    choose(office, day, V, owner.id, Choices(EMAIL, PORTAL, Language.FRENCH))
    assert settings_of(office, owner.id).choices == Choices(EMAIL, PORTAL, Language.FRENCH)
    told = office.scalars(select(Message).order_by(Message.id)).all()
    assert [(one.kind, one.channel) for one in told] == [
        ("settings_changed", SMS), ("settings_changed", EMAIL),
    ]  # fmt: skip
    addresses = [open_message(V, one.sealed, one.reference)[0] for one in told]
    assert addresses == ["0550123456", "chef@example.dz"]


@pytest.mark.parametrize(
    ("choices", "told", "events"),
    [
        (Choices(SMS, SMS, Language.ARABIC), 0, 0),
        (Choices(SMS, SMS, Language.FRENCH), 0, 1),
        (Choices(SMS, PORTAL, Language.ARABIC), 2, 1),
        (Choices(EMAIL, SMS, Language.ARABIC), 2, 1),
    ],
)
def test_every_contact_is_told_when_codes_or_notices_go_elsewhere_and_not_otherwise(
    office: Session, day: WorkingDay, owner: Employer, choices: Choices, told: int, events: int
) -> None:
    choose(office, day, V, owner.id, choices)
    assert settings_of(office, owner.id).choices == choices
    assert len(office.scalars(select(Message.id)).all()) == told
    assert len(office.scalars(select(Event.id)).all()) == events


@pytest.mark.parametrize("choices", [(EMAIL, SMS), (SMS, EMAIL)])
def test_a_way_that_leads_nowhere_is_refused(
    office: Session, day: WorkingDay, choices: tuple[NoticeChannel, NoticeChannel]
) -> None:
    owner = builders.employer(office, phone="0550123456", email="")
    with pytest.raises(NoSuchContact):
        choose(office, day, V, owner.id, Choices(*choices, Language.ARABIC))
    assert settings_of(office, owner.id).choices == Choices(SMS, SMS, Language.ARABIC)


def test_a_correction_is_asked_for_answered_once_and_told(
    office: Session, day: WorkingDay, owner: Employer
) -> None:
    agent = colleague(office, owner)
    asked = ask_for_correction(office, day, V, owner.id, CorrectionSubject.NAME, "بناء الشرق")
    sealed = office.scalars(select(CorrectionRequest.wish)).one()
    office.rollback()
    assert "بناء".encode() not in sealed
    agency = owner.agency_id
    (waiting,) = open_corrections(office, V, agency)
    assert (waiting.wish, waiting.member_number) == ("بناء الشرق", owner.member_number)
    assert open_corrections(office, V, agency + 1) == []
    assert [count_open_corrections(office, one) for one in (None, agency, agency + 1)] == [1, 1, 0]
    for scope in (agency + 1,):
        with pytest.raises(NotFound):
            find_correction(office, V, scope, asked)
        with pytest.raises(NotFound):
            answer_correction(office, day, V, agent, scope, asked, "x", done=True)
    answer_correction(office, day, V, agent, agency, asked, "صُحّح", done=True)
    (found,) = corrections_of(office, V, owner.id)
    assert (found.status, found.answer) == (CorrectionStatus.DONE, "صُحّح")
    assert office.scalars(select(Message.kind)).one() == "correction_answered"
    office.rollback()
    with pytest.raises(NotFound):
        answer_correction(office, day, V, agent, agency, asked, "again", done=False)
    assert corrections_of(office, V, builders.employer(office).id) == []


def test_only_so_many_corrections_wait_at_once(
    office: Session, day: WorkingDay, owner: Employer
) -> None:
    for _ in range(10):
        ask_for_correction(office, day, V, owner.id, CorrectionSubject.OTHER, "x")
    with pytest.raises(TooManyOpen):
        ask_for_correction(office, day, V, owner.id, CorrectionSubject.OTHER, "x")


def test_who_looked_is_told_by_work_and_agency_and_never_the_employer_itself(
    office: Session, day: WorkingDay, owner: Employer
) -> None:
    agent = colleague(office, owner)
    builders.mandate(office, builders.working_day(office, FILED, f"employer:{owner.id}"), owner)
    mandate = office.execute(select(Mandate.id, Mandate.reference)).one()
    office.rollback()
    grant(
        office, builders.working_day(office, FILED, f"employer:{owner.id}"), V, signed_in(owner),
        "سمير", "s@cabinet.example", "ar", may_sign=False,
    )  # fmt: skip
    by_staff = builders.working_day(office, FILED, f"staff:{agent}")
    by_person = builders.working_day(office, FILED, f"person:1/employer:{owner.id}")
    by_run = builders.working_day(office, FILED, "scheduler")
    other = builders.employer(office)
    with transaction(office):
        record(office, by_staff, Subject.EMPLOYER, [owner.id], None, "opened", "staff_opened")
        record(office, by_staff, Subject.MANDATE, [mandate.id], None, "account_shown", "bank_query")
        record(office, by_person, Subject.EMPLOYER, [owner.id], None, "opened", "person_opened")
        record(office, by_run, Subject.MANDATE, [mandate.id], None, "suspended", "AC04")
        record(office, by_staff, Subject.EMPLOYER, [other.id], None, "opened", "staff_opened")
    found = looks(office, owner.id)
    assert [(one.target, one.cause, one.mandate) for one in found] == [
        ("suspended", "AC04", mandate.reference),
        ("opened", "person_opened", ""),
        ("account_shown", "bank_query", mandate.reference),
        ("opened", "staff_opened", ""),
    ]
    assert [(one.role, one.person) for one in found] == [
        (None, ""), (None, "سمير"), (Role.AGENT, ""), (Role.AGENT, ""),
    ]  # fmt: skip
    assert found[2].agency_fr and found[2].agency_ar
    assert "Amel" not in str(found)
    assert [one.id for one in looks(office, owner.id, found[1].id)] == [found[2].id, found[3].id]


def test_the_log_is_read_page_by_page(office: Session, owner: Employer) -> None:
    day = builders.working_day(office, FILED, "staff:1")
    with transaction(office):
        for _ in range(LOOKS_ON_A_PAGE + 5):
            record(office, day, Subject.EMPLOYER, [owner.id], None, "opened", "staff_opened")
    first = looks(office, owner.id)
    assert len(first) == LOOKS_ON_A_PAGE + 1
    rest = looks(office, owner.id, first[LOOKS_ON_A_PAGE - 1].id)
    assert len(rest) == 5
    seen = {one.id for one in first[:LOOKS_ON_A_PAGE]} | {one.id for one in rest}
    assert len(seen) == len(office.scalars(select(Event.id)).all())
