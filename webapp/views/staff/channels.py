"""The fund's collecting accounts: how their files are written, how they travel, by when."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from webapp.audiences import Audience, open_to
from webapp.forms.channels import ChannelForm
from webapp.services.channels import change_channel, find_channel, layout_names, list_channels
from webapp.views import desk
from webapp.views.staff import visitor
from webapp.views.staff.blueprint import show, staff, submitted


@staff.get("/channels")
@open_to(Audience.ADMINISTRATION)
def channels() -> ResponseReturnValue:
    return render_template("staff/channels.html", channels=list_channels(desk.session()))


@staff.route("/channels/<code>", methods=["GET", "POST"])
@open_to(Audience.ADMINISTRATION)
@visitor.needs_proof
def channel(code: str) -> ResponseReturnValue:
    found, form = find_channel(desk.session(), code), ChannelForm()
    form.offer(layout_names())
    if submitted(form):
        who = visitor.who().staff_id
        change_channel(desk.session(), desk.working_day(), who, code, form.terms())
        flash("channel_changed")
        return redirect(url_for("staff.channels"))
    if request.method == "GET":
        form.fill(found.terms)
    return show("staff/channel.html", form, channel=found)
