"""The messages and notices that an employer was sent, as they were sent, the latest first.

A code is never among them. What is older than messages are kept is not shown (domain/retention.py);
the notices of a debit stay with the debit.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, and_, func, or_, select
from sqlalchemy.orm import Session

from webapp.adapters.vault import Vault
from webapp.domain.errors import NotFound, SealBroken
from webapp.domain.retention import Kept, retention_of
from webapp.models import (
    Attempt,
    Debit,
    DebitLine,
    Due,
    Language,
    Mandate,
    Message,
    MessageStatus,
    Notice,
    NoticeChannel,
    Worksite,
)
from webapp.services.notices import came_back
from webapp.services.outbox import CODES, open_message
from webapp.services.transactions import reading
from webapp.services.working_day import WorkingDay

LETTERS_ON_A_PAGE = 20
# Of what was written at one instant a message comes before a notice.
MESSAGE, NOTICE = "m", "n"
KEY = re.compile(r"([mn])([0-9]{1,15})")


@dataclass(frozen=True, slots=True)
class Letter:
    """One message or notice: when it was written, on which way it went and what became of it.

    `key` names it in an address. `values` are what its words say, the bank by its code; None of
    one that no key opens any more.
    """

    key: str
    at: datetime
    kind: str
    channel: NoticeChannel
    language: Language
    status: MessageStatus
    values: Mapping[str, object] | None = field(repr=False)


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a page begins: after the letter of that instant, table and number."""

    at: datetime
    table: str
    id: int


def letters(
    session: Session, day: WorkingDay, vault: Vault, employer_id: int, before: str | None = None
) -> tuple[list[Letter], bool]:
    """A page of the employer's letters, and whether there are older ones.

    `before` is the key of the last one already seen. Raises NotFound for one that is not theirs.
    """
    since = retention_of(Kept.MESSAGES).span.before(day.now)
    with reading(session):
        place = _place(session, employer_id, before) if before is not None else None
        messages = session.execute(_messages(employer_id, since, place)).all()
        notices = session.execute(_notices(employer_id, since, place)).all()
        found = [(row.created_at, MESSAGE, row) for row in messages]
        found += [(row.created_at, NOTICE, row) for row in notices]
        # By instant, then messages before notices, then the latest row.
        found.sort(key=lambda one: (one[0], one[1] == MESSAGE, one[2].id), reverse=True)
        shown = found[:LETTERS_ON_A_PAGE]
        worksites = _worksites(session, [row for _, table, row in shown if table == NOTICE])
    return [
        _message(vault, row)
        if table == MESSAGE
        else _notice(row, worksites.get(row.id, ()), day.rules.max_attempts)
        for _, table, row in shown
    ], len(found) > LETTERS_ON_A_PAGE


def _place(session: Session, employer_id: int, before: str) -> _Place:
    key = KEY.fullmatch(before)
    at = None
    if key:
        number = int(key[2])
        query = select(Message.created_at).where(
            Message.id == number, Message.employer_id == employer_id
        )
        if key[1] == NOTICE:
            query = (
                select(Notice.created_at)
                .join(Debit, Debit.id == Notice.debit_id)
                .where(Notice.id == number, Debit.employer_id == employer_id)
            )
        at = session.scalar(query)
    if key is None or at is None:
        raise NotFound(kind="message", reference=before)
    return _Place(at, key[1], int(key[2]))


def _messages(employer_id: int, since: datetime, place: _Place | None) -> Select[*tuple[Any, ...]]:
    query = select(
        Message.id, Message.reference, Message.created_at, Message.kind, Message.channel,
        Message.language, Message.status, Message.sealed,
    ).where(
        Message.employer_id == employer_id,
        Message.created_at >= since,
        Message.kind.not_in(CODES),
    )  # fmt: skip
    if place is not None:
        same = Message.id < place.id if place.table == MESSAGE else None
        query = query.where(_older(Message.created_at, place, same))
    newest = query.order_by(Message.created_at.desc(), Message.id.desc())
    return newest.limit(LETTERS_ON_A_PAGE + 1)


