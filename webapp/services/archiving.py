"""Archiving: bank files whose work is done leave the outbox, encrypted."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from webapp.adapters.archive import seal_file
from webapp.adapters.vault import Vault
from webapp.domain.statuses import BankFileStatus
from webapp.models import BankFile
from webapp.services.bank_files import outbox_path
from webapp.services.transactions import transaction
from webapp.services.working_day import WorkingDay

DONE = (BankFileStatus.RECONCILED, BankFileStatus.SUPERSEDED)


def archive_bank_files(session: Session, day: WorkingDay, outbox: Path, vault: Vault) -> int:
    """Seal the outbox files of which nothing is awaited any more; return how many.

    Only in the outbox do account numbers stand in the clear, for the rules' number of days after
    the collection. The sealed copy is on disk before the plain one goes. (design.md §8)
    """
    until = day.today - timedelta(days=day.rules.outbox_days)
    with transaction(session):
        files = session.execute(
            select(BankFile.reference, BankFile.message_format).where(
                BankFile.status.in_(DONE), BankFile.collect_on <= until
            )
        ).all()
    archived = 0
    for reference, message_format in files:
        path = outbox_path(outbox, reference, message_format)
        if path.exists():
            seal_file(path, outbox, vault)
            path.unlink()
            archived += 1
    return archived
