"""All mandates of an employer: those in force with what they take, and those that ended."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import and_, func, select
from sqlalchemy.orm import Session

from webapp.domain.bank_refusals import BankRefusal, refusal_in
from webapp.domain.moment import Moment
from webapp.domain.statuses import MandateStatus
from webapp.models import Event, Mandate, MandateWorksite, Subject, Worksite
from webapp.services.expiry import NO_PAPER
from webapp.services.planning import ENDED
from webapp.services.transactions import reading

ENDED_WITHOUT_EMPLOYER = (MandateStatus.REFUSED, MandateStatus.EXPIRED)


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


@dataclass(frozen=True, slots=True)
class EndedMandate:
    """A mandate that ended without its employer: refused by its bank, or by itself."""

    status: MandateStatus
    bank_code: str
    account_last4: str
    ended_on: date
    cause: str

    @property
    def refusal(self) -> BankRefusal | None:
        """What the bank said; None where it did not refuse."""
        return refusal_in(self.cause)

    @property
    def for_want_of_paper(self) -> bool:
        return self.cause == NO_PAPER


def ended_mandate(session: Session, employer_id: int) -> EndedMandate | None:
    """The employer's latest default mandate, where its bank or time has ended it.

    In the caller's transaction.
    """
    row = session.execute(
        select(Mandate.status, Mandate.bank_code, Mandate.account_last4, Event.at, Event.cause)
        .outerjoin(
            Event,
            and_(
                Event.subject == Subject.MANDATE,
                Event.subject_id == Mandate.id,
                Event.target.in_([one.value for one in ENDED_WITHOUT_EMPLOYER]),
            ),
        )
        .where(Mandate.employer_id == employer_id, Mandate.is_default.is_(True))
        .order_by(Mandate.id.desc(), Event.id.desc())
        .limit(1)
    ).first()
    if row is None or row.at is None or row.status not in ENDED_WITHOUT_EMPLOYER:
        return None
    ended_on = Moment.at(row.at).today
    return EndedMandate(row.status, row.bank_code, row.account_last4, ended_on, row.cause)


def refusal_of(session: Session, employer_id: int, reference: str) -> BankRefusal | None:
    """Why the bank refused one of the employer's mandates; None where it did not."""
    with reading(session):
        cause = session.scalar(
            select(Event.cause)
            .join(Mandate, Mandate.id == Event.subject_id)
            .where(
                Event.subject == Subject.MANDATE,
                Event.target == MandateStatus.REFUSED.value,
                Mandate.employer_id == employer_id,
                Mandate.reference == reference,
            )
        )
    return refusal_in(cause or "")


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
