"""The follow-up list of an agency: one question for what each kind counts, one for a page of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, and_, exists, func, literal, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased

from webapp.data.loader import load_reasons
from webapp.domain.bank_refusals import BANK_SAYS, BankRefusal
from webapp.domain.enrolment_cases import CaseFailure, CaseStatus
from webapp.domain.follow_up import PAPER_NEAR, FollowUp
from webapp.domain.moment import Moment
from webapp.domain.reasons import NextStep
from webapp.domain.roles import Scope
from webapp.domain.statuses import MandateStatus
from webapp.models import (
    Agency,
    Attempt,
    Debit,
    Employer,
    EmployerNote,
    EnrolmentCase,
    Event,
    Mandate,
    MandateDraft,
    Subject,
)
from webapp.services.confirmations import WAITS
from webapp.services.planning import ENDED
from webapp.services.staff.employers import in_scope
from webapp.services.transactions import reading, transaction
from webapp.services.working_day import WorkingDay

LINES_ON_A_PAGE = 50


@dataclass(frozen=True, slots=True)
class FollowLine:
    """An employer to go after: since or for which day, and what is the matter.

    `reference` is that of the authorisation, the case or the note; empty where there is none.
    """

    id: int
    employer_id: int
    member_number: str
    name_ar: str
    name_fr: str
    agency_ar: str
    agency_fr: str
    on: date | None
    reference: str
    words: tuple[StrEnum, ...]


@dataclass(frozen=True, slots=True)
class _Kind:
    """Where the lines of a kind come from; the rows are joined to their employer."""

    table: type[Any]
    id: InstrumentedAttribute[int]
    employer_id: InstrumentedAttribute[int]
    at: ColumnElement[Any]
    reference: ColumnElement[Any]
    words: tuple[ColumnElement[Any], ...]
    conditions: tuple[ColumnElement[bool], ...]


def count_follow_up(session: Session, day: WorkingDay, scope: Scope) -> Mapping[FollowUp, int]:
    """How many employers' affairs of each kind wait for somebody in scope."""
    counts = [
        _joined(select(func.count()), _kind(kind, day))
        .where(*in_scope(scope))
        .scalar_subquery()
        .label(kind.value)
        for kind in FollowUp
    ]
    with reading(session):
        row = session.execute(select(*counts)).one()
    return {kind: int(count) for kind, count in zip(FollowUp, row, strict=True)}


def follow_up(
    session: Session,
    day: WorkingDay,
    scope: Scope,
    kind: FollowUp,
    before: int | None = None,
    most: int = LINES_ON_A_PAGE,
) -> tuple[Sequence[FollowLine], bool]:
    """The lines of a kind, the latest first, and whether there are older ones.

    `before` is the id of the last one seen: what comes or goes meanwhile moves no other line.
    """
    of = _kind(kind, day)
    wanted = select(
        of.id,
        Employer.id,
        Employer.member_number,
        Employer.name_ar,
        Employer.name_fr,
        Agency.name_ar,
        Agency.name_fr,
        of.at,
        of.reference,
        *of.words,
    )
    wanted = _joined(wanted, of).join(Agency, Agency.id == Employer.agency_id)
    wanted = wanted.where(*in_scope(scope))
    if before is not None:
        wanted = wanted.where(of.id < before)
    with reading(session):
        rows = session.execute(wanted.order_by(of.id.desc()).limit(most + 1)).all()
    return [_line(row) for row in rows[:most]], len(rows) > most


def record_sheet_taken(session: Session, day: WorkingDay, staff_id: int, kind: FollowUp) -> None:
    """That somebody took the list of a kind away is an event."""
    with transaction(session):
        session.add(
            Event(
                at=day.now,
                actor=day.actor,
                subject=Subject.STAFF,
                subject_id=staff_id,
                source=None,
                target="list_exported",
                cause=kind.value,
            )
        )


def _joined(wanted: Select[Any], of: _Kind) -> Select[Any]:
    wanted = wanted.select_from(of.table)
    if of.table is not Employer:
        wanted = wanted.join(Employer, Employer.id == of.employer_id)
    return wanted.where(*of.conditions)


def _line(row: Row[Any]) -> FollowLine:
    cells = tuple(row)
    at = cells[7]
    on = Moment.at(at).today if isinstance(at, datetime) else at
    words = tuple(word for word in cells[9:] if word is not None)
    return FollowLine(
        id=cells[0],
        employer_id=cells[1],
        member_number=cells[2],
        name_ar=cells[3],
        name_fr=cells[4],
        agency_ar=cells[5],
        agency_fr=cells[6],
        on=on,
        reference=cells[8],
        words=words,
    )


