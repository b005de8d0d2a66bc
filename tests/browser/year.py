"""A year of one employer and of the office behind it: who files, who is debited, what banks say.

The office works by its commands and an independent bank; what the employer does, a test does by
pages. The ledger is reckoned here by itself, from the rates as the fund publishes them.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal

import pytest
from sqlalchemy import select

from tests.browser.site import Site
from webapp.adapters.demonstration_bank import DemonstrationBank
from webapp.commands import desk, run, sending
from webapp.domain.due_dates import collection_day
from webapp.domain.moment import ALGIERS, Moment
from webapp.domain.money import Centimes
from webapp.domain.period import Period
from webapp.domain.rules import CollectionRules
from webapp.models import Attempt, BankFile, Debit, DebitLine, Due, Employer
from webapp.services.declarations import Filing, WorksiteWages, file_declaration
from webapp.services.working_day import WorkingDay, load_calendar

RATES = (Decimal("0.1221"), Decimal("0.00375"), Decimal("0.00375"))
LATE = Decimal("0.05")
CENT = Decimal("0.01")
RULES = CollectionRules()
A_PERSON_MUST_LOOK = 3


def rounded(amount: Decimal) -> Decimal:
    return amount.quantize(CENT, ROUND_HALF_UP)


def contributions(base: str) -> Decimal:
    """What a worksite whose two bases are the same owes, each part to the centime."""
    return sum((rounded(Decimal(base) * rate) for rate in RATES), Decimal(0))


def centimes(base: str) -> Centimes:
    return Centimes(int(Decimal(base) * 100))


@dataclass
class Month:
    """One period of the ledger: what each worksite has declared and owes, and when it is taken."""

    period: Period
    bases: tuple[str, ...]
    collect_on: date

    @property
    def shares(self) -> list[Decimal]:
        return [contributions(base) for base in self.bases]

    @property
    def late(self) -> list[Decimal]:
        """What paying late costs for each worksite."""
        return [rounded(share * LATE) for share in self.shares]


@dataclass
class Taken:
    """One debit as it should have come: its parts, its day, and the day of its money."""

    month: Month
    parts: list[Decimal]
    collect_on: date
    settled_on: date

    @property
    def total(self) -> Decimal:
        return sum(self.parts, Decimal(0))

    @property
    def contestable_until(self) -> date:
        return self.settled_on + timedelta(days=RULES.contest_days)


@dataclass
class Office:
    """The fund's office under one site, with its clock and its bank."""

    site: Site
    bank: DemonstrationBank
    patched: pytest.MonkeyPatch
    # Every day on which anybody did anything.
    days: set[date] = field(default_factory=set)

    def go_to(self, on: date, hour: int = 9) -> None:
        """The clock of pages and commands stands at that hour."""
        self.days.add(on)
        self.site.now = datetime(on.year, on.month, on.day, hour, tzinfo=ALGIERS)
        for module in (desk, run, sending):
            self.patched.setattr(module, "right_now", lambda: Moment.at(self.site.now))

    def day(self) -> WorkingDay:
        with self.site.session() as session:
            calendar = load_calendar(session)
        return WorkingDay(Moment.at(self.site.now), calendar, RULES, "year")

    def command(self, *words: str, codes: Iterable[int] = (0,)) -> str:
        result = self.site.app.test_cli_runner().invoke(args=list(words))
        assert result.exit_code in codes, (words, result.output, result.exception)
        return str(result.output)

    def month(self, period: str, *bases: str) -> Month:
        """A period, with the day on which who files early is debited."""
        of = Period.parse(period)
        return Month(of, bases, collection_day(of, self.day().calendar, RULES))

    def file(self, member_number: str, month: Month) -> None:
        """A period is filed, as the pages of others of the year file theirs."""
        lines = tuple(
            WorksiteWages(f"W{place}", 5, centimes(base), centimes(base))
            for place, base in enumerate(month.bases, 1)
        )
        filing = Filing(member_number, month.period, lines, f"year-{month.period.code}")
        with self.site.session() as session:
            file_declaration(session, self.day(), filing)

    def run(self, on: date) -> None:
        self.go_to(on)
        self.command("run-debits", "--by", "scheduler", codes=(0, A_PERSON_MUST_LOOK))

    def announce(self, collect_on: date) -> None:
        self.run(self.ahead(collect_on, RULES.announce_ahead_bank_days))

    def present(self, collect_on: date) -> None:
        """What is debited on that day goes to the bank, approved by another."""
        self.run(self.ahead(collect_on, 2))
        written = select(BankFile.reference).where(BankFile.status == "written")
        with self.site.session() as session:
            files = session.scalars(written).all()
        for reference in files:
            self.command("approve-bank-file", reference, "--by", "salima")
        self.command("send-bank-files")
        # The bank is never behind the file that it gets.
        if self.bank.today < self.site.now.date():
            self.bank.advance(self.site.now.date())
        self.bank.scan()

    def ahead(self, collect_on: date, bank_days: int) -> date:
        """So many bank days before, and not in the past."""
        wanted = self.day().calendar.subtract_bank_days(collect_on, bank_days)
        return max(wanted, self.site.now.date())

    def answer(self, refuse: str = "") -> date:
        """The bank answers the last presentation, with its money or a reason; on which day."""
        last = select(Attempt.end_to_end_id).order_by(Attempt.id.desc()).limit(1)
        with self.site.session() as session:
            presented = session.scalars(last).one()
        if refuse:
            self.bank.refuse(presented, refuse)
        else:
            self.bank.advance(self.bank.settles_on(presented) or self.bank.today)
            self.bank.advance(self.bank.today + timedelta(days=1))
        self.go_to(max(self.bank.today, self.site.now.date()))
        paths = [str(path) for path in self.bank.collect()]
        self.command("import-answers", *paths, codes=(0, A_PERSON_MUST_LOOK))
        self.command("send-messages")
        return self.site.now.date()

    def debits(self, member_number: str) -> list[tuple[str, date, str, list[Decimal]]]:
        """Reference, day, status and parts of each debit, the oldest first."""
        rows: dict[int, tuple[str, date, str, list[Decimal]]] = {}
        with self.site.session() as session:
            for id_, reference, on, status, amount in session.execute(
                select(
                    Debit.id, Debit.reference, Debit.collect_on, Debit.status, Due.amount_centimes
                )
                .join(Employer, Employer.id == Debit.employer_id)
                .outerjoin(
                    DebitLine, (DebitLine.debit_id == Debit.id) & DebitLine.freed_at.is_(None)
                )
                .outerjoin(Due, Due.id == DebitLine.due_id)
                .where(Employer.member_number == member_number)
                .order_by(Debit.id, DebitLine.id)
            ):
                _, _, _, parts = rows.setdefault(id_, (reference, on, status.value, []))
                if amount is not None:
                    parts.append(Decimal(amount) / 100)
        return list(rows.values())
