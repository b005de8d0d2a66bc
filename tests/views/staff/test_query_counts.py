"""A page of the staff asks the database as often for a few as for many."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from tests import builders, open_days
from tests.services.staff import Colleague
from tests.views.staff.conftest import Office
from tests.views.test_query_counts import MOST, counting
from webapp.domain.notes import NoteKind
from webapp.domain.roles import Role
from webapp.models import (
    Agency,
    Channel,
    EmployerNote,
    Event,
    LocalCode,
    StaffMember,
    Subject,
)

MANY = 20


def fill(people: Office, number: int) -> int:
    """That many employers, members and events; the id of an employer."""
    office, day = people.site.office, people.day
    owners = [builders.employer(office).id for _ in range(number)]
    office.add_all(
        StaffMember(
            reference=f"KSN{one}", email=f"n{one}@f.example", name=f"N {one}", language="fr",
            role=Role.AGENT, password_hash="", totp_secret=b"", totp_step=0, created_at=day.now,
        )
        for one in owners
    )  # fmt: skip
    office.add_all(
        Event(
            at=day.now, actor=f"staff:{one}", subject=Subject.EMPLOYER, subject_id=one,
            source=None, target="opened", cause="file",
        )
        for one in owners
    )  # fmt: skip
    author = office.scalars(select(StaffMember.id)).first()
    office.add_all(
        EmployerNote(
            reference=f"N{one}", employer_id=one, staff_id=author, kind=NoteKind.CALL, text=b"",
            written_at=day.now, remind_on=day.today,
        )
        for one in owners[1:]
    )  # fmt: skip
    channel = office.scalars(select(Channel.id)).first()
    office.add_all(LocalCode(channel_id=channel, code=f"N{one}", means="AM04") for one in owners)
    office.commit()
    agency = people.agencies()[0]
    for one in owners:
        member = open_days.member(office, day, agency, name=f"M {one}")
        campaign, _, _ = open_days.campaign(office, day, agency, member)
        open_days.device(office, day, campaign, member)
        office.add(Agency(code=f"N{one}", name_fr="N", name_ar="ن", wilaya_code="16"))
        office.commit()
    return owners[0]


@pytest.mark.parametrize(
    ("role", "place"),
    [
        (Role.AGENT, "staff"),
        (Role.AGENT, "staff/employers?wanted=travaux"),
        (Role.AGENT, "staff/employers/{employer}"),
        (Role.AGENT, "staff/employers/{employer}/terms"),
        (Role.AGENT, "staff/follow-up?kind=reminder"),
        (Role.AGENT, "staff/coverage"),
        (Role.ADMINISTRATOR, "staff/members"),
        (Role.ADMINISTRATOR, "staff/channels"),
        (Role.ADMINISTRATOR, "staff/rates"),
        (Role.COLLECTOR, "staff/closed-days"),
        (Role.COLLECTOR, "staff/local-codes"),
        (Role.ADMINISTRATOR, "staff/events"),
        (Role.ADMINISTRATOR, "staff/agencies"),
        (Role.ADMINISTRATOR, "staff/devices"),
        (Role.SUPERVISOR, "staff/open-days"),
    ],
)
def test_many_take_no_more_questions_than_few(people: Office, role: Role, place: str) -> None:
    who: Colleague = people.colleague(role, people.agencies()[0])
    browser = people.browser(who, "fr")
    counts = []
    for number in (1, MANY):
        employer = fill(people, number)
        with counting(people.site) as told:
            browser.open(place.format(employer=employer))
        counts.append(len(told))
    assert counts[0] == counts[1] <= MOST
