"""A queue of the office: answers of banks that match nothing, and the money in suspense.

Money that two messages tell is booked once, and stands here once: the sum of this queue is what
the books hold in suspense.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Row,
    Select,
    String,
    Subquery,
    cast,
    exists,
    func,
    literal,
    or_,
    select,
)
from sqlalchemy.orm import Session, aliased

from webapp.domain.facts import Fact
from webapp.domain.money import Centimes
from webapp.domain.office_queues import LookNote
from webapp.models import (
    Attempt,
    BankMessage,
    Channel,
    Debit,
    Due,
    Employer,
    Event,
    SuspenseReason,
)
from webapp.services.event_search import on_days
from webapp.services.staff.actor_names import names_of_actors
from webapp.services.staff.debit_queues import LINES_ON_A_PAGE, Wanted
from webapp.services.staff.queue_marks import (
    LOOKED_INTO,
    TAKEN,
    mark_of_entry,
    note_in,
    only_looked,
)
from webapp.services.sums import Sum
from webapp.services.suspense_assigning import ASKED, credit_key, employer_asked_for
from webapp.services.suspense_entries import told_entries
from webapp.services.transactions import reading


@dataclass(frozen=True, slots=True)
class Unmatched:
    """One answer that matches nothing; `moved` in centimes, 0 where no money did.

    `ours` is the debit whose reference it carries, if it is one of ours, with its employer; that
    is who the money may belong to. `asked_for` is the member number for which a colleague asks.
    """

    id: int
    mark: int
    message_id: int
    message_name: str
    institution_ar: str
    institution_fr: str
    imported_at: datetime
    booked_on: date | None
    fact: Fact | None
    moved: Centimes
    doubt: SuspenseReason
    code: str | None
    ours: str
    employer_id: int | None
    member_number: str
    name_ar: str
    name_fr: str
    asked_for: str
    asked_by: str
    looked_by: str
    looked_at: datetime | None
    note: LookNote | None
    taken: bool

    @property
    def amount(self) -> Centimes:
        """As the lines of the other queues call it."""
        return self.moved


def unmatched(
    session: Session,
    wanted: Wanted,
    before: int | None = None,
    most: int = LINES_ON_A_PAGE,
) -> tuple[list[Unmatched], bool]:
    """The lines that fit, the latest first, and whether there are older ones than these."""
    told = told_entries()
    statement = _rows(told).where(*_fits(told, wanted))
    if before is not None:
        statement = statement.where(told.c.id < before)
    with reading(session):
        rows = session.execute(statement.order_by(told.c.id.desc()).limit(most + 1)).all()
        return _lines(session, rows[:most]), len(rows) > most


def these_unmatched(session: Session, ids: Sequence[int]) -> list[Unmatched]:
    """Those of the entries that wait still, the latest first."""
    told = told_entries()
    statement = _rows(told).where(told.c.id.in_(ids), *_waits(told)).order_by(told.c.id.desc())
    with reading(session):
        return _lines(session, session.execute(statement).all())


def sum_of_unmatched(session: Session, wanted: Wanted) -> Sum:
    """How many fit, and how much of it is money: what came in less what went out."""
    told = told_entries()
    counted = _joined(told, select(func.count(), func.sum(func.coalesce(told.c.moved_centimes, 0))))
    with reading(session):
        count, centimes = session.execute(counted.where(*_fits(told, wanted))).one()
    return Sum(count, int(centimes or 0))


def _waits(told: Subquery) -> list[ColumnElement[bool]]:
    credited = aliased(Due)
    key = literal(credit_key("")).concat(cast(told.c.id, String))
    return [
        or_(told.c.telling == 1, func.coalesce(told.c.moved_centimes, 0) == 0),
        ~exists().where(credited.origin_key == key),
    ]


def _joined(told: Subquery, statement: Select[*tuple[Any, ...]]) -> Select[*tuple[Any, ...]]:
    return (
        statement.select_from(told)
        .join(BankMessage, BankMessage.id == told.c.bank_message_id)
        .outerjoin(Channel, Channel.code == BankMessage.channel_code)
        .outerjoin(Event, Event.id == mark_of_entry(told))
    )


def _rows(told: Subquery) -> Select[*tuple[Any, ...]]:
    return (
        _joined(
            told,
            select(
                told, BankMessage.message_name, BankMessage.imported_at, Channel.institution_ar,
                Channel.institution_fr, Debit.reference, Debit.employer_id,
                Employer.member_number, Employer.name_ar, Employer.name_fr,
                Event.id.label("mark"), Event.target, Event.actor, Event.at, Event.cause,
            ),
        )
        .outerjoin(Attempt, Attempt.end_to_end_id == told.c.end_to_end_id)
        .outerjoin(Debit, Debit.id == Attempt.debit_id)
        .outerjoin(Employer, Employer.id == Debit.employer_id)
    )  # fmt: skip


def _fits(told: Subquery, wanted: Wanted) -> list[ColumnElement[bool]]:
    found = [*_waits(told), *only_looked(wanted.looked)]
    found += on_days(BankMessage.imported_at, wanted.since, wanted.until)
    if wanted.bank:
        found.append(BankMessage.channel_code == wanted.bank)
    if wanted.reason:
        found.append(told.c.suspense_reason == SuspenseReason(wanted.reason))
    return found


def _lines(session: Session, rows: Sequence[Row[Any]]) -> list[Unmatched]:
    names = names_of_actors(session, [row.actor for row in rows])
    asked = {employer_asked_for(row.cause) for row in rows if row.target == ASKED}
    numbers = dict(
        session.execute(
            select(Employer.id, Employer.member_number).where(Employer.id.in_(sorted(asked)))
        ).all()
    )
    return [_line(row, names, numbers) for row in rows]


def _line(row: Row[Any], names: Mapping[str, str], numbers: Mapping[int, str]) -> Unmatched:
    seen, asked = row.target in (LOOKED_INTO, TAKEN), row.target == ASKED
    by = names.get(row.actor, row.actor)
    return Unmatched(
        id=row.id,
        mark=row.mark or 0,
        message_id=row.bank_message_id,
        message_name=row.message_name,
        institution_ar=row.institution_ar or "",
        institution_fr=row.institution_fr or "",
        imported_at=row.imported_at,
        booked_on=row.booked_on,
        fact=row.fact,
        moved=Centimes(row.moved_centimes or 0),
        doubt=row.suspense_reason,
        code=row.reason_code,
        ours=row.reference or "",
        employer_id=row.employer_id,
        member_number=row.member_number or "",
        name_ar=row.name_ar or "",
        name_fr=row.name_fr or "",
        asked_for=numbers.get(employer_asked_for(row.cause), "") if asked else "",
        asked_by=by if asked else "",
        looked_by=by if seen else "",
        looked_at=row.at if seen else None,
        note=note_in(row.target, row.cause),
        taken=row.target == TAKEN,
    )
