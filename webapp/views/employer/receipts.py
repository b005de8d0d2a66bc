"""The receipt of a debit whose money the fund has received."""

from __future__ import annotations

from flask import current_app, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from webapp.audiences import Audience, open_to
from webapp.documents import receipt_pdf
from webapp.services.receipts import find_receipt
from webapp.views import desk
from webapp.views.employer.blueprint import employer
from webapp.views.public.checks import address_from_outside


@employer.get("/debits/<reference>/receipt")
@open_to(Audience.EMPLOYER)
def receipt(reference: str) -> ResponseReturnValue:
    found = find_receipt(desk.session(), desk.vault(), desk.who().employer_id, reference)
    return desk.file_answer(
        receipt_pdf(current_app, found, address_from_outside()),
        f"khatwa-{found.number}.pdf",
        "application/pdf",
        inline="download" not in request.args,
        title=f"{_('Receipt of payment')} {found.number}.pdf",
    )
