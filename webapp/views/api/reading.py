"""What a program sent, read by its schema and by the form of the pages, with all that is wrong."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from webapp.domain.errors import InvalidPeriod
from webapp.domain.period import Period
from webapp.forms.program import (
    KIND,
    MISSING,
    TOO_MANY,
    UNKNOWN,
    Problem,
    nil_with_lines,
    nothing_worked,
    read_lines,
    shape_problem,
)
from webapp.forms.worksite_lines import CELLS
from webapp.services.declarations import WorksiteWages
from webapp.services.worksites import WorksiteName, open_worksites, worksites_of
from webapp.views import desk
from webapp.views.api.schemas import DeclarationToFile

SHAPE = DeclarationToFile()
LONGEST_NAME = 40  # of a field that nobody knows, when it is told back
CODES = (MISSING, UNKNOWN, KIND, TOO_MANY)


@dataclass(frozen=True, slots=True)
class ToFile:
    """A declaration to file, or the problems of one that cannot be."""

    period: str = ""
    lines: tuple[WorksiteWages, ...] = ()
    nil: bool = False
    problems: tuple[Problem, ...] = ()


def read_declaration(sent: object) -> ToFile:
    """Read it whole, so that everything that is wrong is told at once."""
    if not isinstance(sent, dict):
        return ToFile(problems=(shape_problem("", KIND, None, ""),))
    problems = list(_shape_problems(SHAPE.validate(sent)))
    lines, nil = sent.get("lines") or [], sent.get("nil") is True
    worksites = _worksites(sent.get("period"))
    forms = nothing_worked(worksites) if nil else []
    if nil and lines:
        problems.append(nil_with_lines())
    elif lines and not any(one.pointer == "/lines" for one in problems):
        whole = [line if isinstance(line, dict) else {} for line in lines]
        forms, wrong = read_lines(worksites, whole)
        shaped = {one.pointer for one in problems}
        problems += [one for one in wrong if one.pointer not in shaped]
    if problems:
        return ToFile(problems=tuple(sorted(problems, key=_place)))
    wages = tuple(WorksiteWages(one.worksite.code, *one.declared) for one in forms)
    return ToFile(str(sent["period"]), wages, nil)


def _worksites(code: object) -> list[WorksiteName]:
    """Those that the page of the period asks for; what is no period is told elsewhere."""
    session, employer_id = desk.session(), desk.program().employer_id
    try:
        return worksites_of(session, employer_id, Period.parse(str(code)))
    except InvalidPeriod:
        return open_worksites(session, employer_id)


def _shape_problems(wrong: Mapping[Any, Any], *path: str | int) -> Iterator[Problem]:
    """The library's errors, a dictionary as deep as what was sent, one by one."""
    for name, found in wrong.items():
        place = path if name == "_schema" else (*path, name)
        if isinstance(found, dict):
            yield from _shape_problems(found, *place)
            continue
        code = found[0] if found and found[0] in CODES else KIND
        in_line = len(place) > 1 and place[0] == "lines"
        if in_line and code == MISSING and place[-1] in CELLS:
            continue  # what the form says of an empty field is told instead
        field = str(place[-1])[:LONGEST_NAME] if place and isinstance(place[-1], str) else ""
        line = int(place[1]) + 1 if in_line else None
        pointer = "".join(f"/{str(part)[:LONGEST_NAME]}" for part in place)
        yield shape_problem(pointer, code, line, field)


def _place(problem: Problem) -> tuple[int, str]:
    return problem.line or 0, problem.pointer
