"""Open days are made, changed and ended by their agency alone, with their devices."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests import builders, open_days
from tests.services.people import later
from webapp.domain.errors import InvalidCampaign, NoLongerPossible, NotFound
from webapp.domain.open_days import CampaignPlan, Standing
from webapp.domain.roles import Role, Scope
from webapp.domain.rules import DeviceRules
from webapp.models import (
    Agency,
    CampaignPlace,
    Device,
    DeviceCode,
    DeviceMode,
    Event,
    StaffMember,
    Subject,
)
from webapp.services.open_days.campaign_list import (
    find_campaign,
    list_campaigns,
    people_of,
)
from webapp.services.open_days.campaigns import (
    change_campaign,
    end_campaign,
    make_campaign,
)
from webapp.services.open_days.device_codes import digest_of_code, make_device_code
from webapp.services.open_days.device_list import (
    close_any_device,
    close_device,
    devices_at,
    devices_of_today,
)
from webapp.services.working_day import WorkingDay

RULES = DeviceRules()
TODAY = date(2026, 11, 24)


@dataclass
class Agencies:
    """Two agencies: in the first a supervisor and two agents, in the second one of each."""

    session: Session
    day: WorkingDay
    here: int
    elsewhere: int
    supervisor: int
    agent: int
    another: int
    stranger: int

    @property
    def scope(self) -> Scope:
        return Scope(self.here)

    def plan(self, **other: object) -> CampaignPlan:
        plan = CampaignPlan(
            "أبواب", "Portes", TODAY, TODAY + timedelta(days=2), ("A", "B"), frozenset({self.agent})
        )
        return replace(plan, **other)  # type: ignore[arg-type]

    def make(self, **other: object) -> str:
        return make_campaign(self.session, self.day, self.here, self.supervisor, self.plan(**other))

    def events(self, subject: Subject) -> list[tuple[str, str]]:
        rows = self.session.execute(
            select(Event.target, Event.cause).where(Event.subject == subject).order_by(Event.id)
        ).all()
        self.session.rollback()
        return [(row.target, row.cause) for row in rows]

    def code(self, reference: str, staff_id: int, day: WorkingDay | None = None) -> str:
        page = find_campaign(self.session, Scope(None), self.supervisor, reference)
        return make_device_code(
            self.session, day or self.day, builders.VAULT, RULES, self.scope, page.row.id,
            staff_id, DeviceMode.ASSISTED, "T", page.places[0].id,
        )  # fmt: skip


@pytest.fixture
def agencies(office: Session) -> Agencies:
    day = builders.working_day(office, TODAY, "staff:1")
    here, elsewhere = office.scalars(select(Agency.id).order_by(Agency.id).limit(2)).all()
    people = [
        open_days.member(office, day, agency, role)
        for agency, role in (
            (here, Role.SUPERVISOR), (here, Role.AGENT), (here, Role.AGENT),
            (elsewhere, Role.SUPERVISOR),
        )
    ]  # fmt: skip
    return Agencies(office, day, here, elsewhere, *people)


def test_open_days_are_made_with_their_places_and_people(agencies: Agencies) -> None:
    reference = agencies.make()
    page = find_campaign(agencies.session, agencies.scope, agencies.supervisor, reference)
    assert [place.name for place in page.places] == ["A", "B"]
    assert [one.id for one in page.people] == [agencies.agent]
    assert (page.row.places, page.row.people) == (2, 1)
    assert agencies.events(Subject.CAMPAIGN) == [("campaign_made", "2026-11-24:2026-11-26")]
    assert ("open_days_joined", reference) in agencies.events(Subject.STAFF)


def test_supervisors_see_their_agency_s_and_agents_those_at_which_they_work(
    agencies: Agencies,
) -> None:
    reference, session = agencies.make(), agencies.session
    elsewhere = Scope(agencies.elsewhere)
    for scope, who, seen in (
        (agencies.scope, agencies.supervisor, True),
        (agencies.scope, agencies.agent, True),
        (agencies.scope, agencies.another, False),
        (elsewhere, agencies.stranger, False),
        (elsewhere, agencies.agent, False),  # who was given another agency meanwhile
        (Scope(None), agencies.stranger, True),  # a supervisor of the whole country
    ):
        assert bool(list_campaigns(session, scope, who)) is seen
        if not seen:
            with pytest.raises(NotFound):
                find_campaign(session, scope, who, reference)


@pytest.mark.parametrize(
    ("field", "reason", "other"),
    [
        ("ends_on", "before_first", {"ends_on": TODAY - timedelta(days=1)}),
        ("ends_on", "past", {"begins_on": date(2026, 1, 1), "ends_on": date(2026, 1, 2)}),
        ("ends_on", "too_long", {"ends_on": TODAY + timedelta(days=60)}),
        ("begins_on", "past", {"begins_on": TODAY - timedelta(days=1)}),
        ("places", "none", {"places": ()}),
        ("places", "twice", {"places": ("A", "A")}),
        ("places", "long", {"places": ("x" * 101,)}),
        ("places", "too_many", {"places": tuple(map(str, range(31)))}),
        ("staff", "staff", {"staff_ids": frozenset()}),
    ],
)
def test_what_cannot_be_planned_is_refused(
    agencies: Agencies, field: str, reason: str, other: dict[str, object]
) -> None:
    with pytest.raises(InvalidCampaign) as refused:
        agencies.make(**other)
    assert (refused.value.field, refused.value.reason) == (field, reason)


def test_nobody_of_another_agency_or_who_has_left_is_sent_to_open_days(agencies: Agencies) -> None:
    session, day = agencies.session, agencies.day
    gone = open_days.member(session, day, agencies.here)
    session.get_one(StaffMember, gone).left_at = day.now
    session.commit()
    auditor = open_days.member(session, day, agencies.here, Role.AUDITOR)
    offered = {one.id for one in people_of(session, agencies.here)}
    assert offered == {agencies.supervisor, agencies.agent, agencies.another}
    for who in (gone, auditor, agencies.stranger):
        with pytest.raises(InvalidCampaign):
            agencies.make(staff_ids=frozenset({agencies.agent, who}))
    reference = agencies.make()
    with pytest.raises(InvalidCampaign):
        change_campaign(
            session, day, agencies.scope, reference,
            agencies.plan(staff_ids=frozenset({agencies.stranger})),
        )  # fmt: skip


def test_a_change_keeps_the_first_day_once_begun_and_every_place_that_was_used(
    agencies: Agencies,
) -> None:
    reference = agencies.make()
    agencies.code(reference, agencies.agent)
    tomorrow = later(agencies.day, days=1)

    def change(**other: object) -> None:
        plan = agencies.plan(**other)
        change_campaign(agencies.session, tomorrow, agencies.scope, reference, plan)

    for reason, other in (
        ("begun", {"begins_on": TODAY + timedelta(days=1)}),
        ("in_use", {"places": ("B", "C")}),
    ):
        with pytest.raises(InvalidCampaign) as refused:
            change(**other)
        assert refused.value.reason == reason
    people = frozenset({agencies.another})
    change(name_fr="Autre", places=("A", "C"), staff_ids=people, ends_on=TODAY + timedelta(days=5))
    page = find_campaign(agencies.session, agencies.scope, agencies.supervisor, reference)
    assert page.row.name_fr == "Autre"
    assert [place.name for place in page.places] == ["A", "C"]
    assert {one.id for one in page.people} == people
    assert agencies.events(Subject.CAMPAIGN)[-1] == ("campaign_changed", "2026-11-24:2026-11-29")
    assert ("open_days_left", reference) in agencies.events(Subject.STAFF)


def test_another_agency_changes_and_ends_nothing(agencies: Agencies) -> None:
    reference, elsewhere = agencies.make(), Scope(agencies.elsewhere)
    with pytest.raises(NotFound):
        change_campaign(agencies.session, agencies.day, elsewhere, reference, agencies.plan())
    with pytest.raises(NotFound):
        end_campaign(agencies.session, agencies.day, elsewhere, reference)


def test_ending_closes_the_devices_and_their_codes_and_nothing_is_changed_afterwards(
    agencies: Agencies,
) -> None:
    session, reference = agencies.session, agencies.make()
    agencies.code(reference, agencies.agent)
    page = find_campaign(session, agencies.scope, agencies.supervisor, reference)
    open_days.device(session, agencies.day, page.row.id, agencies.agent)
    end_campaign(session, agencies.day, agencies.scope, reference)
    assert session.scalars(select(Device.closed_at)).all() == [agencies.day.now]
    assert session.scalars(select(DeviceCode.expires_at)).all() == [agencies.day.now]
    session.rollback()
    page = find_campaign(session, agencies.scope, agencies.supervisor, reference)
    assert page.row.standing(TODAY) is Standing.PAST
    assert agencies.events(Subject.CAMPAIGN)[-1][0] == "campaign_ended"
    assert agencies.events(Subject.DEVICE) == [("device_closed", "campaign_ended")]
    for act in (
        lambda: end_campaign(session, agencies.day, agencies.scope, reference),
        lambda: change_campaign(session, agencies.day, agencies.scope, reference, agencies.plan()),
        lambda: agencies.code(reference, agencies.agent),
    ):
        with pytest.raises(NoLongerPossible):
            act()


def test_a_code_has_eight_digits_is_kept_as_a_digest_and_good_for_a_quarter_of_an_hour(
    agencies: Agencies,
) -> None:
    reference = agencies.make()
    code = agencies.code(reference, agencies.agent)
    kept = agencies.session.scalars(select(DeviceCode)).one()
    assert len(code) == 8 and code.isdigit()
    assert kept.code_hash == digest_of_code(builders.VAULT, code) != code
    assert kept.code_hash == builders.VAULT.blind_index(f"device:{code}")
    assert kept.expires_at - kept.made_at == timedelta(minutes=15)
    assert (kept.staff_id, kept.mode, kept.used_at) == (agencies.agent, DeviceMode.ASSISTED, None)
    agencies.session.rollback()
    assert agencies.events(Subject.CAMPAIGN)[-1] == ("device_code_made", "assisted")


def test_codes_are_made_by_who_works_there_on_the_days_alone(agencies: Agencies) -> None:
    reference = agencies.make()
    agencies.code(reference, agencies.supervisor)
    for stranger in (agencies.another,):
        with pytest.raises(NotFound):
            agencies.code(reference, stranger)
    for days in (-1, 3):
        with pytest.raises(NoLongerPossible):
            agencies.code(reference, agencies.agent, later(agencies.day, days=days))
    agencies.code(reference, agencies.agent, later(agencies.day, days=2))


def test_the_place_of_a_device_is_one_of_its_open_days(agencies: Agencies) -> None:
    agencies.make()
    other = agencies.make()
    page = find_campaign(agencies.session, agencies.scope, agencies.supervisor, other)
    theirs = agencies.session.scalars(select(CampaignPlace.id)).first()
    agencies.session.rollback()
    given = (
        agencies.session, agencies.day, builders.VAULT, RULES, agencies.scope, page.row.id,
        agencies.agent, DeviceMode.BOARD, "T",
    )  # fmt: skip
    with pytest.raises(NotFound):
        make_device_code(*given, theirs)
    assert make_device_code(*given, None)


def test_open_devices_of_today_are_listed_who_is_called_for_first(agencies: Agencies) -> None:
    session, day = agencies.session, agencies.day
    ours, _, hall = open_days.campaign(session, day, agencies.here, agencies.agent)
    other, _, _ = open_days.campaign(session, day, agencies.elsewhere, agencies.stranger)
    open_days.device(session, day, ours, agencies.agent, hall, name="1")
    called, _ = open_days.device(session, day, ours, agencies.agent, name="2")
    for hours in (-9, -24):  # the evening before, and a whole day ago
        open_days.device(session, later(day, hours=hours), ours, agencies.agent, name="yesterday")
    open_days.device(session, day, other, agencies.stranger, name="3")
    session.get_one(Device, called).called_at = day.now
    session.commit()
    listed = devices_at(session, day, RULES, ours)
    assert [(one.name, one.place) for one in listed] == [("2", None), ("1", open_days.HALL)]
    assert listed[0].called_at == day.now
    assert {one.name for one in devices_of_today(session, day, RULES)} == {"1", "2", "3"}
    assert devices_at(session, later(day, hours=12), RULES, ours) == []


def test_a_device_is_closed_by_who_works_there_or_by_an_administrator(agencies: Agencies) -> None:
    session, day = agencies.session, agencies.day
    ours, _, _ = open_days.campaign(session, day, agencies.here, agencies.agent)
    _, first = open_days.device(session, day, ours, agencies.agent)
    _, second = open_days.device(session, day, ours, agencies.agent)
    with pytest.raises(NotFound):
        close_device(session, day, agencies.scope, agencies.another, first)
    with pytest.raises(NotFound):
        close_device(session, day, Scope(agencies.elsewhere), agencies.stranger, first)
    assert close_device(session, day, agencies.scope, agencies.supervisor, first)
    assert not close_device(session, day, agencies.scope, agencies.supervisor, first)
    assert close_any_device(session, day, second)
    with pytest.raises(NotFound):
        close_any_device(session, day, "KGNONE")
    assert devices_at(session, day, RULES, ours) == []
    assert agencies.events(Subject.DEVICE) == [("device_closed", "staff")] * 2
