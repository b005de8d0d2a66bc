"""Declarations: filing one or many makes their lines, their dues and their postings."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from webapp.domain.contributions import (
    ContributionRates,
    LineContributions,
    line_contributions,
    rates_for,
)
from webapp.domain.due_dates import collection_day, filing_deadline
from webapp.domain.errors import (
    MonthAlreadyDeclared,
    NotFound,
    NothingDeclared,
    UnknownWorksite,
)
from webapp.domain.money import Centimes
from webapp.domain.period import Period
from webapp.domain.statuses import DeclarationStatus, DueStatus
from webapp.models import (
    Account,
    ContributionRate,
    Declaration,
    DeclarationLine,
    DeclaredMonth,
    Due,
    DueKind,
    Employer,
    Subject,
    Worksite,
)
from webapp.services.accrual import accrue_at_filing
from webapp.services.books import Entry, Leg, post
from webapp.services.declaring_terms import refuse_elsewhere
from webapp.services.events import record
from webapp.services.sets import insert_keyed, insert_rows
from webapp.services.transactions import transaction
from webapp.services.working_day import WorkingDay

FIRST_REVISION = 1


@dataclass(frozen=True, slots=True)
class WorksiteWages:
    """What is declared for one worksite: workers, and the two bases in centimes."""

    worksite: str
    workers: int
    leave_base: Centimes
    weather_base: Centimes


@dataclass(frozen=True, slots=True)
class Filing:
    """One declaration as the employer files it; `form_key` is the key of the form they sent.

    Without a line it must say that it is `nil`: nobody worked, or there is no worksite.
    """

    member_number: str
    period: Period
    lines: tuple[WorksiteWages, ...]
    form_key: str
    nil: bool = False


@dataclass(frozen=True, slots=True)
class DeclaredLine:
    """A line on its way into the tables."""

    filing: int
    employer_id: int
    worksite_id: int
    wages: WorksiteWages
    made: LineContributions


def file_declaration(session: Session, day: WorkingDay, filing: Filing) -> int:
    """File one declaration and return its id; the same form sent again returns the first's id.

    Raises as `file_declarations` does.
    """
    with transaction(session):
        known = session.scalar(
            select(Declaration.id).where(Declaration.form_key == filing.form_key)
        )
    return known or file_declarations(session, day, [filing])[0]


def file_declarations(session: Session, day: WorkingDay, filings: Sequence[Filing]) -> list[int]:
    """File declarations in one transaction, all or none, and return their ids.

    Each worksite line makes one due, the sum of its three contributions at the rates of the
    period, collected from the period's collection day on, and is booked receivable / income.
    A line without wages makes none. Filed after the deadline, surcharge and penalty come with it.
    Raises NotFound (no such member), NothingDeclared (no line), UnknownWorksite,
    MonthAlreadyDeclared, and DeclaredElsewhere. (domain.md §2, §3)
    """
    with transaction(session):
        return add_filed_declarations(session, day, filings)


def add_filed_declarations(
    session: Session, day: WorkingDay, filings: Sequence[Filing]
) -> list[int]:
    """`file_declarations` inside the caller's transaction, for who must write something with it."""
    employers = employers_of(session, filings)
    owners = [employers[filing.member_number] for filing in filings]
    _refuse_declared_months(session, filings, owners)
    lines = lines_of(session, filings, owners)
    ids = insert_keyed(
        session,
        Declaration,
        Declaration.form_key,
        [
            {
                "employer_id": owner,
                "period": filing.period.code,
                "revision": FIRST_REVISION,
                "status": DeclarationStatus.FILED,
                "form_key": filing.form_key,
                "filed_on": day.today,
                "filed_at": day.now,
            }
            for filing, owner in zip(filings, owners, strict=True)
        ],
    )
    insert_rows(
        session,
        DeclaredMonth,
        [
            {"employer_id": owner, "month": month, "declaration_id": declaration_id}
            for filing, owner, declaration_id in zip(filings, owners, ids, strict=True)
            for month in filing.period.months
        ],
    )
    refuse_elsewhere(
        session,
        (
            (owner, filing.member_number, filing.period)
            for filing, owner in zip(filings, owners, strict=True)
        ),
    )
    insert_lines(session, ids, lines)
    accrue_at_filing(session, day, _make_dues(session, day, filings, lines))
    record(session, day, Subject.DECLARATION, ids, None, DeclarationStatus.FILED, "filed")
    return list(ids)


def rates_table(session: Session) -> list[ContributionRates]:
    """The contribution rates that the fund keeps; inside the caller's transaction."""
    return [
        ContributionRates(row.valid_from, row.leave, row.weather_employer, row.weather_worker)
        for row in session.scalars(select(ContributionRate))
    ]


