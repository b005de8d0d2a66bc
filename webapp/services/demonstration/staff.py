"""Three people of the demonstration, whose secrets everybody may know: never in production."""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from webapp.adapters.passwords import hash_password
from webapp.adapters.vault import Vault
from webapp.domain.errors import NotADemonstration
from webapp.domain.roles import ROLES_OF_AN_AGENCY, Role
from webapp.models import Demonstration, Employer, Language, StaffMember, Subject
from webapp.services.events import record
from webapp.services.references import new_staff_reference
from webapp.services.staff.second_factor import sealed_secret
from webapp.services.transactions import transaction
from webapp.services.working_day import WorkingDay

PASSWORD = "essai sans danger"  # noqa: S105  It protects made-up employers, and is printed.
NAMES = {
    Role.ADMINISTRATOR: "نادية بن عيسى",
    Role.SUPERVISOR: "سليمة مرابط",
    Role.AGENT: "كريم حداد",
}
SECRET_BYTES = 20


@dataclass(frozen=True, slots=True)
class DemonstrationMember:
    """One of the three, with everything that signing in takes."""

    role: Role
    email: str
    password: str
    secret: str


def demonstration_staff(
    session: Session, day: WorkingDay, vault: Vault
) -> list[DemonstrationMember]:
    """An administrator, and a supervisor and an agent of the first employer's agency; made where
    they are missing.

    Raises NotADemonstration for any other database.
    """
    with transaction(session):
        if session.get(Demonstration, 1) is None:
            raise NotADemonstration()
        return [_member(session, day, vault, role) for role in NAMES]


def email_of(role: Role) -> str:
    """The address of the one of that role."""
    return f"{role.value}@demonstration.example"


def _member(session: Session, day: WorkingDay, vault: Vault, role: Role) -> DemonstrationMember:
    email = email_of(role)
    secret = _secret_of(email)
    if not session.scalar(select(exists().where(StaffMember.email == email))):
        _add(session, day, vault, role, email, secret)
    return DemonstrationMember(role, email, PASSWORD, secret)


def _add(
    session: Session, day: WorkingDay, vault: Vault, role: Role, email: str, secret: str
) -> None:
    reference = new_staff_reference()
    agency = session.scalar(select(Employer.agency_id).order_by(Employer.id).limit(1))
    member = StaffMember(
        reference=reference,
        email=email,
        name=NAMES[role],
        language=Language.ARABIC,
        role=role,
        agency_id=agency if role in ROLES_OF_AN_AGENCY else None,
        password_hash=hash_password(PASSWORD),
        totp_secret=sealed_secret(vault, reference, secret),
        totp_step=0,
        created_at=day.now,
        left_at=None,
    )
    session.add(member)
    session.flush()
    record(session, day, Subject.STAFF, [member.id], None, "joined", "demonstration")


def _secret_of(email: str) -> str:
    """The same for everybody and every day, so that an app that was set up once goes on."""
    digest = hashlib.sha256(f"khatwa demonstration {email}".encode()).digest()
    return base64.b32encode(digest[:SECRET_BYTES]).decode()
