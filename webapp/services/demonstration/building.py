"""Telling the story of the demonstration to the database, through the use cases of everybody."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import TypeVar

from sqlalchemy import func, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from webapp.adapters.vault import Vault
from webapp.domain.errors import AlreadyDone, NotADemonstration
from webapp.domain.moment import Moment
from webapp.domain.money import Centimes
from webapp.domain.rules import CollectionRules
from webapp.models import (
    Agency,
    Base,
    ClosedDay,
    ContributionRate,
    Declaration,
    Demonstration,
    Mandate,
    Run,
    Wilaya,
)
from webapp.services.declarations import Filing, file_declarations
from webapp.services.demonstration.papers import AUTHORISATION, CHANNELS
from webapp.services.demonstration.people import Person
from webapp.services.demonstration.story import (
    DemonstrationPlan,
    FilingTime,
    Role,
    Signing,
    Story,
    cast,
    evening_of,
)
from webapp.services.mandates import Signature, sign_mandates
from webapp.services.reference_data import load_reference_data, open_channel
from webapp.services.register import load_agencies, save_register
from webapp.services.runs import RunTools, run_due_debits
from webapp.services.transactions import Progress, no_progress, transaction
from webapp.services.working_day import WorkingDay, load_calendar

T = TypeVar("T")

EMPLOYERS_AT_ONCE = 1_000
# What a database may hold before it becomes a demonstration: what every installation starts from.
REFERENCE_TABLES = {model.__tablename__ for model in (Agency, ClosedDay, ContributionRate, Wilaya)}
EMPLOYER, SCHEDULER = "employer", "scheduler"
CEILING_EVERY = 9


@dataclass(slots=True)
class Built:
    """What was made, as counts; runs as their days."""

    employers: int = 0
    worksites: int = 0
    mandates: int = 0
    declarations: int = 0
    runs: int = 0


def find_demonstration(session: Session) -> DemonstrationPlan | None:
    """The demonstration that the database holds, or None when it is empty.

    Raises NotADemonstration when it holds anything else.
    """
    with transaction(session):
        row = session.get(Demonstration, 1)
        if row is not None:
            return DemonstrationPlan(row.employers, row.seed, row.day)
        for table in Base.metadata.sorted_tables:
            if table.name in REFERENCE_TABLES:
                continue
            if session.execute(select(1).select_from(table).limit(1)).first() is not None:
                raise NotADemonstration(table=table.name)
    return None


def story_of(session: Session, plan: DemonstrationPlan) -> Story:
    """The days of a demonstration, on the bank calendar of the database."""
    return Story(plan.day, load_calendar(session), CollectionRules())


def build_register(
    session: Session, vault: Vault, plan: DemonstrationPlan, progress: Progress = no_progress
) -> Built:
    """Make the register, the mandates and the declarations, each on its day, without any run.

    Raises NotADemonstration, and AlreadyDone when the database holds another demonstration. One
    that was interrupted is completed; one that is complete stays as it is.
    """
    return _Builder(session, vault, plan, progress).build(None)


def load_demonstration(
    session: Session, tools: RunTools, plan: DemonstrationPlan, progress: Progress = no_progress
) -> Built:
    """Make a whole demonstration: as `build_register`, with the runs before its day.

    `tools.send_notice` takes the notices of those runs. On the plan's day a run finds something
    to plan, to hold, and above all to freeze.
    """
    return _Builder(session, tools.vault, plan, progress).build(tools)


class _Builder:
    """Goes through the story day by day; what is there already is left as it is."""

    def __init__(
        self, session: Session, vault: Vault, plan: DemonstrationPlan, progress: Progress
    ) -> None:
        self.session, self.vault, self.plan, self.progress = session, vault, plan, progress
        self.built = Built()
        self.roles = cast(plan)

    def build(self, tools: RunTools | None) -> Built:
        self._claim()
        year = self.plan.day.year
        load_reference_data(self.session, range(year - 1, year + 2))
        for channel in CHANNELS:
            open_channel(self.session, self.vault, channel)
        self.story = story_of(self.session, self.plan)
        if self._is_complete(runs=tools is not None):
            return self.built
        self._register()
        for on, numbers in self._by_day(self._signing_day):
            self._sign(self._at(Moment.morning_of(on), EMPLOYER), numbers)
        runs = dict.fromkeys(self.story.run_days)
        filings = dict(self._by_day(self._filing_day))
        for on in sorted(runs | filings):
            if tools is not None and on in runs:
                self._run(on, tools)
            if on in filings:
                self._file(self._at(evening_of(on), EMPLOYER), filings[on])
        return self.built

    def _claim(self) -> None:
        """Mark an empty database as this demonstration before anything else is written."""
        known = find_demonstration(self.session)
        if known is not None and known != self.plan:
            raise AlreadyDone(
                key="demonstration", employers=known.employers, seed=known.seed, day=known.day
            )
        if known is None:
            plan = self.plan
            with transaction(self.session):
                self.session.add(
                    Demonstration(id=1, seed=plan.seed, employers=plan.employers, day=plan.day)
                )

    def _is_complete(self, *, runs: bool) -> bool:
        """Whether the last thing that the story tells has happened."""
        filing = [n for n in range(len(self.roles)) if self._filing_day(n) is not None]
        with transaction(self.session):
            declared = self.session.scalar(select(func.count(Declaration.employer_id.distinct())))
            ran = self.session.scalar(
                select(func.count()).where(
                    Run.day.in_(self.story.run_days), Run.finished_at.is_not(None)
                )
            )
        return (declared or 0) >= len(filing) and (not runs or ran == len(self.story.run_days))

    def _register(self) -> None:
        agencies = load_agencies(self.session)
        for done, people in self._parts(range(self.plan.employers)):
            records = [person.record for person in people]
            worksites = [(p.member_number, worksite) for p in people for worksite in p.worksites]
            changes = save_register(self.session, agencies, records, worksites)
            self.built.employers += changes[0].added
            self.built.worksites += changes[1].added
            self.progress("register", done, self.plan.employers)

    def _sign(self, day: WorkingDay, numbers: Sequence[int]) -> None:
        for done, people in self._parts(numbers):
            wanted = [s for person in people for s in self._signatures(person)]
            new = self._missing(Mandate.reference, wanted, lambda s: str(s.reference))
            if new:
                sign_mandates(self.session, day, self.vault, new)
            self.built.mandates += len(new)
            self.progress(f"sign {day.today:%d/%m}", done, len(numbers))

    def _file(self, day: WorkingDay, numbers: Sequence[int]) -> None:
        for done, people in self._parts(numbers):
            wanted = [f for person in people for f in self._filings(day.today, person)]
            new = self._missing(Declaration.form_key, wanted, lambda filing: filing.form_key)
            if new:
                file_declarations(self.session, day, new)
            self.built.declarations += len(new)
            self.progress(f"file {day.today:%d/%m}", done, len(numbers))

    def _run(self, on: date, tools: RunTools) -> None:
        with transaction(self.session):
            ended = self.session.scalar(
                select(Run.id).where(Run.day == on, Run.finished_at.is_not(None)).limit(1)
            )
        if ended is None:
            run_due_debits(
                self.session, self._at(Moment.morning_of(on), SCHEDULER), tools, self.progress
            )
            self.built.runs += 1

    def _signatures(self, person: Person) -> Iterator[Signature]:
        role = self.roles[person.number]
        signature = Signature(
            member_number=person.member_number,
            account=person.account(),
            text=AUTHORISATION[person.language],
            language=person.language,
            ceiling=self._ceiling(person, role),
            # What they owed before they signed was ticked at the open days.
            covers_arrears=role.signing is Signing.OPEN_DAY,
            reference=person.mandate_reference(),
        )
        yield signature
        if role.second_account and len(person.workers) > 1:
            yield replace(
                signature,
                account=person.account(1),
                ceiling=None,
                worksites=(person.worksite_codes[-1],),
                reference=person.mandate_reference(1),
            )

    def _ceiling(self, person: Person, role: Role) -> Centimes | None:
        """None for most; for some well above what they owe, for a few below it."""
        if not role.over_ceiling and person.number % CEILING_EVERY:
            return None
        latest = self.story.latest_period(person.periodicity)
        wages = sum(line.leave_base for line in person.wages(latest))
        return Centimes(wages // 20 + 100_00 if role.over_ceiling else wages + 100_00)

    def _filings(self, filed_on: date, person: Person) -> Iterator[Filing]:
        role = self.roles[person.number]
        for period in self.story.periods(role.declared, person.periodicity, filed_on):
            yield Filing(
                member_number=person.member_number,
                period=period,
                lines=person.wages(period),
                form_key=f"demonstration-{person.serial}-{period.code}",
            )

    def _signing_day(self, number: int) -> date | None:
        signing = self.roles[number].signing
        return None if signing is Signing.NEVER else self.story.signed_on(signing, number)

    def _filing_day(self, number: int) -> date | None:
        filing = self.roles[number].filing
        return None if filing is FilingTime.NEVER else self.story.filed_on(filing, number)

    def _by_day(self, day_of: Callable[[int], date | None]) -> list[tuple[date, list[int]]]:
        """The employers' numbers by the day on which they do something, in the days' order."""
        found: dict[date, list[int]] = defaultdict(list)
        for number in range(len(self.roles)):
            on = day_of(number)
            if on is not None:
                found[on].append(number)
        return sorted(found.items())

    def _parts(self, numbers: Sequence[int]) -> Iterator[tuple[int, list[Person]]]:
        """The employers in parts, each with how many there are up to its end."""
        for start in range(0, len(numbers), EMPLOYERS_AT_ONCE):
            part = numbers[start : start + EMPLOYERS_AT_ONCE]
            people = [Person(self.plan.seed, n, self.roles[n].reachable) for n in part]
            yield start + len(part), people

    def _missing(
        self, column: InstrumentedAttribute[str], wanted: list[T], key: Callable[[T], str]
    ) -> list[T]:
        """Those of the wanted that an interrupted demonstration has not made yet."""
        with transaction(self.session):
            known = set(
                self.session.scalars(select(column).where(column.in_([key(w) for w in wanted])))
            )
        return [one for one in wanted if key(one) not in known]

    def _at(self, moment: Moment, actor: str) -> WorkingDay:
        return WorkingDay(moment, self.story.calendar, self.story.rules, actor)
