"""The wilayas, as administrators keep them."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from webapp.audiences import Audience, open_to
from webapp.domain.agencies import WilayaTerms
from webapp.domain.errors import InvalidAgency
from webapp.forms.agencies import WilayaForm, WilayaNamesForm
from webapp.forms.messages import sentence_for
from webapp.services.wilayas import add_wilaya, find_wilaya, list_wilayas, rename_wilaya
from webapp.views import desk
from webapp.views.staff import visitor
from webapp.views.staff.blueprint import show, staff, submitted


@staff.get("/wilayas")
@open_to(Audience.ADMINISTRATION)
def wilayas() -> ResponseReturnValue:
    return render_template("staff/wilayas.html", wilayas=list_wilayas(desk.session()))


@staff.route("/wilayas/new", methods=["GET", "POST"])
@open_to(Audience.ADMINISTRATION)
@visitor.needs_proof
def new_wilaya() -> ResponseReturnValue:
    form = WilayaForm()
    if submitted(form) and _added(form):
        return _done()
    return show("staff/wilaya.html", form, there=None)


@staff.route("/wilayas/<wilaya_code>", methods=["GET", "POST"])
@open_to(Audience.ADMINISTRATION)
@visitor.needs_proof
def wilaya(wilaya_code: str) -> ResponseReturnValue:
    there, form = find_wilaya(desk.session(), wilaya_code), WilayaNamesForm()
    if submitted(form):
        new = WilayaTerms(wilaya_code, form.name_ar.data, form.name_fr.data)
        rename_wilaya(desk.session(), desk.working_day(), new)
        return _done()
    if request.method == "GET":
        form.fill(there)
    return show("staff/wilaya.html", form, there=there)


def _added(form: WilayaForm) -> bool:
    try:
        add_wilaya(desk.session(), desk.working_day(), form.terms())
    except InvalidAgency as error:
        form.code.errors = [sentence_for(error)]
        return False
    return True


def _done() -> ResponseReturnValue:
    flash("wilaya_saved")
    return redirect(url_for("staff.wilayas"))
