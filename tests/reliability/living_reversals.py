"""Debits that a living office wants undone: two of the staff agree, and the bank answers."""

from __future__ import annotations

from sqlalchemy import select

from tests import builders
from tests.reliability.living_banks import LivingBanks
from tests.reliability.living_staff import EVERYBODY, ONE, OTHER, LivingStaff, no_word
from webapp.domain.errors import NoLongerPossible
from webapp.domain.facts import Fact
from webapp.domain.statuses import DebitStatus, DueStatus
from webapp.models import Attempt, Debit, DebitLine, Due, OfficeRequest, RequestStatus, Reversal
from webapp.services.sending_reversals import send_reversals
from webapp.services.staff.office_requests import decide
from webapp.services.staff.reversal_requests import ask_for_reversal, collect_again

PREFIX = "RVSL-"
TAKEN = (DebitStatus.DEBITED, DebitStatus.SETTLED)


class LivingReversals(LivingStaff, LivingBanks):
    """What was debited in error goes back, and is debited again only when the office says so."""

    def undo(self, pick: int, *, granted: bool) -> None:
        """One of the staff asks for a debit to be undone, the latest first; another decides."""
        debit = self.pick(select(Debit).order_by(Debit.id.desc()), pick)
        if debit is None:
            return
        allowed = self._may_be_undone(debit)
        owner, reference, debit_id = debit.employer_id, debit.reference, debit.id
        self._try(
            allowed, ask_for_reversal, self.session, self.day(ONE), builders.VAULT, EVERYBODY,
            owner, reference, "because",
        )  # fmt: skip
        if allowed:
            asked = select(OfficeRequest.reference).where(
                OfficeRequest.debit_id == debit_id, OfficeRequest.status == RequestStatus.ASKED
            )
            (request,) = self.all(asked)
            decide(
                self.session, self.day(OTHER), builders.VAULT, no_word, EVERYBODY, request,
                granted=granted,
            )  # fmt: skip

    def _may_be_undone(self, debit: Debit) -> bool:
        """The money was taken and is still there, nobody has undone it or asks for it already."""
        live = (Attempt.debit_id == debit.id, Attempt.failed_at.is_(None))
        undone = self.session.scalar(
            select(Reversal.id).join(Attempt, Attempt.id == Reversal.attempt_id).where(*live)
        )
        first_due = self._first_due(debit)
        asked = self.session.scalar(
            select(OfficeRequest.id).where(
                OfficeRequest.due_id == first_due, OfficeRequest.status == RequestStatus.ASKED
            )
        )
        return debit.status in TAKEN and undone is None and first_due is not None and asked is None

    def _first_due(self, debit: Debit) -> int | None:
        """What a request about a debit names: the first that it was to collect."""
        return self.session.scalar(
            select(DebitLine.due_id)
            .where(DebitLine.debit_id == debit.id, DebitLine.amount_centimes > 0)
            .order_by(DebitLine.id)
            .limit(1)
        )

    def send_reversals(self, accident: str = "") -> None:
        self.hand_over(send_reversals, accident)

    def asked_back(self) -> list[str]:
        """The EndToEndIds of what a bank was told to undo."""
        return sorted(one[len(PREFIX) :] for one in self.postman.arrived if one[:5] == PREFIX)

    def give_back(self, pick: int) -> None:
        """A bank undoes one of those debits."""
        asked = self.asked_back()
        reference = asked[pick % len(asked)]
        amount = self._amount(reference)
        self.told[reference].add(Fact.REVERSED)
        self.amounts[reference] = amount
        self.take_in(self.bank.given_back({reference: amount}, PREFIX + reference))

    def refuse_to_give_back(self, pick: int) -> None:
        asked = self.asked_back()
        reference = asked[pick % len(asked)]
        self.take_in(
            self.bank.status(PREFIX + reference, {reference: "RJCT"}, reason="AC04", group="RJCT")
        )

    def collect_again(self, pick: int) -> None:
        """What was debited in error is owed after all."""
        given_back = self.all(select(Due.id).where(Due.status == DueStatus.GIVEN_BACK))
        if not given_back:
            return
        due_id = given_back[pick % len(given_back)]
        try:
            collect_again(self.session, self.day(ONE), EVERYBODY, due_id)
        except NoLongerPossible:
            self.session.rollback()

    def _amount(self, reference: str) -> int:
        (amount,) = self.all(
            select(Attempt.amount_centimes).where(Attempt.end_to_end_id == reference)
        )
        return amount
