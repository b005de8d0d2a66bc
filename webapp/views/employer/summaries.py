"""The summary of a year, as a paper to keep."""

from __future__ import annotations

from flask import current_app, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from webapp.audiences import Audience, open_to
from webapp.documents import summary_pdf
from webapp.services.summaries.papers import find_summary
from webapp.views import desk
from webapp.views.employer.blueprint import employer
from webapp.views.public.checks import address_from_outside


@employer.get("/summaries/<int:year>")
@open_to(Audience.EMPLOYER)
def summary(year: int) -> ResponseReturnValue:
    owner = desk.who().employer_id
    found = find_summary(desk.session(), desk.working_day(), desk.vault(), owner, year)
    return desk.file_answer(
        summary_pdf(current_app, found, address_from_outside()),
        f"khatwa-{found.number}-{year}.pdf",
        "application/pdf",
        inline="download" not in request.args,
        title=f"{_('Yearly summary %(year)s', year=year)}.pdf",
    )
