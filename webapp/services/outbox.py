"""The outbox: a message is written with what it tells of, in one transaction, and sent afterwards.

Codes, papers and warnings go through here; notices of debits have a queue of their own. The
address and what the words say are sealed: no code and no phone number stands in the clear.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from webapp.adapters.vault import Vault
from webapp.domain.period import Period
from webapp.domain.tellings import goes_with_notices, is_wanted
from webapp.models import (
    CodePurpose,
    Employer,
    Language,
    Message,
    MessageStatus,
    NoticeChannel,
)
from webapp.services.sets import insert_rows, parts
from webapp.services.working_day import WorkingDay

Values = Mapping[str, object]

# The kinds that somebody waits for, and that nobody else may ever see again.
CODES = frozenset(f"{purpose}_code" for purpose in CodePurpose)

# What `contact_of` and `contact_for_papers` read of an employer.
CONTACT = (Employer.phone, Employer.email, Employer.notice_channel, Employer.code_channel)


@dataclass(frozen=True, slots=True)
class Addressee:
    """To whom a message goes, on which way and in which language; whose it is where one knows."""

    channel: NoticeChannel
    language: Language
    address: str
    employer_id: int | None = None
    person_id: int | None = None
    staff_id: int | None = None


def contact_of(row: Row[*tuple[object, ...]]) -> tuple[NoticeChannel, str]:
    """Where codes go: to the phone, or to the e-mail of who prefers it or has no phone.

    `row` has the columns CONTACT.
    """
    return _way(row, row.code_channel or row.notice_channel)


def contact_for_papers(row: Row[*tuple[object, ...]]) -> tuple[NoticeChannel, str]:
    """Where everything else goes: as the employer wants notices, or where there is a contact.

    Who wants notices in the portal alone is still told, where codes go: what these messages say
    must not be missed by somebody who does not look.
    """
    if row.notice_channel is NoticeChannel.PORTAL:
        return contact_of(row)
    return _way(row, row.notice_channel)


def _way(row: Row[*tuple[object, ...]], wanted: NoticeChannel) -> tuple[NoticeChannel, str]:
    if row.email and (wanted is NoticeChannel.EMAIL or not row.phone):
        return NoticeChannel.EMAIL, row.email
    return NoticeChannel.SMS, row.phone


@dataclass(frozen=True, slots=True)
class Telling:
    """What an employer is to be told: a `kind` of message (templates/messages/), what its words
    say, and until when it is of use.
    """

    employer_id: int
    kind: str
    values: Values
    expires_at: datetime | None = None


def tell(
    session: Session, day: WorkingDay, vault: Vault, employer_id: int, kind: str, values: Values
) -> None:
    """Queue a message of a `kind` (templates/messages/) to an employer, as their contact is now.

    Inside the caller's transaction. Who has no contact at all reads it in their space.
    """
    tell_all(session, day, vault, [Telling(employer_id, kind, values)])


def tell_all(session: Session, day: WorkingDay, vault: Vault, tellings: Sequence[Telling]) -> int:
    """`tell` of many at once; return how many messages that makes.

    Here alone it is decided who is sent what: nobody what they have silenced or never asked for.
    """
    contacts = _contacts(session, {one.employer_id for one in tellings})
    rows = []
    for one in tellings:
        to = _addressee(contacts[one.employer_id], one.kind)
        if to is not None:
            rows.append(_row(day, vault, to, one.kind, one.values, expires_at=one.expires_at))
    insert_rows(session, Message, rows)
    return len(rows)


def _contacts(session: Session, employer_ids: set[int]) -> dict[int, Row[*tuple[object, ...]]]:
    columns = (*CONTACT, Employer.id, Employer.language, Employer.quiet, Employer.told_of_looks)
    return {
        row.id: row
        for part in parts(sorted(employer_ids))
        for row in session.execute(select(*columns).where(Employer.id.in_(part)))
    }


def _addressee(row: Row[*tuple[object, ...]], kind: str) -> Addressee | None:
    """Where a kind of message goes; None for who does not want it."""
    if not is_wanted(kind, quiet=row.quiet, told_of_looks=row.told_of_looks):
        return None
    channel, address = contact_for_papers(row)
    in_space = row.notice_channel is NoticeChannel.PORTAL and goes_with_notices(kind)
    if in_space or not address:
        channel, address = NoticeChannel.PORTAL, ""
    return Addressee(channel, row.language, address, employer_id=row.id)


def queue(
    session: Session,
    day: WorkingDay,
    vault: Vault,
    to: Addressee,
    kind: str,
    values: Values,
    *,
    reference: str = "",
    expires_at: datetime | None = None,
) -> str:
    """Queue one message inside the caller's transaction, and return its reference.

    `values` are texts, whole numbers, days, periods, truths and lists of texts. After `expires_at`
    it is of no use and never sent.
    """
    row = _row(day, vault, to, kind, values, reference=reference, expires_at=expires_at)
    session.add(Message(**row))
    return str(row["reference"])


def _row(
    day: WorkingDay,
    vault: Vault,
    to: Addressee,
    kind: str,
    values: Values,
    *,
    reference: str = "",
    expires_at: datetime | None = None,
) -> dict[str, object]:
    """The row of a message; what stays in the employer's space has arrived with it."""
    reference = reference or secrets.token_hex(16)
    told = {"address": to.address, "values": {k: _to_json(v) for k, v in values.items()}}
    arrived = to.channel is NoticeChannel.PORTAL
    return {
        "reference": reference,
        "kind": kind,
        "channel": to.channel,
        "language": to.language,
        "employer_id": to.employer_id,
        "person_id": to.person_id,
        "staff_id": to.staff_id,
        "sealed": vault.seal(json.dumps(told, ensure_ascii=False), context_of(reference)),
        "status": MessageStatus.ACCEPTED if arrived else MessageStatus.QUEUED,
        "tries": 0,
        "created_at": day.now,
        "next_try_at": day.now,
        "expires_at": expires_at,
        "accepted_at": day.now if arrived else None,
        "answer": "",
    }


def open_message(vault: Vault, sealed: bytes, reference: str) -> tuple[str, dict[str, object]]:
    """The address of a message and what its words say. Raises SealBroken."""
    told = json.loads(vault.open(sealed, context_of(reference)))
    return told["address"], {k: _from_json(v) for k, v in told["values"].items()}


def context_of(reference: str) -> str:
    """What a message is sealed for."""
    return f"message:{reference}"


def _to_json(value: object) -> object:
    if isinstance(value, date):
        return {"day": value.isoformat()}
    return {"period": value.code} if isinstance(value, Period) else value


def _from_json(value: object) -> object:
    if not isinstance(value, dict):
        return value
    if "period" in value:
        return Period.parse(value["period"])
    return date.fromisoformat(value["day"])
