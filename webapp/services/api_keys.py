"""Keys of the programming interface: made by the employer, shown once, kept as digests, revoked.

A key is `khatwa_`, its reference, `_` and 192 bits of chance. The reference is no secret: it finds
the row, names who acts in the events, and tells one key from another on the employer's page.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from webapp.adapters.vault import Vault
from webapp.domain.errors import CodeNeeded, NotFound, TooManyKeys, WrongKey
from webapp.domain.period import Periodicity
from webapp.domain.rules import AccessRules
from webapp.models import ApiKey, Employer, Subject
from webapp.services.events import record
from webapp.services.outbox import tell
from webapp.services.references import new_api_key_reference
from webapp.services.signing import lock_employer
from webapp.services.transactions import reading, transaction
from webapp.services.web_sessions import SignedIn
from webapp.services.working_day import WorkingDay

PREFIX = "khatwa"
BYTES_OF_CHANCE = 24
LONGEST_SHOWN = 100
# What a key that nobody has is compared with, so that it takes as long as a wrong one.
NO_DIGEST = "0" * 64
SECONDS_BETWEEN_MARKS = 60


@dataclass(frozen=True, slots=True)
class KeyRow:
    """A key as its employer sees it; the secret is not known to us any more."""

    reference: str
    name: str
    may_read: bool
    may_file: bool
    made_at: datetime
    last_used_at: datetime | None
    revoked_at: datetime | None


@dataclass(frozen=True, slots=True)
class KeyHolder:
    """A program at the other end, and the employer for whom it acts."""

    key_id: int
    reference: str
    may_read: bool
    may_file: bool
    last_used_at: datetime | None
    employer_id: int
    member_number: str
    periodicity: Periodicity

    @property
    def actor(self) -> str:
        """Who acts, for the events."""
        return f"api:{self.reference}"


def make_key(
    session: Session,
    day: WorkingDay,
    vault: Vault,
    rules: AccessRules,
    who: SignedIn,
    name: str,
    *,
    may_read: bool,
    may_file: bool,
) -> str:
    """Make a key for the employer who is signed in; return it, to be shown this once.

    The employer is told, whose session it may not be. Raises CodeNeeded without a fresh code in
    this session, and TooManyKeys.
    """
    if not who.proved_lately(day.now, rules):
        raise CodeNeeded()
    reference = new_api_key_reference()
    key = f"{PREFIX}_{reference}_{secrets.token_hex(BYTES_OF_CHANCE)}"
    with transaction(session):
        lock_employer(session, who.employer_id)
        mine = (ApiKey.employer_id == who.employer_id) & ApiKey.revoked_at.is_(None)
        if (session.scalar(select(func.count()).where(mine)) or 0) >= rules.most_keys:
            raise TooManyKeys(most=rules.most_keys)
        row = ApiKey(
            reference=reference,
            employer_id=who.employer_id,
            name=name,
            secret_sha256=_digest(key),
            may_read=may_read,
            may_file=may_file,
            made_by=day.actor,
            made_at=day.now,
        )
        session.add(row)
        session.flush()
        record(session, day, Subject.API_KEY, [row.id], None, "key_made", _rights(row))
        told = {"name": name, "may_file": may_file, "on": day.today}
        tell(session, day, vault, who.employer_id, "api_key_made", told)
    return key


def list_keys(session: Session, employer_id: int) -> Sequence[KeyRow]:
    """The employer's keys, those that open something first."""
    with reading(session):
        rows = session.execute(
            select(
                ApiKey.reference,
                ApiKey.name,
                ApiKey.may_read,
                ApiKey.may_file,
                ApiKey.made_at,
                ApiKey.last_used_at,
                ApiKey.revoked_at,
            )
            .where(ApiKey.employer_id == employer_id)
            .order_by(ApiKey.revoked_at.is_not(None), ApiKey.id.desc())
        ).all()
    return [KeyRow(**row._asdict()) for row in rows]


def revoke_key(session: Session, day: WorkingDay, employer_id: int, reference: str) -> None:
    """Revoke a key: from the next request on it opens nothing.

    Raises NotFound, also for another's and for one that is revoked.
    """
    with transaction(session):
        id_ = session.scalar(
            update(ApiKey)
            .where(
                ApiKey.reference == reference,
                ApiKey.employer_id == employer_id,
                ApiKey.revoked_at.is_(None),
            )
            .values(revoked_at=day.now)
            .returning(ApiKey.id)
            .execution_options(synchronize_session=False)
        )
        if id_ is None:
            raise NotFound(kind="api_key", reference=reference)
        record(session, day, Subject.API_KEY, [id_], None, "key_revoked", "key_revoked")


def find_holder(session: Session, shown: str) -> KeyHolder:
    """Whose key this is. Raises WrongKey, after as much work, for whatever is none that opens."""
    reference = reference_in(shown)
    with reading(session):
        row = session.execute(
            select(
                ApiKey.id,
                ApiKey.reference,
                ApiKey.secret_sha256,
                ApiKey.may_read,
                ApiKey.may_file,
                ApiKey.last_used_at,
                ApiKey.revoked_at,
                ApiKey.employer_id,
                Employer.member_number,
                Employer.periodicity,
            )
            .join(Employer, Employer.id == ApiKey.employer_id)
            .where(ApiKey.reference == reference)
        ).first()
    right = hmac.compare_digest(_digest(shown), row.secret_sha256 if row else NO_DIGEST)
    if row is None or not right or row.revoked_at is not None:
        raise WrongKey()
    return KeyHolder(
        key_id=row.id,
        reference=row.reference,
        may_read=row.may_read,
        may_file=row.may_file,
        last_used_at=row.last_used_at,
        employer_id=row.employer_id,
        member_number=row.member_number,
        periodicity=row.periodicity,
    )


def mark_used(session: Session, now: datetime, holder: KeyHolder) -> None:
    """Remember when a key was used last; at most one write a minute."""
    last = holder.last_used_at
    if last is not None and (now - last).total_seconds() < SECONDS_BETWEEN_MARKS:
        return
    with transaction(session):
        session.execute(
            update(ApiKey)
            .where(ApiKey.id == holder.key_id)
            .values(last_used_at=now)
            .execution_options(synchronize_session=False)
        )


def reference_in(shown: str) -> str:
    """The reference that a key carries; some text that finds nothing where it is no key."""
    parts = shown[:LONGEST_SHOWN].split("_")
    plain = len(parts) == 3 and shown.isascii() and shown.isprintable()
    return parts[1] if plain and parts[0] == PREFIX else ""


def _digest(key: str) -> str:
    return hashlib.sha256(key.encode("utf-8", "replace")).hexdigest()


def _rights(row: ApiKey) -> str:
    if row.may_read and row.may_file:
        return "may_read_and_file"
    return "may_file" if row.may_file else "may_read"
