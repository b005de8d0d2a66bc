"""News in tests: what was told, and telling it on a day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from tests import builders
from webapp.models import Message, MessageStatus, NoticeChannel
from webapp.services.news.telling import tell_news
from webapp.services.outbox import open_message


@dataclass(frozen=True)
class Told:
    """One message as it was queued."""

    employer_id: int | None
    kind: str
    values: dict[str, Any]
    channel: NoticeChannel
    status: MessageStatus
    address: str


def tell_on(session: Session, on: date) -> int:
    """Tell the news of that day; how many messages it makes."""
    session.rollback()
    return tell_news(session, builders.working_day(session, on), builders.VAULT)


def everything_told(session: Session) -> list[Told]:
    """The messages, in their order."""
    session.expire_all()
    rows = session.scalars(select(Message).order_by(Message.id)).all()
    found = []
    for row in rows:
        address, values = open_message(builders.VAULT, row.sealed, row.reference)
        found.append(Told(row.employer_id, row.kind, values, row.channel, row.status, address))
    session.rollback()
    return found


def kinds_told(session: Session) -> list[str]:
    return [one.kind for one in everything_told(session)]
