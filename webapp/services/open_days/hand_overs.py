"""A case goes on on the employer's own phone: a code on the device, once and within minutes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from webapp.adapters.qr_code import qr_svg
from webapp.adapters.vault import Vault
from webapp.domain.enrolment_cases import CaseStatus
from webapp.domain.errors import CodeExpired
from webapp.domain.rules import DeviceRules
from webapp.models import Device, DeviceMode, Employer, EnrolmentCase, HandOver, WebSession
from webapp.services.open_days.case_moves import end_sessions_of, move_case
from webapp.services.open_days.cases import session_of_case
from webapp.services.open_days.devices import OpenCase, lock_device
from webapp.services.throttling import spend_try
from webapp.services.transactions import reading, transaction
from webapp.services.web_sessions import digest_of_token, new_token
from webapp.services.working_day import WorkingDay


@dataclass(frozen=True, slots=True)
class Offered:
    """What a phone that has read the code is told before it goes on."""

    name_ar: str
    name_fr: str


def offer(session: Session, day: WorkingDay, rules: DeviceRules, case: OpenCase) -> str:
    """Make the code that lets one phone go on with a case; return its token.

    Codes of the same case that were made before let nobody in any more.
    """
    token = new_token()
    with transaction(session):
        session.execute(
            update(HandOver)
            .where(HandOver.case_id == case.id, HandOver.used_at.is_(None))
            .values(expires_at=day.now)
            .execution_options(synchronize_session=False)
        )
        session.add(
            HandOver(
                case_id=case.id,
                token_sha256=digest_of_token(token),
                made_at=day.now,
                expires_at=day.now + timedelta(minutes=rules.hand_over_minutes),
            )
        )
    return token


def code_for_phones(address: str, title: str) -> str:
    """The address as a picture that a phone reads, as SVG; `title` is what it is called."""
    return qr_svg(address, title)


def read_offer(session: Session, day: WorkingDay, token: str) -> Offered:
    """Whom a code is for. Raises CodeExpired for one that lets nobody in (any more)."""
    with reading(session):
        row = session.execute(
            select(Employer.name_ar, Employer.name_fr)
            .join(EnrolmentCase, EnrolmentCase.employer_id == Employer.id)
            .join(HandOver, HandOver.case_id == EnrolmentCase.id)
            .where(
                HandOver.token_sha256 == digest_of_token(token),
                HandOver.used_at.is_(None),
                HandOver.expires_at > day.now,
            )
        ).first()
    if row is None:
        raise CodeExpired()
    return Offered(*row)


def take_over(
    session: Session, day: WorkingDay, vault: Vault, rules: DeviceRules, token: str, device: str
) -> str:
    """Let this phone go on with the case, and free the device at once; return a session's token.

    Raises CodeExpired, also for a second phone, NoLongerPossible when the case is over, and
    TooManyTries.
    """
    spend_try(session, day, vault, rules.hand_overs_for_all)
    own = new_token()
    with transaction(session):
        case_id = session.scalar(
            update(HandOver)
            .where(
                HandOver.token_sha256 == digest_of_token(token),
                HandOver.used_at.is_(None),
                HandOver.expires_at > day.now,
            )
            .values(used_at=day.now)
            .returning(HandOver.case_id)
            .execution_options(synchronize_session=False)
        )
        if case_id is None:
            raise CodeExpired()
        row = session.execute(
            select(EnrolmentCase, Device.mode)
            .outerjoin(Device, Device.id == EnrolmentCase.device_id)
            .where(EnrolmentCase.id == case_id)
        ).one()
        case: EnrolmentCase = row.EnrolmentCase
        was = case.status
        move_case(session, day, case_id, CaseStatus.HANDED_OVER, "taken_over")
        end_sessions_of(session, day, WebSession.case_id == case_id)
        if case.device_id is not None and (
            was is CaseStatus.TURNED and row.mode is DeviceMode.ASSISTED
        ):
            lock_device(session, day, case.device_id)
        open_case = OpenCase(case_id, case.reference, CaseStatus.HANDED_OVER, case.employer_id)
        session.add(session_of_case(day, open_case, own, device))
    return own
