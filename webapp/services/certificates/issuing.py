"""Issuing a certificate to an employer who is in good standing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from webapp.domain.errors import NotInGoodStanding
from webapp.domain.money import Centimes
from webapp.domain.period import Period
from webapp.domain.standing import OwedAmount, certified_until
from webapp.domain.statuses import DueStatus
from webapp.models import Certificate, Debit, DebitLine, Due, DueKind, RevocationCause, Subject
from webapp.services.certificates.standings import standings_of
from webapp.services.events import record
from webapp.services.references import new_certificate_reference
from webapp.services.signing import lock_employer
from webapp.services.transactions import reading, transaction
from webapp.services.working_day import WorkingDay

ISSUED, REVOKED = "certificate_issued", "certificate_revoked"


@dataclass(frozen=True, slots=True)
class Missing:
    """An overdue sum of one kind and period in one place; `debit` names the one that it is in."""

    kind: DueKind
    period: Period
    amount: Centimes
    legal_due_on: date
    debit: str
    refused: bool


@dataclass(frozen=True, slots=True)
class StandingPage:
    """Whether an employer may have a certificate, until when, or what is missing for it.

    `in_order`: one button is all that is between them and the paper. `unknown`: they do not
    declare here, so that only the agency can say.
    """

    overdue: tuple[Missing, ...]
    undeclared: tuple[Period, ...]
    owed: Centimes
    unknown: bool
    in_order: bool
    valid_until_on: date


def standing_page(session: Session, day: WorkingDay, employer_id: int) -> StandingPage:
    """What the page of the certificate says of an employer today."""
    with reading(session):
        now = standings_of(session, day, [employer_id])[employer_id]
        overdue = _missing(session, now.standing.overdue)
    return StandingPage(
        overdue=overdue,
        undeclared=now.standing.missing,
        owed=now.standing.owed,
        unknown=now.standing.unknown,
        in_order=now.standing.in_order,
        valid_until_on=certified_until(day.today, now.next_deadline, day.rules),
    )


def issue_certificate(session: Session, day: WorkingDay, employer_id: int) -> str:
    """Issue a certificate and return its number; the one before it holds no more.

    A second time on the same day changes nothing, while that one still says the same. Raises
    NotInGoodStanding.
    """
    with transaction(session):
        lock_employer(session, employer_id)
        now = standings_of(session, day, [employer_id])[employer_id]
        if not now.standing.in_order:
            raise NotInGoodStanding()
        until = certified_until(day.today, now.next_deadline, day.rules)
        before = session.scalars(
            select(Certificate).where(
                Certificate.employer_id == employer_id, Certificate.revoked_at.is_(None)
            )
        ).first()
        if before is not None:
            if (before.issued_on, before.valid_until_on) == (day.today, until):
                return before.reference
            revoke(session, day, [before.id], RevocationCause.REPLACED)
        made = Certificate(
            reference=new_certificate_reference(),
            employer_id=employer_id,
            issued_at=day.now,
            issued_on=day.today,
            valid_until_on=until,
        )
        session.add(made)
        session.flush()
        record(session, day, Subject.CERTIFICATE, [made.id], None, ISSUED, "good_standing")
        return made.reference


def revoke(session: Session, day: WorkingDay, ids: Sequence[int], cause: RevocationCause) -> None:
    """These certificates hold no more; inside the caller's transaction."""
    session.execute(
        update(Certificate)
        .where(Certificate.id.in_(ids), Certificate.revoked_at.is_(None))
        .values(revoked_at=day.now, revocation_cause=cause)
        .execution_options(synchronize_session=False)
    )
    record(session, day, Subject.CERTIFICATE, ids, None, REVOKED, cause.value)


def _missing(session: Session, overdue: Sequence[OwedAmount]) -> tuple[Missing, ...]:
    """The overdue amounts as their employer is told of them: those alike as one sum."""
    told = {one.id: one for one in overdue}
    rows = session.execute(
        select(Due.id, Due.kind, Due.period, Debit.reference)
        .outerjoin(DebitLine, (DebitLine.due_id == Due.id) & DebitLine.freed_at.is_(None))
        .outerjoin(Debit, Debit.id == DebitLine.debit_id)
        .where(Due.id.in_(told))
        .order_by(Due.legal_due_on, Due.id)
    ).all()
    sums: dict[tuple[DueKind, str, date, str, bool], int] = {}
    for row in rows:
        one = told[row.id]
        tried = one.failed or (one.status is DueStatus.SCHEDULED and one.waits)
        key = (row.kind, row.period, one.legal_due_on, row.reference or "", tried)
        sums[key] = sums.get(key, 0) + one.amount
    return tuple(
        Missing(kind, Period.parse(period), Centimes(total), legal_due_on, debit, refused)
        for (kind, period, legal_due_on, debit, refused), total in sums.items()
    )
