"""Another phone or e-mail of an employer, after their identity was checked at the desk."""

from __future__ import annotations

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from webapp.audiences import Audience, open_to
from webapp.forms.staff_desk import ContactForm
from webapp.services.staff.contacts import change_contact
from webapp.services.staff.employers import find_contact
from webapp.views import desk
from webapp.views.ids import ID
from webapp.views.staff import visitor
from webapp.views.staff.blueprint import show, staff, submitted
from webapp.views.staff.telling import tell_old_contact


@staff.route(f"/employers/<{ID}:employer_id>/contact", methods=["GET", "POST"])
@open_to(Audience.DESK)
@visitor.needs_proof
def contact(employer_id: int) -> ResponseReturnValue:
    scope, form = visitor.who().scope, ContactForm()
    known = find_contact(desk.session(), desk.working_day(), scope, employer_id)
    if submitted(form):
        change_contact(
            desk.session(), desk.working_day(), scope, employer_id, form.phone.data,
            form.email.data, tell_old_contact,
        )  # fmt: skip
        flash("contact_changed")
        return redirect(url_for("staff.employer", employer_id=employer_id))
    if request.method == "GET":
        form.phone.typed, form.email.typed = known.phone, known.email
    return show("staff/contact.html", form, known=known)
