"""Proposing a payment schedule at the agency, and taking a proposal back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from webapp.adapters.vault import Vault
from webapp.domain.errors import NotFound, ScheduleStands, ShownChanged
from webapp.domain.instalments import Part, check_parts
from webapp.domain.money import Centimes
from webapp.domain.roles import Scope
from webapp.domain.statuses import PaymentScheduleStatus
from webapp.models import Due, Employer, Instalment, PaymentSchedule, ScheduledDue, Subject
from webapp.services.events import move_all, record
from webapp.services.payment_schedules import LIVE
from webapp.services.references import new_schedule_reference
from webapp.services.scheduled_dues import is_takeable
from webapp.services.sets import insert_rows
from webapp.services.staff.employers import in_scope
from webapp.services.telling import Tell
from webapp.services.transactions import transaction
from webapp.services.working_day import WorkingDay


@dataclass(frozen=True, slots=True)
class Proposal:
    """What was agreed at the agency: which dues, and the instalments that pay them."""

    employer_id: int
    due_ids: tuple[int, ...]
    parts: tuple[Part, ...]


def propose_schedule(
    session: Session,
    day: WorkingDay,
    vault: Vault,
    tell: Tell,
    scope: Scope,
    proposal: Proposal,
) -> str:
    """Propose a schedule to an employer, who is told; return its reference.

    Nothing changes in the dues before the employer accepts. Raises NotFound (no such employer in
    scope), ScheduleStands (there is one already), ShownChanged (a due can no longer be taken up)
    and InvalidSchedule (the instalments are not the principal, or cannot be debited as they
    stand). (domain.md §3)
    """
    with transaction(session):
        _lock(session, scope, proposal.employer_id)
        principal = _principal(session, day, proposal)
        check_parts(proposal.parts, principal, day.today, day.feasible_on, day.calendar, day.rules)
        schedule = PaymentSchedule(
            reference=new_schedule_reference(),
            employer_id=proposal.employer_id,
            status=PaymentScheduleStatus.PROPOSED,
            principal_centimes=principal,
            proposed_by=day.actor,
            proposed_at=day.now,
        )
        session.add(schedule)
        session.flush()
        reference = schedule.reference
        _insert_parts(session, schedule.id, proposal)
        record(session, day, Subject.SCHEDULE, [schedule.id], None, "proposed", "proposed")
        values = {
            "amount": principal,
            "instalments": len(proposal.parts),
            "on": proposal.parts[0].due_on,
        }
        tell(session, day, vault, proposal.employer_id, "schedule_proposed", values)
    return reference


def withdraw_schedule(session: Session, day: WorkingDay, scope: Scope, reference: str) -> int:
    """Take a proposal back before the employer has accepted it; return the employer's id.

    A second time changes nothing. Raises NotFound, also for another agency's, and IllegalMove
    once it was accepted.
    """
    with transaction(session):
        row = session.execute(
            select(PaymentSchedule.id, PaymentSchedule.status, PaymentSchedule.employer_id)
            .join(Employer, Employer.id == PaymentSchedule.employer_id)
            .where(PaymentSchedule.reference == reference, *in_scope(scope))
            .with_for_update(of=PaymentSchedule)
        ).first()
        if row is None:
            raise NotFound(kind="schedule", reference=reference)
        if row.status is not PaymentScheduleStatus.WITHDRAWN:
            move_all(
                session, day, PaymentSchedule, row.status, PaymentScheduleStatus.WITHDRAWN,
                PaymentSchedule.id == row.id, cause="withdrawn", ended_at=day.now,
            )  # fmt: skip
    return int(row.employer_id)


def _lock(session: Session, scope: Scope, employer_id: int) -> None:
    """Refuse a second schedule kindly; of two proposals at once the second waits and sees it."""
    known = session.scalar(
        select(Employer.id).where(Employer.id == employer_id, *in_scope(scope)).with_for_update()
    )
    if known is None:
        raise NotFound(kind="employer", reference=str(employer_id))
    standing = session.scalar(
        select(PaymentSchedule.reference).where(
            PaymentSchedule.employer_id == employer_id, PaymentSchedule.status.in_(LIVE)
        )
    )
    if standing is not None:
        raise ScheduleStands(reference=standing)


def _principal(session: Session, day: WorkingDay, proposal: Proposal) -> Centimes:
    wanted = set(proposal.due_ids)
    amounts: Sequence[int] = session.scalars(
        select(Due.amount_centimes).where(
            Due.id.in_(wanted), Due.employer_id == proposal.employer_id, is_takeable(day.today)
        )
    ).all()
    if not wanted or len(amounts) != len(wanted):
        raise ShownChanged()
    return Centimes(sum(amounts))


def _insert_parts(session: Session, schedule_id: int, proposal: Proposal) -> None:
    insert_rows(
        session,
        ScheduledDue,
        [
            {"schedule_id": schedule_id, "due_id": due_id}
            for due_id in sorted(set(proposal.due_ids))
        ],
    )
    insert_rows(
        session,
        Instalment,
        [
            {
                "schedule_id": schedule_id,
                "number": number,
                "employer_id": proposal.employer_id,
                "due_on": part.due_on,
                "amount_centimes": part.amount,
            }
            for number, part in enumerate(proposal.parts, 1)
        ],
    )
