"""Two queues of the office: the debits on hold, and those that a bank has refused."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, TypeVarTuple

from sqlalchemy import ColumnElement, Row, Select, and_, exists, func, or_, select
from sqlalchemy.orm import Session, aliased

from webapp.data.loader import load_reasons
from webapp.domain.money import Centimes
from webapp.domain.office_queues import Looked, LookNote, QueueKind
from webapp.domain.reasons import Reason, RefusalCause, cause_of, codes_of
from webapp.domain.statuses import DebitStatus, DueStatus
from webapp.models import (
    Agency,
    Attempt,
    Debit,
    DebitLine,
    Due,
    Employer,
    Event,
    HoldReason,
    Mandate,
)
from webapp.services.staff.actor_names import names_of_actors
from webapp.services.staff.queue_marks import (
    LOOKED_INTO,
    TAKEN,
    mark_of_debit,
    note_in,
    only_looked,
)
from webapp.services.sums import Sum
from webapp.services.transactions import reading

LINES_ON_A_PAGE = 50
Columns = TypeVarTuple("Columns")


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which lines of a queue to show; nothing where it does not matter.

    `bank` is the code of the debited account's bank or, of unmatched answers, of the channel;
    `agency` and `wilaya` are codes; `reason` is a hold's reason, a refusal's side or a doubt.
    Days are Algiers days, inclusive: of the debit, of the request, or on which the answer came.
    """

    bank: str = ""
    agency: str = ""
    wilaya: str = ""
    reason: str = ""
    since: date | None = None
    until: date | None = None
    looked: Looked | None = None


@dataclass(frozen=True, slots=True)
class DebitInQueue:
    """One debit that waits, and who has looked into it; `cause` and `code` of a refused one."""

    id: int
    mark: int
    reference: str
    held: bool
    hold_reason: HoldReason | None
    cause: RefusalCause | None
    code: str | None
    employer_id: int
    member_number: str
    name_ar: str
    name_fr: str
    agency_ar: str
    agency_fr: str
    wilaya_code: str
    bank_code: str
    collect_on: date
    amount: Centimes
    looked_by: str
    looked_at: datetime | None
    note: LookNote | None
    taken: bool


def debits_in_queue(
    session: Session,
    kind: QueueKind,
    wanted: Wanted,
    before: int | None = None,
    most: int = LINES_ON_A_PAGE,
) -> tuple[list[DebitInQueue], bool]:
    """The lines that fit, the latest first, and whether there are older ones than these."""
    statement = _rows().where(_in(kind), *_fits(kind, wanted))
    if before is not None:
        statement = statement.where(Debit.id < before)
    with reading(session):
        rows = session.execute(statement.order_by(Debit.id.desc()).limit(most + 1)).all()
        return _lines(session, rows[:most]), len(rows) > most


def these_debits(session: Session, kind: QueueKind, ids: Sequence[int]) -> list[DebitInQueue]:
    """Those of the debits that wait in the queue still, the latest first."""
    statement = _rows().where(_in(kind), Debit.id.in_(ids)).order_by(Debit.id.desc())
    with reading(session):
        return _lines(session, session.execute(statement).all())


def sum_of_debits(session: Session, kind: QueueKind, wanted: Wanted) -> Sum:
    """How many debits fit, and their amounts."""
    counted = _joined(select(func.count(), func.sum(Debit.amount_centimes)).select_from(Debit))
    with reading(session):
        count, centimes = session.execute(counted.where(_in(kind), *_fits(kind, wanted))).one()
    return Sum(count, int(centimes or 0))


def _rows() -> Select[*tuple[Any, ...]]:
    return _joined(
        select(
            Debit.id, Debit.reference, Debit.status, Debit.hold_reason, Debit.collect_on,
            Debit.amount_centimes, Debit.employer_id, Employer.member_number, Employer.name_ar,
            Employer.name_fr, Employer.wilaya_code, Agency.name_ar.label("agency_ar"),
            Agency.name_fr.label("agency_fr"), Mandate.bank_code, _code().label("code"),
            Event.id.label("mark"), Event.target, Event.actor, Event.at, Event.cause,
        )
    )  # fmt: skip


