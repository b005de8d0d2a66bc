"""What an employer sees of their debits: the list, and one with everything that happened to it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, bindparam, exists, func, or_, select
from sqlalchemy.orm import Session, aliased

from webapp.domain.errors import NotFound
from webapp.domain.moment import Moment
from webapp.domain.money import Centimes
from webapp.domain.period import Period
from webapp.domain.statuses import UNSENT_DEBIT_STATUSES, DebitStatus
from webapp.models import (
    Attempt,
    BankFile,
    Debit,
    DebitLine,
    Due,
    DueKind,
    Event,
    Mandate,
    Notice,
    Subject,
    Worksite,
)
from webapp.services.debit_life import AttemptRow, DebitRow, LifeMoment, NoticeRow, life_of
from webapp.services.due_origins import Explained, explain_dues
from webapp.services.freeing import CALENDAR_CHANGED
from webapp.services.taking_again import stood_in
from webapp.services.transactions import reading

DEBITS_ON_A_PAGE = 24
NOT_ENDED = (*UNSENT_DEBIT_STATUSES, DebitStatus.SENT, DebitStatus.UNKNOWN, DebitStatus.ACCEPTED)

# The statements of every page are put together once: that takes longer than to run them.
_later = aliased(Attempt)
ROWS = (
    select(
        Debit.id,
        Debit.reference,
        Debit.status,
        Debit.hold_reason,
        Debit.collect_on,
        Debit.amount_centimes,
        Mandate.bank_code,
        Mandate.account_last4,
        Mandate.reference.label("mandate_reference"),
        Attempt.number,
        Attempt.reason_code,
        Attempt.settled_at,
        Attempt.refused_at,
        Attempt.returned_at,
    )
    .join(Mandate, Mandate.id == Debit.mandate_id)
    .outerjoin(Attempt, Attempt.debit_id == Debit.id)
    .outerjoin(_later, and_(_later.debit_id == Debit.id, _later.number > Attempt.number))
    .where(_later.id.is_(None), Debit.employer_id == bindparam("employer_id"))
    .order_by(Debit.collect_on.desc(), Debit.id.desc())
)
# What was planned anew because a bank day was closed or opened stands there under its new day.
LISTED_ROWS = ROWS.where(
    or_(
        Debit.status != DebitStatus.CANCELLED,
        ~exists().where(
            Event.subject == Subject.DEBIT,
            Event.subject_id == Debit.id,
            Event.target == DebitStatus.CANCELLED.value,
            Event.cause == CALENDAR_CHANGED,
        ),
    )
)
RECENT_ROWS = LISTED_ROWS.limit(bindparam("limit"))
PERIODS = (
    select(DebitLine.debit_id, Due.period, func.sum(DebitLine.amount_centimes).label("amount"))
    .join(Due, Due.id == DebitLine.due_id)
    .where(DebitLine.debit_id.in_(bindparam("debits", expanding=True)))
    .group_by(DebitLine.debit_id, Due.period)
    .order_by(Due.period)
)
ENDED_WITHOUT_MONEY = {DebitStatus.CANCELLED, DebitStatus.REFUSED, DebitStatus.REVERSED}
SHARES = (
    select(
        Worksite.name, Due.id, Due.kind, Due.period, DebitLine.amount_centimes, DebitLine.freed_at
    )
    .join(Due, Due.id == DebitLine.due_id)
    .outerjoin(Worksite, Worksite.id == Due.worksite_id)
    .where(DebitLine.debit_id == bindparam("debit"))
    .order_by(Due.period, Worksite.id, DebitLine.id)
)


@dataclass(frozen=True, slots=True)
class WorksiteShare:
    """One due under a debit."""

    due_id: int
    worksite: str
    kind: DueKind
    period: Period
    amount: Centimes


@dataclass(frozen=True, slots=True)
class DebitPage:
    """One debit with its worksites, its notices and its presentations, oldest first.

    `explained` says of each due under it, by its id, where it comes from and how it came about.
    `lost_on`: the day for which the bank has not got its file, where it is to be debited otherwise.
    """

    debit: DebitRow
    shares: tuple[WorksiteShare, ...]
    explained: Mapping[int, Explained]
    notices: tuple[NoticeRow, ...]
    attempts: tuple[AttemptRow, ...]
    lost_on: date | None

    @property
    def life(self) -> list[LifeMoment]:
        """What happened to the debit, in the six words and the notice, then what is to come."""
        return life_of(self.debit, self.notices, self.attempts)


def list_debits(
    session: Session, employer_id: int, before: str | None = None
) -> tuple[list[DebitRow], bool]:
    """The employer's debits, the latest first, and whether there are older ones.

    `before` is the reference of the last one already seen. Raises NotFound for one that is not
    the employer's.
    """
    with reading(session):
        wanted = LISTED_ROWS
        if before is not None:
            last = session.execute(
                select(Debit.collect_on, Debit.id).where(
                    Debit.employer_id == employer_id, Debit.reference == before
                )
            ).first()
            if last is None:
                raise NotFound(kind="debit", reference=before)
            wanted = wanted.where(_older(last))
        rows = session.execute(
            wanted.limit(DEBITS_ON_A_PAGE + 1), {"employer_id": employer_id}
        ).all()
        found = with_periods(session, rows[:DEBITS_ON_A_PAGE])
    return found, len(rows) > DEBITS_ON_A_PAGE


def find_debit(session: Session, employer_id: int, reference: str) -> DebitPage:
    """One of the employer's debits. Raises NotFound, also for somebody else's."""
    with reading(session):
        row = session.execute(
            ROWS.where(Debit.reference == reference), {"employer_id": employer_id}
        ).first()
        if row is None:
            raise NotFound(kind="debit", reference=reference)
        (debit,) = with_periods(session, [row])
        shares = shares_of(session, debit)
        return DebitPage(
            debit=debit,
            shares=shares,
            explained=explain_dues(session, [share.due_id for share in shares]),
            notices=_notices(session, debit.id),
            attempts=_attempts(session, debit.id),
            lost_on=_lost_on(session, debit),
        )


def recent_rows(session: Session, employer_id: int, limit: int) -> Sequence[Row[*tuple[Any, ...]]]:
    """The latest debits; inside the caller's transaction."""
    return session.execute(RECENT_ROWS, {"employer_id": employer_id, "limit": limit}).all()


