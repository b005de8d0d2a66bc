"""The statement of an employer's account: what was owed, received and credited, from day to day.

It is told by the books, which never change: each line is one cause, or all the dues of one kind
and period that were booked on one day, with the balance after it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Row,
    Select,
    Subquery,
    and_,
    case,
    func,
    or_,
    select,
)
from sqlalchemy.orm import Session

from webapp.domain.errors import NotFound
from webapp.domain.money import Centimes
from webapp.domain.period import Period
from webapp.models import Account, Attempt, Debit, DueKind, Posting
from webapp.services.statement_queries import OWN, Movement, numbered_lines
from webapp.services.transactions import reading

LINES_ON_A_PAGE = 40
LINES_AT_ONCE = 500
LONGEST_ID = 15


@dataclass(frozen=True, slots=True)
class StatementLine:
    """One line: `amount` in centimes raises what is owed, below zero it lowers it.

    `balance` is what is owed after it; below zero the fund owes it. `reference` names the debit,
    the schedule or the payment; `worksites` is how many the line is about.
    """

    key: str
    on: date
    movement: Movement
    is_credit: bool
    amount: Centimes
    balance: Centimes
    kind: DueKind | None
    period: Period | None
    worksites: int
    reference: str


@dataclass(frozen=True, slots=True)
class Statement:
    """A part of a statement between two Algiers days, with what was owed before and after them.

    `charged` and `paid` are the sums of what raised and of what lowered it, in centimes.
    """

    first_on: date
    last_on: date
    opening: Centimes
    closing: Centimes
    charged: Centimes
    paid: Centimes
    lines: tuple[StatementLine, ...]
    more: bool


def read_statement(
    session: Session,
    employer_id: int,
    first_on: date,
    last_on: date,
    after: str | None = None,
    most: int = LINES_ON_A_PAGE,
) -> Statement:
    """The statement of these days, oldest line first; `after` is the key of the last line seen.

    Raises NotFound for a key that is none.
    """
    with reading(session):
        opening = _sum(session, employer_id, Posting.posted_on < first_on)
        lines = numbered_lines(employer_id, first_on, last_on)
        raised = case((lines.c.amount > 0, lines.c.amount), else_=0)
        totals = session.execute(
            select(
                func.coalesce(func.sum(raised), 0).label("charged"),
                func.coalesce(func.sum(lines.c.amount), 0).label("change"),
            )
        ).one()
        rows = session.execute(_after(lines, after).limit(most + 1)).all()
        charged, change = int(totals.charged), int(totals.change)
        return Statement(
            first_on=first_on,
            last_on=last_on,
            opening=opening,
            closing=Centimes(opening + change),
            charged=Centimes(charged),
            paid=Centimes(charged - change),
            lines=_lines(session, rows[:most], opening),
            more=len(rows) > most,
        )


def every_line(
    session: Session, employer_id: int, first_on: date, last_on: date
) -> Iterator[StatementLine]:
    """All the lines of these days, however many, in portions."""
    after = None
    while True:
        part = read_statement(session, employer_id, first_on, last_on, after, LINES_AT_ONCE)
        yield from part.lines
        if not part.more:
            return
        after = part.lines[-1].key


def _sum(session: Session, employer_id: int, *conditions: ColumnElement[bool]) -> Centimes:
    found = session.scalar(
        select(func.coalesce(func.sum(Posting.amount_centimes), 0)).where(
            Posting.employer_id == employer_id, Posting.account.in_(OWN), *conditions
        )
    )
    return Centimes(int(found or 0))


def _after(lines: Subquery, after: str | None) -> Select[*tuple[Any, ...]]:
    query = select(lines).order_by(lines.c.posted_on, lines.c.first_id)
    if after is None:
        return query
    on, first_id = _position(after)
    later = and_(lines.c.posted_on == on, lines.c.first_id > first_id)
    return query.where(or_(lines.c.posted_on > on, later))


def _position(key: str) -> tuple[date, int]:
    """The day and the first posting of a line, from its key."""
    on, _, first_id = key.partition(".")
    try:
        return date.fromisoformat(on), _id(first_id)
    except ValueError:
        raise NotFound(kind="statement", reference=key) from None


def _id(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= LONGEST_ID):
        raise ValueError(text)
    return int(text)


def _lines(
    session: Session, rows: Sequence[Row[*tuple[Any, ...]]], opening: Centimes
) -> tuple[StatementLine, ...]:
    references = _references(session, [row.source_key for row in rows])
    return tuple(_line(row, references, opening) for row in rows)


def _line(
    row: Row[*tuple[Any, ...]], references: dict[str, str], opening: Centimes
) -> StatementLine:
    kind, period = _of_subject(row)
    return StatementLine(
        key=f"{row.posted_on.isoformat()}.{row.first_id}",
        on=row.posted_on,
        movement=Movement(row.movement),
        is_credit=row.account is Account.EMPLOYER_CREDIT,
        amount=Centimes(int(row.amount)),
        balance=Centimes(opening + int(row.running)),
        kind=kind,
        period=period,
        worksites=row.worksites,
        reference=references.get(row.source_key, ""),
    )


def _of_subject(row: Row[*tuple[Any, ...]]) -> tuple[DueKind | None, Period | None]:
    if row.subject == row.source_key:
        return None, None
    kind, _, period = row.subject.partition(":")
    return DueKind(kind), Period.parse(period)


def _references(session: Session, keys: Iterable[str]) -> dict[str, str]:
    """The debit, the schedule or the payment that each cause names."""
    found, attempts = {}, {}
    for key in keys:
        cause, _, rest = key.partition(":")
        if cause in {"set-off", "schedule", "payment"}:
            found[key] = rest.partition(":")[0]
        elif cause == "attempt":
            attempts[key] = int(rest.partition(":")[0])
    if attempts:
        debits = dict(
            session.execute(
                select(Attempt.id, Debit.reference)
                .join(Debit, Debit.id == Attempt.debit_id)
                .where(Attempt.id.in_(set(attempts.values())))
            ).all()
        )
        found |= {key: debits[id_] for key, id_ in attempts.items() if id_ in debits}
    return found
