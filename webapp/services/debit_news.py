"""Telling an employer what became of a debit that they had been told of."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy.orm import Session

from webapp.adapters.vault import Vault
from webapp.services.due_changes import ChangedDebit
from webapp.services.telling import Tell
from webapp.services.working_day import WorkingDay


def tell_of_changes(
    session: Session,
    day: WorkingDay,
    vault: Vault,
    tell: Tell,
    employer_id: int,
    debits: Iterable[ChangedDebit],
) -> None:
    """Queue a message for each debit that was announced and is lowered or cancelled by now.

    Inside the caller's transaction. Of a debit that nobody was told of, nobody is told.
    """
    for debit in debits:
        if not debit.was_told:
            continue
        values = {"collect_on": debit.collect_on, "last4": debit.account_last4}
        if debit.after:
            lowered = {"before": debit.before, "amount": debit.after}
            tell(session, day, vault, employer_id, "debit_lowered", values | lowered)
        else:
            dropped = {"amount": debit.before}
            tell(session, day, vault, employer_id, "debit_dropped", values | dropped)
