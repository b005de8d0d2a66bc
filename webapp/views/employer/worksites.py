"""The worksites of an employer: the list, a new one, another name, closing and reopening."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from webapp.audiences import Audience, open_to
from webapp.domain.errors import InvalidClosing, WorksiteNameTaken
from webapp.forms.messages import sentence_for
from webapp.forms.worksites import CloseWorksiteForm, WorksiteForm
from webapp.languages import current_language
from webapp.services.wilayas import list_wilayas
from webapp.services.worksites import (
    add_another_worksite,
    all_worksites,
    close_worksite,
    find_worksite,
    rename_worksite,
    reopen_worksite,
)
from webapp.views import desk
from webapp.views.employer.blueprint import employer
from webapp.views.ids import ID
from webapp.views.visitor import what_was_typed

ONE = f"/worksites/<{ID}:worksite_id>"


@employer.get("/worksites")
@open_to(Audience.EMPLOYER)
def worksites() -> ResponseReturnValue:
    found = all_worksites(desk.session(), desk.who().employer_id)
    return render_template("employer/worksites.html", worksites=found, wilayas=wilayas())


@employer.route("/worksites/new", methods=["GET", "POST"])
@open_to(Audience.EMPLOYER)
def another_worksite() -> ResponseReturnValue:
    form = WorksiteForm(what_was_typed())
    form.offer(wilayas())
    if _sent(form) and _named(form, None):
        flash("worksite_added")
        return redirect(url_for("employer.worksites"))
    return _form_page("employer/another_worksite.html", form)


@employer.get(ONE)
@open_to(Audience.EMPLOYER)
def worksite(worksite_id: int) -> ResponseReturnValue:
    page = find_worksite(desk.session(), desk.who().employer_id, worksite_id)
    return render_template("employer/worksite.html", page=page, wilayas=wilayas())


@employer.route(f"{ONE}/edit", methods=["GET", "POST"])
@open_to(Audience.EMPLOYER)
def edit_worksite(worksite_id: int) -> ResponseReturnValue:
    page = find_worksite(desk.session(), desk.who().employer_id, worksite_id)
    form = WorksiteForm(what_was_typed())
    form.offer(wilayas())
    if _sent(form) and _named(form, worksite_id):
        flash("worksite_changed")
        return redirect(url_for("employer.worksite", worksite_id=worksite_id))
    if request.method == "GET" and not form.name.typed:
        form.name.typed, form.wilaya.data = page.worksite.name, page.worksite.wilaya_code
    return _form_page("employer/edit_worksite.html", form, page=page)


@employer.route(f"{ONE}/close", methods=["GET", "POST"])
@open_to(Audience.EMPLOYER)
def close(worksite_id: int) -> ResponseReturnValue:
    page = find_worksite(desk.session(), desk.who().employer_id, worksite_id)
    form = CloseWorksiteForm(what_was_typed())
    if _sent(form) and _closed(form, worksite_id):
        flash("worksite_closed")
        return redirect(url_for("employer.worksite", worksite_id=worksite_id))
    if request.method == "GET" and not form.day.typed:
        form.day.data = desk.working_day().today
    return _form_page("employer/close_worksite.html", form, page=page)


@employer.post(f"{ONE}/reopen")
@open_to(Audience.EMPLOYER)
def reopen(worksite_id: int) -> ResponseReturnValue:
    try:
        reopen_worksite(desk.session(), desk.working_day(), desk.who().employer_id, worksite_id)
        flash("worksite_reopened")
    except WorksiteNameTaken:
        flash("worksite_name_taken")
    return redirect(url_for("employer.worksite", worksite_id=worksite_id))


def wilayas() -> dict[str, str]:
    """The wilayas by their code, as they are called in the language of the page."""
    name = f"name_{current_language().code}"
    return {one.code: getattr(one, name) for one in list_wilayas(desk.session())}


def _sent(form: WorksiteForm | CloseWorksiteForm) -> bool:
    asked = request.method == "POST" and not desk.wants_other_language()
    return bool(asked and form.validate())


def _named(form: WorksiteForm, worksite_id: int | None) -> bool:
    """Whether a new worksite was added, or this one is called like this now."""
    tools = (desk.session(), desk.working_day(), desk.who().employer_id)
    try:
        if worksite_id is None:
            add_another_worksite(*tools, form.name.data, form.wilaya.data)
        else:
            rename_worksite(*tools, worksite_id, form.name.data, form.wilaya.data)
    except WorksiteNameTaken as error:
        form.name.errors = [sentence_for(error)]
    return not form.name.errors


def _closed(form: CloseWorksiteForm, worksite_id: int) -> bool:
    tools = (desk.session(), desk.working_day(), desk.who().employer_id)
    try:
        close_worksite(*tools, worksite_id, form.day.data)
    except InvalidClosing as error:
        form.day.errors = [sentence_for(error)]
    return not form.day.errors


def _form_page(
    template: str, form: WorksiteForm | CloseWorksiteForm, **values: object
) -> ResponseReturnValue:
    return desk.form_page(template, {"form": form, **values}, wrong=bool(form.errors))
