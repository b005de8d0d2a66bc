"""The bank of the demonstration at work: it takes the files, refuses a few debits, settles."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from pathlib import Path

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from webapp.adapters.demonstration_bank import DemonstrationBank
from webapp.adapters.vault import Vault
from webapp.data.loader import load_reasons
from webapp.domain.moment import Moment
from webapp.domain.statuses import BankFileStatus
from webapp.models import Attempt, BankFile
from webapp.services.answers import import_answers
from webapp.services.refusals import follow_up_refusals
from webapp.services.transactions import transaction
from webapp.services.working_day import WorkingDay

AT_THE_BANK = (BankFileStatus.SENT, BankFileStatus.ACKNOWLEDGED, BankFileStatus.UNKNOWN)
# Of every so many collections one is refused or returned, beginning with the first, the second
# and the third: there is at least one of each.
REFUSALS = (("AM04", 25, 0), ("MD01", 40, 1))
RETURN_REASON, RETURN_EVERY, RETURN_FIRST = "MD06", 40, 2


@dataclass(slots=True)
class BankStory:
    """What the bank did, and what its answers led to."""

    messages: int = 0
    refused: int = 0
    returned: int = 0
    until: date | None = None
    followed_up: dict[str, int] = field(default_factory=dict)


def files_at_bank(session: Session) -> int:
    """How many bank files still wait for answers."""
    with transaction(session):
        return session.scalar(select(func.count()).where(BankFile.status.in_(AT_THE_BANK))) or 0


def let_bank_answer(
    session: Session, day: WorkingDay, vault: Vault, bank: DemonstrationBank, inbox: Path
) -> BankStory:
    """Let the bank read its drop folder, say no to a few debits, and settle the others.

    The bank's clock runs ahead to the day after the settlement; each answer is taken in on the
    bank's day on which it came. At least one debit is refused before settlement and one returned
    after it, where there are three. Called again after an interruption, it goes on.
    Raises DemonstrationBankFailed and what `import_answers` raises.
    """
    office = _Office(session, day, vault, bank, inbox)
    bank.scan()
    office.take_in()
    pending = _pending(session)
    for reason, every, first in REFUSALS:
        office.story.refused += office.refuse(pending[first::every], reason)
    office.take_in()
    _advance(bank, _pending(session))
    office.take_in()
    if bank.today > day.today:
        returned = [one for one in pending[RETURN_FIRST::RETURN_EVERY] if _is_settled(session, one)]
        office.story.returned += office.refuse(returned, RETURN_REASON)
        office.take_in()
        # The statement of the day of settlement comes with the day after.
        bank.advance(bank.today + timedelta(days=1))
        office.take_in()
    office.story.until = bank.today
    office.story.followed_up = follow_up_refusals(session, office.today(), load_reasons())
    return office.story


@dataclass(slots=True)
class _Office:
    """The office that reads what the bank sends."""

    session: Session
    day: WorkingDay
    vault: Vault
    bank: DemonstrationBank
    inbox: Path
    story: BankStory = field(default_factory=BankStory)

    def today(self) -> WorkingDay:
        """The working day on the bank's day, which runs ahead of ours."""
        if self.bank.today <= self.day.today:
            return self.day
        return replace(self.day, moment=Moment.morning_of(self.bank.today))

    def take_in(self) -> None:
        today = self.today()
        for path in self.bank.collect():
            imported = import_answers(self.session, today, self.vault, path, self.inbox)
            self.story.messages += not imported.known_before

    def refuse(self, end_to_end_ids: list[str], reason: str) -> int:
        for end_to_end_id in end_to_end_ids:
            self.bank.refuse(end_to_end_id, reason)
        return len(end_to_end_ids)


def _advance(bank: DemonstrationBank, pending: list[str]) -> None:
    """To the day on which the last of the pending collections is credited."""
    days = {bank.settles_on(end_to_end_id) for end_to_end_id in pending} - {None}
    last = max((day for day in days if day is not None), default=bank.today)
    if last > bank.today:
        bank.advance(last)


def _pending(session: Session) -> list[str]:
    """The collections that the bank has accepted and neither settled nor refused, in order."""
    with transaction(session):
        return list(
            session.scalars(
                select(Attempt.end_to_end_id)
                .join(BankFile, BankFile.id == Attempt.bank_file_id)
                .where(
                    BankFile.status.in_(AT_THE_BANK),
                    Attempt.accepted_at.is_not(None),
                    Attempt.settled_at.is_(None),
                    Attempt.failed_at.is_(None),
                )
                .order_by(Attempt.id)
            )
        )


def _is_settled(session: Session, end_to_end_id: str) -> bool:
    with transaction(session):
        attempt = session.execute(
            select(Attempt.settled_at, Attempt.failed_at).where(
                Attempt.end_to_end_id == end_to_end_id
            )
        ).one()
    return attempt.settled_at is not None and attempt.failed_at is None
