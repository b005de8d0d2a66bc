"""People of the fund in tests: they come by an invitation, as everybody does."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from itertools import count

from sqlalchemy import select
from sqlalchemy.orm import Session

from tests import builders
from webapp.adapters.one_time_passwords import SECONDS_OF_A_STEP, new_secret, password_of
from webapp.domain.roles import Role
from webapp.domain.rules import StaffRules
from webapp.models import Language, StaffMember
from webapp.services.staff.arrivals import accept
from webapp.services.staff.invitations import InvitationToSend, Newcomer, invite
from webapp.services.staff.sessions import StaffSignedIn, find_staff_session
from webapp.services.staff.sign_in import give_factor, give_password
from webapp.services.working_day import WorkingDay

RULES = StaffRules()
PASSWORD = "grenadier à midi"
numbers = count(1)


@dataclass
class Colleague:
    """One of the staff with everything that only they know."""

    id: int
    reference: str
    email: str
    secret: str
    token: str
    recovery_codes: list[str]
    password: str = PASSWORD

    def code(self, day: WorkingDay, steps: int = 0) -> str:
        """What their app shows, or showed that many steps before."""
        return code_of(self.secret, day, steps)


def code_of(secret: str, day: WorkingDay, steps: int = 0) -> str:
    return password_of(secret, int(day.now.timestamp()) // SECONDS_OF_A_STEP + steps)


def seal_of(secret: str, invitation_id: int) -> str:
    """The hidden field of a form that shows this secret."""
    sealed = builders.VAULT.seal(secret, f"staff-setup:invitation-{invitation_id}")
    return base64.urlsafe_b64encode(sealed).decode()


def newcomer(
    role: Role = Role.ADMINISTRATOR, agency_id: int | None = None, email: str | None = None
) -> Newcomer:
    number = next(numbers)
    return Newcomer(
        email=email or f"samira{number}@fonds.example",
        name="سميرة بوزيد",
        language=Language.ARABIC,
        role=role,
        agency_id=agency_id,
    )


def take_up(
    session: Session, day: WorkingDay, invitation: InvitationToSend, password: str = PASSWORD
) -> Colleague:
    """Accept an invitation, with a new app."""
    secret = new_secret()
    arrival = accept(
        session,
        day,
        builders.VAULT,
        invitation.token,
        password,
        seal_of(secret, invitation.invitation_id),
        code_of(secret, day, -1),
        "Firefox",
    )
    row = session.execute(
        select(StaffMember.id, StaffMember.reference).where(StaffMember.email == invitation.email)
    ).one()
    session.rollback()
    return Colleague(
        row.id, row.reference, invitation.email, secret, arrival.token, arrival.recovery_codes
    )


def join(
    session: Session,
    day: WorkingDay,
    role: Role = Role.ADMINISTRATOR,
    agency_id: int | None = None,
    email: str | None = None,
) -> Colleague:
    """Somebody new who has just accepted their invitation."""
    return take_up(
        session, day, invite(session, day, RULES, newcomer(role, agency_id, email), None)
    )


def who_is(session: Session, day: WorkingDay, token: str) -> StaffSignedIn:
    found = find_staff_session(session, day.now, RULES, token)
    assert found is not None
    return found


def enter(session: Session, day: WorkingDay, who: Colleague, code: str | None = None) -> str:
    """Sign in with password and app; the token of the session."""
    waiting = give_password(session, day, builders.VAULT, RULES, who.email, who.password, "Firefox")
    return give_factor(
        session,
        day,
        builders.VAULT,
        RULES,
        who_is(session, day, waiting),
        code or who.code(day),
        "Firefox",
    )
