"""The secret address under which a phone reads the employer's calendar: made and revoked."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from webapp.audiences import Audience, open_to
from webapp.domain.errors import NotFound
from webapp.forms.trust import CalendarFeedForm
from webapp.languages import current_language
from webapp.models import Language
from webapp.services.calendar_feeds import make_feed, revoke_feed, standing_feed
from webapp.views import desk, visitor
from webapp.views.employer.blueprint import employer
from webapp.views.public.checks import address_from_outside


@employer.route("/calendar/feed", methods=["GET", "POST"])
@open_to(Audience.OWNER)
def calendar_feed() -> ResponseReturnValue:
    form = CalendarFeedForm(visitor.what_was_typed(), texts=current_language().code)
    if request.method == "POST" and not desk.wants_other_language() and form.validate():
        return visitor.proof_wanted() or _made(form)
    values = {"form": form, "feed": standing_feed(desk.session(), desk.who().employer_id)}
    return desk.form_page("employer/calendar_feed.html", values, wrong=bool(form.errors))


@employer.route("/calendar/feed/revoke", methods=["GET", "POST"])
@open_to(Audience.OWNER)
def revoke_calendar_feed() -> ResponseReturnValue:
    feed = standing_feed(desk.session(), desk.who().employer_id)
    if feed is None:
        raise NotFound(kind="calendar", reference="")
    if request.method == "GET":
        return render_template("employer/revoke_calendar_feed.html", feed=feed)
    revoke_feed(desk.session(), desk.working_day(), desk.who().employer_id)
    flash("feed_revoked")
    return redirect(url_for("employer.calendar_feed"))


def _made(form: CalendarFeedForm) -> ResponseReturnValue:
    """The page that shows the address, this once; nothing of it is kept."""
    day = desk.working_day()
    token = make_feed(desk.session(), day, desk.ACCESS, desk.who(), Language(form.texts.data))
    address = address_from_outside() + url_for("calendars.feed", token=token)
    return render_template("employer/calendar_feed_made.html", address=address)
