"""All mandates of an employer: those in force with what they take, and those that ended."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from webapp.domain.moment import Moment
from webapp.domain.statuses import MandateStatus
from webapp.models import Event, Mandate, MandateWorksite, Subject, Worksite
from webapp.services.planning import ENDED
from webapp.services.transactions import reading


@dataclass(frozen=True, slots=True)
class ListedMandate:
    """A mandate in the list: `worksites` are the names of an exception's, `ended_on` of one that
    is over.
    """

    reference: str
    status: MandateStatus
    is_default: bool
    bank_code: str
    account_last4: str
    signed_on: date
    ended_on: date | None
    worksites: tuple[str, ...]

    @property
    def ended(self) -> bool:
        return self.status in ENDED


def list_authorisations(session: Session, employer_id: int) -> list[ListedMandate]:
    """The employer's mandates: the default one, the exceptions, then those that ended."""
    ended_at = (
        select(func.max(Event.at))
        .where(
            Event.subject == Subject.MANDATE,
            Event.subject_id == Mandate.id,
            Event.target.in_([status.value for status in ENDED]),
        )
        .correlate(Mandate)
        .scalar_subquery()
    )
    with reading(session):
        rows = session.execute(
            select(
                Mandate.id,
                Mandate.reference,
                Mandate.status,
                Mandate.is_default,
                Mandate.bank_code,
                Mandate.account_last4,
                Mandate.signed_on,
                ended_at.label("ended_at"),
            )
            .where(Mandate.employer_id == employer_id)
            .order_by(Mandate.id.desc())
        ).all()
        names = _worksites(session, employer_id)
    found = [
        ListedMandate(
            reference=row.reference,
            status=row.status,
            is_default=row.is_default,
            bank_code=row.bank_code,
            account_last4=row.account_last4,
            signed_on=row.signed_on,
            ended_on=None if row.ended_at is None else Moment.at(row.ended_at).today,
            worksites=names.get(row.id, ()),
        )
        for row in rows
    ]
    return sorted(found, key=lambda one: (one.ended, not one.is_default))


def worksites_of(session: Session, employer_id: int, reference: str) -> dict[str, str]:
    """The code and name of each worksite that a mandate takes as an exception now."""
    with reading(session):
        return dict(
            session.execute(
                select(Worksite.code, Worksite.name)
                .join(MandateWorksite, MandateWorksite.worksite_id == Worksite.id)
                .join(Mandate, Mandate.id == MandateWorksite.mandate_id)
                .where(
                    Mandate.employer_id == employer_id,
                    Mandate.reference == reference,
                    MandateWorksite.ended_at.is_(None),
                )
                .order_by(Worksite.id)
            ).all()
        )


def _worksites(session: Session, employer_id: int) -> dict[int, tuple[str, ...]]:
    """Of each exception, the worksites that it takes, or took before it ended."""
    rows = session.execute(
        select(MandateWorksite.mandate_id, Worksite.name)
        .join(Worksite, Worksite.id == MandateWorksite.worksite_id)
        .join(Mandate, Mandate.id == MandateWorksite.mandate_id)
        .where(
            MandateWorksite.employer_id == employer_id,
            MandateWorksite.ended_at.is_(None) | Mandate.status.in_(ENDED),
        )
        .order_by(MandateWorksite.id)
    )
    names: dict[int, tuple[str, ...]] = {}
    for mandate_id, name in rows:
        names[mandate_id] = (*names.get(mandate_id, ()), name)
    return names
