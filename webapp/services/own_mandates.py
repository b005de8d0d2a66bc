"""An employer's own mandate, as the services that change it start from it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from webapp.domain.errors import MandateNotInForce, NotFound, SuspendedByBank
from webapp.domain.money import Centimes
from webapp.domain.pause import Pause
from webapp.domain.statuses import MandateStatus
from webapp.models import Mandate, MandateWorksite, Worksite
from webapp.services.planning import ENDED


@dataclass(frozen=True, slots=True)
class MandateRow:
    """One mandate of an employer; `worksites` are the codes of an exception's."""

    id: int
    employer_id: int
    reference: str
    status: MandateStatus
    is_default: bool
    account_index: str
    account_last4: str
    bank_code: str
    ceiling: Centimes | None
    covers_arrears: bool
    covers_from_on: date
    pause: Pause | None
    worksites: tuple[str, ...]

    @property
    def ended(self) -> bool:
        return self.status in ENDED

    @property
    def suspended_by_bank(self) -> bool:
        return self.status is MandateStatus.SUSPENDED and self.pause is None


def own_mandate(session: Session, employer_id: int, reference: str) -> MandateRow:
    """The employer's mandate of this reference, in the caller's transaction.

    Raises NotFound, also for somebody else's.
    """
    row = session.execute(
        select(
            Mandate.id,
            Mandate.reference,
            Mandate.status,
            Mandate.is_default,
            Mandate.account_index,
            Mandate.account_last4,
            Mandate.bank_code,
            Mandate.ceiling_centimes,
            Mandate.covers_arrears,
            Mandate.covers_from_on,
            Mandate.signed_on,
            Mandate.paused_from_on,
            Mandate.paused_until_on,
        ).where(Mandate.employer_id == employer_id, Mandate.reference == reference)
    ).first()
    if row is None:
        raise NotFound(kind="mandate", reference=reference)
    pause = None if row.paused_from_on is None else Pause(row.paused_from_on, row.paused_until_on)
    return MandateRow(
        id=row.id,
        employer_id=employer_id,
        reference=row.reference,
        status=row.status,
        is_default=row.is_default,
        account_index=row.account_index,
        account_last4=row.account_last4,
        bank_code=row.bank_code,
        ceiling=None if row.ceiling_centimes is None else Centimes(row.ceiling_centimes),
        covers_arrears=row.covers_arrears,
        covers_from_on=row.covers_from_on or row.signed_on,
        pause=pause,
        worksites=() if row.is_default else _worksites(session, row.id),
    )


def live_mandate(session: Session, employer_id: int, reference: str) -> MandateRow:
    """`own_mandate` of one that has not ended. Raises MandateNotInForce besides."""
    found = own_mandate(session, employer_id, reference)
    if found.ended:
        raise MandateNotInForce(reference=reference)
    return found


def resumable_mandate(session: Session, employer_id: int, reference: str) -> MandateRow:
    """`live_mandate` of one that no bank has suspended. Raises SuspendedByBank besides."""
    found = live_mandate(session, employer_id, reference)
    if found.suspended_by_bank:
        raise SuspendedByBank(reference=reference)
    return found


def _worksites(session: Session, mandate_id: int) -> tuple[str, ...]:
    return tuple(
        session.scalars(
            select(Worksite.code)
            .join(MandateWorksite, MandateWorksite.worksite_id == Worksite.id)
            .where(MandateWorksite.mandate_id == mandate_id, MandateWorksite.ended_at.is_(None))
            .order_by(Worksite.id)
        )
    )
