"""Showing a whole account number to one of the staff: with a reason, and never without trace."""

from __future__ import annotations

from dataclasses import dataclass, field

from sqlalchemy import select
from sqlalchemy.orm import Session

from webapp.adapters.vault import Vault
from webapp.domain.account_reasons import AccountReason
from webapp.domain.errors import NotFound
from webapp.domain.rib import Rib
from webapp.domain.roles import Scope
from webapp.models import Employer, Mandate, Subject
from webapp.services.events import record
from webapp.services.staff.employers import in_scope
from webapp.services.transactions import reading, transaction
from webapp.services.working_day import WorkingDay


@dataclass(frozen=True, slots=True)
class MaskedAccount:
    """The account of a mandate before it is shown."""

    reference: str
    bank_code: str
    account_last4: str
    employer_id: int
    name_ar: str
    name_fr: str


@dataclass(frozen=True, slots=True)
class ShownAccount:
    """The account of a mandate, once."""

    account: Rib = field(repr=False)


def find_account(session: Session, scope: Scope, reference: str) -> MaskedAccount:
    """Whose account the mandate is about. Raises NotFound, also out of scope."""
    with reading(session):
        row = session.execute(
            select(
                Mandate.reference,
                Mandate.bank_code,
                Mandate.account_last4,
                Mandate.employer_id,
                Employer.name_ar,
                Employer.name_fr,
            )
            .join(Employer, Employer.id == Mandate.employer_id)
            .where(Mandate.reference == reference, *in_scope(scope))
        ).first()
    if row is None:
        raise NotFound(kind="mandate", reference=reference)
    return MaskedAccount(*row)


def show_account(
    session: Session,
    day: WorkingDay,
    vault: Vault,
    scope: Scope,
    reference: str,
    reason: AccountReason,
) -> ShownAccount:
    """The whole account number of a mandate; the event of the look is written first.

    Raises NotFound, also for a mandate out of scope.
    """
    with transaction(session):
        row = session.execute(
            select(Mandate.id, Mandate.account)
            .join(Employer, Employer.id == Mandate.employer_id)
            .where(Mandate.reference == reference, *in_scope(scope))
        ).first()
        if row is None:
            raise NotFound(kind="mandate", reference=reference)
        record(session, day, Subject.MANDATE, [row.id], None, "account_shown", reason.value)
    return ShownAccount(Rib.from_digits(vault.open(row.account, f"mandate:{reference}")))
