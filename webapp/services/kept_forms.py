"""What was typed into a form whose session had expired: kept sealed until the next sign-in."""

from __future__ import annotations

import json
import secrets
from datetime import timedelta

from sqlalchemy import ColumnElement, delete, select
from sqlalchemy.orm import Session

from webapp.adapters.vault import Vault
from webapp.domain.rules import AccessRules
from webapp.models import KeptForm
from webapp.services.transactions import reading, transaction
from webapp.services.working_day import WorkingDay

Typed = dict[str, list[str]]

LONGEST_ADDRESS = 200


def keep_form(
    session: Session,
    day: WorkingDay,
    vault: Vault,
    employer_id: int,
    address: str,
    typed: Typed,
    person_id: int | None = None,
) -> None:
    """Keep what was typed at `address`, in place of what was kept there before.

    Account numbers may be among it, so it is sealed like them. For an address that no page of
    ours has, too long or with a zero byte, nothing is kept.
    """
    if len(address) > LONGEST_ADDRESS or "\0" in address:
        return
    reference = secrets.token_hex(16)
    sealed = vault.seal(json.dumps(typed, ensure_ascii=False), f"form:{reference}")
    with transaction(session):
        _forget(session, employer_id, address, person_id)
        session.add(
            KeptForm(
                reference=reference,
                employer_id=employer_id,
                person_id=person_id,
                address=address,
                typed=sealed,
                kept_at=day.now,
            )
        )


def take_kept_form(
    session: Session,
    day: WorkingDay,
    vault: Vault,
    rules: AccessRules,
    employer_id: int,
    address: str,
    person_id: int | None = None,
) -> Typed | None:
    """Give back what was typed at `address`, once; None when nothing was kept.

    To whoever typed it alone: the employer, or the person who acted for it.
    """
    with reading(session):
        row = session.execute(
            select(KeptForm.reference, KeptForm.typed, KeptForm.kept_at).where(
                *_typed_by(employer_id, address, person_id)
            )
        ).first()
    if row is None:
        return None
    with transaction(session):
        _forget(session, employer_id, address, person_id)
    if day.now - row.kept_at > timedelta(hours=rules.kept_form_hours):
        return None
    typed: Typed = json.loads(vault.open(row.typed, f"form:{row.reference}"))
    return typed


def _forget(session: Session, employer_id: int, address: str, person_id: int | None) -> None:
    session.execute(delete(KeptForm).where(*_typed_by(employer_id, address, person_id)))


def _typed_by(
    employer_id: int, address: str, person_id: int | None
) -> tuple[ColumnElement[bool], ...]:
    by = KeptForm.person_id == person_id
    return (KeptForm.employer_id == employer_id, KeptForm.address == address, by)
