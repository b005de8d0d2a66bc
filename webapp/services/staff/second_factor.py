"""The second factor of the staff: an authenticator app, and codes for the day it is lost."""

from __future__ import annotations

import base64
import binascii
import re
import secrets
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from webapp.adapters.one_time_passwords import address_of, new_secret, step_of
from webapp.adapters.qr_code import qr_svg
from webapp.adapters.vault import Vault
from webapp.domain.check_codes import ALPHABET
from webapp.domain.errors import SealBroken, WrongCredentials
from webapp.domain.rules import StaffRules
from webapp.domain.text import typed as as_typed
from webapp.models import RecoveryCode, StaffMember, Subject, WebSession
from webapp.services.events import record
from webapp.services.sets import insert_rows
from webapp.services.staff.sessions import StaffSignedIn
from webapp.services.throttling import spend_try
from webapp.services.transactions import reading, transaction
from webapp.services.working_day import WorkingDay

RECOVERY_CODES = 10
RECOVERY_LETTERS = 24  # of 32: 120 bits, too many to try even where the digests and the key leak
LETTERS_OF_A_GROUP = 4
TOTP = re.compile("[0-9]{6}")


@dataclass(frozen=True, slots=True)
class Setup:
    """An app that is being set up: the secret to scan or to type, and the form's seal of it."""

    secret: str = field(repr=False)
    qr: str = field(repr=False)
    seal: str

    @property
    def groups(self) -> str:
        """The secret in groups of four, to be typed."""
        return " ".join(_in_groups(self.secret))


def begin_setup(vault: Vault, purpose: str, account: str, title: str) -> Setup:
    """A new secret for one purpose, which nobody but the form keeps until it is proved."""
    return _setup(vault, purpose, account, title, new_secret())


def continue_setup(vault: Vault, purpose: str, account: str, title: str, seal: str) -> Setup:
    """The same set-up as the form before; a new one where its seal does not hold."""
    try:
        return _setup(vault, purpose, account, title, _unsealed(vault, purpose, seal))
    except WrongCredentials:
        return begin_setup(vault, purpose, account, title)


def prove_setup(
    vault: Vault, purpose: str, seal: str, typed: str, now: datetime
) -> tuple[str, int]:
    """The secret of a set-up whose app shows what was typed, and the step of that password.

    Raises WrongCredentials.
    """
    secret = _unsealed(vault, purpose, seal)
    step = step_of(secret, typed, now)
    if step is None:
        raise WrongCredentials()
    return secret, step


def sealed_secret(vault: Vault, reference: str, secret: str) -> bytes:
    """The secret as the table keeps it; it opens for its own member only."""
    return vault.seal(secret, f"staff:{reference}")


def check_factor(
    session: Session, day: WorkingDay, vault: Vault, rules: StaffRules, staff_id: int, typed: str
) -> str:
    """Take a one-time password of the app, or a recovery code, of a member: each once.

    Returns which of the two it was. Raises WrongCredentials and TooManyTries.
    """
    with reading(session):
        member = session.execute(
            select(StaffMember.reference, StaffMember.totp_secret, StaffMember.totp_step).where(
                StaffMember.id == staff_id
            )
        ).one()
    spend_try(session, day, vault, rules.factors_for_all)
    spend_try(session, day, vault, rules.factors_per_member, member.reference)
    if not TOTP.fullmatch(typed):
        _use_recovery_code(session, day, vault, staff_id, member.reference, typed)
        return "recovery_code"
    secret = vault.open(member.totp_secret, f"staff:{member.reference}")
    step = step_of(secret, typed, day.now)
    if step is None or not _take_step(session, staff_id, step):
        raise WrongCredentials()
    return "totp"


def prove_again(
    session: Session,
    day: WorkingDay,
    vault: Vault,
    rules: StaffRules,
    who: StaffSignedIn,
    typed: str,
) -> None:
    """Give the second factor once more within a session, for an act of weight.

    Raises WrongCredentials, also for a recovery code, and TooManyTries.
    """
    if not TOTP.fullmatch(typed):
        raise WrongCredentials()
    check_factor(session, day, vault, rules, who.staff_id, typed)
    with transaction(session):
        session.execute(
            update(WebSession)
            .where(WebSession.id == who.session_id, WebSession.ended_at.is_(None))
            .values(proved_at=day.now)
            .execution_options(synchronize_session=False)
        )


