"""One-time codes: asking for one, and checking what was typed against it."""

from __future__ import annotations

import hmac
import secrets
from dataclasses import dataclass, field
from datetime import timedelta

from sqlalchemy import ColumnElement, select, update
from sqlalchemy.orm import Session

from webapp.adapters.vault import Vault
from webapp.domain.errors import CodeExpired, TooManyTries, WrongCode
from webapp.domain.rules import AccessRules
from webapp.models import (
    CodePurpose,
    Employer,
    Language,
    NoticeChannel,
    OneTimeCode,
    Person,
)
from webapp.services.outbox import CONTACT, Addressee, contact_of, queue
from webapp.services.throttling import spend_try
from webapp.services.transactions import reading, transaction
from webapp.services.working_day import WorkingDay

DIGITS = 6


@dataclass(frozen=True, slots=True)
class CodeToSend:
    """A code on its way to an employer: by SMS, or by e-mail to who wants or has no other."""

    reference: str
    purpose: str
    channel: str
    language: str
    address: str
    code: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class AskedCode:
    """What the browser keeps of a code it asked for, and the message, where there is one."""

    reference: str
    message: CodeToSend | None


@dataclass(frozen=True, slots=True)
class CheckedCode:
    """A code that fits: for which employer it was asked, and the person who acts for them."""

    id: int
    employer_id: int | None
    person_id: int | None


def ask_for_code(
    session: Session,
    day: WorkingDay,
    vault: Vault,
    rules: AccessRules,
    purpose: CodePurpose,
    member_number: str,
    language: str,
    *,
    person_id: int | None = None,
) -> AskedCode:
    """Make a code for one act of a member. Raises TooManyTries.

    With `person_id` that person acts for the member, and gets the code.

    An unknown number and a member without any contact take the same steps as everybody, limits
    included, and get no message: nobody learns from here who is a member. The code itself is
    only in the message; the table holds a keyed digest of it.
    """
    spend_try(session, day, vault, rules.codes_for_all)
    spend_try(
        session, day, vault, rules.codes_per_member, _asker(purpose, member_number, person_id)
    )
    reference, code = secrets.token_hex(16), new_code()
    with transaction(session):
        member = session.execute(
            select(Employer.id, *CONTACT).where(Employer.member_number == member_number)
        ).first()
        session.add(
            OneTimeCode(
                reference=reference,
                purpose=purpose,
                employer_id=member.id if member else None,
                person_id=person_id,
                code_hash=digest_of_code(vault, reference, code),
                sent_at=day.now,
                tries=0,
            )
        )
        channel, address = contact_of(member) if member else (NoticeChannel.SMS, "")
        if person_id is not None:
            channel, address = NoticeChannel.EMAIL, _address_of_person(session, person_id)
        to = Addressee(
            channel, Language(language), address, member.id if member else None, person_id
        )
        # To nobody it is as much work: the row is taken back before it is written for good.
        with session.begin_nested() as attempt:
            queue(
                session,
                day,
                vault,
                to,
                f"{purpose}_code",
                {"code": code, "minutes": rules.code_minutes},
                reference=reference,
                expires_at=day.now + timedelta(minutes=rules.code_minutes),
            )
            session.flush()
            if not address:
                attempt.rollback()
    if not address:
        return AskedCode(reference, None)
    return AskedCode(
        reference, CodeToSend(reference, purpose.value, channel.value, language, address, code)
    )


def _asker(purpose: CodePurpose, member_number: str, person_id: int | None) -> str:
    """Whose codes are counted: who acts for an employer does not use up the employer's."""
    own = f"{purpose}:{member_number}"
    return own if person_id is None else f"{own}:{person_id}"


def ask_for_another_code(
    session: Session,
    day: WorkingDay,
    vault: Vault,
    rules: AccessRules,
    purpose: CodePurpose,
    member_number: str,
    language: str,
    previous: str | None,
    *,
    wanted: bool,
    person_id: int | None = None,
) -> AskedCode | None:
    """A code in place of the `previous` one, when that is open no more or another is `wanted`.

    None when the previous one may still be used. Raises TooManyTries, also while the wait after
    the previous one is not over.
    """
    if wanted:
        refuse_early_resend(session, day, rules, previous)
    elif previous and code_is_open(session, day, rules, previous):
        return None
    return ask_for_code(
        session, day, vault, rules, purpose, member_number, language, person_id=person_id
    )


