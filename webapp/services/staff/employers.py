"""Employers as the desk of an agency sees them: found by number or name, and one opened."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, false, not_, or_, select, tuple_
from sqlalchemy.orm import InstrumentedAttribute, Session

from webapp.domain.errors import InvalidMemberNumber, NotFound
from webapp.domain.member_number import parse_member_number
from webapp.domain.name_sounds import is_whole, sounds_asked
from webapp.domain.roles import Scope
from webapp.domain.search_key import search_key
from webapp.domain.text import typed
from webapp.models import Agency, Employer, Subject
from webapp.services.events import record
from webapp.services.transactions import reading, transaction
from webapp.services.working_day import WorkingDay

FOUND_ON_A_PAGE = 25
# Behind every key that begins with another one.
LAST_SIGN = "\U0010ffff"
FIRST_ARABIC, LAST_ARABIC = "\u0600", "\u06ff"


@dataclass(frozen=True, slots=True)
class FoundEmployer:
    """One line of a search."""

    id: int
    member_number: str
    name_ar: str
    name_fr: str
    agency_ar: str
    agency_fr: str


@dataclass(frozen=True, slots=True)
class KnownContact:
    """How an employer can be reached, in full."""

    id: int
    name_ar: str
    name_fr: str
    phone: str
    email: str


@dataclass(frozen=True, slots=True)
class _Found:
    """Where a search goes on: behind which row of which of its two lists."""

    begins: bool
    whole: int
    key: str
    id: int


def find_employers(
    session: Session, scope: Scope, text: str, after: int | None = None
) -> tuple[list[FoundEmployer], bool]:
    """The employers in scope with this member number or NIF, or with a name like this.

    Of a number, those that have it; otherwise the names that begin so, in the alphabet of what
    was typed, then those that sound so in either alphabet. A page at most, and whether there are
    more. `after` is the id of the last one already seen. Raises NotFound for one that is not in
    scope.
    """
    with reading(session):
        exact = _with_number(session, scope, text)
        key, column = search_key(text), _column_for(text)
        if exact or not key:
            return exact, False
        begins = and_(column >= key, column < key + LAST_SIGN)
        sounds, whole = _sounding_like(text)
        if scope.agency_id is None and session.get_bind().dialect.name == "sqlite":
            # Of the whole country, only the index of the sounds is read: five times as fast.
            sounds = Employer.id.in_(select(Employer.id).where(sounds).correlate(None))
        last = None
        if after is not None:
            last = _place_of(session, scope, after, column, key, whole)
        rows: list[FoundEmployer] = []
        if last is None or last.begins:
            behind = () if last is None else (tuple_(column, Employer.id) > (last.key, last.id),)
            rows += _read(
                session, FOUND.where(*in_scope(scope), begins, *behind), (column, Employer.id)
            )
        if len(rows) <= FOUND_ON_A_PAGE:
            order = (whole, column, Employer.id)
            behind = ()
            if last is not None and not last.begins:
                behind = (tuple_(*order) > (last.whole, last.key, last.id),)
            rows += _read(
                session, FOUND.where(*in_scope(scope), sounds, not_(begins), *behind), order
            )
    return rows[:FOUND_ON_A_PAGE], len(rows) > FOUND_ON_A_PAGE


def name_of(session: Session, scope: Scope, employer_id: int) -> FoundEmployer:
    """What an employer is called. Raises NotFound, also for one out of scope."""
    with reading(session):
        row = session.execute(FOUND.where(Employer.id == employer_id, *in_scope(scope))).first()
    if row is None:
        raise NotFound(kind="employer", reference=str(employer_id))
    return FoundEmployer(*row)


def find_contact(session: Session, day: WorkingDay, scope: Scope, employer_id: int) -> KnownContact:
    """The whole phone and e-mail of an employer, to change them; the look is an event.

    Raises NotFound, also for an employer out of scope.
    """
    with transaction(session):
        row = session.execute(
            select(
                Employer.id, Employer.name_ar, Employer.name_fr, Employer.phone, Employer.email
            ).where(Employer.id == employer_id, *in_scope(scope))
        ).first()
        if row is None:
            raise NotFound(kind="employer", reference=str(employer_id))
        record(session, day, Subject.EMPLOYER, [employer_id], None, "opened", "contact")
    return KnownContact(*row)


def in_scope(scope: Scope) -> tuple[ColumnElement[bool], ...]:
    """The employers that somebody may see; for the WHERE of a statement about employers."""
    return () if scope.agency_id is None else (Employer.agency_id == scope.agency_id,)


FOUND = select(
    Employer.id,
    Employer.member_number,
    Employer.name_ar,
    Employer.name_fr,
    Agency.name_ar.label("agency_ar"),
    Agency.name_fr.label("agency_fr"),
).join(Agency, Agency.id == Employer.agency_id)


def _with_number(session: Session, scope: Scope, text: str) -> list[FoundEmployer]:
    """Who has this member number; else who has this NIF, however it was spaced."""
    nif = "".join(typed(text).split())
    for column, number in ((Employer.member_number, _member_number(text)), (Employer.nif, nif)):
        if number and number[0].isdigit():
            rows = _read(session, FOUND.where(*in_scope(scope), column == number), (Employer.id,))
            if rows:
                return rows[:FOUND_ON_A_PAGE]
    return []


def _read(
    session: Session, found: Select[*tuple[Any, ...]], order: Sequence[Any]
) -> list[FoundEmployer]:
    """A page of them, and one more where there are more."""
    rows = session.execute(found.order_by(*order).limit(FOUND_ON_A_PAGE + 1)).all()
    return [FoundEmployer(*row) for row in rows]


def _sounding_like(text: str) -> tuple[ColumnElement[bool], ColumnElement[int]]:
    """Whether a name sounds like what was typed; and 0 where it does to the last letter, else 1."""
    whole, each = sounds_asked(text)
    alike = _begins_a_sound(whole)
    if each:
        alike = or_(alike, and_(*map(_begins_a_sound, each)))
    exact = or_(false(), *(Employer.sounds.like(f"% {one} %") for one in sorted(whole)))
    return alike, case((exact, 0), else_=1)


def _begins_a_sound(sounds: Collection[str]) -> ColumnElement[bool]:
    """Whether one of these begins one of a name's sounds, or is one where it says very little."""
    wanted = (f"% {one} %" if is_whole(one) else f"% {one}%" for one in sorted(sounds))
    return or_(false(), *map(Employer.sounds.like, wanted))


def _place_of(
    session: Session,
    scope: Scope,
    after: int,
    column: InstrumentedAttribute[str],
    key: str,
    whole: ColumnElement[int],
) -> _Found:
    row = session.execute(
        select(column, whole).where(Employer.id == after, *in_scope(scope))
    ).first()
    if row is None:
        raise NotFound(kind="employer", reference=str(after))
    return _Found(row[0].startswith(key), row[1], row[0], after)


def _member_number(text: str) -> str | None:
    try:
        return parse_member_number(text)
    except InvalidMemberNumber:
        return None


def _column_for(text: str) -> InstrumentedAttribute[str]:
    arabic = any(FIRST_ARABIC <= sign <= LAST_ARABIC for sign in text)
    return Employer.search_ar if arabic else Employer.search_fr


def note_proof(session: Session, day: WorkingDay, member_number: str) -> None:
    """An event: the proof of a debit of this employer was taken away."""
    with transaction(session):
        owner = session.scalars(
            select(Employer.id).where(Employer.member_number == member_number)
        ).one()
        record(session, day, Subject.EMPLOYER, [owner], None, "opened", "proof")
