"""Sheets of wages: good lines go into the draft, wrong ones wait until they are put right.

Nothing is filed here: the draft is looked at and filed like one that was typed.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, replace

from sqlalchemy import ColumnElement, Select, delete, select
from sqlalchemy.orm import Session

from webapp.adapters.workbooks import OLD_EXCEL, ZIP, rows_of_workbook, write_workbook
from webapp.domain.errors import DraftChanged, UnusableSheet
from webapp.domain.period import Period
from webapp.domain.sheet_lines import (
    FIGURES,
    SheetLine,
    is_heading,
    read_lines,
    template_rows,
)
from webapp.domain.sheet_text import rows_of_text
from webapp.domain.sheets import sheet_lines
from webapp.domain.text import clean_name
from webapp.models import DeclarationSheet
from webapp.services.drafts import Typed, add_to_draft
from webapp.services.sets import insert_for
from webapp.services.transactions import reading, transaction
from webapp.services.working_day import WorkingDay
from webapp.services.worksites import WorksiteName

LONGEST_FILE_NAME = 140


@dataclass(frozen=True, slots=True)
class WaitingLine:
    """A line that is not in the draft: as the sheet has it, and as it is `typed` by now."""

    sheet: SheetLine
    typed: Mapping[str, str]

    @property
    def number(self) -> int:
        """The row's number in a spreadsheet program."""
        return self.sheet.number


@dataclass(frozen=True, slots=True)
class WaitingSheet:
    """A sheet of which lines wait.

    `places` are the letters of its columns; `taken`, which line each worksite's figures in the
    draft came from; `empty`, how many lines had no figures. `stamp` changes with every letter.
    """

    file_name: str
    places: Mapping[str, str]
    empty: int
    taken: Mapping[int, int]
    lines: tuple[WaitingLine, ...]
    stamp: str = ""


def read_sheet(content: bytes, file_name: str) -> WaitingSheet:
    """What somebody sent us, whatever its name says it is; all of its lines wait yet.

    Raises UnusableSheet.
    """
    if content.startswith(OLD_EXCEL):
        raise UnusableSheet(reason="old_excel")
    workbook = content.startswith((ZIP, b"PK\x05\x06"))
    rows = rows_of_workbook(content) if workbook else rows_of_text(content, is_heading)
    sheet = read_lines(rows)
    return WaitingSheet(
        file_name=clean_name(file_name)[:LONGEST_FILE_NAME],
        places=sheet.places,
        empty=sheet.empty,
        taken={},
        lines=tuple(
            WaitingLine(line, {figure.value: line.cells[figure] for figure in FIGURES})
            for line in sheet.lines
        ),
    )


def load_waiting(session: Session, employer_id: int, period: Period) -> WaitingSheet | None:
    """The sheet of a period of which lines wait; None where none does."""
    with reading(session):
        row = session.execute(_of(employer_id, period)).first()
    return None if row is None else _waiting(row.file_name, row.lines)


def take_lines(
    session: Session,
    day: WorkingDay,
    employer_id: int,
    period: Period,
    sheet: WaitingSheet,
    figures: Typed,
    *,
    seen: str | None = None,
) -> None:
    """Put good lines into the draft as its fields `figures`, and let the sheet's others wait.

    In place of a sheet that waited before; a sheet without lines does not wait. What was typed
    for other worksites stays. Raises DraftChanged when what waits is not what was `seen`.
    """
    with transaction(session):
        if seen is not None:
            row = session.execute(_of(employer_id, period).with_for_update()).first()
            if row is None or _stamp(row.lines) != seen:
                raise DraftChanged()
        if figures:
            add_to_draft(session, day, employer_id, period, figures)
        if not sheet.lines:
            session.execute(delete(DeclarationSheet).where(*_key(employer_id, period)))
            return
        values = {"file_name": sheet.file_name, "lines": _text(sheet), "read_at": day.now}
        new = insert_for(session, DeclarationSheet).values(
            employer_id=employer_id, period=period.code, **values
        )
        session.execute(
            new.on_conflict_do_update(index_elements=["employer_id", "period"], set_=values)
        )


def without_lines(sheet: WaitingSheet, numbers: Iterable[int]) -> WaitingSheet:
    """The sheet as it waits when these lines are left out."""
    out = set(numbers)
    return replace(sheet, lines=tuple(line for line in sheet.lines if line.number not in out))


def after_taking(sheet: WaitingSheet, good: Mapping[int, int]) -> WaitingSheet:
    """The sheet as it waits when the `good` lines, by their worksite's id, are in the draft."""
    left = without_lines(sheet, good.values())
    return replace(left, taken={**sheet.taken, **good})


def with_typed(sheet: WaitingSheet, typed: Mapping[int, Mapping[str, str]]) -> WaitingSheet:
    """The sheet with what was typed into its lines meanwhile, by their numbers."""
    lines = (
        replace(line, typed={**line.typed, **typed.get(line.number, {})}) for line in sheet.lines
    )
    return replace(sheet, lines=tuple(lines))


def csv_template(worksites: Iterable[WorksiteName], language: str) -> bytes:
    """The sheet to fill in, as text: a line for each worksite."""
    headings, rows = template_rows(language, ((one.code, one.name) for one in worksites))
    return "".join(sheet_lines(headings, rows)).encode()


def workbook_template(worksites: Iterable[WorksiteName], language: str, title: str) -> bytes:
    """The sheet to fill in, as a workbook; in Arabic its columns begin on the right."""
    headings, rows = template_rows(language, ((one.code, one.name) for one in worksites))
    return write_workbook(title, headings, rows, right_to_left=language == "ar")


def _key(employer_id: int, period: Period) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return (
        DeclarationSheet.employer_id == employer_id,
        DeclarationSheet.period == period.code,
    )


def _of(employer_id: int, period: Period) -> Select[str, str]:
    return select(DeclarationSheet.file_name, DeclarationSheet.lines).where(
        *_key(employer_id, period)
    )


def _text(sheet: WaitingSheet) -> str:
    told = {
        "places": dict(sheet.places),
        "empty": sheet.empty,
        "taken": list(sheet.taken.items()),
        "lines": [{"sheet": asdict(line.sheet), "typed": dict(line.typed)} for line in sheet.lines],
    }
    return json.dumps(told, ensure_ascii=False, sort_keys=True)


def _waiting(file_name: str, text: str) -> WaitingSheet:
    told = json.loads(text)
    return WaitingSheet(
        file_name=file_name,
        places=told["places"],
        empty=told["empty"],
        taken=dict(told["taken"]),
        lines=tuple(
            WaitingLine(SheetLine(**line["sheet"]), line["typed"]) for line in told["lines"]
        ),
        stamp=_stamp(text),
    )


def _stamp(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
