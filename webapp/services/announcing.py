"""The second phase of the run: a notice for each planned debit that is six bank days away."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Row,
    String,
    and_,
    case,
    cast,
    exists,
    func,
    insert,
    literal,
    or_,
    select,
    update,
)
from sqlalchemy.orm import Session

from webapp.adapters.messages import Delivery
from webapp.domain.money import Centimes
from webapp.domain.statuses import DebitStatus
from webapp.models import (
    Attempt,
    Debit,
    DebitLine,
    Due,
    Employer,
    HoldReason,
    Mandate,
    Notice,
    NoticeChannel,
    NoticeKind,
    NoticeStatus,
    Worksite,
)
from webapp.services.events import move_all
from webapp.services.holding import ALWAYS, hold, hold_uncollectable
from webapp.services.sets import ranges
from webapp.services.transactions import Progress, no_progress, transaction
from webapp.services.working_day import WorkingDay

DEBITS_AT_ONCE = 2_000
NOTICES_AT_ONCE = 1_000


@dataclass(frozen=True, slots=True)
class NoticeToSend:
    """One notice as the sender of messages needs it: no account number, only its last four."""

    reference: str
    kind: str
    channel: str
    language: str
    address: str
    amount: Centimes
    collect_on: date
    account_last4: str
    bank_code: str
    worksites: tuple[str, ...]
    attempt: int
    reason_code: str


SendNotice = Callable[[NoticeToSend], Delivery]


def announce_debits(session: Session, day: WorkingDay, progress: Progress = no_progress) -> int:
    """Write a notice for every planned debit that is near; return how many were announced.

    A planned debit whose day has come too near (a run was missed) takes the feasible day. What
    may not be collected is held whole, with its reason; of a new account nothing is told before
    its quiet is over. (design.md §6.2, §6.3)
    """
    near = and_(Debit.status == DebitStatus.PLANNED, Debit.collect_on <= day.feasible_on)
    with transaction(session):
        quiet = session.scalars(select(Mandate.id).where(Mandate.first_notice_at > day.now)).all()
        if quiet:  # Seldom, and few: the statements of every run stay as they are.
            near = and_(near, Debit.mandate_id.not_in(quiet))
        ids = session.scalars(select(Debit.id).where(near).order_by(Debit.id)).all()
    announced = 0
    for first, last, done in ranges(ids, DEBITS_AT_ONCE):
        with transaction(session):
            announced += _announce_range(session, day, and_(near, Debit.id.between(first, last)))
        progress("announce", done, len(ids))
    return announced


def _announce_range(session: Session, day: WorkingDay, here: ColumnElement[bool]) -> int:
    session.execute(
        update(Debit)
        .where(here, Debit.collect_on < day.feasible_on)
        .values(collect_on=day.feasible_on)
        .execution_options(synchronize_session=False)
    )
    hold_uncollectable(session, day, DebitStatus.PLANNED, here)
    hold(session, day, DebitStatus.PLANNED, here, HoldReason.NO_CONTACT, ~_reachable())
    again = exists().where(Attempt.debit_id == Debit.id, _came_back())
    session.execute(
        insert(Notice).from_select(
            [
                "debit_id", "version", "kind", "channel", "language", "amount_centimes",
                "collect_on", "account_last4", "status", "created_at",
            ],
            select(
                Debit.id,
                Debit.notice_version + 1,
                case(
                    (again, literal(NoticeKind.RE_PRESENTED, Notice.kind.type)),
                    else_=literal(NoticeKind.ANNOUNCED, Notice.kind.type),
                ),
                Employer.notice_channel,
                Employer.language,
                Debit.amount_centimes,
                Debit.collect_on,
                Mandate.account_last4,
                literal(NoticeStatus.QUEUED, Notice.status.type),
                literal(day.now, Notice.created_at.type),
            )
            .join(Employer, Employer.id == Debit.employer_id)
            .join(Mandate, Mandate.id == Debit.mandate_id)
            .where(here),
        )
    )  # fmt: skip
    moved = move_all(
        session,
        day,
        Debit,
        DebitStatus.PLANNED,
        DebitStatus.ANNOUNCED,
        here,
        cause="announced",
        notice_version=Debit.notice_version + 1,
    )
    return len(moved)


def _came_back() -> ColumnElement[bool]:
    """The attempt reached the bank and was refused, or returned: not one whose file never left."""
    return or_(Attempt.refused_at.is_not(None), Attempt.returned_at.is_not(None))


def _reachable() -> ColumnElement[bool]:
    return exists().where(
        Employer.id == Debit.employer_id,
        or_(
            and_(Employer.notice_channel == NoticeChannel.SMS, Employer.phone != ""),
            and_(Employer.notice_channel == NoticeChannel.EMAIL, Employer.email != ""),
            Employer.notice_channel == NoticeChannel.PORTAL,
        ),
    )


def send_notices(
    session: Session, day: WorkingDay, send: SendNotice, progress: Progress = no_progress
) -> int:
    """Hand every queued notice to the sender; return how many were accepted.

    A notice refused for good holds its debit at once; one that the provider could not take now
    stays queued for the next run. A kill between the sending and the commit sends the same
    reference again: an employer may be told twice, never debited twice.
    """
    with transaction(session):
        ids = session.scalars(
            select(Notice.id).where(Notice.status == NoticeStatus.QUEUED).order_by(Notice.id)
        ).all()
    accepted = 0
    for first, last, done in ranges(ids, NOTICES_AT_ONCE):
        with transaction(session):
            notices = _queued(session, first, last)
        results = [(row_id, debit_id, send(notice)) for row_id, debit_id, notice in notices]
        with transaction(session):
            accepted += _record_deliveries(session, day, results)
        progress("notices", done, len(ids))
    return accepted


def _queued(session: Session, first: int, last: int) -> list[tuple[int, int, NoticeToSend]]:
    presented = (
        select(func.count())
        .where(Attempt.debit_id == Debit.id, _came_back())
        .correlate(Debit)
        .scalar_subquery()
    )
    last_reason = (
        select(Attempt.reason_code)
        .where(Attempt.debit_id == Debit.id, Attempt.reason_code.is_not(None))
        .order_by(Attempt.number.desc())
        .limit(1)
        .correlate(Debit)
        .scalar_subquery()
    )
    rows = session.execute(
        select(
            Notice.id,
            Notice.debit_id,
            Debit.reference,
            Notice.version,
            Notice.kind,
            Notice.channel,
            Notice.language,
            Notice.amount_centimes,
            Notice.collect_on,
            Notice.account_last4,
            Employer.phone,
            Employer.email,
            Mandate.bank_code,
            presented.label("presented"),
            last_reason.label("last_reason"),
        )
        .join(Debit, Debit.id == Notice.debit_id)
        .join(Employer, Employer.id == Debit.employer_id)
        .join(Mandate, Mandate.id == Debit.mandate_id)
        .where(Notice.id.between(first, last), Notice.status == NoticeStatus.QUEUED)
        .order_by(Notice.id)
    ).all()
    worksites = _worksites(session, rows)
    return [
        (
            row.id,
            row.debit_id,
            NoticeToSend(
                reference=f"{row.reference}.{row.version}",
                kind=row.kind.value,
                channel=row.channel.value,
                language=row.language.value,
                address=row.phone if row.channel is NoticeChannel.SMS else row.email,
                amount=Centimes(row.amount_centimes),
                collect_on=row.collect_on,
                account_last4=row.account_last4,
                bank_code=row.bank_code,
                worksites=worksites.get(row.debit_id, ()),
                attempt=row.presented + 1,
                reason_code=row.last_reason or "",
            ),
        )
        for row in rows
    ]


def _worksites(
    session: Session, rows: Sequence[Row[*tuple[Any, ...]]]
) -> dict[int, tuple[str, ...]]:
    """The names of the worksites under each debit that is told by e-mail."""
    debits = [row.debit_id for row in rows if row.channel is NoticeChannel.EMAIL]
    names: dict[int, tuple[str, ...]] = {}
    found = session.execute(
        select(DebitLine.debit_id, Worksite.name)
        .join(Due, Due.id == DebitLine.due_id)
        .join(Worksite, Worksite.id == Due.worksite_id)
        .where(DebitLine.debit_id.in_(debits), DebitLine.freed_at.is_(None))
        .distinct()
        .order_by(DebitLine.debit_id, Worksite.name)
    )
    for debit_id, name in found:
        names[debit_id] = (*names.get(debit_id, ()), name)
    return names


def _record_deliveries(
    session: Session, day: WorkingDay, results: list[tuple[int, int, Delivery]]
) -> int:
    taken = [id_ for id_, _, delivery in results if delivery is Delivery.ACCEPTED]
    refused = [(id_, debit) for id_, debit, delivery in results if delivery is Delivery.REFUSED]
    if taken:
        session.execute(
            update(Notice)
            .where(Notice.id.in_(taken), Notice.status == NoticeStatus.QUEUED)
            .values(status=NoticeStatus.ACCEPTED, accepted_on=day.today)
            .execution_options(synchronize_session=False)
        )
    if refused:
        session.execute(
            update(Notice)
            .where(Notice.id.in_([id_ for id_, _ in refused]))
            .values(status=NoticeStatus.REFUSED)
            .execution_options(synchronize_session=False)
        )
        hold(
            session,
            day,
            DebitStatus.ANNOUNCED,
            Debit.id.in_([debit for _, debit in refused]),
            HoldReason.NOTICE_NOT_DELIVERED,
            ALWAYS,
        )
    return len(taken)


def record_bounce(session: Session, day: WorkingDay, reference: str) -> bool:
    """The provider tells that a notice did not arrive: hold its debit. False when unknown.

    `reference` is the notice's own (debit reference, a dot, version). A bounce that comes after
    the debit was frozen changes nothing: the notice counted as delivered by then.
    """
    with transaction(session):
        told = Debit.reference + "." + cast(Notice.version, String)
        row = session.execute(
            select(Notice.id, Notice.debit_id)
            .join(Debit, Debit.id == Notice.debit_id)
            .where(Debit.reference == reference.rpartition(".")[0], told == reference)
        ).first()
        if row is None:
            return False
        session.execute(
            update(Notice)
            .where(Notice.id == row.id)
            .values(status=NoticeStatus.BOUNCED)
            .execution_options(synchronize_session=False)
        )
        hold(
            session,
            day,
            DebitStatus.ANNOUNCED,
            Debit.id == row.debit_id,
            HoldReason.NOTICE_NOT_DELIVERED,
            ALWAYS,
        )
    return True
