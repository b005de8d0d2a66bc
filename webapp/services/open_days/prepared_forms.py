"""Authorisations on paper that are prepared for employers, and what each sheet says."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import ColumnElement, and_, exists, select
from sqlalchemy.orm import Session

from webapp.domain.errors import InvalidMemberNumber, NotFound, TooManyForms, WrongNumbers
from webapp.domain.member_number import parse_member_number
from webapp.domain.roles import Scope
from webapp.domain.statuses import MandateStatus
from webapp.models import Campaign, Employer, Language, Mandate, PreparedForm, SignedText, Subject
from webapp.services.events import record
from webapp.services.mandates import digest_of, keep_texts
from webapp.services.permission import is_paused
from webapp.services.planning import ENDED
from webapp.services.references import new_form_reference
from webapp.services.sets import insert_ignoring
from webapp.services.staff.employers import in_scope
from webapp.services.transactions import transaction
from webapp.services.working_day import WorkingDay


class NumberProblem(StrEnum):
    """Why no form is prepared for a number."""

    UNREADABLE = "unreadable"
    UNKNOWN = "unknown_number"  # also where it is another agency's
    ENROLLED = "enrolled_already"


@dataclass(frozen=True, slots=True)
class WrongNumber:
    """A line of the list for which no form can be prepared; lines count from one."""

    line: int
    typed: str
    problem: NumberProblem


@dataclass(frozen=True, slots=True)
class FormSheet:
    """What stands on one prepared form."""

    employer_id: int
    reference: str
    member_number: str
    name_ar: str
    name_fr: str
    signatory_name: str
    language: Language
    text: str
    made_at: datetime


def prepare_forms(
    session: Session,
    day: WorkingDay,
    scope: Scope,
    staff_id: int,
    text: str,
    numbers: Sequence[str],
    campaign: str = "",
    *,
    most: int,
) -> list[str]:
    """Prepare a form with this text for each member number, and return their references.

    All or none, in the order of the numbers; who stands there twice has one form, and who has an
    open one with the same text keeps it. `campaign` is the reference of open days of the scope.
    Raises WrongNumbers with every line that cannot be taken, TooManyForms, and NotFound for open
    days that are not there.
    """
    read = _read_numbers(numbers)
    if len(set(read.values())) > most:
        raise TooManyForms(most=most)
    with transaction(session):
        found = {
            row.member_number: row
            for row in session.execute(
                select(
                    Employer.id, Employer.member_number, has_authorisation().label("enrolled")
                ).where(Employer.member_number.in_(set(read.values()) - {""}), *in_scope(scope))
            )
        }
        enrolled = {number for number, row in found.items() if row.enrolled}
        _refuse(numbers, read, set(found), enrolled)
        wanted = list(dict.fromkeys(found[number].id for number in read.values()))
        return _keep(session, day, staff_id, text, wanted, _campaign_id(session, scope, campaign))


def prepare_all(
    session: Session,
    day: WorkingDay,
    scope: Scope,
    staff_id: int,
    text: str,
    campaign: str = "",
    *,
    most: int,
) -> list[str]:
    """Prepare a form for each employer in scope with neither an authorisation nor an open form.

    At most so many, by member number; the next time those that follow. Returns the references,
    none where everybody has one. Raises NotFound as `prepare_forms` does.
    """
    has_form = exists().where(
        PreparedForm.employer_id == Employer.id,
        PreparedForm.entered_at.is_(None),
        PreparedForm.text_sha256 == digest_of(text),
    )
    with transaction(session):
        wanted = session.scalars(
            select(Employer.id)
            .where(*in_scope(scope), ~has_authorisation(), ~has_form)
            .order_by(Employer.member_number)
            .limit(most)
        ).all()
        return _keep(session, day, staff_id, text, wanted, _campaign_id(session, scope, campaign))


def sheets_of(
    session: Session, day: WorkingDay, scope: Scope, references: Sequence[str]
) -> list[FormSheet]:
    """What stands on these forms, in their order; that they were printed is an event.

    Raises NotFound when one of them is not in scope or was entered.
    """
    with transaction(session):
        rows = {
            row.reference: row
            for row in session.execute(
                SHEET.where(
                    PreparedForm.reference.in_(references),
                    PreparedForm.entered_at.is_(None),
                    *in_scope(scope),
                )
            )
        }
        missing = next((one for one in references if one not in rows), None)
        if missing is not None:
            raise NotFound(kind="form", reference=missing)
        sheets = [FormSheet(*rows[one]) for one in references]
        owners = [sheet.employer_id for sheet in sheets]
        record(session, day, Subject.EMPLOYER, owners, None, "form_printed", "paper_form")
    return sheets


def has_authorisation() -> ColumnElement[bool]:
    """The employer has a default mandate; one that a bank suspended is signed anew."""
    suspended_by_bank = and_(Mandate.status == MandateStatus.SUSPENDED, ~is_paused())
    theirs = exists().where(
        Mandate.employer_id == Employer.id,
        Mandate.is_default,
        Mandate.status.not_in(ENDED),
        ~suspended_by_bank,
    )
    return theirs.correlate(Employer)


SHEET = (
    select(
        PreparedForm.employer_id,
        PreparedForm.reference,
        Employer.member_number,
        Employer.name_ar,
        Employer.name_fr,
        Employer.signatory_name,
        Employer.language,
        SignedText.text,
        PreparedForm.made_at,
    )
    .join(Employer, Employer.id == PreparedForm.employer_id)
    .join(SignedText, SignedText.sha256 == PreparedForm.text_sha256)
)


def _read_numbers(numbers: Sequence[str]) -> dict[int, str]:
    """The member number of each line; "" where it is none."""
    read = {}
    for line, typed in enumerate(numbers, 1):
        try:
            read[line] = parse_member_number(typed)
        except InvalidMemberNumber:
            read[line] = ""
    return read


def _refuse(
    numbers: Sequence[str], read: dict[int, str], found: set[str], enrolled: set[str]
) -> None:
    """Raise WrongNumbers unless a form can be prepared for every line."""
    problems = []
    for line, number in read.items():
        if not number:
            problem = NumberProblem.UNREADABLE
        elif number not in found:
            problem = NumberProblem.UNKNOWN
        elif number in enrolled:
            problem = NumberProblem.ENROLLED
        else:
            continue
        problems.append(WrongNumber(line, numbers[line - 1], problem))
    if problems:
        raise WrongNumbers(problems=tuple(problems))


def _campaign_id(session: Session, scope: Scope, reference: str) -> int | None:
    if not reference:
        return None
    theirs = () if scope.agency_id is None else (Campaign.agency_id == scope.agency_id,)
    found = session.scalar(select(Campaign.id).where(Campaign.reference == reference, *theirs))
    if found is None:
        raise NotFound(kind="campaign", reference=reference)
    return found


def _keep(
    session: Session,
    day: WorkingDay,
    staff_id: int,
    text: str,
    employer_ids: Sequence[int],
    campaign_id: int | None,
) -> list[str]:
    """The open forms of these employers with this text, made where there are none yet."""
    if not employer_ids:
        return []
    keep_texts(session, {text})
    new = {owner: new_form_reference() for owner in employer_ids}
    common = {
        "campaign_id": campaign_id,
        "text_sha256": digest_of(text),
        "made_at": day.now,
        "made_by": staff_id,
    }
    made = [{"employer_id": owner, "reference": one, **common} for owner, one in new.items()]
    # Of two who prepare the same form at once one makes it, and both print it.
    session.execute(insert_ignoring(session, PreparedForm), made)
    there = dict(
        session.execute(
            select(PreparedForm.employer_id, PreparedForm.reference).where(
                PreparedForm.employer_id.in_(employer_ids),
                PreparedForm.text_sha256 == digest_of(text),
                PreparedForm.entered_at.is_(None),
            )
        ).all()
    )
    first = [owner for owner, reference in new.items() if there[owner] == reference]
    record(session, day, Subject.EMPLOYER, first, None, "form_prepared", "paper_form")
    return [there[owner] for owner in employer_ids]