def _kind(kind: FollowUp, day: WorkingDay) -> _Kind:
    return {
        FollowUp.REMINDER: _reminders,
        FollowUp.BEGUN: _begun,
        FollowUp.CASE: _cases,
        FollowUp.PAPER: _papers,
        FollowUp.ACCOUNT: _accounts,
        FollowUp.CONTACT: _contacts,
    }[kind](day)


def _reminders(day: WorkingDay) -> _Kind:
    due = (EmployerNote.remind_on <= day.today, EmployerNote.done_at.is_(None))
    return _Kind(
        EmployerNote, EmployerNote.id, EmployerNote.employer_id, EmployerNote.remind_on.expression,
        EmployerNote.reference.expression, (EmployerNote.kind.expression,), due,
    )  # fmt: skip


def _begun(day: WorkingDay) -> _Kind:
    return _Kind(
        MandateDraft, MandateDraft.employer_id, MandateDraft.employer_id,
        MandateDraft.saved_at.expression, literal(""), (), (),
    )  # fmt: skip


def _cases(day: WorkingDay) -> _Kind:
    """The last case of an employer, where it led to nothing and nothing was signed since."""
    later = aliased(EnrolmentCase)
    came_back = exists().where(
        later.employer_id == EnrolmentCase.employer_id, later.id > EnrolmentCase.id
    )
    led_to_nothing = (
        EnrolmentCase.status.in_([CaseStatus.FAILED, CaseStatus.ABANDONED]),
        func.coalesce(EnrolmentCase.cause, "") != CaseFailure.ALREADY_ENROLLED.value,
        ~came_back,
        ~_has_another(EnrolmentCase.employer_id),
    )
    return _Kind(
        EnrolmentCase, EnrolmentCase.id, EnrolmentCase.employer_id,
        EnrolmentCase.began_at.expression, EnrolmentCase.reference.expression,
        (EnrolmentCase.status.expression, EnrolmentCase.cause.expression), led_to_nothing,
    )  # fmt: skip


def _papers(day: WorkingDay) -> _Kind:
    return _Kind(
        Mandate, Mandate.id, Mandate.employer_id, Mandate.paper_due_on.expression,
        Mandate.reference.expression, (Mandate.status.expression,),
        (WAITS, Mandate.paper_due_on <= day.today + PAPER_NEAR),
    )  # fmt: skip


def _accounts(day: WorkingDay) -> _Kind:
    """The bank does not know the account, at once or when it was debited; no other was signed.

    Of the debits that it refused, those count whose reason asks for another account.
    """
    unknown = exists().where(
        Event.subject == Subject.MANDATE,
        Event.subject_id == Mandate.id,
        Event.target == MandateStatus.REFUSED.value,
        Event.cause == f"{BANK_SAYS}{BankRefusal.ACCOUNT_UNKNOWN}",
    )
    wrong = [
        one.code for one in load_reasons().values() if one.next_step is NextStep.CHANGE_ACCOUNT
    ]
    debited = exists().where(
        Debit.mandate_id == Mandate.id, Attempt.debit_id == Debit.id, Attempt.reason_code.in_(wrong)
    )
    suspended = and_(
        Mandate.status == MandateStatus.SUSPENDED, Mandate.paused_from_on.is_(None), debited
    )
    refused = and_(Mandate.status == MandateStatus.REFUSED, unknown)
    later = aliased(Mandate)
    signed_since = exists().where(later.employer_id == Mandate.employer_id, later.id > Mandate.id)
    return _Kind(
        Mandate, Mandate.id, Mandate.employer_id, Mandate.signed_on.expression,
        Mandate.reference.expression, (Mandate.status.expression,),
        (or_(suspended, refused), ~signed_since),
    )  # fmt: skip


def _contacts(day: WorkingDay) -> _Kind:
    return _Kind(
        Employer, Employer.id, Employer.id, literal(None), literal(""), (),
        (Employer.phone == "", Employer.email == ""),
    )  # fmt: skip


def _has_another(
    employer_id: ColumnElement[int] | InstrumentedAttribute[int],
) -> ColumnElement[bool]:
    """Whether the employer has an authorisation that has not ended."""
    return exists().where(Mandate.employer_id == employer_id, Mandate.status.not_in(ENDED))
