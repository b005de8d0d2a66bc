"""Mandates that end by themselves: never used, or never confirmed; nobody loses one unwarned.

A mandate is in use while something is, or could still be, debited under it, and whenever its
employer does something with it. Whoever was warned keeps it with one button, or by using it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from sqlalchemy import ColumnElement, and_, exists, or_, select, update
from sqlalchemy.orm import Session

from webapp.adapters.vault import Vault
from webapp.domain.moment import ALGIERS
from webapp.domain.months import latest_day_months_before
from webapp.domain.statuses import DebitStatus, DueStatus, MandateStatus
from webapp.models import Debit, Due, Event, Mandate, MandatePaper, MandateWorksite, Subject
from webapp.services import outbox
from webapp.services.endings import LIVE, end_mandates
from webapp.services.events import record
from webapp.services.open_debits import UNSENT, UNSTOPPABLE
from webapp.services.own_mandates import live_mandate
from webapp.services.signing import lock_employer
from webapp.services.telling import Tell
from webapp.services.transactions import transaction
from webapp.services.working_day import WorkingDay

TELLS_PAPER, TELLS_EXPIRING, TELLS_EXPIRED = "paper_missing", "mandate_expiring", "mandate_expired"
AT_ONCE = 500

USABLE = (MandateStatus.ACTIVE, MandateStatus.SUSPENDED)
NOT_PAID = (DueStatus.OPEN, DueStatus.SCHEDULED, DueStatus.CONTESTED)
# Why a mandate ended, in its event.
UNUSED, NO_PAPER = "unused", "no_paper"
# The event of a call for the paper, and at which of the two times it was.
CALLED, BEFORE, AFTER = "paper_called", "before_its_day", "after_its_day"
# What the employer does with a mandate says that they want it; printing it does not.
SIGNS_OF_LIFE = tuple(status.value for status in LIVE)
NO_SIGN_OF_LIFE = "account_shown"


@dataclass(frozen=True, slots=True)
class _Told:
    """A mandate of which its employer is told."""

    id: int
    employer_id: int
    reference: str
    last4: str
    status: MandateStatus
    paper_due_on: date | None

    @property
    def unused(self) -> bool:
        """Whether it ends because nothing was debited, and not for want of its paper."""
        return self.status in USABLE


def expire_mandates(
    session: Session, day: WorkingDay, vault: Vault, tell: Tell = outbox.tell
) -> dict[str, int]:
    """Call for papers, warn of the end of what is not used, and end it after the warning.

    Each found by itself, in short transactions: a second time on the same day changes nothing.
    Returns how many papers were called for, mandates warned of and ended.
    """
    called = _call_for_papers(session, day, vault, tell)
    _withdraw_warnings(session, day)
    warned = _warn(session, day, vault, tell)
    return {
        "papers_called": called,
        "warned": warned,
        "expired": _expire(session, day, vault, tell),
    }


def ends_on(told_on: date, day: WorkingDay) -> date:
    """The day on which a mandate ends of whose end its employer was told on that day."""
    return told_on + timedelta(days=day.rules.expiry_notice_days)


def keep_mandate(session: Session, day: WorkingDay, employer_id: int, reference: str) -> None:
    """The employer wants to keep a mandate of whose end they were warned: it counts from anew.

    A second time changes nothing. Raises NotFound and MandateNotInForce.
    """
    with transaction(session):
        lock_employer(session, employer_id)
        mandate = live_mandate(session, employer_id, reference)
        kept = session.scalars(
            update(Mandate)
            .where(
                Mandate.id == mandate.id,
                Mandate.status.in_(USABLE),
                Mandate.expiry_told_on.is_not(None),
            )
            .values(expiry_told_on=None, kept_on=day.today)
            .returning(Mandate.id)
            .execution_options(synchronize_session=False)
        ).all()
        record(session, day, Subject.MANDATE, kept, None, "kept", "kept_by_employer")


def _call_for_papers(session: Session, day: WorkingDay, vault: Vault, tell: Tell) -> int:
    """Once shortly before the paper is due, once after that; not on the day of the signature."""
    soon = day.today + timedelta(days=day.rules.paper_notice_days)
    lacking = and_(_lacks_paper(), Mandate.signed_on < day.today)
    times = (
        (BEFORE, Mandate.paper_due_on.between(day.today, soon)),
        (AFTER, Mandate.paper_due_on < day.today),
    )
    called = 0
    for cause, near in times:
        due = and_(lacking, near, ~_has_event(Event.target == CALLED, Event.cause == cause))

        def call(ids: Sequence[int], due: ColumnElement[bool] = due, cause: str = cause) -> int:
            found = _found(session, Mandate.id.in_(ids), due)
            record(session, day, Subject.MANDATE, [one.id for one in found], None, CALLED, cause)
            for one in found:
                values = {
                    **_values(one), "until": one.paper_due_on, "overdue": cause == AFTER
                }  # fmt: skip
                tell(session, day, vault, one.employer_id, TELLS_PAPER, values)
            return len(found)

        called += _in_portions(session, due, call)
    return called


def _withdraw_warnings(session: Session, day: WorkingDay) -> None:
    """What is in use again ends no more."""
    cutoff = latest_day_months_before(_end_of_notice(day), day.rules.dormant_months)
    with transaction(session):
        session.execute(
            update(Mandate)
            .where(
                Mandate.expiry_told_on.is_not(None),
                Mandate.status.in_(USABLE),
                ~_is_unused(cutoff),
            )
            .values(expiry_told_on=None)
            .execution_options(synchronize_session=False)
        )


def _warn(session: Session, day: WorkingDay, vault: Vault, tell: Tell) -> int:
    due = and_(Mandate.expiry_told_on.is_(None), _ends_by(_end_of_notice(day), day))

    def warn(ids: Sequence[int]) -> int:
        found = _found(session, Mandate.id.in_(ids), due)
        told = [one.id for one in found]
        session.execute(
            update(Mandate)
            .where(Mandate.id.in_(told))
            .values(expiry_told_on=day.today)
            .execution_options(synchronize_session=False)
        )
        record(session, day, Subject.MANDATE, told, None, "expiry_told", "end_is_near")
        for one in found:
            values = {**_values(one), "until": ends_on(day.today, day), **_why(one, day)}
            tell(session, day, vault, one.employer_id, TELLS_EXPIRING, values)
        return len(told)

    return _in_portions(session, due, warn)


def _expire(session: Session, day: WorkingDay, vault: Vault, tell: Tell) -> int:
    """End what was warned of long enough ago and is still not in use."""
    warned_by = day.today - timedelta(days=day.rules.expiry_notice_days)
    due = and_(Mandate.expiry_told_on <= warned_by, _ends_by(day.today, day))

    def end(ids: Sequence[int]) -> int:
        found = _found(session, Mandate.id.in_(ids), due)
        for unused, cause in ((True, UNUSED), (False, NO_PAPER)):
            which = [one.id for one in found if one.unused is unused]
            end_mandates(session, day, MandateStatus.EXPIRED, Mandate.id.in_(which), cause=cause)
        for one in found:
            values = {**_values(one), "on": day.today, **_why(one, day)}
            tell(session, day, vault, one.employer_id, TELLS_EXPIRED, values)
        return len(found)

    return _in_portions(session, due, end)


def _in_portions(
    session: Session, due: ColumnElement[bool], act: Callable[[Sequence[int]], int]
) -> int:
    """Freeze the list of mandates first, then act on some of them in each transaction."""
    with transaction(session):
        ids = session.scalars(select(Mandate.id).where(due).order_by(Mandate.id)).all()
    done = 0
    for start in range(0, len(ids), AT_ONCE):
        with transaction(session):
            done += act(ids[start : start + AT_ONCE])
    return done


def _found(session: Session, *conditions: ColumnElement[bool]) -> list[_Told]:
    rows = session.execute(
        select(
            Mandate.id,
            Mandate.employer_id,
            Mandate.reference,
            Mandate.account_last4,
            Mandate.status,
            Mandate.paper_due_on,
        )
        .where(*conditions)
        .order_by(Mandate.id)
        .with_for_update(of=Mandate)
    )
    return [_Told(*row) for row in rows]


def _values(one: _Told) -> dict[str, object]:
    return {"reference": one.reference, "last4": one.last4}


def _why(one: _Told, day: WorkingDay) -> dict[str, object]:
    months = day.rules.dormant_months if one.unused else day.rules.unconfirmed_months
    return {"unused": one.unused, "months": months}


def _end_of_notice(day: WorkingDay) -> date:
    return ends_on(day.today, day)


def _ends_by(on: date, day: WorkingDay) -> ColumnElement[bool]:
    """By that day the mandate has not been used, or its paper has not come, for too long."""
    unused_since = latest_day_months_before(on, day.rules.dormant_months)
    signed_by = latest_day_months_before(on, day.rules.unconfirmed_months)
    unused = and_(Mandate.status.in_(USABLE), _is_unused(unused_since))
    overdue = and_(_lacks_paper(), Mandate.signed_on <= signed_by, Mandate.paper_due_on < day.today)
    return or_(unused, overdue)


def _lacks_paper() -> ColumnElement[bool]:
    """It waits for its bank, and nobody has brought the stamped paper."""
    return and_(
        Mandate.status == MandateStatus.SIGNED,
        Mandate.paper_due_on.is_not(None),
        ~exists().where(MandatePaper.mandate_id == Mandate.id).correlate(Mandate),
    )


def _is_unused(since: date) -> ColumnElement[bool]:
    """After that day nothing was debited under it, nothing can still be, and nobody touched it."""
    return and_(
        Mandate.signed_on <= since,
        or_(Mandate.kept_on.is_(None), Mandate.kept_on <= since),
        ~exists()
        .where(
            Debit.mandate_id == Mandate.id,
            Debit.status != DebitStatus.CANCELLED,
            or_(Debit.collect_on > since, Debit.status.in_(UNSENT | UNSTOPPABLE)),
        )
        .correlate(Mandate),
        ~_has_event(
            Event.target.in_(SIGNS_OF_LIFE),
            Event.cause != NO_SIGN_OF_LIFE,
            Event.at >= _begin_of(since + timedelta(days=1)),
        ),
        ~_has_open_dues(),
    )


def _has_event(*conditions: ColumnElement[bool]) -> ColumnElement[bool]:
    return (
        exists()
        .where(Event.subject == Subject.MANDATE, Event.subject_id == Mandate.id, *conditions)
        .correlate(Mandate)
    )


def _has_open_dues() -> ColumnElement[bool]:
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
