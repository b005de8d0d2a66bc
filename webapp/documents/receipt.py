"""The receipt of a debit as a paper: Arabic, then French; what was paid, from where, for what."""

from __future__ import annotations

from flask import Flask
from markupsafe import Markup

from webapp.catalogs import Language, catalog
from webapp.documents.check_mark import check_mark, fund_in
from webapp.documents.codes import codes
from webapp.documents.rendering import BOTH, figure, institution, name, name_in, render
from webapp.formatting import number_of_amount, period_text
from webapp.services.receipts import Receipt, ReceiptLine


def receipt_pdf(app: Flask, receipt: Receipt, address: str) -> bytes:
    """The receipt; the same one has the same bytes. Raises DocumentsUnavailable.

    `address` is how the service is reached from outside.
    """
    parts = [_part(language, receipt, address) for language in BOTH]
    values = {
        "title": f"{parts[0]['title']} · {receipt.number}",
        "created": receipt.settled_at.isoformat(timespec="seconds"),
        "reference": receipt.number,
        "parts": parts,
    }
    return render(app, "receipt.html", values)


def _part(language: Language, receipt: Receipt, address: str) -> dict[str, object]:
    gettext = catalog(language).gettext
    return {
        "code": language.code,
        "direction": language.direction,
        "title": gettext("Receipt of payment"),
        "fund": fund_in(language),
        "mark": check_mark(language, receipt.code, address),
        "rows": _facts(language, receipt),
        "headings": [gettext("What it is"), gettext("Period"), gettext("Amount (DA)")],
        "caption": gettext("What was paid"),
        "lines": [_line(line, language) for line in receipt.lines],
        "total": [gettext("Total"), "", _amount(receipt.amount)],
        "sentence": gettext(
            "The fund has received this amount. If the bank takes the money back, this receipt "
            "is void, and the page of checks says so."
        ),
    }


def _facts(language: Language, receipt: Receipt) -> list[tuple[str, Markup]]:
    gettext = catalog(language).gettext
    return [
        (gettext("Receipt number"), figure(receipt.number)),
        (gettext("Enterprise"), name_in(language, receipt.name_ar, receipt.name_fr)),
        (gettext("Member number"), figure(receipt.member_number)),
        (gettext("Amount received (DA)"), _amount(receipt.amount)),
        (gettext("Settled on"), figure(f"{receipt.settled_on:%d/%m/%Y}")),
        (gettext("Institution"), institution(receipt.bank_code, language)),
        (gettext("Account"), figure(f"•••• {receipt.account_last4}")),
        (gettext("Authorisation"), figure(receipt.mandate_reference)),
        (gettext("Debit"), figure(receipt.debit_reference)),
        (gettext("Reference at the bank"), figure(receipt.attempt_reference)),
    ]


def _line(line: ReceiptLine, language: Language) -> list[object]:
    kind = codes(language)["due_kind"][line.kind.value]
    what = Markup("{} – {}").format(kind, name(line.worksite)) if line.worksite else kind
    return [what, period_text(line.period, language), _amount(line.amount)]


def _amount(centimes: int) -> Markup:
    return figure(number_of_amount(centimes))
