"""The lines of a declaration as a program sends them, read by the form of the pages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask_babel import gettext as _

from webapp.domain.errors import UnknownWorksite
from webapp.forms.worksite_lines import CELLS, Worksite, WorksiteLine

# What is wrong with the shape of what was sent, where no error of the rules says it.
MISSING, UNKNOWN, KIND = "missing_field", "unknown_field", "wrong_type"
TWICE, FORGOTTEN, LINES_OF_NIL, TOO_MANY = (
    "worksite_twice", "worksite_missing", "nil_with_lines", "too_many_lines",
)  # fmt: skip

Line = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Problem:
    """One place of what was sent that cannot be taken.

    `pointer` names it as RFC 6901 does; `line` counts from 1, and is None outside of the lines.
    """

    pointer: str
    code: str
    message: str
    line: int | None = None
    worksite: str = ""
    field: str = ""


def shape_problem(pointer: str, code: str, line: int | None, field: str) -> Problem:
    """What is said about something that is not there, not known, or of another kind."""
    message = {
        MISSING: _("This field is missing."),
        UNKNOWN: _("There is no field of this name."),
        TOO_MANY: _("There are too many lines."),
    }.get(code, _("This is not of the kind that is asked for here."))
    return Problem(pointer, code, message, line, "", field)


def nothing_worked(worksites: Sequence[Worksite]) -> list[WorksiteLine]:
    """The lines of a period in which nobody worked, as the page fills them in."""
    return [_form(worksite, dict.fromkeys(CELLS, "0")) for worksite in worksites]


def read_lines(
    worksites: Sequence[Worksite], lines: Sequence[Line]
) -> tuple[list[WorksiteLine], list[Problem]]:
    """The forms of all lines, and everything that is wrong with them, by the rules of the page.

    Every open worksite has its line, as it has its fields on the page.
    """
    known = {worksite.code: worksite for worksite in worksites}
    forms: dict[str, WorksiteLine] = {}
    problems: list[Problem] = []
    for place, line in enumerate(lines):
        code = line.get("worksite")
        worksite = known.get(code) if isinstance(code, str) else None
        if worksite is None or worksite.code in forms:
            problems += _wrong_worksite(place, code, twice=worksite is not None)
            continue
        form = _form(worksite, {name: _text(line.get(name)) for name in CELLS})
        forms[worksite.code] = form
        problems += _wrong_fields(place, form)
    problems += [
        Problem("/lines", FORGOTTEN, _form_errors(missing), worksite=missing.code)
        for missing in worksites
        if missing.code not in forms and lines
    ]
    return list(forms.values()), problems


def nil_with_lines() -> Problem:
    """Lines, and the word that there are none."""
    return Problem("/nil", LINES_OF_NIL, _("With nil there are no lines."), field="nil")


def _form(worksite: Worksite, typed: Mapping[str, str]) -> WorksiteLine:
    return WorksiteLine(worksite, typed, prefix="")


def _text(value: object) -> str:
    """A value as somebody types it; what is of another kind stands in the shape's problems."""
    return "" if value is None else str(value)


def _wrong_worksite(place: int, code: object, *, twice: bool) -> list[Problem]:
    if not isinstance(code, str):
        return []  # said already: it is missing, or of another kind
    wrong = TWICE if twice else UnknownWorksite.code
    message = (
        _("This worksite has a line already.")
        if twice
        else _("None of your open worksites has this code.")
    )
    return [Problem(f"/lines/{place}/worksite", wrong, message, place + 1, code, "worksite")]


def _wrong_fields(place: int, form: WorksiteLine) -> list[Problem]:
    form.validate()
    return [
        Problem(
            f"/lines/{place}/{cell.name}",
            cell.wrong_code,
            str(message),
            place + 1,
            form.worksite.code,
            cell.name,
        )
        for cell in form
        for message in cell.errors
    ]


def _form_errors(worksite: Worksite) -> str:
    """What the page says of a worksite for which nothing was typed."""
    form = WorksiteLine(worksite, None)
    form.validate()
    return str(form.workers.errors[0])
