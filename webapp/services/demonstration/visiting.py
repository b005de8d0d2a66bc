"""Whom to be when one tries the demonstration: an employer before the one step, one after it."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from webapp.domain.statuses import DebitStatus
from webapp.models import Debit, Employer, Mandate, Worksite
from webapp.services.transactions import reading


@dataclass(frozen=True, slots=True)
class Visitors:
    """Member numbers whose codes go to a phone; None where the demonstration has no such one."""

    newcomer: str | None
    settled: str | None


def find_visitors(session: Session) -> Visitors:
    """Two employers of the demonstration who can sign in by SMS."""
    reachable = Employer.phone != ""
    signed = exists().where(Mandate.employer_id == Employer.id)
    with reading(session):
        newcomer = session.scalar(
            select(Employer.member_number)
            .where(reachable, ~signed, exists().where(Worksite.employer_id == Employer.id))
            .order_by(Employer.id)
            .limit(1)
        )
        settled = session.scalar(
            select(Employer.member_number)
            .join(Debit, Debit.employer_id == Employer.id)
            .where(reachable, Debit.status == DebitStatus.SETTLED)
            .order_by(Employer.id)
            .limit(1)
        )
    return Visitors(newcomer, settled)