def _notices(employer_id: int, since: datetime, place: _Place | None) -> Select[*tuple[Any, ...]]:
    """Notices, with which attempt each told of and why the last one before had failed."""
    before = and_(
        Attempt.debit_id == Notice.debit_id, came_back(), Attempt.failed_at <= Notice.created_at
    )
    presented = select(func.count()).where(before).correlate(Notice).scalar_subquery()
    reason = (
        select(Attempt.reason_code)
        .where(before, Attempt.reason_code.is_not(None))
        .order_by(Attempt.number.desc())
        .limit(1)
        .correlate(Notice)
        .scalar_subquery()
    )
    query = (
        select(
            Notice.id, Notice.debit_id, Notice.created_at, Notice.kind, Notice.channel,
            Notice.language, Notice.status, Notice.amount_centimes, Notice.collect_on,
            Notice.account_last4, Mandate.bank_code, presented.label("presented"),
            reason.label("reason_code"),
        )
        .join(Debit, Debit.id == Notice.debit_id)
        .join(Mandate, Mandate.id == Debit.mandate_id)
        .where(Debit.employer_id == employer_id, Notice.created_at >= since)
    )  # fmt: skip
    if place is not None:
        # Of the same instant as a message every notice comes after it.
        same = Notice.id < place.id if place.table == NOTICE else Notice.id > 0
        query = query.where(_older(Notice.created_at, place, same))
    newest = query.order_by(Notice.created_at.desc(), Notice.id.desc())
    return newest.limit(LETTERS_ON_A_PAGE + 1)


def _older(at: Any, place: _Place, same_instant: ColumnElement[bool] | None) -> ColumnElement[bool]:
    earlier: ColumnElement[bool] = at < place.at
    return earlier if same_instant is None else or_(earlier, and_(at == place.at, same_instant))


def _worksites(
    session: Session, rows: Sequence[Row[*tuple[Any, ...]]]
) -> dict[int, tuple[str, ...]]:
    """The names of the worksites under the debit of each notice, as long as it was told of."""
    found: dict[int, list[str]] = defaultdict(list)
    for notice_id, name in session.execute(
        select(Notice.id, Worksite.name)
        .join(DebitLine, DebitLine.debit_id == Notice.debit_id)
        .join(Due, Due.id == DebitLine.due_id)
        .join(Worksite, Worksite.id == Due.worksite_id)
        .where(
            Notice.id.in_([row.id for row in rows]),
            Notice.channel != NoticeChannel.SMS,
            or_(DebitLine.freed_at.is_(None), DebitLine.freed_at > Notice.created_at),
        )
        .distinct()
        .order_by(Notice.id, Worksite.name)
    ):
        found[notice_id].append(name)
    return {notice_id: tuple(names) for notice_id, names in found.items()}


def _message(vault: Vault, row: Row[*tuple[Any, ...]]) -> Letter:
    try:
        _, values = open_message(vault, row.sealed, row.reference)
    except SealBroken:
        values = None
    key = f"{MESSAGE}{row.id}"
    return Letter(key, row.created_at, row.kind, row.channel, row.language, row.status, values)


def _notice(row: Row[*tuple[Any, ...]], worksites: tuple[str, ...], most: int) -> Letter:
    values: dict[str, object] = {
        "amount": row.amount_centimes,
        "collect_on": row.collect_on,
        "last4": row.account_last4,
        "bank_code": row.bank_code,
        "worksites": worksites,
        "attempt": row.presented + 1,
        "max_attempts": most,
        "reason_code": row.reason_code or "",
    }
    # The words of both are the same.
    status = MessageStatus(row.status.value)
    kind = row.kind.value
    return Letter(
        f"{NOTICE}{row.id}", row.created_at, kind, row.channel, row.language, status, values
    )
