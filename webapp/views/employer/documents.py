"""The papers of an employer in one place: certificate, receipts, summaries, statement."""

from __future__ import annotations

from flask import render_template
from flask.typing import ResponseReturnValue

from webapp.audiences import Audience, open_to
from webapp.services.certificates.papers import last_certificate
from webapp.services.debit_history import list_debits
from webapp.services.summaries.figures import years_of
from webapp.views import desk
from webapp.views.employer.blueprint import employer

RECEIPTS_SHOWN = 6


@employer.get("/documents")
@open_to(Audience.EMPLOYER)
def documents() -> ResponseReturnValue:
    session, owner = desk.session(), desk.who().employer_id
    rows, _more = list_debits(session, owner)
    paid = [row for row in rows if row.has_receipt]
    return render_template(
        "employer/documents.html",
        certificate=last_certificate(session, owner),
        receipts=paid[:RECEIPTS_SHOWN],
        years=years_of(session, desk.working_day(), owner),
        today=desk.moment().today,
    )
