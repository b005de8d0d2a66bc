"""The staff: inviting, giving another post, renewing an access, and ending one."""

from __future__ import annotations

from collections.abc import Sequence

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from webapp.audiences import Audience, open_to
from webapp.domain.errors import AlreadyOnStaff, LastAdministrator
from webapp.domain.rules import StaffRules
from webapp.forms.messages import sentence_for
from webapp.forms.staff_desk import COUNTRY, InviteForm, PostForm
from webapp.models import Language
from webapp.services.staff.invitations import (
    Newcomer,
    invite,
    invite_again,
    list_invitations,
    resend,
    withdraw,
)
from webapp.services.staff.members import (
    AgencyName,
    Member,
    find_member,
    give_post,
    let_go,
    list_agencies,
    list_members,
)
from webapp.services.working_day import WorkingDay
from webapp.views import desk
from webapp.views.ids import ID
from webapp.views.staff import visitor
from webapp.views.staff.blueprint import show, staff, submitted
from webapp.views.staff.telling import tell_invited


@staff.get("/members")
@open_to(Audience.ADMINISTRATION)
def members() -> ResponseReturnValue:
    found, more = list_members(desk.session(), request.args.get("after"))
    invitations = list_invitations(desk.session(), desk.working_day())
    return render_template("staff/members.html", members=found, more=more, invitations=invitations)


@staff.route("/members/invite", methods=["GET", "POST"])
@open_to(Audience.ADMINISTRATION)
@visitor.needs_proof
def invite_member() -> ResponseReturnValue:
    form, agencies = InviteForm(), list_agencies(desk.session())
    _offer(form, agencies)
    if submitted(form):
        try:
            invite(*_tools(), _newcomer(form), visitor.who().staff_id, tell_invited)
        except AlreadyOnStaff as error:
            form.email.errors = [sentence_for(error)]
        else:
            return _sent()
    return show("staff/invite.html", form, agencies=agencies)


@staff.post(f"/invitations/<{ID}:invitation_id>/resend")
@open_to(Audience.ADMINISTRATION)
@visitor.needs_proof
def resend_invitation(invitation_id: int) -> ResponseReturnValue:
    resend(*_tools(), invitation_id, visitor.who().staff_id, tell_invited)
    return _sent()


@staff.post(f"/invitations/<{ID}:invitation_id>/withdraw")
@open_to(Audience.ADMINISTRATION)
@visitor.needs_proof
def withdraw_invitation(invitation_id: int) -> ResponseReturnValue:
    withdraw(desk.session(), desk.working_day(), invitation_id, visitor.who().staff_id)
    flash("invitation_withdrawn")
    return redirect(url_for("staff.members"))


@staff.route("/members/<reference>", methods=["GET", "POST"])
@open_to(Audience.ADMINISTRATION)
@visitor.needs_proof
def member(reference: str) -> ResponseReturnValue:
    found, agencies = find_member(desk.session(), reference), list_agencies(desk.session())
    form = PostForm()
    _offer(form, agencies)
    if submitted(form) and _given(form, reference):
        flash("post_changed")
        return redirect(url_for("staff.members"))
    if request.method == "GET":
        _fill(form, found)
    return show("staff/member.html", form, member=found, agencies=agencies)


@staff.post("/members/<reference>/access")
@open_to(Audience.ADMINISTRATION)
@visitor.needs_proof
def renew_access(reference: str) -> ResponseReturnValue:
    found = find_member(desk.session(), reference)
    invite_again(*_tools(), found.id, visitor.who().staff_id, tell_invited)
    return _sent()


@staff.post("/members/<reference>/leave")
@open_to(Audience.ADMINISTRATION)
@visitor.needs_proof
def leave(reference: str) -> ResponseReturnValue:
    try:
        let_go(desk.session(), desk.working_day(), reference)
        flash("member_left")
    except LastAdministrator:
        flash("last_administrator")
    return redirect(url_for("staff.members"))


def _tools() -> tuple[Session, WorkingDay, StaffRules]:
    return desk.session(), desk.working_day(), visitor.RULES


def _sent() -> ResponseReturnValue:
    flash("invitation_sent")
    return redirect(url_for("staff.members"))


def _given(form: PostForm, reference: str) -> bool:
    try:
        give_post(desk.session(), desk.working_day(), reference, form.role.data, form.agency_id())
    except LastAdministrator as error:
        form.role.errors = [sentence_for(error)]
    return not form.role.errors


def _offer(form: PostForm, agencies: Sequence[AgencyName]) -> None:
    form.agency.known = frozenset(agency.id for agency in agencies)


def _fill(form: PostForm, found: Member) -> None:
    form.role.typed = found.role.value
    form.agency.typed = str(found.agency_id or COUNTRY)


def _newcomer(form: InviteForm) -> Newcomer:
    return Newcomer(
        email=form.email.data,
        name=form.name.data,
        language=Language(form.speaks.data),
        role=form.role.data,
        agency_id=form.agency_id(),
    )
