"""A device of the fund for a day: opened with a code, locked between two employers, closed."""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import bindparam, select, update
from sqlalchemy.orm import Session

from webapp.adapters.vault import Vault
from webapp.domain.enrolment_cases import ON_THE_DEVICE, CaseStatus
from webapp.domain.errors import CodeExpired, NotFound, WrongCredentials
from webapp.domain.moment import Moment
from webapp.domain.roles import Scope
from webapp.domain.rules import DeviceRules
from webapp.domain.text import clean_device
from webapp.models import (
    Campaign,
    CampaignPlace,
    Device,
    DeviceCode,
    DeviceMode,
    EnrolmentCase,
    StaffMember,
    Subject,
)
from webapp.services.events import record
from webapp.services.references import new_device_reference
from webapp.services.throttling import forget_tries, spend_try
from webapp.services.transactions import reading, transaction
from webapp.services.web_sessions import digest_of_token, new_token
from webapp.services.working_day import WorkingDay

SECONDS_BETWEEN_MARKS = 30


@dataclass(frozen=True, slots=True)
class OpenCase:
    """The case that is open on a device: whose, and who has the device."""

    id: int
    reference: str
    status: CaseStatus
    employer_id: int


@dataclass(frozen=True, slots=True)
class OpenDevice:
    """A device at the other end; `expired` says that its shift is over."""

    id: int
    reference: str
    mode: DeviceMode
    name: str
    campaign_id: int
    campaign_ar: str
    campaign_fr: str
    agency_id: int
    place: str
    staff_id: int
    seen_at: datetime
    called_at: datetime | None
    locked: bool
    expired: bool
    case: OpenCase | None

    @property
    def scope(self) -> Scope:
        """The employers who may be served on it: those of the agency of the open days."""
        return Scope(self.agency_id)

    @property
    def actor(self) -> str:
        """Who acts on it, for the events."""
        return f"staff:{self.staff_id}"

    def campaign_in(self, language: str) -> str:
        return self.campaign_ar if language == "ar" else self.campaign_fr


# Put together once: every page of a device asks it.
HOLDER = (
    select(
        Device,
        Campaign.name_ar,
        Campaign.name_fr,
        Campaign.agency_id,
        CampaignPlace.name.label("place"),
        EnrolmentCase.id.label("case_id"),
        EnrolmentCase.reference.label("case_reference"),
        EnrolmentCase.status.label("case_status"),
        EnrolmentCase.employer_id,
    )
    .join(Campaign, Campaign.id == Device.campaign_id)
    .join(StaffMember, StaffMember.id == Device.staff_id)
    .outerjoin(CampaignPlace, CampaignPlace.id == Device.place_id)
    .outerjoin(
        EnrolmentCase,
        (EnrolmentCase.device_id == Device.id) & EnrolmentCase.status.in_(ON_THE_DEVICE),
    )
    .where(
        Device.token_sha256 == bindparam("token"),
        Device.closed_at.is_(None),
        Campaign.ended_at.is_(None),
        StaffMember.left_at.is_(None),
    )
)


def digest_of_code(vault: Vault, code: str) -> str:
    """What the table keeps of a code: only who holds the keys can try codes against it."""
    return vault.blind_index(f"device:{code}")


def open_device(
    session: Session,
    day: WorkingDay,
    vault: Vault,
    rules: DeviceRules,
    code: str,
    pin: str,
    device: str,
) -> str:
    """Open a device with the code that one of the staff has made; return its token.

    `pin` is what the agent types later to have a tablet back. Raises WrongCredentials, CodeExpired
    and TooManyTries.
    """
    spend_try(session, day, vault, rules.codes_for_all)
    reference, token = new_device_reference(), new_token()
    with transaction(session):
        made = session.execute(
            select(DeviceCode).where(DeviceCode.code_hash == digest_of_code(vault, code))
        ).scalar_one_or_none()
        if made is None:
            raise WrongCredentials()
        if made.expires_at <= day.now or not _take(session, day, made.id):
            raise CodeExpired()
        new = Device(
            reference=reference,
            campaign_id=made.campaign_id,
            place_id=made.place_id,
            staff_id=made.staff_id,
            mode=made.mode,
            name=made.name,
            token_sha256=digest_of_token(token),
            pin_hash=_digest_of_pin(vault, reference, pin),
            device=clean_device(device),
            opened_on=day.today,
            opened_at=day.now,
            seen_at=day.now,
        )
        session.add(new)
        session.flush()
        record(session, day, Subject.DEVICE, [new.id], None, "opened", made.mode.value)
    return token


