"""What a finished run must not have left out, told apart from the run's own queries.

Written row by row in Python, as a clerk would go through the dues with a pencil.
"""

from __future__ import annotations

from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from webapp.domain.due_dates import first_day_after_quiet
from webapp.domain.statuses import DebitStatus, DueStatus, MandateStatus
from webapp.models import (
    Attempt,
    Debit,
    DebitLine,
    Due,
    DueKind,
    HoldReason,
    Mandate,
    MandateWorksite,
)
from webapp.services.working_day import WorkingDay

# Of the reasons that the random banks give, those that speak of the employer or their account.
THEIR_CAUSE = {"AM04", "MD01", "AC01"}
WAITING_FOR_THEM = {HoldReason.OVER_CEILING, HoldReason.MANDATE_NOT_ACTIVE}


def check_nothing_left_out(session: Session, day: WorkingDay) -> None:
    """Every open due that is near is open for a reason; raise AssertionError for one that is not.

    Of the run of `day` itself: nothing may have been freed or filed since.
    """
    near = day.calendar.add_bank_days(day.today, day.rules.plan_ahead_bank_days)
    dues = session.scalars(
        select(Due).where(
            Due.status == DueStatus.OPEN, Due.amount_centimes > 0, Due.collect_from_on <= near
        )
    ).all()
    taken = _taken(session)
    left_out = []
    for due in dues:
        mandate = _mandate_of(session, due)
        if (
            mandate is None
            or mandate.status is not MandateStatus.ACTIVE
            or due.barred_mandate_id == mandate.id
            or (
                not mandate.covers_arrears
                and due.legal_due_on < (mandate.covers_from_on or mandate.signed_on)
            )
        ):
            continue
        days = [
            on
            for on in day.debit_days()
            if on >= due.collect_from_on and _may_collect(mandate, on, day)
        ]
        if all((mandate.id, on) in taken for on in days):
            continue
        left_out.append(due.origin_key)
    session.rollback()
    assert not left_out, f"near, collectable and in no debit: {left_out[:5]}"


def check_surcharges(session: Session, known: set[int]) -> None:
    """No new surcharge on what a timely debit covers; raise AssertionError for one that is.

    Of the run that has just ended; `known` are the surcharges from before it.
    """
    made = session.scalars(
        select(Due).where(Due.kind == DueKind.SURCHARGE, Due.id.not_in(known))
    ).all()
    wrong = []
    for surcharge in made:
        about = session.get_one(Due, surcharge.about_due_id)
        if about.status is DueStatus.OPEN:
            continue
        lines = session.scalars(select(DebitLine).where(DebitLine.due_id == about.id)).all()
        debits = [session.get_one(Debit, line.debit_id) for line in lines]
        attempts = session.scalars(
            select(Attempt).where(Attempt.debit_id.in_([debit.id for debit in debits]))
        ).all()
        if any(one.failed_at and one.reason_code in THEIR_CAUSE for one in attempts):
            continue
        if any(one.hold_reason in WAITING_FOR_THEM for one in debits):
            continue
        wrong.append((surcharge.origin_key, about.status.value))
    session.rollback()
    assert not wrong, f"surcharges on what a debit covers: {wrong[:5]}"


def _mandate_of(session: Session, due: Due) -> Mandate | None:
    """The mandate that collects this due: its worksite's own, or the employer's default one."""
    own = session.scalar(
        select(Mandate)
        .join(MandateWorksite, MandateWorksite.mandate_id == Mandate.id)
        .where(MandateWorksite.worksite_id == due.worksite_id, MandateWorksite.ended_at.is_(None))
    )
    if own is not None:
        return own
    ended = ("revoked", "refused", "replaced", "expired")
    return session.scalar(
        select(Mandate).where(
            Mandate.employer_id == due.employer_id,
            Mandate.is_default,
            Mandate.status.not_in(ended),
        )
    )


def _may_collect(mandate: Mandate, on: date, day: WorkingDay) -> bool:
    """Outside the employer's pause, and with a notice that begins after a new account's quiet."""
    first, last = mandate.paused_from_on, mandate.paused_until_on
    if first is not None and first <= on and (last is None or on <= last):
        return False
    quiet = mandate.first_notice_at
    return quiet is None or on >= first_day_after_quiet(quiet, day.calendar, day.rules)


def _taken(session: Session) -> set[tuple[int, date]]:
    """The mandates and days whose debit takes nothing more: it was announced before."""
    debits = session.scalars(select(Debit).where(Debit.status != DebitStatus.CANCELLED))
    return {
        (debit.mandate_id, debit.planned_for_on)
        for debit in debits
        if debit.status is not DebitStatus.PLANNED or debit.notice_version > 0
    }
