"""A signature with the code that was sent for it: once, whatever is signed, however often sent."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from sqlalchemy import select
from sqlalchemy.orm import Session

from webapp.adapters.vault import Vault
from webapp.domain.errors import CodeExpired, MayNotSign, NotFound
from webapp.domain.rules import AccessRules
from webapp.models import (
    CodePurpose,
    Delegation,
    Employer,
    Mandate,
    MandateSignature,
    OneTimeCode,
)
from webapp.services.codes import check_code_of, use_code
from webapp.services.throttling import spend_try
from webapp.services.transactions import reading, transaction
from webapp.services.web_sessions import SignedIn
from webapp.services.working_day import WorkingDay


@dataclass(frozen=True, slots=True)
class TypedCode:
    """What the browser holds of the code that was sent, and the digits that were typed."""

    reference: str
    digits: str = field(repr=False)


def sign_once(
    session: Session,
    day: WorkingDay,
    vault: Vault,
    rules: AccessRules,
    who: SignedIn,
    code: TypedCode,
    act: Callable[[int], str],
) -> str:
    """Use the code and let `act` sign with its id, in one transaction; return what `act` returns.

    That is the reference of the signed mandate. The code is the key of the form: sent twice, it
    signs once and both answers name the same mandate. When `act` raises, the code stays good.
    Raises WrongCode, CodeExpired, TooManyTries, NotFound (also for a code of somebody else),
    MayNotSign and what `act` raises.
    """
    signed = signed_with(session, who.employer_id, code.reference)
    if signed is not None:
        return signed
    spend_try(session, day, vault, rules.tries_of_all)
    try:
        checked = check_code_of(
            session, day, vault, rules, CodePurpose.SIGN_MANDATE, code.reference, code.digits
        )
    except CodeExpired:
        # The same form, sent twice at the same moment: the other one has used the code.
        signed = signed_with(session, who.employer_id, code.reference)
        if signed is None:
            raise
        return signed
    if (checked.employer_id, checked.person_id) != (who.employer_id, who.person_id):
        raise NotFound(kind="code", reference=code.reference)
    with transaction(session):
        lock_employer(session, who.employer_id)
        _refuse_who_may_sign_no_more(session, who)
        if use_code(session, day, checked.id):
            return act(checked.id)
    # The same form, sent twice at the same moment: the other one has signed.
    return signed_with(session, who.employer_id, code.reference) or code.reference


def lock_employer(session: Session, employer_id: int) -> None:
    """Whoever changes a mandate of this employer waits here until this transaction ends.

    Of two changes at the same moment the second sees what the first has done.
    """
    session.execute(select(Employer.id).where(Employer.id == employer_id).with_for_update())


def _refuse_who_may_sign_no_more(session: Session, who: SignedIn) -> None:
    """The right of who acts for the employer may have ended since their page was opened.

    Under the employer's lock, which its end takes as well: one comes before the other.
    """
    if who.person_id is None:
        return
    still = session.scalar(
        select(Delegation.id).where(
            Delegation.employer_id == who.employer_id,
            Delegation.person_id == who.person_id,
            Delegation.may_sign,
            Delegation.ended_at.is_(None),
        )
    )
    if still is None:
        raise MayNotSign()


def signed_with(session: Session, employer_id: int, code_reference: str) -> str | None:
    """The mandate that was signed with this code already; None when it signed nothing."""
    with reading(session):
        return session.scalar(
            select(Mandate.reference)
            .join(MandateSignature, MandateSignature.mandate_id == Mandate.id)
            .join(OneTimeCode, OneTimeCode.id == MandateSignature.code_id)
            .where(OneTimeCode.reference == code_reference, Mandate.employer_id == employer_id)
        )
