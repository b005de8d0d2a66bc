"""Payment schedules as the employer and the agency read them: what is taken up, what is paid."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, and_, exists, func, or_, select
from sqlalchemy.orm import Session

from webapp.domain.errors import NotFound
from webapp.domain.money import Centimes
from webapp.domain.roles import Scope
from webapp.domain.statuses import DueStatus, PaymentScheduleStatus
from webapp.models import Due, Employer, Instalment, PaymentSchedule, ScheduledDue
from webapp.services.scheduled_dues import (
    PRINCIPAL,
    InstalmentState,
    PrincipalDue,
    is_takeable,
    parts_of_instalments,
    principal_dues,
    state_of,
)
from webapp.services.staff.employers import in_scope
from webapp.services.transactions import reading
from webapp.services.working_day import WorkingDay

LIVE = (PaymentScheduleStatus.PROPOSED, PaymentScheduleStatus.ACCEPTED)


@dataclass(frozen=True, slots=True)
class InstalmentRow:
    """One instalment; `state` is None while the schedule is not accepted."""

    number: int
    due_on: date
    amount: Centimes
    state: InstalmentState | None


@dataclass(frozen=True, slots=True)
class ScheduleRow:
    """A schedule in a list."""

    reference: str
    status: PaymentScheduleStatus
    principal: Centimes
    proposed_at: datetime


@dataclass(frozen=True, slots=True)
class Schedule:
    """A schedule with everything that the employer accepts. `overtaken` is a proposal of which
    something has changed meanwhile, so that it cannot be accepted any more."""

    id: int
    reference: str
    status: PaymentScheduleStatus
    principal: Centimes
    proposed_at: datetime
    accepted_at: datetime | None
    ended_at: datetime | None
    employer_id: int
    member_number: str
    name_ar: str
    name_fr: str
    dues: tuple[PrincipalDue, ...]
    instalments: tuple[InstalmentRow, ...]
    overtaken: bool

    @property
    def surcharges(self) -> Centimes:
        """The surcharges on what it takes up."""
        return Centimes(sum(due.surcharges for due in self.dues))

    @property
    def next_instalment(self) -> InstalmentRow | None:
        """The first that is not paid yet."""
        paid = InstalmentState.PAID
        return next((one for one in self.instalments if one.state is not paid), None)


def takeable_dues(
    session: Session, day: WorkingDay, scope: Scope, employer_id: int
) -> tuple[PrincipalDue, ...]:
    """What a schedule of this employer could take up, the oldest first.

    Raises NotFound, also for an employer out of scope.
    """
    with reading(session):
        known = select(Employer.id).where(Employer.id == employer_id, *in_scope(scope))
        if session.scalar(known) is None:
            raise NotFound(kind="employer", reference=str(employer_id))
        return principal_dues(session, Due.employer_id == employer_id, is_takeable(day.today))


def own_schedule(session: Session, day: WorkingDay, employer_id: int, reference: str) -> Schedule:
    """One of the employer's own schedules. Raises NotFound, also for somebody else's, and for one
    that was withdrawn."""
    withdrawn = PaymentScheduleStatus.WITHDRAWN
    return _find(
        session,
        day,
        reference,
        PaymentSchedule.employer_id == employer_id,
        PaymentSchedule.status != withdrawn,
    )


def schedule_in_scope(session: Session, day: WorkingDay, scope: Scope, reference: str) -> Schedule:
    """A schedule as its agency sees it. Raises NotFound, also for another agency's."""
    return _find(session, day, reference, *in_scope(scope))


def schedules_of(session: Session, employer_id: int) -> list[ScheduleRow]:
    """The schedules of an employer, the latest first."""
    with reading(session):
        rows = session.execute(
            select(
                PaymentSchedule.reference,
                PaymentSchedule.status,
                PaymentSchedule.principal_centimes,
                PaymentSchedule.proposed_at,
            )
            .where(PaymentSchedule.employer_id == employer_id)
            .order_by(PaymentSchedule.id.desc())
        )
        return [
            ScheduleRow(
                row.reference, row.status, Centimes(row.principal_centimes), row.proposed_at
            )
            for row in rows
        ]