def _take(session: Session, day: WorkingDay, code_id: int) -> bool:
    """Use a code up; False when it was used before, or at the same moment by another device."""
    taken = session.execute(
        update(DeviceCode)
        .where(DeviceCode.id == code_id, DeviceCode.used_at.is_(None))
        .values(used_at=day.now)
        .returning(DeviceCode.id)
        .execution_options(synchronize_session=False)
    )
    return taken.first() is not None


def find_device(
    session: Session, now: datetime, rules: DeviceRules, token: str
) -> OpenDevice | None:
    """The device that holds this token; None when it was closed, or its open days are over."""
    with reading(session):
        row = session.execute(HOLDER, {"token": digest_of_token(token)}).first()
        if row is None:
            return None
        device = row.Device
        case = None
        if row.case_id is not None:
            case = OpenCase(row.case_id, row.case_reference, row.case_status, row.employer_id)
        too_old = now - device.opened_at >= timedelta(hours=rules.shift_hours)
        return OpenDevice(
            id=device.id,
            reference=device.reference,
            mode=device.mode,
            name=device.name,
            campaign_id=device.campaign_id,
            campaign_ar=row.name_ar,
            campaign_fr=row.name_fr,
            agency_id=row.agency_id,
            place=row.place or "",
            staff_id=device.staff_id,
            seen_at=device.seen_at,
            called_at=device.called_at,
            locked=device.locked_at is not None,
            expired=too_old or Moment.at(now).today != device.opened_on,
            case=case,
        )


def mark_device_seen(session: Session, now: datetime, device: OpenDevice) -> None:
    """Say that it is alive; the board shows which are. At most one write in half a minute."""
    if (now - device.seen_at).total_seconds() >= SECONDS_BETWEEN_MARKS:
        with transaction(session):
            _change(session, device.id, seen_at=now)


def lock_device(session: Session, day: WorkingDay, device_id: int) -> None:
    """Inside the caller's transaction: from now on only its agent's PIN leads on."""
    _change(session, device_id, locked_at=day.now, called_at=None)


def check_pin(
    session: Session,
    day: WorkingDay,
    vault: Vault,
    rules: DeviceRules,
    device: OpenDevice,
    pin: str,
) -> None:
    """Raise WrongCredentials unless it is the agent's PIN; TooManyTries after some wrong ones."""
    spend_try(session, day, vault, rules.pins_per_device, device.reference)
    with reading(session):
        known = session.scalar(select(Device.pin_hash).where(Device.id == device.id)) or ""
    if not hmac.compare_digest(known, _digest_of_pin(vault, device.reference, pin)):
        raise WrongCredentials()
    forget_tries(session, vault, rules.pins_per_device, device.reference)


def unlock_device(
    session: Session,
    day: WorkingDay,
    vault: Vault,
    rules: DeviceRules,
    device: OpenDevice,
    pin: str,
) -> None:
    """Give the tablet back to its agent. Raises as `check_pin` does."""
    check_pin(session, day, vault, rules, device, pin)
    with transaction(session):
        _change(session, device.id, locked_at=None)


def call_agent(session: Session, day: WorkingDay, device_id: int) -> None:
    """An employer at the device asks for help: the board and the agents' tablets show it."""
    with transaction(session):
        _change(session, device_id, called_at=day.now)
        record(session, day, Subject.DEVICE, [device_id], None, "called", "agent")


def answer_call(session: Session, day: WorkingDay, campaign_id: int, reference: str) -> None:
    """An agent of the same open days goes there. Raises NotFound for a device of others."""
    with transaction(session):
        device_id = session.scalar(
            select(Device.id).where(
                Device.reference == reference, Device.campaign_id == campaign_id
            )
        )
        if device_id is None:
            raise NotFound(kind="device", reference=reference)
        _change(session, device_id, called_at=None)
        record(session, day, Subject.DEVICE, [device_id], None, "answered", "agent")


def _change(session: Session, device_id: int, **values: object) -> None:
    session.execute(
        update(Device)
        .where(Device.id == device_id)
        .values(**values)
        .execution_options(synchronize_session=False)
    )


def _digest_of_pin(vault: Vault, reference: str, pin: str) -> str:
    return vault.blind_index(f"pin:{reference}:{pin}")
