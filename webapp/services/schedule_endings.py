"""The step of the run in which payment schedules end: all paid, or one instalment missed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import timedelta

from sqlalchemy import ColumnElement, and_, exists, literal, or_, select, update
from sqlalchemy.orm import Session, aliased

from webapp.adapters.vault import Vault
from webapp.domain.statuses import DebitStatus, DueStatus, PaymentScheduleStatus
from webapp.models import (
    Attempt,
    Debit,
    DebitLine,
    Due,
    HoldReason,
    Mandate,
    PaymentSchedule,
)
from webapp.services.accrual import EMPLOYERS_FAULT
from webapp.services.events import move_all
from webapp.services.outbox import tell
from webapp.services.permission import covers, may_collect_on
from webapp.services.planning import ENDED
from webapp.services.scheduled_dues import PAID, parts_of_instalments
from webapp.services.scheduled_surcharges import (
    defer_surcharges,
    has_surcharge_in_a_debit,
    relieve,
    revive,
)
from webapp.services.sets import parts
from webapp.services.transactions import transaction
from webapp.services.working_day import WorkingDay

ACCEPTED = PaymentSchedule.status == PaymentScheduleStatus.ACCEPTED
COUNTED = ("surcharges_deferred", "schedules_completed", "surcharges_waived", "schedules_broken")


def follow_schedules(session: Session, day: WorkingDay, vault: Vault) -> dict[str, int]:
    """End the schedules that are paid or broken; a second time changes nothing.

    Surcharges on what accepted schedules have taken up are frozen first, wherever they come from.
    Paid: every instalment is settled, paid elsewhere or given up by the fund: the surcharges are
    waived and booked so. Broken: an instalment is missed (`_is_missed`): the surcharges are owed
    again, and what remains is due at once: the amounts stay, their debits come with the next
    planning. [house] The employer is told of either. A relief once given stands: an instalment
    that its bank returns afterwards is owed and collected again, but the fund has said in writing
    that the surcharges are given up, and no program takes that back. Returns how many of each.
    (domain.md §3)
    """
    with transaction(session):
        if not session.scalar(select(exists().where(ACCEPTED))):
            return dict.fromkeys(COUNTED, 0)
    with transaction(session):
        deferred = defer_surcharges(session, day)
    with transaction(session):
        completed = _end(session, day, vault, PaymentScheduleStatus.COMPLETED, _completed(session))
        relieved = sum(relieve(session, day, list(part)) for part in parts(completed))
    with transaction(session):
        broken = _end(session, day, vault, PaymentScheduleStatus.BROKEN, _broken(session, day))
        for part in parts(broken):
            revive(session, day, list(part))
            _collect_at_once(session, day, part)
    counts = (deferred, len(completed), relieved, len(broken))
    return dict(zip(COUNTED, counts, strict=True))


def _completed(session: Session) -> Sequence[int]:
    """The schedules of which nothing remains; a surcharge in a debit that left is waited for."""
    instalments = parts_of_instalments(ACCEPTED)
    unpaid = exists().where(
        instalments.c.schedule_id == PaymentSchedule.id,
        instalments.c.status != DueStatus.SUPERSEDED,
        instalments.c.status.not_in(PAID),
    )
    return session.scalars(
        select(PaymentSchedule.id)
        .where(ACCEPTED, ~unpaid, ~has_surcharge_in_a_debit())
        .order_by(PaymentSchedule.id)
    ).all()


def _broken(session: Session, day: WorkingDay) -> Sequence[int]:
    instalments = parts_of_instalments(ACCEPTED)
    missed = (
        select(instalments.c.schedule_id)
        .join(Due, Due.id == instalments.c.due_id)
        .where(_is_missed(day, instalments.c.due_on))
    )
    return session.scalars(
        select(PaymentSchedule.id)
        .where(ACCEPTED, PaymentSchedule.id.in_(missed))
        .order_by(PaymentSchedule.id)
    ).all()


def _is_missed(day: WorkingDay, due_on: ColumnElement[bool]) -> ColumnElement[bool]:
    """Of the due of an instalment: it is in no debit, no mandate can collect it, and that is the
    employer's doing.

    Either its last attempt was refused for a reason of theirs, or the rules' days have passed
    since it was due. What a mandate can collect is not missed, however late it is: then the run
    was late, not the employer. Nor is what only the fund's or a bank's fault has kept from being
    collected. A debit that is held for the employer's own ceiling is not under way.
    """
    theirs = _last_refusal_is(Attempt.reason_code.in_(EMPLOYERS_FAULT))
    another = _last_refusal_is(
        or_(Attempt.reason_code.is_(None), Attempt.reason_code.not_in(EMPLOYERS_FAULT))
    )
    barred = Due.barred_mandate_id.is_not(None)
    late = due_on < day.today - timedelta(days=day.rules.missed_after_days)
    waits = and_(
        Due.status == DueStatus.OPEN,
        ~_can_be_collected(day),
        or_(and_(barred, theirs), and_(late, ~and_(barred, another))),
    )
    return or_(waits, and_(Due.status == DueStatus.SCHEDULED, late, _is_held_by_its_ceiling()))


def _is_held_by_its_ceiling() -> ColumnElement[bool]:
    return exists().where(
        DebitLine.due_id == Due.id,
        DebitLine.freed_at.is_(None),
        Debit.id == DebitLine.debit_id,
        Debit.status == DebitStatus.HELD,
        Debit.hold_reason == HoldReason.OVER_CEILING,
    )


def _can_be_collected(day: WorkingDay) -> ColumnElement[bool]:
    """The next planning takes it, or would once a new account's quiet is over."""
    return exists().where(
        Mandate.employer_id == Due.employer_id,
        Mandate.is_default,
        Mandate.status.not_in(ENDED),
        may_collect_on(literal(day.feasible_on)),
        covers(Due.legal_due_on),
        or_(Due.barred_mandate_id.is_(None), Due.barred_mandate_id != Mandate.id),
    )


