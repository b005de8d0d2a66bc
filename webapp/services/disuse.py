"""Which mandates have come to an end by themselves: conditions with their days to be filled in.

They are built once and asked by every run: where nobody is to be told, to build them would take
longer than to ask.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from functools import cache

from sqlalchemy import ColumnElement, Date, and_, bindparam, exists, or_, select

from webapp.domain.moment import ALGIERS
from webapp.domain.months import latest_day_months_before
from webapp.domain.statuses import (
    DEBIT_STATUSES_BEFORE_FREEZING,
    DebitStatus,
    DueStatus,
    MandateStatus,
)
from webapp.models import Debit, Due, Event, Mandate, MandatePaper, MandateWorksite, Subject
from webapp.services.endings import LIVE
from webapp.services.open_debits import UNSTOPPABLE
from webapp.services.working_day import WorkingDay

USABLE = (MandateStatus.ACTIVE, MandateStatus.SUSPENDED)
NOT_PAID = (DueStatus.OPEN, DueStatus.SCHEDULED, DueStatus.CONTESTED)
# The event of a call for the paper, and at which of the two times it was.
CALLED, BEFORE, AFTER = "paper_called", "before_its_day", "after_its_day"
# What the employer does with a mandate says that they want it; printing it does not.
SIGNS_OF_LIFE = tuple(status.value for status in LIVE)
NO_SIGN_OF_LIFE = "account_shown"

Condition = ColumnElement[bool]
Asked = Mapping[str, date]
TODAY, SOON, SIGNED_BY, WARNED_BY, UNUSED_SINCE = (
    bindparam(name, type_=Date)
    for name in ("today", "soon", "signed_by", "warned_by", "unused_since")
)
UNUSED_FROM = bindparam("unused_from", type_=Event.at.type)
PAPER_IS_OVERDUE = Mandate.paper_due_on < TODAY


def days_by(on: date, day: WorkingDay) -> Asked:
    """The days to fill in for what comes to its end by that day."""
    unused_since = latest_day_months_before(on, day.rules.dormant_months)
    return {
        TODAY.key: day.today,
        UNUSED_SINCE.key: unused_since,
        UNUSED_FROM.key: _begin_of(unused_since + timedelta(days=1)),
        SIGNED_BY.key: latest_day_months_before(on, day.rules.unconfirmed_months),
    }


@cache
def paper_is_near(cause: str) -> Condition:
    """Its paper is due soon, or was due (`cause`), and that has not been told yet."""
    near = Mandate.paper_due_on.between(TODAY, SOON) if cause == BEFORE else PAPER_IS_OVERDUE
    called = _has_event(Event.target == CALLED, Event.cause == cause)
    return and_(_lacks_paper(), Mandate.signed_on < TODAY, near, ~called)


@cache
def is_to_be_warned() -> Condition:
    """It comes to its end, and nobody was told yet."""
    return and_(Mandate.expiry_told_on.is_(None), _ends())


@cache
def has_run_out() -> Condition:
    """It has come to its end, of which its employer was told long enough ago."""
    return and_(Mandate.expiry_told_on <= WARNED_BY, _ends())


def _ends() -> Condition:
    """By that day the mandate has not been used, or its paper has not come, for too long."""
    unused = and_(Mandate.status.in_(USABLE), is_unused())
    overdue = and_(_lacks_paper(), Mandate.signed_on <= SIGNED_BY, PAPER_IS_OVERDUE)
    return or_(unused, overdue)


def _lacks_paper() -> Condition:
    """It waits for its bank, and nobody has brought the stamped paper."""
    return and_(
        Mandate.status == MandateStatus.SIGNED,
        Mandate.paper_due_on.is_not(None),
        ~exists().where(MandatePaper.mandate_id == Mandate.id).correlate(Mandate),
    )


def is_unused() -> Condition:
    """After that day nothing was debited under it, nothing can still be, and nobody touched it."""
    return and_(
        Mandate.signed_on <= UNUSED_SINCE,
        or_(Mandate.kept_on.is_(None), Mandate.kept_on <= UNUSED_SINCE),
        ~exists()
        .where(
            Debit.mandate_id == Mandate.id,
            Debit.status != DebitStatus.CANCELLED,
            or_(
                Debit.collect_on > UNUSED_SINCE,
                Debit.status.in_(UNSTOPPABLE.union(DEBIT_STATUSES_BEFORE_FREEZING)),
            ),
        )
        .correlate(Mandate),
        ~_has_event(
            Event.target.in_(SIGNS_OF_LIFE),
            Event.cause != NO_SIGN_OF_LIFE,
            Event.at >= UNUSED_FROM,
        ),
        ~_has_open_dues(),
    )


def _has_event(*conditions: Condition) -> Condition:
    return (
        exists()
        .where(Event.subject == Subject.MANDATE, Event.subject_id == Mandate.id, *conditions)
        .correlate(Mandate)
    )


def _has_open_dues() -> Condition:
    """Something is owed that it could take: an exception, of its worksites alone."""
    own = select(MandateWorksite.worksite_id).where(
        MandateWorksite.mandate_id == Mandate.id, MandateWorksite.ended_at.is_(None)
    )
    return (
        exists()
        .where(
            Due.employer_id == Mandate.employer_id,
            Due.status.in_(NOT_PAID),
            Due.amount_centimes > 0,
            or_(Mandate.is_default, Due.worksite_id.in_(own.correlate(Mandate))),
        )
        .correlate(Mandate)
    )


def _begin_of(day: date) -> datetime:
    """The first instant of a day in Algiers."""
    return datetime.combine(day, time.min, ALGIERS)