def replace_app(
    session: Session,
    day: WorkingDay,
    vault: Vault,
    who: StaffSignedIn,
    seal: str,
    typed: str,
) -> list[str]:
    """Take another app in place of the one before; return the new recovery codes.

    Raises WrongCredentials.
    """
    secret, step = prove_setup(vault, who.reference, seal, typed, day.now)
    with transaction(session):
        session.execute(
            update(StaffMember)
            .where(StaffMember.id == who.staff_id)
            .values(totp_secret=sealed_secret(vault, who.reference, secret), totp_step=step)
            .execution_options(synchronize_session=False)
        )
        codes = replace_recovery_codes(session, vault, who.staff_id, who.reference)
        record(session, day, Subject.STAFF, [who.staff_id], None, "app_changed", "own")
    return codes


def renew_recovery_codes(
    session: Session, day: WorkingDay, vault: Vault, who: StaffSignedIn
) -> list[str]:
    """New recovery codes; those of before are worth nothing any more."""
    with transaction(session):
        codes = replace_recovery_codes(session, vault, who.staff_id, who.reference)
        record(session, day, Subject.STAFF, [who.staff_id], None, "codes_renewed", "own")
    return codes


def replace_recovery_codes(
    session: Session, vault: Vault, staff_id: int, reference: str
) -> list[str]:
    """Make new recovery codes inside the caller's transaction; the table keeps digests."""
    codes = [_new_recovery_code() for _ in range(RECOVERY_CODES)]
    session.execute(delete(RecoveryCode).where(RecoveryCode.staff_id == staff_id))
    rows = [{"staff_id": staff_id, "code_hash": _digest(vault, reference, code)} for code in codes]
    insert_rows(session, RecoveryCode, rows)
    return codes


def recovery_codes_left(session: Session, staff_id: int) -> int:
    """How many recovery codes a member may still use."""
    with reading(session):
        return len(
            session.scalars(
                select(RecoveryCode.id).where(
                    RecoveryCode.staff_id == staff_id, RecoveryCode.used_at.is_(None)
                )
            ).all()
        )


def _use_recovery_code(
    session: Session, day: WorkingDay, vault: Vault, staff_id: int, reference: str, typed: str
) -> None:
    with transaction(session):
        used = session.scalars(
            update(RecoveryCode)
            .where(
                RecoveryCode.staff_id == staff_id,
                RecoveryCode.code_hash == _digest(vault, reference, typed),
                RecoveryCode.used_at.is_(None),
            )
            .values(used_at=day.now)
            .returning(RecoveryCode.id)
            .execution_options(synchronize_session=False)
        ).all()
        if not used:
            raise WrongCredentials()
        record(session, day, Subject.STAFF, [staff_id], None, "recovery_code_used", "sign_in")


def _take_step(session: Session, staff_id: int, step: int) -> bool:
    """Whether this password is taken now for the first time, and none after it was."""
    with transaction(session):
        taken = session.scalars(
            update(StaffMember)
            .where(StaffMember.id == staff_id, StaffMember.totp_step < step)
            .values(totp_step=step)
            .returning(StaffMember.id)
            .execution_options(synchronize_session=False)
        ).all()
    return bool(taken)


def _setup(vault: Vault, purpose: str, account: str, title: str, secret: str) -> Setup:
    sealed = base64.urlsafe_b64encode(vault.seal(secret, _context(purpose))).decode()
    return Setup(secret, qr_svg(address_of(secret, account), title), sealed)


def _unsealed(vault: Vault, purpose: str, seal: str) -> str:
    try:
        return vault.open(base64.urlsafe_b64decode(seal), _context(purpose))
    except (SealBroken, binascii.Error, ValueError):
        raise WrongCredentials() from None


def _context(purpose: str) -> str:
    return f"staff-setup:{purpose}"


def _new_recovery_code() -> str:
    return "-".join(_in_groups("".join(secrets.choice(ALPHABET) for _ in range(RECOVERY_LETTERS))))


def _in_groups(letters: str) -> list[str]:
    return re.findall(f".{{1,{LETTERS_OF_A_GROUP}}}", letters)


def _digest(vault: Vault, reference: str, code: str) -> str:
    letters = re.sub(r"[\s-]", "", as_typed(code)).upper()
    return vault.blind_index(f"recovery:{reference}:{letters}")
