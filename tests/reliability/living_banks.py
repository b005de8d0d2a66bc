"""What the banks of a living office tell, in whatever order and however often."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import exists, or_, select

from tests import builders
from tests.reliability.ground import Ground
from webapp.data.loader import load_reasons
from webapp.domain.facts import Fact
from webapp.models import Attempt, BankFile, EarlierFile
from webapp.services.answers import import_answers
from webapp.services.refusals import follow_up_refusals

CODES = {Fact.ACCEPTED: "ACCP", Fact.DEBITED: "ACSC", Fact.REFUSED: "RJCT"}

# EndToEndId, reference of the file, centimes.
AtTheBank = tuple[str, str, int]


class LivingBanks(Ground):
    """Banks that answer what has arrived, and send what nobody asked for."""

    def answer(self, pick: int, fact: Fact, reason: str) -> None:
        """The bank tells one fact of an attempt that it has, in a message of its own."""
        there = self._all_at_the_bank()
        if there:
            self._tell(there[pick % len(there)], fact, reason)

    def _tell(self, attempt: AtTheBank, fact: Fact, reason: str) -> None:
        reference, file, amount = attempt
        if fact is Fact.SETTLED:
            message = self.bank.settled({reference: amount})
        elif fact is Fact.RETURNED:
            message = self.bank.returned({reference: amount}, reason=reason)
        else:
            message = self.bank.status(file, {reference: CODES[fact]}, reason=reason)
        self.told[reference].add(fact)
        self.amounts[reference] = amount
        self.take_in(message)

    def answer_everything(self, fact: Fact, reason: str) -> None:
        """The bank tells one fact of everything that it has not answered yet."""
        unanswered = [one for one in self._all_at_the_bank() if one[0] not in self.told]
        for attempt in unanswered:
            self._tell(attempt, fact, reason)

    def refuse_file(self, pick: int, reason: str) -> None:
        """The bank refuses a whole file."""
        there = self._all_at_the_bank()
        if not there:
            return
        file = there[pick % len(there)][1]
        statement = (
            select(Attempt.end_to_end_id, Attempt.amount_centimes)
            .join(BankFile, BankFile.id == Attempt.bank_file_id)
            .where(BankFile.reference == file)
        )
        for reference, amount in self.session.execute(statement):
            self.told[reference].add(Fact.REFUSED)
            self.amounts[reference] = amount
        self.session.rollback()
        self.take_in(self.bank.status(file, {}, group="RJCT", reason=reason))

    def pay_what_nobody_asked_for(self, centimes: int) -> None:
        self.unmatched += centimes
        self.take_in(self.bank.settled({f"STRANGER-{self.unmatched}": centimes}))

    def repeat(self, pick: int) -> None:
        """A message comes a second time."""
        self.take_in(self.messages[pick % len(self.messages)])

    def take_in(self, message: Path) -> None:
        self.messages.append(message)
        day = self.day()
        import_answers(self.session, day, builders.VAULT, message, self.office.home / "inbox")
        follow_up_refusals(self.session, day, load_reasons())

    def _all_at_the_bank(self) -> list[AtTheBank]:
        """The attempts that have arrived, the latest first; some in two files."""
        earlier = exists().where(
            EarlierFile.attempt_id == Attempt.id, EarlierFile.bank_file_id == BankFile.id
        )
        rows = self.session.execute(
            select(Attempt.end_to_end_id, BankFile.reference, Attempt.amount_centimes)
            .join(BankFile, or_(BankFile.id == Attempt.bank_file_id, earlier))
            .where(BankFile.reference.in_(self.postman.arrived))
            .order_by(Attempt.id.desc(), BankFile.id.desc())
        ).all()
        self.session.rollback()
        return [(row[0], row[1], row[2]) for row in rows]
