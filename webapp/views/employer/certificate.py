"""The certificate of good standing: one button where all is in order, else what is missing."""

from __future__ import annotations

from flask import current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from webapp.audiences import Audience, open_to
from webapp.documents import certificate_pdf
from webapp.domain.errors import NotInGoodStanding
from webapp.services.certificates.issuing import issue_certificate, standing_page
from webapp.services.certificates.papers import find_certificate, last_certificate
from webapp.services.enrolment import default_authorisation
from webapp.views import desk
from webapp.views.employer.blueprint import employer
from webapp.views.public.checks import address_from_outside


@employer.route("/certificate", methods=["GET", "POST"])
@open_to(Audience.EMPLOYER)
def certificate() -> ResponseReturnValue:
    day, owner = desk.working_day(), desk.who().employer_id
    if request.method == "POST" and not desk.wants_other_language() and _issue():
        return redirect(url_for("employer.certificate"))
    return render_template(
        "employer/certificate.html",
        standing=standing_page(desk.session(), day, owner),
        last=last_certificate(desk.session(), owner),
        covered=default_authorisation(desk.session(), owner) is not None,
        today=day.today,
        rules=day.rules,
    )


@employer.get("/certificate/document")
@open_to(Audience.EMPLOYER)
def certificate_document() -> ResponseReturnValue:
    owner = desk.who().employer_id
    paper = find_certificate(desk.session(), desk.working_day(), desk.vault(), owner)
    return desk.file_answer(
        certificate_pdf(current_app, paper, address_from_outside()),
        f"khatwa-{paper.reference}.pdf",
        "application/pdf",
        inline="download" not in request.args,
        title=f"{_('Certificate of good standing')} {paper.reference}.pdf",
    )


def _issue() -> bool:
    """Whether one was issued; where something is missing by now, the page says what."""
    try:
        issue_certificate(desk.session(), desk.working_day(), desk.who().employer_id)
    except NotInGoodStanding:
        return False
    flash("certificate_issued")
    return True