def is_told() -> ColumnElement[bool]:
    """The schedule is live, or broken and still unpaid: its employer is told of it."""
    unpaid = (
        exists()
        .where(
            Instalment.schedule_id == PaymentSchedule.id,
            Instalment.due_id == Due.id,
            Due.status.in_([DueStatus.OPEN, DueStatus.SCHEDULED]),
        )
        .correlate(PaymentSchedule)
    )
    return or_(
        PaymentSchedule.status.in_(LIVE),
        and_(PaymentSchedule.status == PaymentScheduleStatus.BROKEN, unpaid),
    )


def standing_schedule(session: Session, day: WorkingDay, employer_id: int) -> Schedule | None:
    """The schedule that the employer's home tells of: a live one, or a broken one still unpaid."""
    with reading(session):
        reference = session.scalar(
            select(PaymentSchedule.reference)
            .where(PaymentSchedule.employer_id == employer_id, is_told())
            .order_by(PaymentSchedule.id.desc())
            .limit(1)
        )
        return own_schedule(session, day, employer_id, reference) if reference else None


def _find(
    session: Session, day: WorkingDay, reference: str, *conditions: ColumnElement[bool]
) -> Schedule:
    with reading(session):
        row = session.execute(
            select(
                PaymentSchedule.id,
                PaymentSchedule.reference,
                PaymentSchedule.status,
                PaymentSchedule.principal_centimes.label("principal"),
                PaymentSchedule.proposed_at,
                PaymentSchedule.accepted_at,
                PaymentSchedule.ended_at,
                PaymentSchedule.employer_id,
                Employer.member_number,
                Employer.name_ar,
                Employer.name_fr,
            )
            .join(Employer, Employer.id == PaymentSchedule.employer_id)
            .where(PaymentSchedule.reference == reference, *conditions)
        ).first()
        if row is None:
            raise NotFound(kind="schedule", reference=reference)
        taken = select(ScheduledDue.due_id).where(ScheduledDue.schedule_id == row.id)
        dues = principal_dues(session, Due.id.in_(taken), Due.kind.in_(PRINCIPAL))
        # Of a broken one everything is due.
        broken = row.status is PaymentScheduleStatus.BROKEN
        instalments = _instalments(session, row.id, date.max if broken else day.today)
        proposed = row.status is PaymentScheduleStatus.PROPOSED
        overtaken = proposed and (
            still_takeable(session, day, row.id) != len(dues)
            or instalments[0].due_on < day.feasible_on
        )
    return Schedule(**row._asdict(), dues=dues, instalments=instalments, overtaken=overtaken)


def still_takeable(session: Session, day: WorkingDay, schedule_id: int) -> int:
    """How many of the dues of a proposal can be taken up still; in the caller's transaction."""
    taken = select(ScheduledDue.due_id).where(ScheduledDue.schedule_id == schedule_id)
    return (
        session.scalar(
            select(func.count()).select_from(Due).where(Due.id.in_(taken), is_takeable(day.today))
        )
        or 0
    )


def _instalments(session: Session, schedule_id: int, today: date) -> tuple[InstalmentRow, ...]:
    parts = parts_of_instalments(Instalment.schedule_id == schedule_id)
    statuses: dict[int, list[DueStatus]] = {}
    for number, status in session.execute(
        select(parts.c.number, parts.c.status).where(parts.c.status != DueStatus.SUPERSEDED)
    ):
        statuses.setdefault(number, []).append(status)
    rows = session.execute(
        select(Instalment.number, Instalment.due_on, Instalment.amount_centimes)
        .where(Instalment.schedule_id == schedule_id)
        .order_by(Instalment.number)
    )
    return tuple(
        InstalmentRow(
            number=row.number,
            due_on=row.due_on,
            amount=Centimes(row.amount_centimes),
            state=state_of(statuses[row.number], row.due_on, today)
            if row.number in statuses
            else None,
        )
        for row in rows
    )
