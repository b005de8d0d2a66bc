"""The first administrator is invited from the command line; a breach is answered there too."""

from __future__ import annotations

import csv
import io
import re
from datetime import date
from importlib import import_module

import pytest
from flask import Flask
from flask.testing import FlaskCliRunner
from sqlalchemy import select

from tests import builders
from webapp.domain.errors import NotADemonstration
from webapp.domain.roles import Role
from webapp.extensions import db
from webapp.models import (
    Agency,
    Campaign,
    CampaignMember,
    CampaignPlace,
    Demonstration,
    Event,
    StaffInvitation,
    StaffMember,
)
from webapp.services.demonstration.open_days import demonstration_open_days
from webapp.services.demonstration.staff import demonstration_staff
from webapp.services.staff.invitations import find_invitation

desk = import_module("webapp.commands.desk")
INVITE = ["invite-staff", "Nadia@Fonds.Example", "--role", "administrator", "--name", "نادية"]


@pytest.fixture
def runner(office: Flask) -> FlaskCliRunner:
    return office.test_cli_runner()


def test_the_printed_link_opens_the_invitation(office: Flask, runner: FlaskCliRunner) -> None:
    result = runner.invoke(args=[*INVITE, "--site", "https://khatwa.example/"])
    assert result.exit_code == 0, result.output
    found = re.fullmatch(
        r"https://khatwa\.example/ar/staff/invitations/([\w-]{43})\n", result.output
    )
    assert found
    with office.app_context():
        invitation = find_invitation(db.session(), desk.working_day(), found[1])
        assert (invitation.email, invitation.role) == ("nadia@fonds.example", Role.ADMINISTRATOR)
        event = db.session.scalars(select(Event).where(Event.target == "invited")).one()
        assert event.subject_id == 0 and event.cause == f"invitation:{invitation.id}"


def test_an_agency_binds_an_agent(office: Flask, runner: FlaskCliRunner) -> None:
    with office.app_context():
        code = db.session.scalars(select(Agency.code).order_by(Agency.id)).first()
        db.session.rollback()
    for role in ("agent", "auditor"):
        args = ["invite-staff", f"{role}@f.example", "--role", role, "--name", "K"]
        assert runner.invoke(args=[*args, "--agency", str(code)]).exit_code == 0
    with office.app_context():
        bound = dict(
            db.session.execute(select(StaffInvitation.role, StaffInvitation.agency_id)).all()
        )
    assert bound[Role.AGENT] is not None and bound[Role.AUDITOR] is None


@pytest.mark.parametrize(
    "wrong",
    [["nobody"], ["--agency", "nowhere"], ["--role", "king"]],
)
def test_what_is_wrong_invites_nobody(
    office: Flask, runner: FlaskCliRunner, wrong: list[str]
) -> None:
    args = ["invite-staff", "n@f.example", "--role", "agent", "--name", "N"]
    args = [args[0], *wrong, *args[2:]] if len(wrong) == 1 else [*args, *wrong]
    assert runner.invoke(args=args).exit_code != 0
    with office.app_context():
        assert db.session.scalars(select(StaffInvitation.id)).all() == []


def test_whose_data_is_a_sheet_without_formulas(office: Flask, runner: FlaskCliRunner) -> None:
    with office.app_context():
        session = db.session()
        owner = builders.employer(session)
        owner.name_fr = "@SARL"
        number = owner.member_number
        session.add(
            Event(
                at=desk.right_now().now, actor="salima", subject="employer", subject_id=owner.id,
                source=None, target="opened", cause="file",
            )
        )  # fmt: skip
        session.commit()
    today = f"{desk.right_now().today}"
    result = runner.invoke(args=["whose-data", "salima", "--from", today, "--to", today])
    assert result.exit_code == 0, result.output
    rows = list(csv.reader(io.StringIO(result.output.removeprefix("\ufeff"))))
    assert len(rows) == 2 and rows[1][1] == number and rows[1][3] == "'@SARL"
    refused = runner.invoke(
        args=["whose-data", "salima", "--from", "2027-01-02", "--to", "2027-01-01"]
    )
    assert refused.exit_code == 1


# ── the demonstration's three ──────────────────────────────────────────────────────────────────


def test_only_a_demonstration_has_members_whose_secrets_are_known(office: Flask) -> None:
    with office.app_context():
        session, day = db.session(), desk.working_day()
        with pytest.raises(NotADemonstration):
            demonstration_staff(session, day, builders.VAULT)
        assert session.scalars(select(StaffMember.id)).all() == []
        builders.employer(session)
        session.add(Demonstration(id=1, seed=1, employers=1, day=day.today))
        session.commit()
        first = demonstration_staff(session, day, builders.VAULT)
        assert demonstration_staff(session, day, builders.VAULT) == first
        roles = set(session.scalars(select(StaffMember.role)))
    three = {Role.ADMINISTRATOR, Role.SUPERVISOR, Role.AGENT}
    assert roles == three == {one.role for one in first}


def test_the_demonstration_holds_open_days_of_this_week_that_say_they_are_an_example(
    office: Flask,
) -> None:
    with office.app_context():
        session, monday = db.session(), desk.working_day(date(2026, 11, 23))
        with pytest.raises(NotADemonstration):
            demonstration_open_days(session, monday)
        builders.employer(session)
        session.add(Demonstration(id=1, seed=1, employers=1, day=monday.today))
        session.commit()
        demonstration_staff(session, monday, builders.VAULT)
        reference = demonstration_open_days(session, monday)
        assert demonstration_open_days(session, monday) == reference
        made = session.scalars(select(Campaign)).one()
        assert (made.begins_on, made.ends_on) == (monday.today, date(2026, 11, 26))
        assert made.name_ar.endswith("(مثال)") and made.name_fr.endswith("(exemple)")
        people = set(session.scalars(select(CampaignMember.staff_id)))
        agency = set(session.scalars(select(StaffMember.id).where(StaffMember.agency_id > 0)))
        assert people == agency and len(people) == 2
        assert len(session.scalars(select(CampaignPlace.id)).all()) == 2
        session.rollback()
        friday = desk.working_day(date(2026, 11, 27))
        assert demonstration_open_days(session, friday) != reference
