"""The run report: where every due stands, in numbers that a person can add up and sign."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, and_, func, select
from sqlalchemy.orm import Session

from webapp.domain.statuses import (
    DEBIT_STATUSES_BEFORE_SETTLEMENT,
    BankFileStatus,
    DebitStatus,
    DueStatus,
)
from webapp.models import (
    Agency,
    Attempt,
    BankEntry,
    BankFile,
    Debit,
    DebitLine,
    Due,
    DueKind,
    Employer,
    EntryOutcome,
    Mandate,
    Run,
)
from webapp.services.books import verify_books
from webapp.services.collection_comparison import compare_with_last
from webapp.services.report_checks import check_rows, must_be_equal
from webapp.services.sums import Sum
from webapp.services.transactions import reading, transaction
from webapp.services.working_day import WorkingDay

# By the name of a group, its debits by status.
Groups = dict[str, dict[str, Sum]]


# The parts of a report that are sums, or sums by name.
SUMS = (
    "declared", "places", "debits", "held", "refused", "returned", "corrections", "suspense",
    "by_bank", "by_agency", "by_wilaya", "difference", "comparison",
)  # fmt: skip


def _total(amount: Any, *conditions: ColumnElement[bool]) -> Select[*tuple[Any, ...]]:
    return select(func.count(), func.coalesce(func.sum(amount), 0)).where(*conditions)


def _totals(key: Any, amount: Any, *conditions: ColumnElement[bool]) -> Select[*tuple[Any, ...]]:
    total = select(key, func.count(), func.sum(amount)).where(*conditions)
    return total.group_by(key).order_by(key)


# The statements of every report, built once: most runs have little to count, and then to build one
# takes longer than to ask it.
# What was superseded stands in its successors.
DECLARED = and_(Due.kind == DueKind.CONTRIBUTION, Due.status != DueStatus.SUPERSEDED)
DECLARED_SUM = _total(Due.amount_centimes, DECLARED)
REFUSED_SUM = _total(
    Attempt.amount_centimes, Attempt.refused_at.is_not(None), Attempt.returned_at.is_(None)
)
RETURNED_SUM = _total(Attempt.amount_centimes, Attempt.returned_at.is_not(None))
CORRECTIONS_SUM = _total(
    Due.amount_centimes,
    Due.kind != DueKind.CONTRIBUTION,
    Due.status.in_([DueStatus.OPEN, DueStatus.SCHEDULED]),
)
SUSPENSE_SUM = _total(BankEntry.moved_centimes, BankEntry.outcome == EntryOutcome.SUSPENSE)
DEBIT_SUMS = _totals(Debit.status, Debit.amount_centimes)
HELD_SUMS = _totals(Debit.hold_reason, Debit.amount_centimes, Debit.status == DebitStatus.HELD)
DUE_SUMS = _totals(Due.status, Due.amount_centimes, DECLARED)
# The dues that are in a debit, by its status.
SCHEDULED_SUMS = (
    _totals(
        Debit.status,
        Due.amount_centimes,
        Debit.status.in_(DEBIT_STATUSES_BEFORE_SETTLEMENT),
        Due.status == DueStatus.SCHEDULED,
        DECLARED,
    )
    .join(DebitLine, and_(DebitLine.debit_id == Debit.id, DebitLine.freed_at.is_(None)))
    .join(Due, Due.id == DebitLine.due_id)
)
GROUPED = (Mandate.bank_code, Agency.code, Agency.wilaya_code, Debit.status)
GROUP_SUMS = (
    select(*GROUPED, func.count(), func.sum(Debit.amount_centimes))
    .select_from(Debit)
    .join(Mandate, Mandate.id == Debit.mandate_id)
    .join(Employer, Employer.id == Debit.employer_id)
    .join(Agency, Agency.id == Employer.agency_id)
    .group_by(*GROUPED)
    .order_by(Mandate.bank_code, Agency.code, Debit.status)
)
FILES = select(BankFile).order_by(BankFile.id)
LAST_REPORT = select(Run.report).where(Run.report.is_not(None)).order_by(Run.id.desc()).limit(1)


@dataclass(frozen=True, slots=True)
class FileSum:
    """One bank file in the report."""

    reference: str
    status: str
    count: int
    centimes: int
    sha256: str | None
    message_format: str


@dataclass(frozen=True, slots=True)
class RunReport:
    """Everything counted at the end of a run. `declared` is the sum of the places of a due."""

    day: date
    actor: str
    phases: dict[str, int]
    declared: Sum
    places: dict[str, Sum]
    debits: dict[str, Sum]
    held: dict[str, Sum]
    refused: Sum
    returned: Sum
    corrections: Sum
    suspense: Sum
    by_bank: Groups
    by_agency: Groups
    by_wilaya: Groups
    files: list[FileSum]
    balances: dict[str, int]
    difference: dict[str, Sum] = field(default_factory=dict)
    comparison: dict[str, Sum] = field(default_factory=dict)
    events_head: str = ""

    @property
    def needs_a_person(self) -> bool:
        """Something waits for the office: a held debit, an unknown file, money in suspense."""
        unknown = any(file.status == BankFileStatus.UNKNOWN for file in self.files)
        return bool(self.held) or unknown or bool(self.suspense.count)

    def to_json(self) -> str:
        """The report as JSON, amounts in centimes, keys in a fixed order."""
        return json.dumps(asdict(self), ensure_ascii=False, default=str)


def build_report(
    session: Session, day: WorkingDay, phases: dict[str, int], events_head: str
) -> RunReport:
    """Count everything, check that it adds up, and compare with the report before.

    Raises RunDoesNotAddUp when a due, a line, an attempt or a file is counted twice or not at
    all, and BooksUnbalanced.
    """
    # Of one moment on SQLite, and nobody who writes waits for all this counting.
    with reading(session):
        debits = _sums(session, DEBIT_SUMS)
        by_bank, by_agency, by_wilaya = _groups(session)
        report = RunReport(
            day=day.today,
            actor=day.actor,
            phases=phases,
            declared=_sum(session, DECLARED_SUM),
            places=_places(session),
            debits=debits,
            held=_sums(session, HELD_SUMS),
            refused=_sum(session, REFUSED_SUM),
            returned=_sum(session, RETURNED_SUM),
            corrections=_sum(session, CORRECTIONS_SUM),
            suspense=_sum(session, SUSPENSE_SUM),
            by_bank=by_bank,
            by_agency=by_agency,
            by_wilaya=by_wilaya,
            files=_files(session),
            balances={account.value: balance for account, balance in verify_books(session).items()},
            difference=_difference(session, debits),
            comparison=_compared(session, day),
            events_head=events_head,
        )
        _check(session, report)
    return report


def report_of(text: str) -> RunReport:
    """The report that was kept as JSON; what earlier versions did not count is empty."""
    kept: dict[str, Any] = json.loads(text)
    sums = {name: _read(kept[name]) for name in SUMS if name in kept}
    files = [FileSum(**{"message_format": "pain.008.001.08"} | file) for file in kept["files"]]
    told = (
        {"by_wilaya": {}} | kept | sums | {"files": files, "day": date.fromisoformat(kept["day"])}
    )
    return RunReport(**told)


def _read(value: dict[str, Any]) -> Any:
    """A sum, or sums by name however deep."""
    if value.keys() == {"count", "centimes"}:
        return Sum(**value)
    return {name: _read(inner) for name, inner in value.items()}


def last_run(session: Session) -> Row[*tuple[Any, ...]] | None:
    """The last run that ended (a row of `runs`), or None."""
    with transaction(session):
        return session.execute(
            select(Run.__table__)
            .where(Run.finished_at.is_not(None))
            .order_by(Run.id.desc())
            .limit(1)
        ).first()


def _sum(session: Session, total: Select[*tuple[Any, ...]]) -> Sum:
    count, centimes = session.execute(total).one()
    return Sum(int(count), int(centimes))


def _sums(session: Session, totals: Select[*tuple[Any, ...]]) -> dict[str, Sum]:
    rows = session.execute(totals)
    return {str(name): Sum(int(count), int(total)) for name, count, total in rows}


def _places(session: Session) -> dict[str, Sum]:
    """Where the dues stand: settled, in a debit of some status, or open with the reason why."""
    places = {f"due {status}": total for status, total in _sums(session, DUE_SUMS).items()}
    scheduled = places.pop(f"due {DueStatus.SCHEDULED}", Sum())
    in_debits = {f"debit {name}": total for name, total in _sums(session, SCHEDULED_SUMS).items()}
    places |= in_debits
    nowhere = Sum(
        scheduled.count - sum(place.count for place in in_debits.values()),
        scheduled.centimes - sum(place.centimes for place in in_debits.values()),
    )
    return places if nowhere == Sum() else {**places, "nowhere": nowhere}


def _groups(session: Session) -> tuple[Groups, Groups, Groups]:
    """The debits by the payer's bank, by the employer's agency, and by that agency's wilaya:
    each group by status."""
    rows = session.execute(GROUP_SUMS).all()
    found: tuple[Groups, Groups, Groups] = ({}, {}, {})
    for *names, status, count, total in rows:
        for groups, name in zip(found, names, strict=True):
            group = groups.setdefault(name, {})
            group[status.value] = group.get(status.value, Sum()) + Sum(int(count), int(total))
    banks, agencies, wilayas = (dict(sorted(groups.items())) for groups in found)
    return banks, agencies, wilayas


def _compared(session: Session, day: WorkingDay) -> dict[str, Sum]:
    """The debits to come as against each employer's last one, in sums."""
    made = compare_with_last(session, day)
    return {"new": made.new, "gone": made.gone, "changed": made.changed}


