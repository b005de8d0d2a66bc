"""Mandates that end by themselves: never used, or never confirmed; nobody loses one unwarned.

A mandate is in use while something is, or could still be, debited under it, and whenever its
employer does something with it. Whoever was warned keeps it with one button, or by using it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache

from sqlalchemy import Select, Update, select, update
from sqlalchemy.orm import Session

from webapp.adapters.vault import Vault
from webapp.domain.statuses import MandateStatus
from webapp.models import Mandate, Subject
from webapp.services import outbox
from webapp.services.disuse import (
    AFTER,
    BEFORE,
    CALLED,
    SOON,
    TODAY,
    USABLE,
    WARNED_BY,
    Asked,
    Condition,
    days_by,
    has_run_out,
    is_to_be_warned,
    is_unused,
    paper_is_near,
)
from webapp.services.endings import end_mandates
from webapp.services.events import record
from webapp.services.own_mandates import live_mandate
from webapp.services.signing import lock_employer
from webapp.services.telling import Tell
from webapp.services.transactions import transaction
from webapp.services.working_day import WorkingDay

TELLS_PAPER, TELLS_EXPIRING, TELLS_EXPIRED = "paper_missing", "mandate_expiring", "mandate_expired"
AT_ONCE = 500
# Why a mandate ended, in its event.
UNUSED, NO_PAPER = "unused", "no_paper"


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
    asked = {
        TODAY.key: day.today,
        SOON.key: day.today + timedelta(days=day.rules.paper_notice_days),
    }
    called = 0
    for cause in (BEFORE, AFTER):
        due = paper_is_near(cause)

        def call(ids: Sequence[int], due: Condition = due, cause: str = cause) -> int:
            found = _found(session, ids, due, asked)
            record(session, day, Subject.MANDATE, [one.id for one in found], None, CALLED, cause)
            for one in found:
                values = {
                    **_values(one), "until": one.paper_due_on, "overdue": cause == AFTER
                }  # fmt: skip
                tell(session, day, vault, one.employer_id, TELLS_PAPER, values)
            return len(found)

        called += _in_portions(session, due, asked, call)
    return called


def _withdraw_warnings(session: Session, day: WorkingDay) -> None:
    """What is in use again ends no more."""
    with transaction(session):
        session.execute(_withdrawal(), days_by(_end_of_notice(day), day))


@cache
def _withdrawal() -> Update:
    return (
        update(Mandate)
        .where(
            Mandate.expiry_told_on.is_not(None),
            Mandate.status.in_(USABLE),
            ~is_unused(),
        )
        .values(expiry_told_on=None)
        .execution_options(synchronize_session=False)
    )


def _warn(session: Session, day: WorkingDay, vault: Vault, tell: Tell) -> int:
    due, asked = is_to_be_warned(), days_by(_end_of_notice(day), day)

    def warn(ids: Sequence[int]) -> int:
        found = _found(session, ids, due, asked)
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

    return _in_portions(session, due, asked, warn)


def _expire(session: Session, day: WorkingDay, vault: Vault, tell: Tell) -> int:
    """End what was warned of long enough ago and is still not in use."""
    warned_by = day.today - timedelta(days=day.rules.expiry_notice_days)
    due, asked = has_run_out(), {**days_by(day.today, day), WARNED_BY.key: warned_by}

    def end(ids: Sequence[int]) -> int:
        found = _found(session, ids, due, asked)
        for unused, cause in ((True, UNUSED), (False, NO_PAPER)):
            which = [one.id for one in found if one.unused is unused]
            end_mandates(session, day, MandateStatus.EXPIRED, Mandate.id.in_(which), cause=cause)
        for one in found:
            values = {**_values(one), "on": day.today, **_why(one, day)}
            tell(session, day, vault, one.employer_id, TELLS_EXPIRED, values)
        return len(found)

    return _in_portions(session, due, asked, end)


def _in_portions(
    session: Session, due: Condition, asked: Asked, act: Callable[[Sequence[int]], int]
) -> int:
    """Freeze the list of mandates first, then act on some of them in each transaction."""
    with transaction(session):
        ids = session.scalars(_those(due), asked).all()
    done = 0
    for start in range(0, len(ids), AT_ONCE):
        with transaction(session):
            done += act(ids[start : start + AT_ONCE])
    return done


@cache
def _those(due: Condition) -> Select[int]:
    return select(Mandate.id).where(due).order_by(Mandate.id)


def _found(session: Session, ids: Sequence[int], due: Condition, asked: Asked) -> list[_Told]:
    rows = session.execute(
        select(
            Mandate.id,
            Mandate.employer_id,
            Mandate.reference,
            Mandate.account_last4,
            Mandate.status,
            Mandate.paper_due_on,
        )
        .where(Mandate.id.in_(ids), due)
        .order_by(Mandate.id)
        .with_for_update(of=Mandate),
        asked,
    )
    return [_Told(*row) for row in rows]


def _values(one: _Told) -> dict[str, object]:
    return {"reference": one.reference, "last4": one.last4}


def _why(one: _Told, day: WorkingDay) -> dict[str, object]:
    months = day.rules.dormant_months if one.unused else day.rules.unconfirmed_months
    return {"unused": one.unused, "months": months}


def _end_of_notice(day: WorkingDay) -> date:
    return ends_on(day.today, day)
