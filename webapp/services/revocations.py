"""Revoking a mandate: what can no longer be stopped, what is cancelled, what remains owed."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.orm import Session

from webapp.adapters.vault import Vault
from webapp.domain.asked_ways import AskedWay, cause_by
from webapp.domain.money import Centimes
from webapp.domain.statuses import DebitStatus, MandateStatus
from webapp.models import Mandate
from webapp.services.endings import end_mandates
from webapp.services.freeing import cancel_debits
from webapp.services.open_debits import Shown, check_shown, open_debits, still_owed, under
from webapp.services.own_mandates import live_mandate, own_mandate
from webapp.services.signing import lock_employer
from webapp.services.telling import Tell
from webapp.services.transactions import reading, transaction
from webapp.services.working_day import WorkingDay

KIND = "mandate_revoked"


@dataclass(frozen=True, slots=True)
class Revocation(Shown):
    """What a revocation today would do; `owed` remains to be paid, in centimes."""

    owed: Centimes


def preview_revocation(session: Session, employer_id: int, reference: str) -> Revocation:
    """What the employer must know before. Raises NotFound and MandateNotInForce."""
    with reading(session):
        mandate = live_mandate(session, employer_id, reference)
        return Revocation(
            mandate,
            tuple(open_debits(session, under(mandate))),
            still_owed(session, employer_id, None if mandate.is_default else mandate.id),
        )


def revoke_mandate(
    session: Session,
    day: WorkingDay,
    vault: Vault,
    tell: Tell,
    employer_id: int,
    reference: str,
    shown: str,
) -> None:
    """End a mandate for good: every debit that is in no bank's file is cancelled.

    `shown` is the digest of the debits that the employer saw. Of an exception, the dues are the
    default mandate's again. The contact on file is told. A second time changes nothing. Raises
    NotFound, MandateNotInForce (it ended otherwise) and ShownChanged.
    """
    with transaction(session):
        revoke_inside(session, day, vault, tell, employer_id, reference, shown)


def revoke_inside(
    session: Session,
    day: WorkingDay,
    vault: Vault,
    tell: Tell,
    employer_id: int,
    reference: str,
    shown: str,
    way: AskedWay | None = None,
) -> bool:
    """`revoke_mandate` inside the caller's transaction; whether it changed anything.

    `way` says how the employer asked somebody of the fund for it.
    """
    lock_employer(session, employer_id)
    if own_mandate(session, employer_id, reference).status is MandateStatus.REVOKED:
        return False
    mandate = live_mandate(session, employer_id, reference)
    check_shown(shown, open_debits(session, under(mandate)))
    this = Mandate.id == mandate.id
    end_mandates(session, day, MandateStatus.REVOKED, this, cause=cause_by("revoked", way))
    # What was kept when an account was changed does not outlive the authorisation.
    cancel_debits(
        session, day, under(mandate), cause="mandate_revoked", sources=(DebitStatus.ANNOUNCED,)
    )
    values = {"reference": reference, "last4": mandate.account_last4, "on": day.today}
    tell(session, day, vault, employer_id, KIND, values)
    return True
