"""The register: taking in employers, their contacts and their worksites, in sets."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import Any, TypeAlias

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from webapp.domain.errors import InvalidRow
from webapp.domain.name_sounds import sounds_of
from webapp.domain.search_key import search_key
from webapp.models import Agency, Employer, Wilaya, Worksite
from webapp.services.register_lines import (
    Agencies,
    EmployerRecord,
    RegisterLine,
    WorksiteRecord,
    read_register,
)
from webapp.services.sets import upserting
from webapp.services.transactions import Progress, no_progress, transaction

LINES_AT_ONCE = 3_000
# What a record calls by another name than the column of the sheet.
COLUMN_OF = {
    "wilaya_code": "wilaya",
    "agency_code": "agency",
    "code": "worksite_code",
    "name": "worksite_name",
}

Refuse = Callable[[InvalidRow], None]
# A member number, or a member number and the code of a worksite.
Key: TypeAlias = tuple[str, ...]
Record: TypeAlias = EmployerRecord | WorksiteRecord


@dataclass(slots=True)
class Changes:
    """How many rows were new, changed, or already as stated."""

    added: int = 0
    changed: int = 0
    unchanged: int = 0

    def add(self, other: Changes) -> None:
        self.added += other.added
        self.changed += other.changed
        self.unchanged += other.unchanged


@dataclass(slots=True)
class RegisterSummary:
    """What became of a sheet: its lines, those refused, and the rows they made."""

    lines: int = 0
    refused: int = 0
    employers: Changes = field(default_factory=Changes)
    worksites: Changes = field(default_factory=Changes)


def import_register(
    session: Session, path: Path, refuse: Refuse, progress: Progress = no_progress
) -> RegisterSummary:
    """Take in the sheet at `path` (its columns: `register_lines`); good lines are kept.

    Employers are found by their member number and worksites by employer and code, so that the
    same sheet a second time changes nothing. What the sheet does not name stays as it is. Every
    line that is not taken goes to `refuse`, with its number, column, value and reason: bad ones,
    and all lines of an employer whose lines contradict each other. The lines of an employer may
    stand anywhere in the sheet, which is read twice and never held in memory.

    Raises InvalidRow when the first line does not name the columns: nothing is changed then.
    """
    agencies = load_agencies(session)
    summary = RegisterSummary()
    contradictory = _contradictory(read_register(path, agencies), summary)
    part = _Part()
    first: dict[Key, tuple[int, Record]] = {}
    for done, line in enumerate(read_register(path, agencies), 1):
        if isinstance(line, InvalidRow):
            summary.refused += 1
            refuse(line)
        elif line.employer.member_number in contradictory:
            summary.refused += 1
            refuse(_contradiction(line, first))
        else:
            part.add(line)
        if part.lines >= LINES_AT_ONCE:
            part.save(session, agencies, summary)
            progress("register", done, summary.lines)
    part.save(session, agencies, summary)
    progress("register", summary.lines, summary.lines)
    return summary


def save_register(
    session: Session,
    agencies: Agencies,
    employers: Sequence[EmployerRecord],
    worksites: Sequence[tuple[str, WorksiteRecord]],
) -> tuple[Changes, Changes]:
    """Add or change employers, and worksites by their employer's member number, all or none.

    Each employer and each worksite is named once. Returns what became of the employers and of
    the worksites.
    """
    with transaction(session):
        numbers = {employer.member_number for employer in employers}
        numbers.update(number for number, _ in worksites)
        mine = Employer.member_number.in_(numbers)
        rows = [_employer_row(employer, agencies) for employer in employers]
        first = _upsert(session, Employer, ("member_number",), rows, mine)
        owners = dict(
            session.execute(select(Employer.member_number, Employer.id).where(mine)).all()
        )
        rows = [{"employer_id": owners[number], **asdict(one)} for number, one in worksites]
        theirs = Worksite.employer_id.in_(owners.values())
        return first, _upsert(session, Worksite, ("employer_id", "code"), rows, theirs)


def load_agencies(session: Session) -> Agencies:
    """The agencies to which employers may belong; the first one of a wilaya is the wilaya's.

    With the wilayas that there are.
    """
    with transaction(session):
        rows = session.execute(
            select(Agency.code, Agency.id, Agency.wilaya_code).order_by(Agency.code.desc())
        ).all()
        wilayas = session.scalars(select(Wilaya.code)).all()
    return Agencies(
        ids={row.code: row.id for row in rows},
        of_wilaya={row.wilaya_code: row.code for row in rows},
        wilayas=frozenset(wilayas),
    )


def _employer_row(employer: EmployerRecord, agencies: Agencies) -> dict[str, Any]:
    row = asdict(employer)
    row["agency_id"] = agencies.ids[row.pop("agency_code")]
    row["search_ar"] = search_key(employer.name_ar)
    row["search_fr"] = search_key(employer.name_fr)
    row["sounds"] = sounds_of(employer.name_ar, employer.name_fr)
    return row


def _upsert(
    session: Session,
    model: type[Any],
    key: tuple[str, ...],
    rows: Collection[dict[str, Any]],
    here: ColumnElement[bool],
) -> Changes:
    """Write the rows that are not `here` as they stand; one that came meanwhile is changed."""
    found = session.execute(select(model.__table__).where(here)).mappings()
    before = {tuple(row[name] for name in key): row for row in found}
    changes, different = Changes(), []
    for row in rows:
        known = before.get(tuple(row[name] for name in key))
        if known is None:
            changes.added += 1
        elif any(known[name] != value for name, value in row.items()):
            changes.changed += 1
        else:
            changes.unchanged += 1
            continue
        different.append(row)
    if different:
        session.execute(upserting(session, model, key, different[0].keys()), different)
    return changes


@dataclass(slots=True)
class _Part:
    """The lines that are written together; an employer is written by the first part it is in."""

    lines: int = 0
    employers: dict[str, EmployerRecord] = field(default_factory=dict)
    worksites: dict[tuple[str, str], WorksiteRecord] = field(default_factory=dict)
    written: set[str] = field(default_factory=set)

    def add(self, line: RegisterLine) -> None:
        self.lines += 1
        number = line.employer.member_number
        if number not in self.written:
            self.employers[number] = line.employer
        if line.worksite is not None:
            self.worksites[number, line.worksite.code] = line.worksite

    def save(self, session: Session, agencies: Agencies, summary: RegisterSummary) -> None:
        worksites = [(number, worksite) for (number, _), worksite in self.worksites.items()]
        changes = save_register(session, agencies, list(self.employers.values()), worksites)
        summary.employers.add(changes[0])
        summary.worksites.add(changes[1])
        self.written |= self.employers.keys()
        self.lines = 0
        self.employers.clear()
        self.worksites.clear()


def _contradictory(
    lines: Iterable[RegisterLine | InvalidRow], summary: RegisterSummary
) -> set[str]:
    """The member numbers of which two good lines state different things; counts the lines.

    Of each employer and worksite only a hash is kept: the sheet may be the whole country's.
    """
    stated: dict[Key, int] = {}
    found = set()
    for line in lines:
        summary.lines += 1
        if isinstance(line, InvalidRow):
            continue
        for key, record in _statements(line):
            if stated.setdefault(key, hash(record)) != hash(record):
                found.add(line.employer.member_number)
    return found


def _statements(line: RegisterLine) -> list[tuple[Key, Record]]:
    """What a line states, each under the key of what it is about."""
    number = line.employer.member_number
    statements: list[tuple[Key, Record]] = [((number,), line.employer)]
    if line.worksite is not None:
        statements.append(((number, line.worksite.code), line.worksite))
    return statements


def _contradiction(line: RegisterLine, first: dict[Key, tuple[int, Record]]) -> InvalidRow:
    """Why a line of a contradictory employer is refused: what it says otherwise than which line."""
    for key, record in _statements(line):
        number, other = first.setdefault(key, (line.number, record))
        for name in (each.name for each in fields(record)):
            value = getattr(record, name)
            if value != getattr(other, name):
                return InvalidRow(
                    line=line.number,
                    column=COLUMN_OF.get(name, name),
                    value=str(value),
                    reason=f"contradicts_line {number}",
                )
    return InvalidRow(
        line=line.number,
        column="member_number",
        value=line.employer.member_number,
        reason="other_lines_contradict",
    )
