"""An authorisation that was signed: what it says, what comes next, and the paper as PDF."""

from __future__ import annotations

from datetime import date

from flask import current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from webapp.audiences import Audience, open_to
from webapp.authorisation import paper_words
from webapp.documents import authorisation_pdf
from webapp.domain.due_dates import first_day_after_quiet
from webapp.languages import current_language
from webapp.services.authorisation_papers import find_whole_paper
from webapp.services.authorisations import refusal_of, worksites_of
from webapp.services.enrolment import (
    Authorisation,
    default_authorisation,
    find_authorisation,
    prepare_enrolment,
)
from webapp.services.expiry import ends_on, keep_mandate
from webapp.services.working_day import WorkingDay
from webapp.views import desk
from webapp.views.employer.blueprint import employer
from webapp.views.public.checks import address_from_outside


@employer.get("/authorisations/<reference>")
@open_to(Audience.EMPLOYER)
def authorisation(reference: str) -> ResponseReturnValue:
    session, day, who = desk.session(), desk.working_day(), desk.who()
    found = find_authorisation(session, who.employer_id, reference)
    first = prepare_enrolment(session, day, who).first_debit.on
    if found.first_notice_at:
        first = max(first, first_day_after_quiet(found.first_notice_at, day.calendar, day.rules))
    return render_template(
        "employer/authorisation.html",
        authorisation=found,
        worksites=worksites_of(session, who.employer_id, reference),
        other_in_force=default_authorisation(session, who.employer_id) is not None,
        first_debit_on=first,
        today=day.today,
        ends_on=end_of(found, day),
        refusal=refusal_of(session, who.employer_id, reference) if found.ended else None,
        notice_bank_days=day.rules.notice_bank_days,
    )


def end_of(found: Authorisation | None, day: WorkingDay) -> date | None:
    """The day on which an authorisation ends by itself, of which its employer was told."""
    if found is None or found.ended or found.expiry_told_on is None:
        return None
    return ends_on(found.expiry_told_on, day)


@employer.post("/authorisations/<reference>/keep")
@open_to(Audience.SIGNATORY)
def keep(reference: str) -> ResponseReturnValue:
    keep_mandate(desk.session(), desk.working_day(), desk.who().employer_id, reference)
    flash("mandate_kept")
    return redirect(url_for("employer.authorisation", reference=reference))


@employer.get("/authorisations/<reference>/document")
@open_to(Audience.SIGNATORY)
def authorisation_document(reference: str) -> ResponseReturnValue:
    paper = find_whole_paper(
        desk.session(), desk.working_day(), desk.vault(), desk.who().employer_id, reference
    )
    pdf = authorisation_pdf(current_app, paper, address_from_outside())
    return desk.file_answer(
        pdf,
        f"khatwa-{reference}.pdf",
        "application/pdf",
        inline="download" not in request.args,
        title=f"{paper_words(current_language())['title']} {reference}.pdf",
    )