def _last_refusal_is(condition: ColumnElement[bool]) -> ColumnElement[bool]:
    """Of a due: the latest attempt that failed at the bank has such a reason."""
    line, later = aliased(DebitLine), aliased(Attempt)
    failed = or_(Attempt.refused_at.is_not(None), Attempt.returned_at.is_not(None))
    newest = (
        select(later.id)
        .join(line, line.debit_id == later.debit_id)
        .where(
            line.due_id == Due.id,
            or_(later.refused_at.is_not(None), later.returned_at.is_not(None)),
        )
        .order_by(later.id.desc())
        .limit(1)
        .correlate(Due)
        .scalar_subquery()
    )
    return exists().where(Attempt.id == newest, failed, condition)


def _end(
    session: Session,
    day: WorkingDay,
    vault: Vault,
    target: PaymentScheduleStatus,
    schedule_ids: Sequence[int],
) -> Sequence[int]:
    """Move these schedules to their end, and tell their employers."""
    ended: list[int] = []
    for part in parts(schedule_ids):
        ended += move_all(
            session, day, PaymentSchedule, PaymentScheduleStatus.ACCEPTED, target,
            PaymentSchedule.id.in_(part), cause=target.value, ended_at=day.now,
        )  # fmt: skip
    for employer_id, reference in _owners(session, ended):
        tell(session, day, vault, employer_id, f"schedule_{target}", {"reference": reference})
    return sorted(ended)


def _owners(session: Session, schedule_ids: Sequence[int]) -> Iterable[tuple[int, str]]:
    return [
        (row.employer_id, row.reference)
        for part in parts(schedule_ids)
        for row in session.execute(
            select(PaymentSchedule.employer_id, PaymentSchedule.reference)
            .where(PaymentSchedule.id.in_(part))
            .order_by(PaymentSchedule.id)
        )
    ]


def _collect_at_once(session: Session, day: WorkingDay, schedule_ids: Sequence[int]) -> None:
    """What remains is due now; an amount never changes, and a debit that is planned keeps its
    day."""
    instalments = parts_of_instalments(PaymentSchedule.id.in_(schedule_ids))
    session.execute(
        update(Due)
        .where(
            Due.id.in_(select(instalments.c.due_id)),
            Due.status == DueStatus.OPEN,
            Due.collect_from_on > day.today,
        )
        .values(collect_from_on=day.today)
        .execution_options(synchronize_session=False)
    )
