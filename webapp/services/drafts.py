"""Drafts of declarations: what was typed is kept, looked at once more, and filed once."""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import Row, Select, delete, select
from sqlalchemy.orm import Session

from webapp.domain.errors import DraftChanged
from webapp.domain.period import Period
from webapp.models import Declaration, DeclarationDraft
from webapp.services.declarations import Filing, WorksiteWages, add_filed_declarations
from webapp.services.sets import insert_for
from webapp.services.transactions import reading, transaction
from webapp.services.web_sessions import SignedIn
from webapp.services.working_day import WorkingDay

# The fields of the form by name, each as it was typed.
Typed = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Draft:
    """A draft as it stands; `digest` changes with every letter of it.

    `corrects` is the revision that it corrects; None for a period that is not filed.
    """

    form_key: str
    typed: Typed
    digest: str
    corrects: int | None = None


def load_draft(session: Session, employer_id: int, period: Period) -> Draft | None:
    """What the employer has typed so far for a period; None before the first letter."""
    with reading(session):
        row = session.execute(_of(employer_id, period)).first()
    return None if row is None else _draft(row)


def save_draft(
    session: Session,
    day: WorkingDay,
    employer_id: int,
    period: Period,
    typed: Typed,
    corrects: int | None = None,
) -> None:
    """Keep what was typed, in place of what was typed before; for which revision, if any."""
    text = json.dumps(dict(typed), ensure_ascii=False, sort_keys=True)
    new = insert_for(session, DeclarationDraft).values(
        employer_id=employer_id,
        period=period.code,
        form_key=secrets.token_hex(16),
        typed=text,
        saved_at=day.now,
        saved_by=day.actor,
        corrects=corrects,
    )
    changes = {name: new.excluded[name] for name in ("typed", "saved_at", "saved_by", "corrects")}
    with transaction(session):
        session.execute(
            new.on_conflict_do_update(index_elements=["employer_id", "period"], set_=changes)
        )


def file_draft(
    session: Session,
    day: WorkingDay,
    who: SignedIn,
    period: Period,
    seen: Draft,
    lines: tuple[WorksiteWages, ...],
) -> int:
    """File the draft that the employer has just looked at; return the declaration's id.

    The draft's key is the key of the form: sent twice, it files once. `lines` are read from the
    draft that was `seen`: raises DraftChanged when it is another by now, and as
    `file_declarations`.
    """
    with transaction(session):
        filed = take_draft(session, who.employer_id, period, seen)
        if filed is not None:
            return filed
        filing = Filing(who.member_number, period, lines, seen.form_key, nil=not lines)
        (declaration_id,) = add_filed_declarations(session, day, [filing])
    return declaration_id


def take_draft(session: Session, employer_id: int, period: Period, seen: Draft) -> int | None:
    """Take away the draft that was `seen`, to be filed; the declaration's id where it was already.

    Inside the caller's transaction. Raises DraftChanged when it is another by now.
    """
    # Whoever sends the same form at the same moment waits here, then finds it filed.
    row = session.execute(_of(employer_id, period).with_for_update()).first()
    filed = _filed(session, employer_id, seen.form_key)
    if filed is not None:
        return filed
    if row is None or _draft(row) != seen:
        raise DraftChanged()
    session.execute(
        delete(DeclarationDraft).where(
            DeclarationDraft.employer_id == employer_id, DeclarationDraft.period == period.code
        )
    )
    return None


def is_filed(session: Session, employer_id: int, form_key: str) -> bool:
    """Whether the form of this key was filed already."""
    with reading(session):
        return _filed(session, employer_id, form_key) is not None


def _filed(session: Session, employer_id: int, form_key: str) -> int | None:
    return session.scalar(
        select(Declaration.id).where(
            Declaration.form_key == form_key, Declaration.employer_id == employer_id
        )
    )


def _of(employer_id: int, period: Period) -> Select[str, str, int | None]:
    return select(
        DeclarationDraft.form_key, DeclarationDraft.typed, DeclarationDraft.corrects
    ).where(DeclarationDraft.employer_id == employer_id, DeclarationDraft.period == period.code)


def _draft(row: Row[str, str, int | None]) -> Draft:
    """The draft of a row of its table."""
    digest = hashlib.sha256(f"{row.form_key}:{row.typed}:{row.corrects}".encode()).hexdigest()
    return Draft(row.form_key, json.loads(row.typed), digest, row.corrects)