def employers_of(session: Session, filings: Sequence[Filing]) -> dict[str, int]:
    """The employers of the filings by their member numbers. Raises NotFound."""
    wanted = [filing.member_number for filing in filings]
    found = dict(
        session.execute(
            select(Employer.member_number, Employer.id).where(Employer.member_number.in_(wanted))
        ).all()
    )
    for member_number in wanted:
        if member_number not in found:
            raise NotFound(kind="employer", reference=member_number)
    return found


def _refuse_declared_months(session: Session, filings: Sequence[Filing], owners: list[int]) -> None:
    """Say kindly what the key of `declared_months` would refuse anyway."""
    declared = {
        (row.employer_id, row.month)
        for row in session.execute(
            select(DeclaredMonth.employer_id, DeclaredMonth.month).where(
                DeclaredMonth.employer_id.in_(owners)
            )
        )
    }
    for filing, owner in zip(filings, owners, strict=True):
        taken = [month for month in filing.period.months if (owner, month) in declared]
        if taken:
            raise MonthAlreadyDeclared(member_number=filing.member_number, months=tuple(taken))
        declared.update((owner, month) for month in filing.period.months)


def worksites_of(session: Session, owners: Sequence[int]) -> dict[tuple[int, str], int]:
    """The worksites of these employers by employer and code."""
    rows = session.execute(
        select(Worksite.id, Worksite.employer_id, Worksite.code).where(
            Worksite.employer_id.in_(owners)
        )
    )
    return {(row.employer_id, row.code): row.id for row in rows}


def lines_of(
    session: Session, filings: Sequence[Filing], owners: Sequence[int]
) -> list[DeclaredLine]:
    """The lines of the filings with what they make. Raises NothingDeclared and UnknownWorksite."""
    worksites = worksites_of(session, owners)
    rates = rates_table(session)
    lines = []
    for number, (filing, owner) in enumerate(zip(filings, owners, strict=True)):
        if not filing.lines and not filing.nil:
            raise NothingDeclared(member_number=filing.member_number)
        of_period = rates_for(filing.period.first_day, rates)
        for wages in filing.lines:
            if (owner, wages.worksite) not in worksites:
                raise UnknownWorksite(worksite=wages.worksite)
            lines.append(
                DeclaredLine(
                    filing=number,
                    employer_id=owner,
                    worksite_id=worksites[owner, wages.worksite],
                    wages=wages,
                    made=line_contributions(wages.leave_base, wages.weather_base, of_period),
                )
            )
    return lines


def insert_lines(session: Session, ids: Sequence[int], lines: Sequence[DeclaredLine]) -> None:
    """Keep the lines under their declarations' ids, in the order of the filings."""
    insert_rows(
        session,
        DeclarationLine,
        [
            {
                "declaration_id": ids[line.filing],
                "employer_id": line.employer_id,
                "worksite_id": line.worksite_id,
                "workers": line.wages.workers,
                "leave_base_centimes": line.wages.leave_base,
                "weather_base_centimes": line.wages.weather_base,
                "leave_centimes": line.made.leave,
                "weather_employer_centimes": line.made.weather_employer,
                "weather_worker_centimes": line.made.weather_worker,
            }
            for line in lines
        ],
    )


def _make_dues(
    session: Session, day: WorkingDay, filings: Sequence[Filing], lines: Sequence[DeclaredLine]
) -> list[int]:
    days: dict[Period, tuple[date, date]] = {
        period: (
            filing_deadline(period, day.calendar, day.rules),
            collection_day(period, day.calendar, day.rules),
        )
        for period in {filing.period for filing in filings}
    }
    owed = [line for line in lines if line.made.total]
    if not owed:
        return []
    rows = []
    for line in owed:
        filing = filings[line.filing]
        legal_due_on, collect_from_on = days[filing.period]
        rows.append(
            {
                "origin_key": f"contribution:{filing.member_number}:{filing.period.code}"
                f":{FIRST_REVISION}:{line.wages.worksite}",
                "employer_id": line.employer_id,
                "worksite_id": line.worksite_id,
                "kind": DueKind.CONTRIBUTION,
                "status": DueStatus.OPEN,
                "period": filing.period.code,
                "revision": FIRST_REVISION,
                "amount_centimes": line.made.total,
                "legal_due_on": legal_due_on,
                "collect_from_on": collect_from_on,
            }
        )
    ids = insert_keyed(session, Due, Due.origin_key, rows)
    post(
        session,
        day.today,
        [
            Entry(
                f"due:{row['origin_key']}",
                (
                    Leg("receivable", Account.RECEIVABLE, line.made.total, line.employer_id, id_),
                    Leg("income", Account.INCOME, -line.made.total, line.employer_id),
                ),
            )
            for row, line, id_ in zip(rows, owed, ids, strict=True)
        ],
    )
    return ids
