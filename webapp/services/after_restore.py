"""After a return to a backup: no run and no sending until what was sent since is reconciled."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from webapp.domain.errors import SentNotReconciled
from webapp.models import Restoration
from webapp.services.transactions import reading


def open_restoration(session: Session) -> datetime | None:
    """The instant of the oldest backup that was returned to and is not reconciled yet."""
    with reading(session):
        return session.scalar(
            select(Restoration.backup_at)
            .where(Restoration.reconciled_at.is_(None))
            .order_by(Restoration.backup_at)
            .limit(1)
        )


def refuse_until_reconciled(session: Session) -> None:
    """Raise SentNotReconciled while a return to a backup waits for `flask reconcile-sent`."""
    backup_at = open_restoration(session)
    if backup_at is not None:
        raise SentNotReconciled(backup_at=backup_at)
