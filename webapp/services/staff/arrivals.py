"""Taking up an invitation: a password, an app, and a post."""

from __future__ import annotations

from dataclasses import dataclass, field

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from webapp.adapters.vault import Vault
from webapp.domain.errors import InvitationNotOpen
from webapp.models import StaffInvitation, StaffMember, Subject
from webapp.services.events import record
from webapp.services.references import new_staff_reference
from webapp.services.staff.invitations import (
    Invitation,
    Newcomer,
    cause_of,
    find_invitation,
    unused,
)
from webapp.services.staff.second_factor import (
    prove_setup,
    replace_recovery_codes,
    sealed_secret,
)
from webapp.services.staff.sessions import acting, add_session, end_sessions
from webapp.services.staff.sign_in import hash_of_new_password
from webapp.services.transactions import transaction
from webapp.services.working_day import WorkingDay


@dataclass(frozen=True, slots=True)
class Arrival:
    """Somebody who has just accepted: the token of their session, and codes shown once."""

    token: str = field(repr=False)
    recovery_codes: list[str] = field(repr=False)


def accept(
    session: Session,
    day: WorkingDay,
    vault: Vault,
    token: str,
    password: str,
    seal: str,
    code: str,
    device: str,
) -> Arrival:
    """Take a password and an app from the holder of a link, and open their first session.

    A member who was invited again keeps their post; every session of before ends. Raises
    InvitationNotOpen, WrongCredentials (the app's code) and WeakPassword.
    """
    invitation = find_invitation(session, day, token)
    secret, step = prove_setup(vault, setup_purpose(invitation), seal, code, day.now)
    password_hash = hash_of_new_password(password, invitation.name, invitation.email)
    with transaction(session):
        taken = session.execute(
            update(StaffInvitation)
            .where(
                StaffInvitation.id == invitation.id,
                StaffInvitation.expires_at > day.now,
                *unused(),
            )
            .values(used_at=day.now)
            .returning(
                StaffInvitation.email,
                StaffInvitation.name,
                StaffInvitation.language,
                StaffInvitation.role,
                StaffInvitation.agency_id,
            )
            .execution_options(synchronize_session=False)
        ).first()
        if taken is None:
            raise InvitationNotOpen()
        newcomer = Newcomer(taken.email, taken.name, taken.language, taken.role, taken.agency_id)
        member = _member_of(session, day, newcomer)
        again = member.id is not None and member.left_at is None
        if not again:
            member.name, member.language = newcomer.name, newcomer.language
            member.role, member.agency_id, member.left_at = newcomer.role, newcomer.agency_id, None
        member.password_hash, member.totp_step = password_hash, step
        member.totp_secret = sealed_secret(vault, member.reference, secret)
        session.add(member)
        session.flush()
        day = acting(day, member.id)
        end_sessions(session, day, member.id)
        codes = replace_recovery_codes(session, vault, member.id, member.reference)
        target = "access_renewed" if again else "joined"
        record(session, day, Subject.STAFF, [member.id], None, target, cause_of(invitation.id))
        return Arrival(add_session(session, day, member.id, device, proved=True), codes)


def setup_purpose(invitation: Invitation) -> str:
    """What the app of an invitation is set up for: it fits no other one."""
    return f"invitation-{invitation.id}"


def _member_of(session: Session, day: WorkingDay, newcomer: Newcomer) -> StaffMember:
    """The row of who has this address, now or earlier; a new one for somebody new."""
    known = session.scalar(
        select(StaffMember).where(StaffMember.email == newcomer.email).with_for_update()
    )
    if known is not None:
        return known
    return StaffMember(
        reference=new_staff_reference(), email=newcomer.email, created_at=day.now, left_at=None
    )
