"""One employer at a device: begun by the agent, turned to the employer, ended once."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from webapp.domain.enrolment_cases import (
    ON_THE_DEVICE,
    CaseFailure,
    CaseStatus,
    IdentityPaper,
)
from webapp.domain.errors import NoLongerPossible, NotFound
from webapp.domain.roles import Scope
from webapp.domain.text import clean_device
from webapp.models import (
    DeviceMode,
    Employer,
    EnrolmentCase,
    Language,
    Mandate,
    StaffMember,
    Subject,
    WebSession,
)
from webapp.services.events import record
from webapp.services.open_days.case_moves import end_sessions_of, move_case
from webapp.services.open_days.device_closing import cases_kept_on
from webapp.services.open_days.devices import OpenCase, OpenDevice, lock_device
from webapp.services.references import new_case_reference
from webapp.services.staff.employers import in_scope
from webapp.services.transactions import reading, transaction
from webapp.services.web_sessions import digest_of_token, new_token
from webapp.services.working_day import WorkingDay


@dataclass(frozen=True, slots=True)
class CaseFile:
    """What the agent sees of the employer: enough to check who stands there."""

    reference: str
    status: CaseStatus
    language: Language
    identity_paper: IdentityPaper | None
    employer_id: int
    member_number: str
    name_ar: str
    name_fr: str
    nif: str
    signatory_name: str
    phone: str
    email: str


def begin_case(
    session: Session, day: WorkingDay, device: OpenDevice, scope: Scope, employer_id: int
) -> str:
    """Begin with an employer on a device; that their data were opened is an event they see.

    Returns the case's reference; begun twice, it is one. Raises NotFound for an employer out of
    scope, and NoLongerPossible when the device serves another.
    """
    try:
        with transaction(session):
            row = session.execute(
                select(Employer.id, Employer.language).where(
                    Employer.id == employer_id, *in_scope(scope)
                )
            ).first()
            if row is None:
                raise NotFound(kind="employer", reference=str(employer_id))
            case = _new_case(day, device, row.id, row.language, CaseStatus.BEGUN)
            session.add(case)
            session.flush()
            record(session, day, Subject.EMPLOYER, [employer_id], None, "opened", "case")
            record(session, day, Subject.CASE, [case.id], None, CaseStatus.BEGUN, "assisted")
            return case.reference
    except IntegrityError:
        return _open_with(session, device.id, employer_id)


def begin_alone(session: Session, day: WorkingDay, device: OpenDevice, token: str) -> None:
    """An employer has signed in on a kiosk by themselves: bind their session to a case.

    Raises NotFound for a session that is no employer's own, and NoLongerPossible when the device
    serves another, or is no kiosk.
    """
    if device.mode is not DeviceMode.SELF_SERVICE:
        raise NoLongerPossible(reference=device.reference)
    own = (WebSession.token_sha256 == digest_of_token(token), WebSession.person_id.is_(None))
    try:
        with transaction(session):
            row = session.execute(
                select(Employer.id, Employer.language)
                .join(WebSession, WebSession.employer_id == Employer.id)
                .where(*own)
            ).first()
            if row is None:
                raise NotFound(kind="session", reference=device.reference)
            case = _new_case(day, device, row.id, row.language, CaseStatus.TURNED)
            case.turned_at, case.staff_id = day.now, None
            session.add(case)
            session.flush()
            record(session, day, Subject.CASE, [case.id], None, CaseStatus.TURNED, "alone")
            session.execute(
                update(WebSession)
                .where(*own)
                .values(case_id=case.id)
                .execution_options(synchronize_session=False)
            )
    except IntegrityError:
        raise NoLongerPossible(reference=device.reference) from None


def _new_case(
    day: WorkingDay,
    device: OpenDevice,
    employer_id: int,
    language: Language | None,
    status: CaseStatus,
) -> EnrolmentCase:
    return EnrolmentCase(
        reference=new_case_reference(),
        employer_id=employer_id,
        campaign_id=device.campaign_id,
        device_id=device.id,
        staff_id=device.staff_id,
        status=status,
        language=language or Language.ARABIC,
        began_at=day.now,
    )


def _open_with(session: Session, device_id: int, employer_id: int) -> str:
    """The case that the same touch, made twice, has begun. Raises as `begin_case`."""
    with reading(session):
        row = session.execute(
            select(EnrolmentCase.reference, EnrolmentCase.employer_id).where(
                EnrolmentCase.device_id == device_id, EnrolmentCase.status.in_(ON_THE_DEVICE)
            )
        ).first()
    if row is None or row.employer_id != employer_id:
        raise NoLongerPossible(reference=str(device_id))
    return str(row.reference)


def read_case(session: Session, case: OpenCase) -> CaseFile:
    """The case with its employer. Raises NotFound."""
    with reading(session):
        row = session.execute(
            select(
                EnrolmentCase.reference,
                EnrolmentCase.status,
                EnrolmentCase.language,
                EnrolmentCase.identity_paper,
                EnrolmentCase.employer_id,
                Employer.member_number,
                Employer.name_ar,
                Employer.name_fr,
                Employer.nif,
                Employer.signatory_name,
                Employer.phone,
                Employer.email,
            )
            .join(Employer, Employer.id == EnrolmentCase.employer_id)
            .where(EnrolmentCase.id == case.id)
        ).first()
    if row is None:
        raise NotFound(kind="case", reference=case.reference)
    return CaseFile(**row._asdict())


def turn_case(
    session: Session,
    day: WorkingDay,
    case: OpenCase,
    paper: IdentityPaper,
    language: Language,
    device: str,
) -> str:
    """Give the device to the employer, whose identity paper the agent has seen.

    Returns the token of a session of the employer that is bound to this case. Raises
    NoLongerPossible.
    """
    token = new_token()
    with transaction(session):
        move_case(
            session, day, case.id, CaseStatus.TURNED, paper.value,
            identity_paper=paper, language=language, turned_at=day.now,
        )  # fmt: skip
        session.add(session_of_case(day, case, token, device))
    return token


def note_identity(session: Session, day: WorkingDay, case: OpenCase, paper: IdentityPaper) -> None:
    """The agent has seen this paper of who stands there."""
    with transaction(session):
        session.execute(
            update(EnrolmentCase)
            .where(EnrolmentCase.id == case.id)
            .values(identity_paper=paper)
            .execution_options(synchronize_session=False)
        )
        record(session, day, Subject.CASE, [case.id], None, "identity_seen", paper.value)


def session_of_case(day: WorkingDay, case: OpenCase, token: str, device: str) -> WebSession:
    """A session of the employer of a case, for its few pages alone."""
    return WebSession(
        token_sha256=digest_of_token(token),
        employer_id=case.employer_id,
        case_id=case.id,
        device=clean_device(device),
        started_at=day.now,
        seen_at=day.now,
    )


def fail_case(session: Session, day: WorkingDay, case: OpenCase, cause: CaseFailure) -> None:
    """The employer leaves without an authorisation, and why. Raises NoLongerPossible."""
    with transaction(session):
        move_case(
            session, day, case.id, CaseStatus.FAILED, cause.value, cause=cause, ended_at=day.now
        )
        end_sessions_of(session, day, WebSession.case_id == case.id)


def reset_device(session: Session, day: WorkingDay, device: OpenDevice, cause: str) -> None:
    """Nothing of the employer stays: their sessions on it end, and an open case is abandoned.

    A case that was handed over or has ended goes its own way, and one that the agent is at waits.
    The device waits for its agent's PIN.
    """
    with transaction(session):
        if device.case is not None and device.case.status is not CaseStatus.BEGUN:
            move_case(session, day, device.case.id, CaseStatus.ABANDONED, cause, ended_at=day.now)
        end_sessions_of(session, day, WebSession.case_id.in_(cases_kept_on([device.id])))
        lock_device(session, day, device.id)


def signed_on_device(session: Session, device_id: int, reference: str) -> int:
    """The employer who signed this mandate on that device. Raises NotFound for any other."""
    with reading(session):
        employer_id = session.scalar(
            select(EnrolmentCase.employer_id)
            .join(Mandate, Mandate.id == EnrolmentCase.mandate_id)
            .where(EnrolmentCase.device_id == device_id, Mandate.reference == reference)
        )
    if employer_id is None:
        raise NotFound(kind="mandate", reference=reference)
    return employer_id


def is_on_a_device(session: Session, case_id: int) -> bool:
    """Whether the employer of a case has a device of the fund in their hands."""
    with reading(session):
        status = session.scalar(select(EnrolmentCase.status).where(EnrolmentCase.id == case_id))
    return status in ON_THE_DEVICE


def agent_of(session: Session, case_id: int | None) -> int | None:
    """Who of the staff helps in a case; nobody where the employer is alone."""
    with reading(session):
        return session.scalar(
            select(StaffMember.id)
            .join(EnrolmentCase, EnrolmentCase.staff_id == StaffMember.id)
            .where(EnrolmentCase.id == case_id)
        )
