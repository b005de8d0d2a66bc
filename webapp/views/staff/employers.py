"""Finding an employer and opening their file."""

from __future__ import annotations

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from webapp.audiences import Audience, open_to
from webapp.forms.staff_desk import SearchForm
from webapp.models import NoticeChannel
from webapp.services.codes import masked_address
from webapp.services.payment_schedules import schedules_of
from webapp.services.staff.employer_file import open_file
from webapp.services.staff.employers import find_employers
from webapp.views import desk
from webapp.views.ids import ID, asked_id
from webapp.views.staff import visitor
from webapp.views.staff.blueprint import show, staff, submitted


@staff.route("/employers", methods=["GET", "POST"])
@open_to(Audience.DESK)
def employers() -> ResponseReturnValue:
    form = SearchForm()
    if submitted(form):
        return redirect(url_for("staff.employers", wanted=form.wanted.data))
    wanted = request.args.get("wanted", "")
    after = asked_id("after")
    found, more = find_employers(desk.session(), visitor.who().scope, wanted, after)
    if wanted and not form.wanted.typed:
        form.wanted.typed = wanted
    return show("staff/employers.html", form, wanted=wanted, found=found, more=more)


@staff.get(f"/employers/<{ID}:employer_id>")
@open_to(Audience.DESK)
def employer(employer_id: int) -> ResponseReturnValue:
    scope = visitor.who().scope
    file = open_file(desk.session(), desk.working_day(), desk.vault(), scope, employer_id)
    return render_template(
        "staff/employer.html",
        file=file,
        today=desk.moment().today,
        schedules=schedules_of(desk.session(), employer_id),
        phone=masked_address(NoticeChannel.SMS, file.phone),
        email=masked_address(NoticeChannel.EMAIL, file.email) if file.email else "",
    )
