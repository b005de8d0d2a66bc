"""The agencies of the fund, as administrators keep them."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from webapp.audiences import Audience, open_to
from webapp.domain.errors import InvalidAgency
from webapp.forms.agencies import AgencyForm
from webapp.forms.messages import sentence_for
from webapp.languages import current_language
from webapp.services.agencies import (
    add_agency,
    change_agency,
    find_agency,
    list_agencies_with_counts,
)
from webapp.services.wilayas import list_wilayas
from webapp.views import desk
from webapp.views.ids import ID
from webapp.views.staff import visitor
from webapp.views.staff.blueprint import show, staff, submitted


@staff.get("/agencies")
@open_to(Audience.ADMINISTRATION)
def agencies() -> ResponseReturnValue:
    found = list_agencies_with_counts(desk.session())
    return render_template("staff/agencies.html", agencies=found, wilayas=_wilayas())


@staff.route("/agencies/new", methods=["GET", "POST"])
@open_to(Audience.ADMINISTRATION)
@visitor.needs_proof
def new_agency() -> ResponseReturnValue:
    form = _form()
    if submitted(form) and _saved(form, None):
        return _done()
    return show("staff/agency.html", form, there=None)


@staff.route(f"/agencies/<{ID}:agency_id>", methods=["GET", "POST"])
@open_to(Audience.ADMINISTRATION)
@visitor.needs_proof
def agency(agency_id: int) -> ResponseReturnValue:
    there, form = find_agency(desk.session(), agency_id), _form()
    if submitted(form) and _saved(form, agency_id):
        return _done()
    if request.method == "GET":
        form.fill(there.terms)
    return show("staff/agency.html", form, there=there)


def _form() -> AgencyForm:
    form = AgencyForm()
    names = [(code, f"\u2066{code}\u2069 – {name}") for code, name in _wilayas().items()]
    form.wilaya.offer(names, current_language().code)
    return form


def _wilayas() -> dict[str, str]:
    """The wilayas by their numbers, as they are called in the language of the page."""
    name = f"name_{current_language().code}"
    return {one.code: getattr(one, name) for one in list_wilayas(desk.session())}


def _saved(form: AgencyForm, agency_id: int | None) -> bool:
    try:
        if agency_id is None:
            add_agency(desk.session(), desk.working_day(), form.terms())
        else:
            change_agency(desk.session(), desk.working_day(), agency_id, form.terms())
    except InvalidAgency as error:
        form[error.field].errors = [sentence_for(error)]
        return False
    return True


def _done() -> ResponseReturnValue:
    flash("agency_saved")
    return redirect(url_for("staff.agencies"))
