"""Signing in of the staff: the password first, then the second factor."""

from __future__ import annotations

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from webapp.adapters import passwords
from webapp.adapters.vault import Vault
from webapp.data.loader import load_common_passwords
from webapp.domain.errors import WrongCredentials
from webapp.domain.passwords import check_password
from webapp.domain.rules import StaffRules
from webapp.models import StaffMember, Subject, WebSession
from webapp.services.events import record
from webapp.services.staff.second_factor import check_factor
from webapp.services.staff.sessions import (
    StaffSignedIn,
    acting,
    add_session,
    end_sessions,
)
from webapp.services.throttling import spend_try
from webapp.services.transactions import reading, transaction
from webapp.services.working_day import WorkingDay


def give_password(
    session: Session,
    day: WorkingDay,
    vault: Vault,
    rules: StaffRules,
    email: str,
    password: str,
    device: str,
) -> str:
    """Check the password; return the token of a session that waits for the second factor.

    For an unknown address, and for somebody who has left, a password is checked as well: answer
    and time are the same. Raises WrongCredentials and TooManyTries.
    """
    spend_try(session, day, vault, rules.passwords_for_all)
    spend_try(session, day, vault, rules.passwords_per_member, email)
    with reading(session):
        member = session.execute(
            select(StaffMember.id, StaffMember.password_hash).where(
                StaffMember.email == email, StaffMember.left_at.is_(None)
            )
        ).first()
    password_hash = member.password_hash if member else passwords.NOBODY_S_HASH
    right = passwords.fits(password, password_hash)
    if member is None or not right:
        raise WrongCredentials()
    newer = passwords.hash_password(password) if passwords.is_outdated(password_hash) else None
    with transaction(session):
        if newer is not None:
            _keep_password(session, member.id, newer)
        return add_session(session, day, member.id, device, proved=False)


def give_factor(
    session: Session,
    day: WorkingDay,
    vault: Vault,
    rules: StaffRules,
    waiting: StaffSignedIn,
    typed: str,
    device: str,
) -> str:
    """Check the second factor; return the token of a new session in place of the waiting one.

    Raises WrongCredentials and TooManyTries.
    """
    day = acting(day, waiting.staff_id)
    how = check_factor(session, day, vault, rules, waiting.staff_id, typed)
    with transaction(session):
        if not end_sessions(session, day, waiting.staff_id, WebSession.id == waiting.session_id):
            raise WrongCredentials()
        record(session, day, Subject.STAFF, [waiting.staff_id], None, "signed_in", how)
        return add_session(session, day, waiting.staff_id, device, proved=True)


def change_password(
    session: Session,
    day: WorkingDay,
    vault: Vault,
    rules: StaffRules,
    who: StaffSignedIn,
    old: str,
    new: str,
) -> None:
    """Choose another password with the old one; every other session of the member ends.

    Raises WrongCredentials, WeakPassword and TooManyTries.
    """
    spend_try(session, day, vault, rules.passwords_per_member, who.email)
    with reading(session):
        password_hash = session.scalar(
            select(StaffMember.password_hash).where(StaffMember.id == who.staff_id)
        )
    if not passwords.fits(old, password_hash or passwords.NOBODY_S_HASH):
        raise WrongCredentials()
    newer = hash_of_new_password(new, who.name, who.email)
    with transaction(session):
        _keep_password(session, who.staff_id, newer)
        end_sessions(session, day, who.staff_id, WebSession.id != who.session_id)
        record(session, day, Subject.STAFF, [who.staff_id], None, "password_changed", "own")


def hash_of_new_password(password: str, name: str, email: str) -> str:
    """The hash of a password that somebody chooses. Raises WeakPassword."""
    check_password(password, (name, email), load_common_passwords())
    return passwords.hash_password(password)


def _keep_password(session: Session, staff_id: int, password_hash: str) -> None:
    session.execute(
        update(StaffMember)
        .where(StaffMember.id == staff_id)
        .values(password_hash=password_hash)
        .execution_options(synchronize_session=False)
    )
