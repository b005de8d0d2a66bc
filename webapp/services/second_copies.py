"""What a bank tells of a debit that it may have twice: from a file that counted as lost, and again.

Both copies have one EndToEndId. The first money is the debit's; whatever comes beside it belongs
to the employer, and waits in suspense for a person.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from webapp.domain.facts import Fact
from webapp.domain.reasons import REASONS_OF_A_SECOND_COPY
from webapp.models import BankEntry, EntryOutcome


@dataclass(frozen=True, slots=True)
class SecondCopies:
    """The money told so far of such attempts: the message and the day, by attempt and fact."""

    told: dict[tuple[int | None, Fact | None], set[tuple[int, date | None]]] = field(
        default_factory=lambda: defaultdict(set)
    )

    def is_second(self, attempt_id: int, fact: Fact, message_id: int, on: date | None) -> bool:
        """Whether this is other money than what was told before; the first is remembered.

        Another message may tell the same booking again, with its day. A second line of one
        message, or a booking of another day, is money that came a second time.
        """
        before = self.told[attempt_id, fact]
        if (message_id, on) in before or (before and on not in {day for _, day in before}):
            return True
        before.add((message_id, on))
        return False


def load_second_copies(session: Session, attempt_ids: Iterable[int]) -> SecondCopies:
    """What was told of the money of these few attempts; inside the caller's transaction."""
    copies = SecondCopies()
    rows = session.execute(
        select(
            BankEntry.attempt_id, BankEntry.fact, BankEntry.bank_message_id, BankEntry.booked_on
        ).where(
            BankEntry.attempt_id.in_(list(attempt_ids)),
            BankEntry.moved_centimes.is_not(None),
            BankEntry.outcome != EntryOutcome.NOTED,
        )
    )
    for attempt_id, fact, message_id, on in rows:
        copies.told[attempt_id, fact].add((message_id, on))
    return copies


def is_of_the_other_copy(
    fact: Fact | None, reason_code: str | None, original: str | None, file: str
) -> bool:
    """Whether a refusal does not concern the copy in `file`, the file in which the debit left last.

    The bank refuses it as a second copy, or speaks of the earlier file: this one stands.
    """
    if fact is not Fact.REFUSED:
        return False
    return reason_code in REASONS_OF_A_SECOND_COPY or original not in (None, file)
