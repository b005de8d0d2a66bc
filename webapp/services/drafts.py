"""Drafts of declarations: what was typed is kept, looked at once more, and filed once.

A draft is never written over unseen: whoever saves says which one they started from.
"""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select, delete, select, update
from sqlalchemy.orm import Session

from webapp.domain.errors import DraftChanged
from webapp.domain.period import Period
from webapp.models import Declaration, DeclarationDraft, Delegation
from webapp.services.declarations import Filing, WorksiteWages, add_filed_declarations
from webapp.services.sets import insert_for
from webapp.services.transactions import reading, transaction
from webapp.services.web_sessions import SignedIn
from webapp.services.working_day import WorkingDay

# The fields of the form by name, each as it was typed.
Typed = Mapping[str, str]

# Among what was typed, which page saved it: no field of the form has this name.
PAGE = "page"
LONGEST_PAGE = 40


@dataclass(frozen=True, slots=True)
class Draft:
    """A draft as it stands, who saved it last and when; `digest` changes with every letter of it.

    `corrects` is the revision that it corrects; None for a period that is not filed. `page` is
    the page in a browser that saved it: what one page saves twice, no other has seen.
    """

    form_key: str
    typed: Typed
    digest: str
    corrects: int | None = None
    page: str = ""
    saved_by: str = ""
    saved_at: datetime | None = None


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
    seen: str,
    page: str = "",
    corrects: int | None = None,
) -> None:
    """Keep what was typed, in place of the draft that was `seen` (its digest; "" for none).

    `corrects` is the revision over which it was typed, if any. Raises DraftChanged, and keeps
    nothing, where something else stands there by now: unless the same `page` put it there, whose
    last answer may have been lost on its way, or it was typed over an earlier revision and is of
    no use. Who saves what stands there already changes nothing.
    """
    text = _text(typed, page)
    with transaction(session):
        row = session.execute(_of(employer_id, period)).first()
        if row is None:
            saved = _insert(session, day, employer_id, period, text, corrects)
        else:
            there = _draft(row)
            if there.corrects == corrects and _values(there.typed) == _values(typed):
                return
            saved = _follows(there, seen, page, corrects) and _replace(
                session, day, row, text, corrects
            )
        if not saved:
            raise DraftChanged()


def _follows(there: Draft, seen: str, page: str, corrects: int | None) -> bool:
    if there.corrects != corrects:
        return (there.corrects or 0) < (corrects or 0)
    return there.digest == seen or bool(page and there.page == page[:LONGEST_PAGE])


def _insert(
    session: Session,
    day: WorkingDay,
    employer_id: int,
    period: Period,
    text: str,
    corrects: int | None,
) -> bool:
    """Whether it could be put where nothing was."""
    new = insert_for(session, DeclarationDraft).values(
        employer_id=employer_id,
        period=period.code,
        form_key=secrets.token_hex(16),
        typed=text,
        saved_at=day.now,
        saved_by=day.actor,
        corrects=corrects,
    )
    return bool(
        session.scalar(new.on_conflict_do_nothing().returning(DeclarationDraft.employer_id))
    )


def _replace(
    session: Session, day: WorkingDay, row: Row[Any], text: str, corrects: int | None
) -> bool:
    """Whether what was just read stood there still: compared and written in one statement."""
    statement = (
        update(DeclarationDraft)
        .where(
            DeclarationDraft.form_key == row.form_key,
            DeclarationDraft.typed == row.typed,
            DeclarationDraft.corrects.is_not_distinct_from(row.corrects),
        )
        .values(typed=text, saved_at=day.now, saved_by=day.actor, corrects=corrects)
        .returning(DeclarationDraft.employer_id)
    )
    options = {"synchronize_session": False}
    return session.scalar(statement, execution_options=options) is not None


def add_to_draft(
    session: Session, day: WorkingDay, employer_id: int, period: Period, typed: Typed
) -> None:
    """Put these fields into the draft and leave the others; inside the caller's transaction.

    Whoever saves or files the draft at the same moment waits for it.
    """
    empty = insert_for(session, DeclarationDraft).values(
        employer_id=employer_id,
        period=period.code,
        form_key=secrets.token_hex(16),
        typed="{}",
        saved_at=day.now,
        saved_by=day.actor,
    )
    session.execute(empty.on_conflict_do_nothing(index_elements=["employer_id", "period"]))
    row = session.execute(_of(employer_id, period).with_for_update()).one()
    # Without its page: whatever is typed on that one has not seen these fields.
    text = _text({**_draft(row).typed, **typed})
    session.execute(
        update(DeclarationDraft)
        .where(DeclarationDraft.employer_id == employer_id, DeclarationDraft.period == period.code)
        .values(typed=text, saved_at=day.now, saved_by=day.actor)
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
    if row is None or _draft(row).digest != seen.digest:
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


def name_of_saver(session: Session, employer_id: int, draft: Draft) -> str:
    """The name of the person who acts for the employer and saved it; "" for the employer."""
    person, _, rest = draft.saved_by.partition("/")
    if not rest or not person.startswith("person:"):
        return ""
    with reading(session):
        name = session.scalar(
            select(Delegation.name)
            .where(
                Delegation.employer_id == employer_id,
                Delegation.person_id == int(person.removeprefix("person:")),
            )
            .order_by(Delegation.id.desc())
            .limit(1)
        )
    return name or ""


def _filed(session: Session, employer_id: int, form_key: str) -> int | None:
    return session.scalar(
        select(Declaration.id).where(
            Declaration.form_key == form_key, Declaration.employer_id == employer_id
        )
    )


def _of(employer_id: int, period: Period) -> Select[*tuple[Any, ...]]:
    return select(
        DeclarationDraft.form_key,
        DeclarationDraft.typed,
        DeclarationDraft.corrects,
        DeclarationDraft.saved_by,
        DeclarationDraft.saved_at,
    ).where(DeclarationDraft.employer_id == employer_id, DeclarationDraft.period == period.code)


def _text(typed: Typed, page: str = "") -> str:
    return json.dumps({**typed, PAGE: page[:LONGEST_PAGE]}, ensure_ascii=False, sort_keys=True)


def _values(typed: Typed) -> str:
    """What was typed, always in the same order."""
    return json.dumps(dict(typed), ensure_ascii=False, sort_keys=True)


def _draft(row: Row[Any]) -> Draft:
    """The draft of a row of its table."""
    typed = json.loads(row.typed)
    page = typed.pop(PAGE, "")
    told = f"{row.form_key}:{row.corrects}:{_values(typed)}"
    digest = hashlib.sha256(told.encode()).hexdigest()
    return Draft(row.form_key, typed, digest, row.corrects, page, row.saved_by, row.saved_at)
