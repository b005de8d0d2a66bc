"""An employer who contests amounts of a debit, at every point of its way: what tests share."""

from __future__ import annotations

from datetime import date

from sqlalchemy import select

from tests import builders
from tests.services.collecting import ANNOUNCING, COLLECTION, FREEZING, Desk
from tests.services.paying import EVERYBODY, Paying
from webapp.domain.roles import Role, Scope
from webapp.domain.statuses import ContestStatus
from webapp.models import (
    Account,
    Contest,
    ContestLine,
    ContestOutcome,
    ContestReason,
    Debit,
    Due,
    Language,
    StaffMember,
)
from webapp.services.books import verify_books
from webapp.services.contests.deciding import Decision, decide_contest, withdraw_contest
from webapp.services.contests.opening import Claim, Contestable, contestable, open_contest

WORDS = "الورشة ليست لنا"
ANSWER = "وجدنا التصريح صحيحا"
# After three refusals on these days a debit is not presented again by itself.
PRESENTED = (COLLECTION, date(2026, 12, 8), date(2026, 12, 16))


class Contesting(Paying):
    """An employer with two worksites; October, 129 600,00 for each, is in one debit."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self.staff_id = member(desk)

    # How far the debit has come.

    def reach(self, state: str) -> None:
        """Let the debit come as far as this state."""
        if state in ("announced", "held"):
            self.run(ANNOUNCING)
        if state == "held":
            self.set_ceiling(100)
            self.run(ANNOUNCING)
        if state in ("frozen", "sent", "settled", "refused"):
            for on in (ANNOUNCING, FREEZING):
                self.run(on)
        if state in ("sent", "settled", "refused"):
            self.desk.approve()
            self.desk.send()
        if state == "settled":
            self.settle()
        if state == "refused":
            self.refuse()
        self.check()

    def present(self, on: date) -> None:
        """The runs that bring a debit of that day to the bank."""
        calendar = self.day().calendar
        for ahead in (6, 2):
            self.run(calendar.subtract_bank_days(on, ahead))
        self.desk.approve()
        self.desk.send()

    def settle(self, on: date = COLLECTION) -> None:
        self.desk.take_in(self.desk.bank.settled(self.live(), on=on), on)
        self.check()

    def refuse(self, on: date = COLLECTION, reason: str = "AM04") -> None:
        file = self.desk.files("sent")[-1].reference
        self.desk.take_in(
            self.desk.bank.status(file, dict.fromkeys(self.live(), "RJCT"), reason=reason), on
        )
        self.check()

    def take_back(self, on: date = COLLECTION) -> None:
        self.desk.take_in(self.desk.bank.returned(self.live()), on)
        self.check()

    def live(self) -> dict[str, int]:
        """What is at the bank, by its EndToEndId."""
        found = {
            one.end_to_end_id: one.amount_centimes
            for one in self.desk.attempts()
            if one.failed_at is None
        }
        self.session.rollback()
        return found

    # What the employer and the office do.

    def debit_reference(self) -> str:
        found = self.session.scalars(select(Debit.reference).order_by(Debit.id)).first()
        self.session.rollback()
        assert found is not None
        return found

    def offered(self, on: date | None = None) -> Contestable:
        reference = self.debit_reference()
        return contestable(self.session, self.day(on), self.owner.id, reference)

    def contest(
        self, count: int | None = 1, *, key: str = "", on: date | None = None,
        reference: str | None = None, evidence: bytes = b"",
    ) -> str:  # fmt: skip
        """Contest so many of the dues of the first debit, from the first one on; None: all."""
        reference = reference or self.debit_reference()
        offered = contestable(self.session, self.day(on), self.owner.id, reference).dues
        claim = Claim(
            key or f"page-{next(builders.numbers)}",
            frozenset(due.due_id for due in offered[:count]),
            ContestReason.NOT_OURS,
            WORDS,
            evidence,
        )
        made = open_contest(
            self.session, self.day(on), builders.VAULT, self.told, self.desk.folder,
            self.owner.id, reference, claim,
        )  # fmt: skip
        self.check()
        return made

    def answer(
        self, reference: str, *, upheld: int | None = None,
        outcome: ContestOutcome = ContestOutcome.CREDIT, scope: Scope = EVERYBODY,
    ) -> None:  # fmt: skip
        """Uphold so many of its amounts, from the first one on: None all, 0 rejects it."""
        dues = self.contested(reference)[:upheld]
        decide_contest(
            self.session, self.staff_day(f"staff:{self.staff_id}"), builders.VAULT, self.told,
            scope, self.staff_id, reference, Decision(frozenset(dues), ANSWER, outcome),
        )  # fmt: skip
        self.check()

    def withdraw(self, reference: str) -> None:
        withdraw_contest(self.session, self.day(), self.owner.id, reference)
        self.check()

    # What became of it.

    def contested(self, reference: str) -> list[int]:
        found = self.session.scalars(
            select(ContestLine.due_id)
            .join(Contest, Contest.id == ContestLine.contest_id)
            .where(Contest.reference == reference)
            .order_by(ContestLine.due_id)
        ).all()
        self.session.rollback()
        return list(found)

    def states(self) -> list[str]:
        """The states of October's two contributions."""
        found = self.session.scalars(
            select(Due.status).where(Due.revision.is_not(None)).order_by(Due.id)
        ).all()
        self.session.rollback()
        return [one.value for one in found]

    def contest_status(self, reference: str) -> ContestStatus:
        found = self.session.scalars(
            select(Contest.status).where(Contest.reference == reference)
        ).one()
        self.session.rollback()
        return found

    def balance(self, account: Account) -> int:
        found = verify_books(self.session)[account]
        self.session.rollback()
        return found


def member(desk: Desk) -> int:
    """A collector of the office; their id."""
    one = StaffMember(
        reference="KS00000001", email="collector@fonds.example", name="كريم",
        language=Language.ARABIC, role=Role.COLLECTOR, password_hash="", totp_secret=b"",
        totp_step=0, created_at=builders.working_day(desk.session, desk.on).now,
    )  # fmt: skip
    desk.session.add(one)
    desk.session.commit()
    return one.id
