"""The employer's figures: what each worksite contributes over twelve months, and as sheets."""

from __future__ import annotations

import re

from flask import render_template, request
from flask.typing import ResponseReturnValue

from webapp.audiences import Audience, open_to
from webapp.documents import figures_csv, figures_workbook
from webapp.domain.errors import NotFound
from webapp.languages import current_language
from webapp.services.figures import Figures, contribution_figures
from webapp.views import desk
from webapp.views.employer.blueprint import employer

ON_A_PAGE = 50
PAGE = re.compile("[1-9][0-9]{0,3}")
WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@employer.get("/figures")
@open_to(Audience.EMPLOYER)
def figures() -> ResponseReturnValue:
    found, code = _figures(), request.args.get("worksite")
    shown = found.whole if code is None else found.of(code)
    return render_template(
        "employer/figures.html", figures=found, shown=shown, one=code is not None
    )


@employer.get("/figures/worksites")
@open_to(Audience.EMPLOYER)
def figures_of_worksites() -> ResponseReturnValue:
    found, page = _figures(), _asked_page()
    rows = found.worksites[(page - 1) * ON_A_PAGE : page * ON_A_PAGE]
    if not rows and page > 1:
        raise NotFound(kind="page", reference=str(page))
    more = len(found.worksites) > page * ON_A_PAGE
    return render_template(
        "employer/figures_of_worksites.html", figures=found, rows=rows, page=page, more=more
    )


@employer.get("/figures/sheet")
@open_to(Audience.EMPLOYER)
def figures_sheet() -> ResponseReturnValue:
    found = _figures()
    content = figures_csv(found, current_language()).encode()
    return desk.file_answer(content, f"khatwa-{_span(found)}.csv", "text/csv")


@employer.get("/figures/workbook")
@open_to(Audience.EMPLOYER)
def figures_book() -> ResponseReturnValue:
    found = _figures()
    content = figures_workbook(found, current_language())
    return desk.file_answer(content, f"khatwa-{_span(found)}.xlsx", WORKBOOK)


def _figures() -> Figures:
    return contribution_figures(desk.session(), desk.working_day(), desk.who().employer_id)


def _asked_page() -> int:
    """The page of the address, counted from one. Raises NotFound for what is no number."""
    asked = request.args.get("page", "1")
    if not PAGE.fullmatch(asked):
        raise NotFound(kind="page", reference=asked)
    return int(asked)


def _span(found: Figures) -> str:
    return f"{found.periods[0].code}-{found.periods[-1].code}"
