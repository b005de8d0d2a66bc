"""Drafts of corrections: typed over what was filed, looked at with what follows, and filed once."""

from __future__ import annotations

from sqlalchemy.orm import Session

from webapp.adapters.vault import Vault
from webapp.domain.errors import DraftChanged
from webapp.domain.period import Period
from webapp.services.declaration_corrections import add_correction
from webapp.services.declarations import Filing, WorksiteWages
from webapp.services.drafts import Draft, take_draft
from webapp.services.telling import Tell
from webapp.services.transactions import transaction
from webapp.services.web_sessions import SignedIn
from webapp.services.working_day import WorkingDay


def file_correction(
    session: Session,
    day: WorkingDay,
    vault: Vault,
    tell: Tell,
    who: SignedIn,
    period: Period,
    seen: Draft,
    lines: tuple[WorksiteWages, ...],
) -> int:
    """File the correction that the employer has just looked at; return the declaration's id.

    Sent twice, it corrects once. Raises DraftChanged, RevisionChanged, and as
    `correct_declaration`.
    """
    if seen.corrects is None:
        raise DraftChanged()
    with transaction(session):
        filed = take_draft(session, who.employer_id, period, seen)
        if filed is not None:
            return filed
        filing = Filing(who.member_number, period, lines, seen.form_key, nil=not lines)
        return add_correction(session, day, vault, tell, filing, seen.corrects).declaration_id
