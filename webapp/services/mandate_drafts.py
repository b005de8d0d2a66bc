"""An authorisation that was begun and not signed: what was typed, sealed, for a day."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from webapp.adapters.vault import Vault
from webapp.domain.money import Centimes
from webapp.domain.rib import Rib
from webapp.domain.rules import AccessRules
from webapp.models import MandateDraft
from webapp.services.sets import insert_for
from webapp.services.transactions import reading, transaction
from webapp.services.working_day import WorkingDay


@dataclass(frozen=True, slots=True)
class BegunMandate:
    """What the employer had typed, and when."""

    account: Rib
    ceiling: Centimes | None
    saved_at: datetime


def save_draft(
    session: Session,
    day: WorkingDay,
    vault: Vault,
    employer_id: int,
    account: Rib,
    ceiling: Centimes | None,
) -> None:
    """Keep what was typed, in place of what was typed before. Nobody has agreed to it yet."""
    reference = secrets.token_hex(16)
    values = {
        "reference": reference,
        "account": vault.seal(account.digits, f"draft:{reference}"),
        "ceiling_centimes": ceiling,
        "saved_at": day.now,
    }
    new = insert_for(session, MandateDraft).values(employer_id=employer_id, **values)
    with transaction(session):
        session.execute(new.on_conflict_do_update(index_elements=["employer_id"], set_=values))


def find_draft(
    session: Session, day: WorkingDay, vault: Vault, rules: AccessRules, employer_id: int
) -> BegunMandate | None:
    """What was begun within the rules' hours, on whatever device; None when nothing was."""
    with reading(session):
        row = session.execute(
            select(
                MandateDraft.reference,
                MandateDraft.account,
                MandateDraft.ceiling_centimes,
                MandateDraft.saved_at,
            ).where(
                MandateDraft.employer_id == employer_id,
                MandateDraft.saved_at > day.now - timedelta(hours=rules.draft_hours),
            )
        ).first()
    if row is None:
        return None
    account = Rib.from_digits(vault.open(row.account, f"draft:{row.reference}"))
    ceiling = None if row.ceiling_centimes is None else Centimes(row.ceiling_centimes)
    return BegunMandate(account, ceiling, row.saved_at)


def start_anew(session: Session, employer_id: int) -> None:
    """Delete what was begun."""
    with transaction(session):
        forget_draft(session, employer_id)


def forget_draft(session: Session, employer_id: int) -> None:
    """`start_anew` inside the caller's transaction: it was signed."""
    session.execute(delete(MandateDraft).where(MandateDraft.employer_id == employer_id))
