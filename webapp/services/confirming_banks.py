"""The banks that ask for the signed and stamped paper before the fund may debit their customers.

What changes here counts for what is signed from then on: who has signed already waits, or does
not, as they were told.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from webapp.models import ConfirmingBank, Subject
from webapp.services.events import record
from webapp.services.sets import upserting
from webapp.services.transactions import reading, transaction
from webapp.services.working_day import WorkingDay


def confirming_banks(session: Session) -> dict[str, int]:
    """The banks that ask for the stamped paper, with the days they are given."""
    with reading(session):
        return dict(
            session.execute(
                select(ConfirmingBank.bank_code, ConfirmingBank.paper_days).order_by(
                    ConfirmingBank.bank_code
                )
            ).all()
        )


def ask_for_paper(session: Session, bank_code: str, days: int | None) -> None:
    """Let a bank ask for the paper within so many calendar days, or, with None, no more."""
    with transaction(session):
        _ask(session, bank_code, days)


def ask_for_paper_as(
    session: Session, day: WorkingDay, staff_id: int, bank_code: str, days: int | None
) -> None:
    """`ask_for_paper` by one of the staff: an event says who changed what of which bank."""
    what = f"bank_{bank_code}_{days or 0}_days"
    with transaction(session):
        _ask(session, bank_code, days)
        record(session, day, Subject.STAFF, [staff_id], None, "bank_changed", what)


def papers_due_on(
    session: Session, day: WorkingDay, bank_codes: Sequence[str]
) -> list[date | None]:
    """Of accounts signed for today, by their banks: when the paper is due; None where none is.

    Inside the caller's transaction.
    """
    days = dict(
        session.execute(
            select(ConfirmingBank.bank_code, ConfirmingBank.paper_days).where(
                ConfirmingBank.bank_code.in_(set(bank_codes))
            )
        ).all()
    )
    return [day.today + timedelta(days=days[one]) if one in days else None for one in bank_codes]


def _ask(session: Session, bank_code: str, days: int | None) -> None:
    if days is None:
        session.execute(delete(ConfirmingBank).where(ConfirmingBank.bank_code == bank_code))
        return
    row = {"bank_code": bank_code, "paper_days": days}
    session.execute(upserting(session, ConfirmingBank, ("bank_code",), row), [row])
