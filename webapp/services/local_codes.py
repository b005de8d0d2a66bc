"""What a bank's own reason codes mean: listed, and changed by somebody of the fund."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, func, or_, select, text
from sqlalchemy.orm import Session

from webapp.data.loader import load_reasons
from webapp.domain.errors import InvalidLocalCode, NotFound
from webapp.domain.local_codes import Meanings, read_local_code
from webapp.models import (
    Attempt,
    BankEntry,
    BankFile,
    BankMessage,
    Channel,
    Event,
    LocalCode,
    StaffMember,
    Subject,
)
from webapp.models.event import OF_STAFF
from webapp.services.events import record
from webapp.services.sets import upserting
from webapp.services.transactions import reading, transaction
from webapp.services.working_day import WorkingDay

ACTS = ("local_code_set", "local_code_removed", "local_code_followed")
CHANGES_SHOWN = 20


@dataclass(frozen=True, slots=True)
class LocalMeaning:
    """A bank's own code and the ISO code that it means."""

    id: int
    channel_code: str
    code: str
    means: str


@dataclass(frozen=True, slots=True)
class CodeLook:
    """A code before it is changed: what it means now, if anything, and would mean.

    `told` counts the received entries that carry it.
    """

    channel_code: str
    code: str
    means: str
    means_now: str | None
    told: int


@dataclass(frozen=True, slots=True)
class CodeChange:
    """Who changed what about a code, and when."""

    at: datetime
    who: str
    act: str
    what: str


def load_meanings(session: Session) -> Meanings:
    """What every local code means. Inside the caller's transaction."""
    rows = session.execute(
        select(Channel.code, LocalCode.code, LocalCode.means).join(
            Channel, Channel.id == LocalCode.channel_id
        )
    )
    return {(channel, code): means for channel, code, means in rows}


def list_local_codes(session: Session) -> list[LocalMeaning]:
    """All local codes, by channel and code."""
    with reading(session):
        rows = session.execute(_SHOWN.order_by(Channel.code, LocalCode.code)).all()
    return [LocalMeaning(*row) for row in rows]


def find_local_code(session: Session, local_code_id: int) -> LocalMeaning:
    """The local code of that number. Raises NotFound."""
    with reading(session):
        row = session.execute(_SHOWN.where(LocalCode.id == local_code_id)).first()
    if row is None:
        raise NotFound(kind="local_code", reference=str(local_code_id))
    return LocalMeaning(*row)


def told_with(session: Session, channel_code: str, code: str) -> int:
    """How many received entries carry a bank's own code, whatever it was taken to mean then."""
    its_channel = func.coalesce(Channel.code, BankMessage.channel_code)
    with reading(session):
        found = session.scalar(
            select(func.count())
            .select_from(BankEntry)
            .join(BankMessage, BankMessage.id == BankEntry.bank_message_id)
            .outerjoin(Attempt, Attempt.id == BankEntry.attempt_id)
            .outerjoin(BankFile, BankFile.id == Attempt.bank_file_id)
            .outerjoin(Channel, Channel.id == BankFile.channel_id)
            .where(
                or_(BankEntry.reason_code == code, BankEntry.local_code == code),
                its_channel == channel_code,
            )
        )
    return int(found or 0)


def look_at(session: Session, channel_code: str, code: str, means: str) -> CodeLook:
    """What a change of this code would be, for whoever confirms it."""
    with reading(session):
        now = load_meanings(session).get((channel_code, code))
        return CodeLook(channel_code, code, means, now, told_with(session, channel_code, code))


def set_local_code(
    session: Session, day: WorkingDay, staff_id: int, channel_code: str, code: str, means: str
) -> None:
    """Say what a bank's own code means, or that it means something else from now on.

    What was received keeps the meaning that it was given; refusals that wait on hold are for
    `follow_up_code`. Raises NotFound for a channel that there is not, and InvalidLocalCode for a
    code of the standard or a meaning that is none. (domain.md §5)
    """
    code = read_local_code(code, load_reasons())
    if means not in load_reasons():
        raise InvalidLocalCode(reason="meaning")
    with transaction(session):
        channel_id = session.scalar(select(Channel.id).where(Channel.code == channel_code))
        if channel_id is None:
            raise NotFound(kind="channel", reference=channel_code)
        known = select(LocalCode.means).where(
            LocalCode.channel_id == channel_id, LocalCode.code == code
        )
        if session.scalar(known) == means:
            return
        values = {"channel_id": channel_id, "code": code, "means": means}
        session.execute(
            upserting(session, LocalCode, ("channel_id", "code"), values).values(values)
        )
        tell_change(session, day, staff_id, ACTS[0], (channel_code, code, means))


def remove_local_code(
    session: Session, day: WorkingDay, staff_id: int, local_code_id: int
) -> LocalMeaning:
    """Forget what a bank's own code means; return what it meant. Raises NotFound.

    What was received keeps the meaning that it was given; the code is unknown from now on.
    """
    with transaction(session):
        there = find_local_code(session, local_code_id)
        session.execute(delete(LocalCode).where(LocalCode.id == local_code_id))
        what = (there.channel_code, there.code, there.means)
        tell_change(session, day, staff_id, ACTS[1], what)
    return there


def changes_of_codes(session: Session) -> list[CodeChange]:
    """The latest changes of local codes, the last one first."""
    with reading(session):
        rows = session.execute(
            select(Event.at, StaffMember.name, Event.target, Event.cause)
            .join(StaffMember, StaffMember.id == Event.subject_id)
            .where(text(OF_STAFF), Event.subject == Subject.STAFF, Event.target.in_(ACTS))
            .order_by(Event.id.desc())
            .limit(CHANGES_SHOWN)
        ).all()
    return [CodeChange(*row) for row in rows]


def tell_change(
    session: Session, day: WorkingDay, staff_id: int, act: str, what: Sequence[str]
) -> None:
    """Write the event of a change: who, and which code of which channel means what."""
    channel_code, code, means = what
    cause = f"{channel_code}:{code}={means}"
    record(session, day, Subject.STAFF, [staff_id], None, act, cause)


_SHOWN = select(LocalCode.id, Channel.code, LocalCode.code, LocalCode.means).join(
    Channel, Channel.id == LocalCode.channel_id
)
