"""The statement of an employer's account from day to day: to look at, to print, to take away."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from flask import (
    current_app,
    redirect,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from webapp.audiences import Audience, open_to
from webapp.documents import statement_pdf
from webapp.documents.statement import LINES_ON_PAPER, StatementPaper
from webapp.domain.sheets import sheet_lines
from webapp.languages import current_language
from webapp.services.account_statements import every_line, read_statement
from webapp.statement_words import movement_text
from webapp.views import desk, visitor
from webapp.views.asked_days import asked_days, days_form
from webapp.views.employer.blueprint import employer


@employer.route("/statement", methods=["GET", "POST"])
@open_to(Audience.EMPLOYER)
def statement() -> ResponseReturnValue:
    first_on, last_on = _asked_days()
    form = days_form(visitor.what_was_typed(), first_on, last_on)
    if request.method == "POST" and not desk.wants_other_language() and form.validate():
        days = {"first_on": form.first_on.data, "last_on": form.last_on.data}
        return redirect(url_for("employer.statement", **days))
    found = read_statement(
        desk.session(), desk.who().employer_id, first_on, last_on, request.args.get("after")
    )
    values = {"form": form, "statement": found}
    return desk.form_page("employer/statement.html", values, wrong=bool(form.errors))


@employer.get("/statement/document")
@open_to(Audience.EMPLOYER)
def statement_document() -> ResponseReturnValue:
    who, (first_on, last_on) = desk.who(), _asked_days()
    found = read_statement(desk.session(), who.employer_id, first_on, last_on, most=LINES_ON_PAPER)
    paper = StatementPaper(
        found, who.member_number, who.name_in("ar"), who.name_in("fr"), desk.moment().now
    )
    return desk.file_answer(
        statement_pdf(current_app, paper),
        f"khatwa-{first_on}-{last_on}.pdf",
        "application/pdf",
        inline="download" not in request.args,
        title=f"{_('Statement of account')} {first_on} – {last_on}.pdf",
    )


@employer.get("/statement/sheet")
@open_to(Audience.EMPLOYER)
def statement_sheet() -> ResponseReturnValue:
    first_on, last_on = _asked_days()
    headings = (
        _("Day"), _("Wording"), _("Owed (DA)"), _("Received or credited (DA)"),
        _("Balance owed (DA)"), _("Balance in your favour (DA)"),
    )  # fmt: skip
    lines = "".join(sheet_lines(headings, _rows(first_on, last_on)))
    return desk.file_answer(lines.encode(), f"khatwa-{first_on}-{last_on}.csv", "text/csv")


def _asked_days() -> tuple[date, date]:
    """The days of the address, or this year until today."""
    return asked_days(else_from=date(desk.moment().today.year, 1, 1))


def _rows(first_on: date, last_on: date) -> Iterator[tuple[str, ...]]:
    language = current_language()
    owner = desk.who().employer_id
    opening = read_statement(desk.session(), owner, first_on, last_on, most=1).opening
    yield (f"{first_on:%d/%m/%Y}", _("Balance before"), "", "", *_in_columns(opening))
    for line in every_line(desk.session(), owner, first_on, last_on):
        yield (
            f"{line.on:%d/%m/%Y}",
            movement_text(line, language),
            *_in_columns(line.amount),
            *_in_columns(line.balance),
        )


def _in_columns(centimes: int) -> tuple[str, str]:
    """What is above zero in the first column, what is below it in the second, without a sign."""
    written = _number(abs(centimes))
    return ("", written) if centimes < 0 else (written, "")


def _number(centimes: int) -> str:
    """As a spreadsheet program reads it: no spaces, a comma."""
    return f"{centimes // 100},{centimes % 100:02d}"
