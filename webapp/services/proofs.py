"""Proving once more, with a fresh code, that one is who the session says: for acts of weight."""

from __future__ import annotations

from sqlalchemy.orm import Session

from webapp.adapters.vault import Vault
from webapp.domain.errors import CodeExpired, NotFound
from webapp.domain.rules import AccessRules
from webapp.models import CodePurpose
from webapp.services.codes import check_code_of, use_code
from webapp.services.throttling import spend_try
from webapp.services.transactions import transaction
from webapp.services.web_sessions import SignedIn, renew_session
from webapp.services.working_day import WorkingDay


def prove_again(
    session: Session,
    day: WorkingDay,
    vault: Vault,
    rules: AccessRules,
    who: SignedIn,
    reference: str,
    code: str,
) -> str:
    """Use the code that was sent, and go on in a new session; return its token.

    Raises WrongCode, CodeExpired, TooManyTries, and NotFound for a code of somebody else.
    """
    spend_try(session, day, vault, rules.tries_of_all)
    checked = check_code_of(session, day, vault, rules, CodePurpose.CONFIRM, reference, code)
    if (checked.employer_id, checked.person_id) != (who.employer_id, who.person_id):
        raise NotFound(kind="code", reference=reference)
    with transaction(session):
        if not use_code(session, day, checked.id):
            raise CodeExpired()
        return renew_session(session, day.now, who.session_id, proved_at=day.now)
