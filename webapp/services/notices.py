"""Notices of debits on their way: handed to the provider, tried again, and come back."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Row,
    case,
    exists,
    func,
    literal,
    or_,
    select,
    update,
)
from sqlalchemy.orm import Session

from webapp.adapters.messages import Delivery, Sent
from webapp.domain.money import Centimes
from webapp.domain.rules import MessageRules
from webapp.domain.statuses import DebitStatus
from webapp.models import (
    Attempt,
    Debit,
    DebitLine,
    Due,
    Employer,
    Mandate,
    Notice,
    NoticeChannel,
    NoticeStatus,
    Worksite,
)
from webapp.services.notice_bounces import hold_untold
from webapp.services.portions import IN_TURN, Hands
from webapp.services.sending import LONGEST_ANSWER, always
from webapp.services.transactions import reading, transaction
from webapp.services.working_day import WorkingDay

NOTICES_AT_ONCE = 200
OF_NO_USE = "not sent: the debit has changed since"


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
    tries: int = 0


SendNotice = Callable[[NoticeToSend], Sent]


def came_back() -> ColumnElement[bool]:
    """The attempt reached the bank and was refused, or returned: not one whose file never left."""
    return or_(Attempt.refused_at.is_not(None), Attempt.returned_at.is_not(None))


def send_notices(
    session: Session,
    day: WorkingDay,
    send: SendNotice,
    hands: Hands = IN_TURN,
    *,
    most: int | None = None,
    go_on: Callable[[], bool] = always,
) -> int:
    """Hand every queued notice whose time has come to the sender; return how many were accepted.

    At most so many, and as long as it may `go_on`. Under the run's lock: nobody else sends them.
    A notice refused for good, or tried too often, holds its debit at once; one that the provider
    could not take now is tried again later. A kill between the sending and the commit sends the
    same reference again: an employer may be told twice, never debited twice.
    """
    due = _due(day)
    with transaction(session):
        _give_up_overtaken(session)
        ids = session.scalars(select(Notice.id).where(*due).order_by(Notice.id).limit(most)).all()
        if not ids:
            return 0
        before = _accepted(session, ids)
    portion = partial(send_portion, session, day, send, go_on=go_on)
    hands("notices", ids, NOTICES_AT_ONCE, portion)
    with transaction(session):
        return _accepted(session, ids) - before


def send_portion(
    session: Session,
    day: WorkingDay,
    send: SendNotice,
    first: int,
    last: int,
    go_on: Callable[[], bool] = always,
) -> None:
    """Send those of the notices from the first to the last one that are due, as long as told."""
    with transaction(session):
        notices = _queued(session, first, last, *_due(day))
    results = [
        _Result(row_id, debit_id, notice, send(notice))
        for row_id, debit_id, notice in notices
        if go_on()
    ]
    with transaction(session):
        _record_deliveries(session, day, results)


def _accepted(session: Session, ids: Sequence[int]) -> int:
    """How many from the first to the last one have been accepted, whatever came back since."""
    taken = Notice.status.in_([NoticeStatus.ACCEPTED, NoticeStatus.BOUNCED])
    here = Notice.id.between(ids[0], ids[-1])
    return session.scalar(select(func.count()).select_from(Notice).where(taken, here)) or 0


def notices_are_due(session: Session, day: WorkingDay) -> bool:
    """Whether a notice waits to be sent now."""
    with reading(session):
        return session.scalar(select(Notice.id).where(*_due(day)).limit(1)) is not None


def _due(day: WorkingDay) -> tuple[ColumnElement[bool], ...]:
    return (
        Notice.status == NoticeStatus.QUEUED,
        or_(Notice.next_try_at.is_(None), Notice.next_try_at <= day.now),
    )


def _give_up_overtaken(session: Session) -> None:
    """A notice that waits while its debit was held, cancelled or announced anew is not sent."""
    announced = exists().where(
        Debit.id == Notice.debit_id,
        Debit.status == DebitStatus.ANNOUNCED,
        Debit.notice_version == Notice.version,
    )
    session.execute(
        update(Notice)
        .where(Notice.status == NoticeStatus.QUEUED, ~announced)
        .values(
            status=NoticeStatus.REFUSED,
            next_try_at=None,
            answer=case((Notice.answer == "", literal(OF_NO_USE)), else_=Notice.answer),
        )
        .execution_options(synchronize_session=False)
    )


def _queued(
    session: Session, first: int, last: int, *due: ColumnElement[bool]
) -> list[tuple[int, int, NoticeToSend]]:
    presented = (
        select(func.count())
        .where(Attempt.debit_id == Debit.id, came_back())
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
            Notice.tries,
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
        .where(Notice.id.between(first, last), *due)
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
                tries=row.tries,
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


@dataclass(frozen=True, slots=True)
class _Result:
    id: int
    debit_id: int
    notice: NoticeToSend
    sent: Sent

    def status(self, rules: MessageRules) -> NoticeStatus:
        if self.sent.delivery is Delivery.ACCEPTED:
            return NoticeStatus.ACCEPTED
        given_up = self.notice.tries + 1 >= rules.most_tries
        refused = self.sent.delivery is Delivery.REFUSED or given_up
        return NoticeStatus.REFUSED if refused else NoticeStatus.QUEUED


def _record_deliveries(session: Session, day: WorkingDay, results: Sequence[_Result]) -> None:
    """Write down what became of each try: one statement for all of which the same is to be said."""
    rules = MessageRules()
    alike: dict[tuple[NoticeStatus, str, int, int], list[_Result]] = defaultdict(list)
    for result in results:
        status, tries = result.status(rules), result.notice.tries + 1
        waits = status is NoticeStatus.QUEUED
        wait = rules.wait_after(tries, result.notice.reference) if waits else 0
        alike[status, result.sent.answer[:LONGEST_ANSWER], tries, wait].append(result)
    for (status, answer, tries, wait), ones in alike.items():
        session.execute(
            update(Notice)
            .where(Notice.id.in_([one.id for one in ones]), Notice.status == NoticeStatus.QUEUED)
            .values(
                status=status,
                answer=answer,
                tries=tries,
                next_try_at=day.now + timedelta(seconds=wait) if wait else None,
                accepted_on=day.today if status is NoticeStatus.ACCEPTED else None,
            )
            .execution_options(synchronize_session=False)
        )
        if status is NoticeStatus.REFUSED:
            hold_untold(session, day, [one.debit_id for one in ones])
