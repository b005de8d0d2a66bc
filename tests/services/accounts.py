"""What tests of dues, balances and statements share: one employer's account, told independently."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from datetime import date
from typing import Any

from sqlalchemy import delete, event, select
from sqlalchemy.orm import Session

from tests import builders
from tests.services.collecting import ANNOUNCING, COLLECTION
from tests.services.correcting import MILLION, Correcting
from webapp.domain.statuses import DebitStatus, DueStatus
from webapp.models import Debit, DebitLine, Due, LateKind, LateRule, Posting
from webapp.services.account_statements import StatementLine, every_line
from webapp.services.balance import Balance, balance_by_period
from webapp.services.dues import DuesPage, ListedDue, Wanted, list_dues

FIRST, LAST = date(2026, 1, 1), date(2027, 12, 31)
LATE = date(2026, 12, 1)
PLANNING_NOVEMBER = date(2026, 12, 20)


def late_rules(office: Session) -> None:
    """5 % for late payment at once, then 1 % a month; 15 % for a late declaration, then 5 %."""
    office.execute(delete(LateRule))
    always: dict[str, Any] = {"valid_from": date(2015, 1, 1), "valid_until": None}
    office.add_all(
        [
            LateRule(kind=LateKind.SURCHARGE, at_once=5_000, monthly=1_000, **always),
            LateRule(kind=LateKind.PENALTY, at_once=15_000, monthly=5_000, **always),
        ]
    )
    office.commit()


class Account(Correcting):
    """An employer with two worksites who has declared October for both."""

    def listed(self, on: date | None = None, **wanted: Any) -> DuesPage:
        return list_dues(self.session, self.day(on), self.owner.id, Wanted(**wanted))

    def every_due(self, on: date | None = None) -> list[ListedDue]:
        """All of them, page after page."""
        found: list[ListedDue] = []
        while True:
            page = self.listed(on, after=found[-1].id if found else None)
            found += page.dues
            if not page.more:
                return found

    def balance(self, worksite: str | None = None) -> Balance:
        return balance_by_period(self.session, self.owner.id, worksite)

    def settle(self) -> None:
        """The bank has debited and settled everything that was sent."""
        asked = {
            one.end_to_end_id: one.amount_centimes
            for one in self.desk.attempts()
            if one.state is None or one.state.value == "accepted"
        }
        self.session.rollback()
        self.desk.take_in(self.desk.bank.settled(asked), self.desk.on)

    def refuse(self, reason: str = "AC04", on: date = COLLECTION) -> None:
        attempt = self.desk.attempts()[-1]
        reference = self.desk.files()[-1].reference
        answers = {attempt.end_to_end_id: "RJCT"}
        self.session.rollback()
        self.desk.take_in(self.desk.bank.status(reference, answers, reason=reason), on)

    def collect(self) -> None:
        """From the filing to the money."""
        self.desk.send_all()
        self.desk.on = COLLECTION
        self.settle()

    # The same, told by the tables themselves, row by row.

    def rows(self) -> list[Due]:
        self.session.expire_all()
        found = list(self.session.scalars(select(Due).order_by(Due.id)))
        for row in found:
            self.session.expunge(row)
        self.session.rollback()
        return found

    def debit_of(self) -> dict[int, DebitStatus]:
        """The status of the debit in which each due stands."""
        rows = self.session.execute(
            select(DebitLine.due_id, Debit.status)
            .join(Debit, Debit.id == DebitLine.debit_id)
            .where(DebitLine.freed_at.is_(None))
        ).all()
        self.session.rollback()
        return {row.due_id: row.status for row in rows}

    def in_the_books(self, *accounts: str) -> int:
        """What the postings of the employer on these accounts add up to."""
        totals: dict[str, int] = defaultdict(int)
        for posting in self.session.scalars(select(Posting)):
            if posting.employer_id == self.owner.id:
                totals[posting.account.value] += posting.amount_centimes
        self.session.rollback()
        return sum(totals[account] for account in accounts)


def selects(session: Session, act: Callable[[], object]) -> int:
    """How often an act asks the database."""
    told: list[str] = []

    def note(*arguments: object) -> None:
        told.append(str(arguments[2]).lstrip())

    engine = session.get_bind()
    event.listen(engine, "before_cursor_execute", note)
    act()
    event.remove(engine, "before_cursor_execute", note)
    return sum(one.startswith(("SELECT", "WITH")) for one in told)


def statement_lines(life: Account, first: date = FIRST, last: date = LAST) -> list[StatementLine]:
    """Every line of the employer's statement between two days."""
    return list(every_line(life.session, life.owner.id, first, last))


def by_status(rows: list[Due], *statuses: DueStatus) -> int:
    return sum(row.amount_centimes for row in rows if row.status in statuses)


# What happens in turn; after each, everything that is told must still be true.
def files(life: Account) -> None:
    """Declared, and nothing else yet."""


def plans(life: Account) -> None:
    life.desk.run(date(2026, 11, 18))


def announces(life: Account) -> None:
    life.desk.run(ANNOUNCING)


def raises_an_announced_amount(life: Account) -> None:
    announces(life)
    life.correct(ANNOUNCING, W1=150_000_000, W2=100_000_000)


def lowers_an_announced_amount(life: Account) -> None:
    announces(life)
    life.correct(ANNOUNCING, W1=50_000_000, W2=100_000_000)


def sends(life: Account) -> None:
    life.desk.send_all()


def collects(life: Account) -> None:
    life.collect()


def is_credited(life: Account) -> None:
    """What was collected turns out to be too much."""
    life.collect()
    life.correct(COLLECTION, W1=50_000_000)


def uses_its_credit(life: Account) -> None:
    is_credited(life)
    life.declare("2026-11", on=date(2026, 12, 3))
    life.desk.run(PLANNING_NOVEMBER)


def uses_a_part_of_its_credit(life: Account) -> None:
    """The credit covers the whole debit, and a part of it is left."""
    life.collect()
    life.correct(COLLECTION)
    builders.declaration(
        life.session,
        life.day(date(2026, 12, 3)),
        life.owner,
        period="2026-11",
        base=MILLION // 2,
    )
    life.desk.run(PLANNING_NOVEMBER)


def is_refused(life: Account) -> None:
    life.desk.send_all()
    life.refuse()


def is_refused_and_surcharged(life: Account) -> None:
    is_refused(life)
    life.desk.run(LATE)


def is_surcharged_for_a_month(life: Account) -> None:
    is_refused(life)
    life.desk.run(date(2027, 1, 3))


def is_told_of_a_return(life: Account) -> None:
    life.collect()
    attempt = life.desk.attempts()[0].end_to_end_id
    life.session.rollback()
    life.desk.take_in(life.desk.bank.returned({attempt: 25_920_000}), LATE)


def is_refused_and_paid_all_the_same(life: Account) -> None:
    is_refused(life)
    attempt = life.desk.attempts()[0].end_to_end_id
    life.session.rollback()
    life.desk.take_in(life.desk.bank.settled({attempt: 25_920_000}), LATE)


def declares_late(life: Account) -> None:
    life.declare("2026-08", on=date(2026, 11, 2))
    life.desk.run(date(2026, 11, 3))


LIVES = [
    files, plans, announces, raises_an_announced_amount, lowers_an_announced_amount, sends,
    collects, is_credited, uses_its_credit, uses_a_part_of_its_credit, is_refused,
    is_refused_and_surcharged, is_surcharged_for_a_month, is_told_of_a_return,
    is_refused_and_paid_all_the_same, declares_late,
]  # fmt: skip
