"""An employer's file as the desk sees it: everything that it needs on one page, the latest of each.

As many questions to the database for somebody with years behind them as for a newcomer.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import Select, and_, func, or_, select
from sqlalchemy.orm import Session

from webapp.adapters.vault import Vault
from webapp.domain.declaring import Term
from webapp.domain.enrolment_cases import CaseFailure, CaseStatus
from webapp.domain.errors import NotFound
from webapp.domain.period import Period
from webapp.domain.roles import Scope
from webapp.domain.statuses import DeclarationStatus, MandateStatus
from webapp.models import (
    Agency,
    Campaign,
    Debit,
    Declaration,
    Employer,
    EnrolmentCase,
    Event,
    Language,
    Mandate,
    Notice,
    NoticeChannel,
    NoticeStatus,
    StaffMember,
    Subject,
    Worksite,
)
from webapp.services.contests.reading import ContestRow, open_contests
from webapp.services.debit_history import list_debits
from webapp.services.debit_life import DebitRow
from webapp.services.declaring_terms import terms_of
from webapp.services.events import record
from webapp.services.planning import ENDED
from webapp.services.staff.actor_names import STAFF, names_of_actors
from webapp.services.staff.employers import in_scope
from webapp.services.staff.notes import Note, notes_of
from webapp.services.transactions import transaction
from webapp.services.working_day import WorkingDay

LATEST = 6
NOTES_IN_A_FILE = 3
LOOKS_IN_A_FILE = 10
LOOKS_SINCE = timedelta(days=92)


@dataclass(frozen=True, slots=True)
class MandateLine:
    """A mandate in an employer's file: of the account, the last four digits."""

    reference: str
    status: MandateStatus
    bank_code: str
    account_last4: str
    signed_on: date
    paused_from_on: date | None
    paused_until_on: date | None
    paper_due_on: date | None

    @property
    def ended(self) -> bool:
        return self.status in ENDED

    @property
    def may_pause(self) -> bool:
        """Whether it can be suspended now; one with a pause to come is resumed first."""
        return self.status is MandateStatus.ACTIVE and self.paused_from_on is None

    @property
    def may_resume(self) -> bool:
        return not self.ended and self.paused_from_on is not None


@dataclass(frozen=True, slots=True)
class DeclaredPeriod:
    """A period that is declared, in its last revision."""

    period: Period
    status: DeclarationStatus
    filed_on: date


@dataclass(frozen=True, slots=True)
class NoticeLine:
    """What the employer was told before a debit, and whether it arrived."""

    debit: str
    channel: NoticeChannel
    status: NoticeStatus
    created_at: datetime
    collect_on: date


@dataclass(frozen=True, slots=True)
class CaseLine:
    """One enrolment with the fund's help: when, at which open days, by whom, how it ended."""

    reference: str
    began_at: datetime
    status: CaseStatus
    cause: CaseFailure | None
    by: str
    campaign_ar: str
    campaign_fr: str


@dataclass(frozen=True, slots=True)
class StaffLook:
    """One of the staff who opened the file or saw an account number."""

    at: datetime
    by: str
    target: str
    cause: str


@dataclass(frozen=True, slots=True)
class EmployerFile:
    """What the desk sees of an employer."""

    id: int
    member_number: str
    name_ar: str
    name_fr: str
    nif: str
    signatory_name: str
    language: Language
    term: Term
    notice_channel: NoticeChannel
    phone: str
    email: str
    agency_ar: str
    agency_fr: str
    worksites: int
    mandates: tuple[MandateLine, ...]
    declarations: tuple[DeclaredPeriod, ...]
    debits: tuple[DebitRow, ...]
    notices: tuple[NoticeLine, ...]
    notes: tuple[Note, ...]
    cases: tuple[CaseLine, ...]
    looks: tuple[StaffLook, ...]
    contests: tuple[ContestRow, ...] = ()


def open_file(
    session: Session, day: WorkingDay, vault: Vault, scope: Scope, employer_id: int
) -> EmployerFile:
    """An employer's file; that it was opened is an event, which the employer sees.

    Raises NotFound, also for an employer out of scope.
    """
    with transaction(session):
        row = session.execute(
            _identity().where(Employer.id == employer_id, *in_scope(scope))
        ).first()
        if row is None:
            raise NotFound(kind="employer", reference=str(employer_id))
        # Who looked before this look.
        looks = _looks(session, day, employer_id)
        record(session, day, Subject.EMPLOYER, [employer_id], None, "opened", "file")
        debits, _ = list_debits(session, employer_id)
        notes, _ = notes_of(session, vault, employer_id, most=NOTES_IN_A_FILE)
        return EmployerFile(
            **row._asdict(),
            term=terms_of(session, employer_id).at(f"{day.today:%Y-%m}"),
            mandates=_mandates(session, employer_id),
            declarations=_declarations(session, employer_id),
            debits=tuple(debits[:LATEST]),
            notices=_notices(session, employer_id),
            notes=tuple(notes),
            cases=_cases(session, employer_id),
            looks=looks,
            contests=tuple(open_contests(session, employer_id)),
        )