def _files(session: Session) -> list[FileSum]:
    return [
        FileSum(
            file.reference,
            file.status.value,
            file.transactions,
            file.total_centimes,
            file.sha256,
            file.message_format,
        )
        for file in session.scalars(FILES)
    ]


def _difference(session: Session, debits: dict[str, Sum]) -> dict[str, Sum]:
    """By how much each status of the debits has grown since the last run's report."""
    before = session.scalar(LAST_REPORT)
    known = json.loads(before)["debits"] if before else {}
    zero = {"count": 0, "centimes": 0}
    return {
        status: Sum(
            debits.get(status, Sum()).count - known.get(status, zero)["count"],
            debits.get(status, Sum()).centimes - known.get(status, zero)["centimes"],
        )
        for status in sorted(debits.keys() | known.keys())
    }


def _check(session: Session, report: RunReport) -> None:
    """Every due stands in one place, and the rows behind the sums add up."""
    nowhere = report.places.get("nowhere", Sum())
    must_be_equal("dues scheduled but in no debit", 0, nowhere.count)
    must_be_equal("centimes scheduled but in no debit", 0, nowhere.centimes)
    placed = sum(place.centimes for place in report.places.values())
    must_be_equal("dues in centimes", report.declared.centimes, placed)
    check_rows(session)
