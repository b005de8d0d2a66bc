"""An authorisation that was signed: what it says, what comes next, and the paper to print."""

from __future__ import annotations

from flask import render_template
from flask.typing import ResponseReturnValue

from webapp.audiences import Audience, open_to
from webapp.authorisation import full_text, paper_words
from webapp.catalogs import ARABIC, FRENCH
from webapp.services.enrolment import find_authorisation, prepare_enrolment, read_account
from webapp.views import desk
from webapp.views.employer.blueprint import employer


@employer.get("/authorisations/<reference>")
@open_to(Audience.EMPLOYER)
def authorisation(reference: str) -> ResponseReturnValue:
    found = find_authorisation(desk.session(), desk.who().employer_id, reference)
    enrolment = prepare_enrolment(desk.session(), desk.working_day(), desk.who())
    return render_template(
        "employer/authorisation.html",
        authorisation=found,
        enrolment=enrolment,
        notice_bank_days=desk.working_day().rules.notice_bank_days,
    )


@employer.get("/authorisations/<reference>/document")
@open_to(Audience.EMPLOYER)
def authorisation_document(reference: str) -> ResponseReturnValue:
    who = desk.who()
    found = find_authorisation(desk.session(), who.employer_id, reference)
    account = read_account(
        desk.session(), desk.working_day(), desk.vault(), who.employer_id, reference
    )
    return render_template(
        "employer/authorisation_document.html",
        authorisation=found,
        account=account,
        papers=[
            (one, who.name_in(one.code), paper_words(one), full_text(one, found.ceiling))
            for one in (ARABIC, FRENCH)
        ],
    )