def _identity() -> Select[*tuple[object, ...]]:
    worksites = (
        select(func.count())
        .where(Worksite.employer_id == Employer.id, Worksite.closed_on.is_(None))
        .correlate(Employer)
        .scalar_subquery()
    )
    return select(
        Employer.id,
        Employer.member_number,
        Employer.name_ar,
        Employer.name_fr,
        Employer.nif,
        Employer.signatory_name,
        Employer.language,
        Employer.notice_channel,
        Employer.phone,
        Employer.email,
        Agency.name_ar.label("agency_ar"),
        Agency.name_fr.label("agency_fr"),
        worksites.label("worksites"),
    ).join(Agency, Agency.id == Employer.agency_id)


def _mandates(session: Session, employer_id: int) -> tuple[MandateLine, ...]:
    rows = session.execute(
        select(
            Mandate.reference,
            Mandate.status,
            Mandate.bank_code,
            Mandate.account_last4,
            Mandate.signed_on,
            Mandate.paused_from_on,
            Mandate.paused_until_on,
            Mandate.paper_due_on,
        )
        .where(Mandate.employer_id == employer_id)
        .order_by(Mandate.id.desc())
    )
    return tuple(MandateLine(*one) for one in rows)


def _declarations(session: Session, employer_id: int) -> tuple[DeclaredPeriod, ...]:
    rows = session.execute(
        select(Declaration.period, Declaration.status, Declaration.filed_on)
        .where(
            Declaration.employer_id == employer_id,
            Declaration.status.in_([DeclarationStatus.FILED, DeclarationStatus.CLOSED]),
        )
        .order_by(Declaration.filed_on.desc(), Declaration.id.desc())
        .limit(LATEST)
    )
    return tuple(DeclaredPeriod(Period.parse(one.period), one.status, one.filed_on) for one in rows)


def _notices(session: Session, employer_id: int) -> tuple[NoticeLine, ...]:
    rows = session.execute(
        select(Debit.reference, Notice.channel, Notice.status, Notice.created_at, Notice.collect_on)
        .join(Debit, Debit.id == Notice.debit_id)
        .where(Debit.employer_id == employer_id)
        .order_by(Notice.id.desc())
        .limit(LATEST)
    )
    return tuple(NoticeLine(*one) for one in rows)


def _cases(session: Session, employer_id: int) -> tuple[CaseLine, ...]:
    rows = session.execute(
        select(
            EnrolmentCase.reference,
            EnrolmentCase.began_at,
            EnrolmentCase.status,
            EnrolmentCase.cause,
            func.coalesce(StaffMember.name, ""),
            func.coalesce(Campaign.name_ar, ""),
            func.coalesce(Campaign.name_fr, ""),
        )
        .outerjoin(StaffMember, StaffMember.id == EnrolmentCase.staff_id)
        .outerjoin(Campaign, Campaign.id == EnrolmentCase.campaign_id)
        .where(EnrolmentCase.employer_id == employer_id)
        .order_by(EnrolmentCase.id.desc())
        .limit(LATEST)
    )
    return tuple(CaseLine(*one) for one in rows)


def _looks(session: Session, day: WorkingDay, employer_id: int) -> tuple[StaffLook, ...]:
    """Openings and account numbers shown, of the last months, by the names of who did it."""
    mandates = select(Mandate.id).where(Mandate.employer_id == employer_id)
    opened = and_(
        Event.subject == Subject.EMPLOYER, Event.subject_id == employer_id, Event.target == "opened"
    )
    shown = and_(
        Event.subject == Subject.MANDATE,
        Event.subject_id.in_(mandates),
        Event.target == "account_shown",
    )
    by_staff = (Event.actor.startswith(STAFF), Event.at >= day.now - LOOKS_SINCE)
    rows = session.execute(
        select(Event.at, Event.actor, Event.target, Event.cause)
        .where(or_(opened, shown), *by_staff)
        .order_by(Event.id.desc())
        .limit(LOOKS_IN_A_FILE)
    ).all()
    names = names_of_actors(session, {row.actor for row in rows})
    return tuple(
        StaffLook(row.at, names.get(row.actor, row.actor), row.target, row.cause) for row in rows
    )
