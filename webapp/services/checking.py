"""Whether a paper is what it says: for whoever holds one and scans its code."""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from webapp.adapters.vault import Vault
from webapp.domain.check_codes import PaperKind
from webapp.domain.errors import NotFound
from webapp.domain.rules import AccessRules
from webapp.domain.statuses import MANDATE_STATUSES_ALLOWING_DEBIT, MandateStatus
from webapp.models import Employer, Mandate
from webapp.services.planning import ENDED
from webapp.services.throttling import spend_try
from webapp.services.transactions import reading
from webapp.services.working_day import WorkingDay

PROOF_LENGTH = 20
NOBODYS = ""


@dataclass(frozen=True, slots=True)
class CheckedPaper:
    """What a paper may be compared with; of the account, the last four digits."""

    reference: str
    status: MandateStatus
    name_ar: str
    name_fr: str
    bank_code: str
    account_last4: str
    signed_on: date

    @property
    def kind(self) -> PaperKind:
        """An authorisation."""
        return PaperKind.MANDATE

    @property
    def in_force(self) -> bool:
        """Whether debits may be made under it now."""
        return self.status in MANDATE_STATUSES_ALLOWING_DEBIT

    @property
    def waits(self) -> bool:
        """Whether the bank has yet to confirm it."""
        return self.status in {MandateStatus.SIGNED, MandateStatus.CONFIRMED}

    @property
    def ended(self) -> bool:
        """Whether nothing brings it back."""
        return self.status in ENDED


def proof_of(vault: Vault, reference: str) -> str:
    """What stands in the square of a paper of before, beside its reference: 80 bits of ours.

    Papers of today have a code that can be typed as well (services/check_codes.py).
    """
    return vault.blind_index(f"check:{reference}")[:PROOF_LENGTH]


def check_paper(
    session: Session,
    day: WorkingDay,
    vault: Vault,
    rules: AccessRules,
    reference: str,
    proof: str,
) -> CheckedPaper:
    """The authorisation of a paper. Raises NotFound for a wrong proof as for an unknown reference.

    Counted for all together, so that nobody guesses: raises TooManyTries.
    """
    spend_try(session, day, vault, rules.checks_for_all)
    # Whatever was typed takes the same way and the same time; the database is asked for a
    # reference that we have proved ourselves, or for nobody's.
    asked = reference if reference.isascii() else NOBODYS
    given = proof.encode("ascii", "replace")
    genuine = hmac.compare_digest(proof_of(vault, asked).encode(), given)
    with reading(session):
        found = checked_mandate(session, asked if genuine else NOBODYS)
    if found is None:
        raise NotFound(kind="paper", reference=reference)
    return found


def checked_mandate(session: Session, reference: str) -> CheckedPaper | None:
    """The authorisation of that reference, in one query; inside the caller's transaction."""
    row = session.execute(
        select(
            Mandate.reference,
            Mandate.status,
            Employer.name_ar,
            Employer.name_fr,
            Mandate.bank_code,
            Mandate.account_last4,
            Mandate.signed_on,
        )
        .join(Employer, Employer.id == Mandate.employer_id)
        .where(Mandate.reference == reference)
    ).first()
    return None if row is None else CheckedPaper(**row._asdict())
