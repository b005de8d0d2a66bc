"""Employers as the desk of an agency sees them: found by number or name, and one opened."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, func, select, tuple_
from sqlalchemy.orm import InstrumentedAttribute, Session

from webapp.domain.declaring import Term
from webapp.domain.errors import InvalidMemberNumber, NotFound
from webapp.domain.member_number import parse_member_number
from webapp.domain.roles import Scope
from webapp.domain.search_key import search_key
from webapp.domain.statuses import MandateStatus
from webapp.models import Agency, Employer, Language, Mandate, NoticeChannel, Subject, Worksite
from webapp.services.debit_history import list_debits
from webapp.services.debit_life import DebitRow
from webapp.services.declaring_terms import terms_of
from webapp.services.events import record
from webapp.services.transactions import reading, transaction
from webapp.services.working_day import WorkingDay

FOUND_ON_A_PAGE = 25
DEBITS_IN_A_FILE = 6
# Behind every key that begins with another one.
LAST_SIGN = "\U0010ffff"
FIRST_ARABIC, LAST_ARABIC = "\u0600", "\u06ff"


@dataclass(frozen=True, slots=True)
class FoundEmployer:
    """One line of a search."""

    id: int
    member_number: str
    name_ar: str
    name_fr: str
    agency_ar: str
    agency_fr: str


@dataclass(frozen=True, slots=True)
class MandateLine:
    """A mandate in an employer's file: of the account, the last four digits."""

    reference: str
    status: MandateStatus
    bank_code: str
    account_last4: str
    signed_on: date


@dataclass(frozen=True, slots=True)
class KnownContact:
    """How an employer can be reached, in full."""

    id: int
    name_ar: str
    name_fr: str
    phone: str
    email: str


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
    debits: tuple[DebitRow, ...]


def find_employers(
    session: Session, scope: Scope, text: str, after: int | None = None
) -> tuple[list[FoundEmployer], bool]:
    """The employers in scope with this member number, or whose name begins like this.

    By name, in the alphabet of what was typed; and whether there are more. `after` is the id of
    the last one already seen. Raises NotFound for one that is not in scope.
    """
    with reading(session):
        wanted = FOUND.where(*in_scope(scope))
        exact = session.execute(wanted.where(Employer.member_number == _member_number(text))).all()
        key = search_key(text)
        if exact or not key:
            return [FoundEmployer(*row) for row in exact], False
        column = _column_for(text)
        wanted = wanted.where(column >= key, column < key + LAST_SIGN)
        if after is not None:
            last = session.scalar(select(column).where(Employer.id == after, *in_scope(scope)))
            if last is None:
                raise NotFound(kind="employer", reference=str(after))
            wanted = wanted.where(tuple_(column, Employer.id) > tuple_(last, after))
        rows = session.execute(
            wanted.order_by(column, Employer.id).limit(FOUND_ON_A_PAGE + 1)
        ).all()
    return [FoundEmployer(*row) for row in rows[:FOUND_ON_A_PAGE]], len(rows) > FOUND_ON_A_PAGE


def open_file(session: Session, day: WorkingDay, scope: Scope, employer_id: int) -> EmployerFile:
    """An employer's file; that it was opened is an event, which the employer sees.

    Raises NotFound, also for an employer out of scope.
    """
    with transaction(session):
        row = session.execute(
            select(
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
            )
            .join(Agency, Agency.id == Employer.agency_id)
            .where(Employer.id == employer_id, *in_scope(scope))
        ).first()
        if row is None:
            raise NotFound(kind="employer", reference=str(employer_id))
        record(session, day, Subject.EMPLOYER, [employer_id], None, "opened", "file")
        worksites = session.scalar(
            select(func.count())
            .select_from(Worksite)
            .where(Worksite.employer_id == employer_id, Worksite.closed_on.is_(None))
        )
        mandates = session.execute(
            select(
                Mandate.reference,
                Mandate.status,
                Mandate.bank_code,
                Mandate.account_last4,
                Mandate.signed_on,
            )
            .where(Mandate.employer_id == employer_id)
            .order_by(Mandate.id.desc())
        ).all()
        debits, _ = list_debits(session, employer_id)
        return EmployerFile(
            **row._asdict(),
            term=terms_of(session, employer_id).at(f"{day.today:%Y-%m}"),
            worksites=worksites or 0,
            mandates=tuple(MandateLine(*one) for one in mandates),
            debits=tuple(debits[:DEBITS_IN_A_FILE]),
        )


def find_contact(session: Session, day: WorkingDay, scope: Scope, employer_id: int) -> KnownContact:
    """The whole phone and e-mail of an employer, to change them; the look is an event.

    Raises NotFound, also for an employer out of scope.
    """
    with transaction(session):
        row = session.execute(
            select(
                Employer.id, Employer.name_ar, Employer.name_fr, Employer.phone, Employer.email
            ).where(Employer.id == employer_id, *in_scope(scope))
        ).first()
        if row is None:
            raise NotFound(kind="employer", reference=str(employer_id))
        record(session, day, Subject.EMPLOYER, [employer_id], None, "opened", "contact")
    return KnownContact(*row)


def in_scope(scope: Scope) -> tuple[ColumnElement[bool], ...]:
    """The employers that somebody may see; for the WHERE of a statement about employers."""
    return () if scope.agency_id is None else (Employer.agency_id == scope.agency_id,)


FOUND = select(
    Employer.id,
    Employer.member_number,
    Employer.name_ar,
    Employer.name_fr,
    Agency.name_ar.label("agency_ar"),
    Agency.name_fr.label("agency_fr"),
).join(Agency, Agency.id == Employer.agency_id)


def _member_number(text: str) -> str | None:
    try:
        return parse_member_number(text)
    except InvalidMemberNumber:
        return None


def _column_for(text: str) -> InstrumentedAttribute[str]:
    arabic = any(FIRST_ARABIC <= sign <= LAST_ARABIC for sign in text)
    return Employer.search_ar if arabic else Employer.search_fr


def note_proof(session: Session, day: WorkingDay, member_number: str) -> None:
    """An event: the proof of a debit of this employer was taken away."""
    with transaction(session):
        owner = session.scalars(
            select(Employer.id).where(Employer.member_number == member_number)
        ).one()
        record(session, day, Subject.EMPLOYER, [owner], None, "opened", "proof")
