"""Revoking an authorisation: one page that says what follows, and one button."""

from __future__ import annotations

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from webapp.audiences import Audience, open_to
from webapp.domain.errors import ShownChanged
from webapp.domain.statuses import MandateStatus
from webapp.services.authorisations import worksites_of
from webapp.services.enrolment import find_authorisation
from webapp.services.open_debits import digest_of
from webapp.services.revocations import preview_revocation, revoke_mandate
from webapp.views import desk
from webapp.views.employer.blueprint import employer


@employer.route("/authorisations/<reference>/revoke", methods=["GET", "POST"])
@open_to(Audience.SIGNATORY)
def revoke(reference: str) -> ResponseReturnValue:
    session, owner = desk.session(), desk.who().employer_id
    known = find_authorisation(session, owner, reference)
    if known.status is MandateStatus.REVOKED or (request.method == "POST" and _revoke(reference)):
        return redirect(url_for("employer.authorisation", reference=reference))
    revocation = preview_revocation(session, owner, reference)
    values = {
        "revocation": revocation,
        "digest": digest_of(revocation.debits),
        "worksites": worksites_of(session, owner, reference),
        "changed": request.method == "POST" and not desk.wants_other_language(),
    }
    return desk.form_page("employer/revoke.html", values, wrong=bool(values["changed"]))


def _revoke(reference: str) -> bool:
    """Whether it is done; not where something has happened since the page was shown."""
    if desk.wants_other_language():
        return False
    day, vault, seen = desk.working_day(), desk.vault(), request.form.get("seen", "")
    owner = desk.who().employer_id
    try:
        revoke_mandate(desk.session(), day, vault, desk.tell(), owner, reference, seen)
    except ShownChanged:
        return False
    flash("revoked")
    return True
