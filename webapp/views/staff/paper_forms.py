"""Authorisations prepared on paper: for whom they are printed, which there are, the sheets."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from flask import (
    Response,
    current_app,
    redirect,
    render_template,
    request,
    stream_with_context,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict

from webapp.audiences import Audience, open_to
from webapp.authorisation import form_text
from webapp.documents import prepared_forms_pdf
from webapp.domain.errors import NotFound, TooManyForms, UnusableSheet, WrongNumbers
from webapp.domain.roles import Scope
from webapp.domain.rules import DeviceRules
from webapp.domain.sheets import sheet_lines
from webapp.form_sheets import headings_of_forms, numbers_of_sheet, row_of_form
from webapp.forms.messages import sentence_for
from webapp.forms.paper_forms import FormListForm, PrepareForm
from webapp.services.open_days.form_entry import find_form
from webapp.services.open_days.form_list import (
    FORMS_ON_A_PAGE,
    FormRow,
    FormState,
    WantedForms,
    campaigns_to_choose,
    count_forms,
    list_forms,
    still_to_come,
)
from webapp.services.open_days.prepared_forms import prepare_all, prepare_forms, sheets_of
from webapp.services.sets import portions
from webapp.views import desk
from webapp.views.ids import asked_id
from webapp.views.public.checks import address_from_outside
from webapp.views.staff import visitor
from webapp.views.staff.blueprint import show, staff, submitted

RULES = DeviceRules()
# Some ten seconds of one request.
FORMS_OF_A_PDF = 50
LINES_AT_ONCE = 1_000


@staff.route("/paper-forms", methods=["GET", "POST"])
@open_to(Audience.DESK)
def paper_forms() -> ResponseReturnValue:
    form = _list_form(request.form if request.method == "POST" else request.args)
    if submitted(form):
        if not form.reference.data:
            return redirect(url_for("staff.paper_forms", **form.asked()))  # type: ignore[arg-type]
        if _is_there(form):
            return redirect(url_for("staff.enter_form", reference=form.reference.data))
    wanted = _wanted(form)
    found = list_forms(desk.session(), _scope(), wanted, asked_id("before"))
    return show(
        "staff/paper_forms.html",
        form,
        forms=found[:FORMS_ON_A_PAGE],
        more=len(found) > FORMS_ON_A_PAGE,
        counts=count_forms(desk.session(), _scope(), wanted.campaign),
        asked=form.asked(),
    )


@staff.get("/paper-forms/sheet")
@open_to(Audience.DESK)
def paper_forms_sheet() -> ResponseReturnValue:
    lines = map(row_of_form, _every_form(_wanted(_list_form(request.args))))
    sheet = stream_with_context(sheet_lines(headings_of_forms(), lines))
    response = Response(sheet, content_type="text/csv; charset=utf-8")
    response.headers.set("Content-Disposition", "attachment", filename="khatwa-forms.csv")
    return response


@staff.route("/paper-forms/new", methods=["GET", "POST"])
@open_to(Audience.DESK)
def prepare_paper_forms() -> ResponseReturnValue:
    form = PrepareForm()
    campaigns = campaigns_to_choose(desk.session(), _scope())
    form.campaign.offered = [
        (one.reference, one) for one in still_to_come(campaigns, desk.working_day())
    ]
    problems: Sequence[object] = ()
    if submitted(form):
        try:
            prepared = _prepare(form)
        except WrongNumbers as error:
            form.numbers.errors, problems = [sentence_for(error)], error.problems
        else:
            if prepared:
                return _ready(prepared)
    return show(
        "staff/prepare_forms.html", form, problems=problems, most=RULES.most_forms
    )  # fmt: skip


@staff.get("/paper-forms/print")
@open_to(Audience.DESK)
def print_paper_forms() -> ResponseReturnValue:
    references = list(dict.fromkeys(request.args.get("forms", "").split(",")))
    if len(references) > FORMS_OF_A_PDF:
        raise NotFound(kind="page", reference="print")
    sheets = sheets_of(desk.session(), desk.working_day(), _scope(), references)
    pdf = prepared_forms_pdf(current_app, sheets, address_from_outside())
    name = f"khatwa-forms-{references[0]}.pdf"
    return desk.file_answer(pdf, name, "application/pdf")


def _prepare(form: PrepareForm) -> list[str]:
    """The forms that were asked for; none when a field says why not. Raises WrongNumbers."""
    common = (
        desk.session(), desk.working_day(), _scope(), visitor.who().staff_id, form_text(),
    )  # fmt: skip
    campaign, most = form.campaign.data or "", RULES.most_forms
    if form.everyone.data:
        prepared = prepare_all(*common, campaign, most=most)
        if not prepared:
            form.everyone.errors = [_("Every employer has an authorisation or an open form.")]
        return prepared
    numbers = _numbers(form)
    if form.sheet.errors:
        return []
    if not numbers:
        form.numbers.errors = [_("Please enter member numbers, or tick the box below.")]
        return []
    try:
        return prepare_forms(*common, numbers, campaign, most=most)
    except TooManyForms as error:
        form.numbers.errors = [sentence_for(error)]
        return []


def _numbers(form: PrepareForm) -> list[str]:
    """What was typed, then what stands in the sheet."""
    sheet = request.files["sheet"].read() if "sheet" in request.files else b""
    try:
        return [*form.numbers.data, *(numbers_of_sheet(sheet) if sheet else ())]
    except UnusableSheet as error:
        form.sheet.errors = [sentence_for(error)]
        return []


def _ready(references: Sequence[str]) -> ResponseReturnValue:
    parts = list(portions(references, FORMS_OF_A_PDF))
    return render_template("staff/forms_ready.html", parts=parts, number=len(references))


def _list_form(given: MultiDict[str, str]) -> FormListForm:
    form = FormListForm(given if request.method == "POST" else MultiDict(given))
    form.state.offered = [(state.value, state) for state in FormState]
    form.campaign.offered = [
        (one.reference, one) for one in campaigns_to_choose(desk.session(), _scope())
    ]
    return form


def _is_there(form: FormListForm) -> bool:
    try:
        find_form(desk.session(), desk.working_day(), _scope(), form.reference.data)
    except NotFound:
        form.reference.errors = [_("Your agency has no form with this reference.")]
        return False
    return True


def _wanted(form: FormListForm) -> WantedForms:
    said = form.said()
    return WantedForms(FormState(said["state"]) if "state" in said else None,
                       said.get("campaign", ""))  # fmt: skip


def _every_form(wanted: WantedForms) -> Iterator[FormRow]:
    """Every form that fits, so many at once, by key."""
    before: int | None = None
    while found := list_forms(desk.session(), _scope(), wanted, before, LINES_AT_ONCE):
        yield from found
        before = found[-1].id


def _scope() -> Scope:
    return visitor.who().scope
