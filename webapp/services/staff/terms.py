"""A new term of an employer, set at the desk: how often and where it declares from a month on."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from webapp.domain.declaring import DeclaringTerms, Term
from webapp.domain.errors import InvalidTerm, NotFound
from webapp.domain.months import add_months
from webapp.domain.period import Period, Periodicity
from webapp.domain.roles import Scope
from webapp.models import DeclaredMonth, DeclaringTerm, Employer, Subject
from webapp.services.declaring_terms import terms_of
from webapp.services.events import record
from webapp.services.signing import lock_employer
from webapp.services.staff.employers import in_scope
from webapp.services.transactions import reading, transaction
from webapp.services.working_day import WorkingDay

MONTHS_BEFORE = 12
MONTHS_AHEAD = 24
# How much of what follows from a term is shown before it is set.
MONTHS_SHOWN = 12


@dataclass(frozen=True, slots=True)
class TermPreview:
    """What follows from a new term: the employer's periods from its month on, before and after.

    `dropped` are the terms that were set for later and go.
    """

    before: tuple[tuple[Period, bool], ...]
    after: tuple[tuple[Period, bool], ...]
    dropped: tuple[Term, ...]


@dataclass(frozen=True, slots=True)
class TermsPage:
    """What the desk sees of an employer's terms; `earliest` is the first month that may change."""

    employer_id: int
    name_ar: str
    name_fr: str
    terms: DeclaringTerms
    earliest: str


def find_terms(session: Session, day: WorkingDay, scope: Scope, employer_id: int) -> TermsPage:
    """The terms of an employer, for its file. Raises NotFound, also for one out of scope."""
    with reading(session):
        row = session.execute(
            select(Employer.name_ar, Employer.name_fr).where(
                Employer.id == employer_id, *in_scope(scope)
            )
        ).first()
        if row is None:
            raise NotFound(kind="employer", reference=str(employer_id))
        terms = terms_of(session, employer_id)
        earliest = _earliest(session, day, employer_id)
    return TermsPage(employer_id, row.name_ar, row.name_fr, terms, earliest)


def months_to_choose(day: WorkingDay, earliest: str) -> list[Period]:
    """The months from which a new term may hold: no declared one, and none too far ahead."""
    first, last = Period.parse(earliest), _latest(day)
    months = [first]
    while months[-1].code < last:
        months.append(months[-1].next())
    return months


def preview_term(page: TermsPage, new: Term) -> TermPreview:
    """What would follow from a new term. Raises InvalidTerm."""
    after = page.terms.changed(new)
    first = new.first_month.first_day
    last = add_months(first, MONTHS_SHOWN - 1)
    dropped = tuple(term for term in page.terms.changes if term.from_month > new.from_month)
    shown = [
        tuple((one, terms.is_elsewhere(one)) for one in terms.periods(first, last))
        for terms in (page.terms, after)
    ]
    return TermPreview(before=shown[0], after=shown[1], dropped=dropped)


def set_term(session: Session, day: WorkingDay, scope: Scope, employer_id: int, new: Term) -> None:
    """Let an employer declare otherwise from a month on; what was set for later goes.

    What is declared stays as it is: the term begins after the last declared month. Raises
    InvalidTerm, and NotFound, also for an employer out of scope.
    """
    with transaction(session):
        lock_employer(session, employer_id)
        page = find_terms(session, day, scope, employer_id)
        if new.from_month < page.earliest:
            raise InvalidTerm(reason="declared")
        if new.from_month > _latest(day):
            raise InvalidTerm(reason="too_far")
        page.terms.changed(new)
        session.execute(
            delete(DeclaringTerm).where(
                DeclaringTerm.employer_id == employer_id,
                DeclaringTerm.from_month >= new.from_month,
            )
        )
        session.add(
            DeclaringTerm(
                employer_id=employer_id,
                from_month=new.from_month,
                periodicity=new.periodicity,
                place=new.place,
                set_by=day.actor,
                set_at=day.now,
            )
        )
        session.flush()
        what = f"{new.from_month}_{new.periodicity}_{new.place}"
        record(session, day, Subject.EMPLOYER, [employer_id], None, "term_set", what)


def _earliest(session: Session, day: WorkingDay, employer_id: int) -> str:
    """The month after the last declared one, and at most a year back."""
    last = session.scalar(
        select(func.max(DeclaredMonth.month)).where(DeclaredMonth.employer_id == employer_id)
    )
    after = Period.parse(last).next().code if last else ""
    back = add_months(day.today.replace(day=1), -MONTHS_BEFORE)
    return max(after, Period.containing(back, Periodicity.MONTHLY).code)


def _latest(day: WorkingDay) -> str:
    ahead = add_months(day.today.replace(day=1), MONTHS_AHEAD)
    return Period.containing(ahead, Periodicity.MONTHLY).code