def shares_of(session: Session, debit: DebitRow) -> tuple[WorksiteShare, ...]:
    """The dues under a debit; of one that has ended without money, those that it had at its end.

    What a correction had taken out before is none of them.
    """
    lines = session.execute(SHARES, {"debit": debit.id}).all()
    rows = [line for line in lines if line.freed_at is None]
    if lines and not rows and debit.status in ENDED_WITHOUT_MONEY:
        last = max(line.freed_at for line in lines)
        rows = [line for line in lines if line.freed_at == last]
    return tuple(
        WorksiteShare(
            row.id,
            row.name or "",
            row.kind,
            Period.parse(row.period),
            Centimes(row.amount_centimes),
        )
        for row in rows
    )


def with_periods(session: Session, rows: Sequence[Row[*tuple[Any, ...]]]) -> list[DebitRow]:
    """The rows as they leave this file, each with the periods of its dues; two queries in all."""
    lines = session.execute(PERIODS, {"debits": [row.id for row in rows]}).all()
    periods: dict[int, tuple[Period, ...]] = {}
    totals: dict[int, int] = {}
    for line in lines:
        periods[line.debit_id] = (*periods.get(line.debit_id, ()), Period.parse(line.period))
        totals[line.debit_id] = totals.get(line.debit_id, 0) + int(line.amount)
    return [_row(row, periods.get(row.id, ()), totals.get(row.id, 0)) for row in rows]


def _older(last: Row[*tuple[Any, ...]]) -> ColumnElement[bool]:
    return or_(
        Debit.collect_on < last.collect_on,
        and_(Debit.collect_on == last.collect_on, Debit.id < last.id),
    )


def _row(row: Row[*tuple[Any, ...]], periods: tuple[Period, ...], total: int) -> DebitRow:
    # A cancelled debit has freed its lines and stands at nothing: it is told by what it was.
    amount = row.amount_centimes or total
    return DebitRow(
        id=row.id,
        reference=row.reference,
        status=row.status,
        hold_reason=row.hold_reason,
        collect_on=row.collect_on,
        amount=Centimes(amount),
        bank_code=row.bank_code,
        account_last4=row.account_last4,
        mandate_reference=row.mandate_reference,
        attempts=row.number or 0,
        reason_code=row.reason_code,
        settled_on=_day(row.settled_at),
        refused_on=_day(row.returned_at or row.refused_at),
        periods=periods,
    )


def _notices(session: Session, debit_id: int) -> tuple[NoticeRow, ...]:
    rows = session.scalars(
        select(Notice).where(Notice.debit_id == debit_id).order_by(Notice.version, Notice.id)
    )
    return tuple(
        NoticeRow(
            channel=row.channel,
            status=row.status,
            told_on=row.accepted_on or Moment.at(row.created_at).today,
            amount=Centimes(row.amount_centimes),
            collect_on=row.collect_on,
        )
        for row in rows
    )


def _attempts(session: Session, debit_id: int) -> tuple[AttemptRow, ...]:
    rows = session.execute(
        select(Attempt, BankFile.sent_at)
        .join(BankFile, BankFile.id == Attempt.bank_file_id)
        .where(Attempt.debit_id == debit_id)
        .order_by(Attempt.number)
    )
    return tuple(
        AttemptRow(
            number=attempt.number,
            sent_on=_day(sent_at),
            accepted_on=_day(attempt.accepted_at),
            debited_on=_day(attempt.debited_at),
            settled_on=_day(attempt.settled_at),
            refused_on=_day(attempt.returned_at or attempt.refused_at),
            given_back_on=_day(attempt.reversed_at),
            reason_code=attempt.reason_code,
        )
        for attempt, sent_at in rows
    )


def _lost_on(session: Session, debit: DebitRow) -> date | None:
    """Until its money has come, or it has failed for another cause."""
    if debit.status not in NOT_ENDED or debit.reason_code:
        return None
    return session.scalar(
        select(func.max(BankFile.collect_on))
        .join(Attempt, stood_in(BankFile.id))
        .where(Attempt.debit_id == debit.id, BankFile.lost_at.is_not(None))
    )


def _day(instant: Any) -> date | None:
    return None if instant is None else Moment.at(instant).today