def _address_of_person(session: Session, person_id: int) -> str:
    return session.scalars(select(Person.email).where(Person.id == person_id)).one()


def seconds_until_resend(
    session: Session, day: WorkingDay, rules: AccessRules, reference: str | None
) -> int:
    """How long to wait before another code may be asked for; 0 when it may be now."""
    with reading(session):
        sent_at = session.scalar(
            select(OneTimeCode.sent_at).where(OneTimeCode.reference == (reference or ""))
        )
    if sent_at is None:
        return 0
    return max(0, rules.resend_seconds - int((day.now - sent_at).total_seconds()))


def code_is_open(session: Session, day: WorkingDay, rules: AccessRules, reference: str) -> bool:
    """Whether the code of this reference may still be used: not old, not used, tries left."""
    with reading(session):
        found = session.scalar(
            select(OneTimeCode.id).where(OneTimeCode.reference == reference, *_open(day, rules))
        )
    return found is not None


def refuse_early_resend(
    session: Session, day: WorkingDay, rules: AccessRules, reference: str | None
) -> None:
    """Raises TooManyTries while the wait after the last code is not over."""
    wait = seconds_until_resend(session, day, rules, reference)
    if wait:
        raise TooManyTries(what="resend", seconds=wait)


def check_code_of(
    session: Session,
    day: WorkingDay,
    vault: Vault,
    rules: AccessRules,
    purpose: CodePurpose,
    reference: str,
    typed: str,
) -> CheckedCode:
    """Compare what was typed with the code; return whose it is.

    The try is counted and committed before anything is compared. Raises CodeExpired when the
    code is too old, used, tried too often, meant for another act or unknown; WrongCode, also for
    one that was asked for nobody.
    """
    with transaction(session):
        row = session.execute(
            update(OneTimeCode)
            .where(
                OneTimeCode.reference == reference,
                OneTimeCode.purpose == purpose,
                *_open(day, rules),
            )
            .values(tries=OneTimeCode.tries + 1)
            .returning(
                OneTimeCode.id,
                OneTimeCode.employer_id,
                OneTimeCode.person_id,
                OneTimeCode.code_hash,
                OneTimeCode.tries,
            )
            .execution_options(synchronize_session=False)
        ).first()
    if row is None:
        raise CodeExpired()
    fits = hmac.compare_digest(row.code_hash, digest_of_code(vault, reference, typed))
    if not fits or (row.employer_id is None and row.person_id is None):
        raise WrongCode(left=rules.code_tries - row.tries)
    return CheckedCode(row.id, row.employer_id, row.person_id)


def use_code(session: Session, day: WorkingDay, code_id: int) -> bool:
    """Use a code up, inside the caller's transaction; False when it was used before."""
    used = session.execute(
        update(OneTimeCode)
        .where(OneTimeCode.id == code_id, OneTimeCode.used_at.is_(None))
        .values(used_at=day.now)
        .returning(OneTimeCode.id)
        .execution_options(synchronize_session=False)
    ).first()
    return used is not None


def masked_address(channel: NoticeChannel, address: str) -> str:
    """What may be shown of a contact: the last two digits of a phone, the ends of an e-mail."""
    if channel is not NoticeChannel.EMAIL:
        return address[-2:]
    name, _, host = address.partition("@")
    return f"{name[:1]}…@{host}"


def _open(day: WorkingDay, rules: AccessRules) -> tuple[ColumnElement[bool], ...]:
    return (
        OneTimeCode.used_at.is_(None),
        OneTimeCode.sent_at > day.now - timedelta(minutes=rules.code_minutes),
        OneTimeCode.tries < rules.code_tries,
    )


def new_code() -> str:
    """Six digits that nobody can foresee."""
    return f"{secrets.randbelow(10**DIGITS):0{DIGITS}}"


def digest_of_code(vault: Vault, reference: str, code: str) -> str:
    """What the table keeps of a code."""
    return vault.blind_index(f"code:{reference}:{code}")
