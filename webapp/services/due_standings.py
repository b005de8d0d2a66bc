"""Where a due stands, in the six words: by itself, or by the debit that it is in or was in last."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Row, and_, select
from sqlalchemy.orm import Session, aliased

from webapp.domain.moment import Moment
from webapp.domain.statuses import DebitStatus, DueStatus
from webapp.domain.words import Word, word_for
from webapp.models import Attempt, BankFile, Debit, DebitLine, HoldReason, Mandate

IN_A_DEBIT = frozenset({DueStatus.SCHEDULED, DueStatus.SETTLED})

_later = aliased(Attempt)
LINES = (
    select(
        DebitLine.due_id,
        DebitLine.freed_at,
        Debit.reference,
        Debit.status,
        Debit.hold_reason,
        Debit.collect_on,
        Mandate.bank_code,
        Attempt.reason_code,
        BankFile.sent_at,
        Attempt.debited_at,
        Attempt.settled_at,
        Attempt.refused_at,
        Attempt.returned_at,
    )
    .join(Debit, Debit.id == DebitLine.debit_id)
    .join(Mandate, Mandate.id == Debit.mandate_id)
    .outerjoin(Attempt, Attempt.debit_id == Debit.id)
    .outerjoin(_later, and_(_later.debit_id == Debit.id, _later.number > Attempt.number))
    .outerjoin(BankFile, BankFile.id == Attempt.bank_file_id)
    .where(_later.id.is_(None))
)


@dataclass(frozen=True, slots=True)
class Standing:
    """One of the six words, what narrows it, and its Algiers day where it has one.

    `reference` names the debit that it is told by; with it come its institution, and why it was
    refused or is on hold.
    """

    word: Word
    qualifier: str | None = None
    on: date | None = None
    reference: str = ""
    bank_code: str = ""
    reason_code: str | None = None
    hold_reason: HoldReason | None = None


def standings(
    session: Session, statuses: dict[int, DueStatus]
) -> tuple[dict[int, Standing], dict[int, date]]:
    """Where each due stands, and the day of the live debit of those that are in one.

    Inside the caller's transaction; one statement for all.
    """
    lines = last_lines(session, statuses)
    found = {id_: standing_of(status, lines.get(id_)) for id_, status in statuses.items()}
    days = {id_: line.collect_on for id_, line in lines.items() if line.freed_at is None}
    return found, days


def last_lines(session: Session, dues: Collection[int]) -> dict[int, Row[*tuple[Any, ...]]]:
    """The debit in which each due stands or stood last; inside the caller's transaction."""
    rows = session.execute(LINES.where(DebitLine.due_id.in_(dues)).order_by(DebitLine.id))
    return {row.due_id: row for row in rows}


def standing_of(status: DueStatus, line: Row[*tuple[Any, ...]] | None) -> Standing:
    """The word of a due: that of its debit while it is in one, or was refused in it last."""
    if line is not None and line.freed_at is None and status in IN_A_DEBIT:
        return _by_debit(line)
    was_refused = line is not None and line.status is DebitStatus.REFUSED
    if line is not None and was_refused and status is DueStatus.OPEN:
        return _by_debit(line)
    if status is DueStatus.SETTLED:  # Its debit was not needed: a credit covered it.
        return Standing(Word.SETTLED, "set_off")
    word, qualifier = word_for(status)
    return Standing(word, qualifier)


def _by_debit(line: Row[*tuple[Any, ...]]) -> Standing:
    word, qualifier = word_for(line.status)
    days: dict[Word, date | None] = {
        Word.SCHEDULED: line.collect_on,
        Word.SENT: _day(line.sent_at),
        Word.DEBITED: _day(line.debited_at),
        Word.SETTLED: _day(line.settled_at),
        Word.REFUSED: _day(line.returned_at or line.refused_at),
    }
    return Standing(
        word,
        qualifier,
        days.get(word),
        line.reference,
        line.bank_code,
        line.reason_code,
        line.hold_reason,
    )


def _day(instant: datetime | None) -> date | None:
    return None if instant is None else Moment.at(instant).today
