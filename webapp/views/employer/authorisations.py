"""An authorisation that was signed: what it says, what comes next, and the paper to print."""

from __future__ import annotations

from flask import render_template
from flask.typing import ResponseReturnValue

from webapp.audiences import Audience, open_to
from webapp.authorisation import full_text, paper_words
from webapp.catalogs import ARABIC, FRENCH
from webapp.domain.due_dates import first_day_after_quiet
from webapp.services.authorisations import worksites_of
from webapp.services.enrolment import (
    default_authorisation,
    find_authorisation,
    prepare_enrolment,
    read_account,
)
from webapp.views import desk
from webapp.views.employer.blueprint import employer


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
        notice_bank_days=day.rules.notice_bank_days,
    )


@employer.get("/authorisations/<reference>/document")
@open_to(Audience.EMPLOYER)
def authorisation_document(reference: str) -> ResponseReturnValue:
    who = desk.who()
    found = find_authorisation(desk.session(), who.employer_id, reference)
    names = tuple(worksites_of(desk.session(), who.employer_id, reference).values())
    account = read_account(
        desk.session(), desk.working_day(), desk.vault(), who.employer_id, reference
    )
    return render_template(
        "employer/authorisation_document.html",
        authorisation=found,
        account=account,
        papers=[
            (one, who.name_in(one.code), paper_words(one), full_text(one, found.ceiling, names))
            for one in (ARABIC, FRENCH)
        ],
    )
