"""Taking in what the fund's own system has assessed: every good line a due, none twice."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from webapp.domain.due_dates import debit_day
from webapp.domain.errors import InvalidRow
from webapp.domain.money import Centimes, plain_dinars
from webapp.domain.period import Period
from webapp.models import Due, Employer, Worksite
from webapp.services.assessed_lines import AssessedLine, read_assessed
from webapp.services.new_dues import NewDue, add_dues
from webapp.services.sets import parts, portions
from webapp.services.sheet_summary import Refuse, SheetSummary, refusal
from webapp.services.transactions import Progress, no_progress, transaction
from webapp.services.working_day import WorkingDay

LINES_AT_ONCE = 2_000


def import_dues(
    session: Session,
    day: WorkingDay,
    path: Path,
    refuse: Refuse,
    progress: Progress = no_progress,
    *,
    dry_run: bool = False,
) -> SheetSummary:
    """Take in the sheet at `path` (its columns: `assessed_lines`); good lines are kept.

    Each makes an open due, booked receivable / income. It is collected on the last bank day by
    which it must be paid, or on the feasible day where that is later. The same number a second
    time is the same due; one that says otherwise is refused. With `dry_run` nothing is kept.

    Raises InvalidRow when the first line does not name the columns.
    """
    summary, seen = SheetSummary(), dict[str, AssessedLine]()
    for part in portions(read_assessed(path), LINES_AT_ONCE):
        summary.lines += len(part)
        with transaction(session):
            dues = _new(session, day, part, seen, summary, refuse)
            if not dry_run:
                add_dues(session, day, dues, "assessed")
        summary.added += len(dues)
        progress("dues", summary.lines, summary.lines)
    return summary


def _new(
    session: Session,
    day: WorkingDay,
    part: Sequence[AssessedLine | InvalidRow],
    seen: dict[str, AssessedLine],
    summary: SheetSummary,
    refuse: Refuse,
) -> list[NewDue]:
    """The dues of the lines that are new; the others are known, or go to `refuse`."""
    good = [line for line in part if isinstance(line, AssessedLine)]
    owners = _owners(session, good)
    worksites = _worksites(session, list(owners.values()))
    there = _there(session, good)
    dues = []
    for line in part:
        try:
            if isinstance(line, InvalidRow):
                raise line
            if _is_known(line, seen, there):
                summary.known += 1
                continue
            owner = owners.get(line.member_number, 0)
            worksite_id = worksites.get((owner, line.worksite))
            _check(line, owner, worksite_id)
        except InvalidRow as error:
            summary.refused += 1
            refuse(error)
        else:
            seen[line.number] = line
            dues.append(_due(day, line, owner, worksite_id))
    return dues


def _is_known(
    line: AssessedLine, seen: dict[str, AssessedLine], there: dict[str, AssessedLine]
) -> bool:
    """Whether the number was taken in, here or before. Raises InvalidRow: for something else."""
    before = seen.get(line.number) or there.get(line.number)
    if before is None:
        return False
    if before.amount != line.amount:
        wrong = "amount", plain_dinars(line.amount), "another_amount"
        raise refusal(line.line, wrong)
    if replace(before, line=line.line) != line:
        raise refusal(line.line, ("number", line.number, "another_due"))
    return True


def _check(line: AssessedLine, owner: int, worksite_id: int | None) -> None:
    if not owner:
        raise refusal(line.line, ("member_number", line.member_number, "unknown_employer"))
    if line.worksite and worksite_id is None:
        raise refusal(line.line, ("worksite", line.worksite, "unknown_worksite"))


def _due(day: WorkingDay, line: AssessedLine, owner: int, worksite_id: int | None) -> NewDue:
    collected = day.calendar.previous_bank_day(line.legal_due_on)
    return NewDue(
        origin_key=line.origin_key,
        kind=line.kind,
        employer_id=owner,
        worksite_id=worksite_id,
        period=line.period.code,
        amount_centimes=line.amount,
        legal_due_on=line.legal_due_on,
        collect_from_on=debit_day(collected, day.today, day.calendar, day.rules),
    )


def _owners(session: Session, lines: Sequence[AssessedLine]) -> dict[str, int]:
    numbers = sorted({line.member_number for line in lines})
    rows = session.execute(
        select(Employer.member_number, Employer.id).where(Employer.member_number.in_(numbers))
    )
    return {row.member_number: row.id for row in rows}


def _worksites(session: Session, owners: Sequence[int]) -> dict[tuple[int, str], int]:
    rows = session.execute(
        select(Worksite.employer_id, Worksite.code, Worksite.id).where(
            Worksite.employer_id.in_(owners)
        )
    )
    return {(row.employer_id, row.code): row.id for row in rows}


def _there(session: Session, lines: Sequence[AssessedLine]) -> dict[str, AssessedLine]:
    """What was assessed before under these numbers, as the lines would say it."""
    keys = sorted({line.origin_key for line in lines})
    found = {}
    for some in parts(keys):
        rows = session.execute(
            select(
                Due.origin_key,
                Due.kind,
                Due.period,
                Due.amount_centimes,
                Due.legal_due_on,
                Employer.member_number,
                Worksite.code,
            )
            .join(Employer, Employer.id == Due.employer_id)
            .outerjoin(Worksite, Worksite.id == Due.worksite_id)
            .where(Due.origin_key.in_(some))
        )
        for row in rows:
            number = row.origin_key.removeprefix("assessed:")
            found[number] = AssessedLine(
                line=0,
                member_number=row.member_number,
                number=number,
                kind=row.kind,
                period=Period.parse(row.period),
                amount=Centimes(row.amount_centimes),
                legal_due_on=row.legal_due_on,
                worksite=row.code or "",
            )
    return found