def _joined(statement: Select[*Columns]) -> Select[*Columns]:
    return (
        statement.join(Employer, Employer.id == Debit.employer_id)
        .join(Agency, Agency.id == Employer.agency_id)
        .join(Mandate, Mandate.id == Debit.mandate_id)
        .outerjoin(Event, Event.id == mark_of_debit())
    )


def _code() -> ColumnElement[str | None]:
    """The reason of the last presentation; of a debit never presented there is none."""
    latest = aliased(Attempt)
    return (
        select(latest.reason_code)
        .where(latest.debit_id == Debit.id)
        .order_by(latest.number.desc())
        .limit(1)
        .correlate(Debit)
        .scalar_subquery()
    )


def _in(kind: QueueKind) -> ColumnElement[bool]:
    """The debits of a queue. A refused one leaves it when another debit takes its dues, or they
    are paid, waived or replaced: nobody has to look any more.
    """
    if kind is QueueKind.HELD:
        return and_(Debit.status == DebitStatus.HELD, Debit.hold_reason != HoldReason.BANK_REFUSAL)
    uncollected = exists().where(
        DebitLine.debit_id == Debit.id,
        Due.id == DebitLine.due_id,
        or_(Due.status == DueStatus.OPEN, DebitLine.freed_at.is_(None)),
    )
    refused = and_(Debit.status == DebitStatus.REFUSED, uncollected)
    held = and_(Debit.status == DebitStatus.HELD, Debit.hold_reason == HoldReason.BANK_REFUSAL)
    return or_(refused, held)


def _fits(kind: QueueKind, wanted: Wanted) -> list[ColumnElement[bool]]:
    found = only_looked(wanted.looked)
    if wanted.bank:
        found.append(Mandate.bank_code == wanted.bank)
    if wanted.agency:
        found.append(Agency.code == wanted.agency)
    if wanted.wilaya:
        found.append(Employer.wilaya_code == wanted.wilaya)
    if wanted.since is not None:
        found.append(Debit.collect_on >= wanted.since)
    if wanted.until is not None:
        found.append(Debit.collect_on <= wanted.until)
    if wanted.reason and kind is QueueKind.HELD:
        found.append(Debit.hold_reason == HoldReason(wanted.reason))
    elif wanted.reason:
        found.append(_of_cause(RefusalCause(wanted.reason)))
    return found


def _of_cause(cause: RefusalCause) -> ColumnElement[bool]:
    reasons = load_reasons()
    if cause is not RefusalCause.UNKNOWN:
        return _code().in_(codes_of(cause, reasons))
    known = {code for one in RefusalCause for code in codes_of(one, reasons)}
    return func.coalesce(_code(), "").not_in(known)


def _lines(session: Session, rows: Sequence[Row[Any]]) -> list[DebitInQueue]:
    names = names_of_actors(session, [row.actor for row in rows])
    reasons = load_reasons()
    return [_line(row, names, reasons) for row in rows]


def _line(row: Row[Any], names: Mapping[str, str], reasons: Mapping[str, Reason]) -> DebitInQueue:
    seen = row.target in (LOOKED_INTO, TAKEN)
    refused = row.hold_reason in (None, HoldReason.BANK_REFUSAL)
    return DebitInQueue(
        id=row.id,
        mark=row.mark or 0,
        reference=row.reference,
        held=row.status is DebitStatus.HELD,
        hold_reason=row.hold_reason,
        cause=cause_of(row.code, reasons) if refused else None,
        code=row.code if refused else None,
        employer_id=row.employer_id,
        member_number=row.member_number,
        name_ar=row.name_ar,
        name_fr=row.name_fr,
        agency_ar=row.agency_ar,
        agency_fr=row.agency_fr,
        wilaya_code=row.wilaya_code,
        bank_code=row.bank_code,
        collect_on=row.collect_on,
        amount=Centimes(row.amount_centimes),
        looked_by=names.get(row.actor, row.actor) if seen else "",
        looked_at=row.at if seen else None,
        note=note_in(row.target, row.cause),
        taken=row.target == TAKEN,
    )
