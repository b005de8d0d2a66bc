"""The certificate of good standing as a paper: Arabic, then French, with the rule that it is by."""

from __future__ import annotations

from flask import Flask
from markupsafe import Markup

from webapp.catalogs import Language, catalog
from webapp.documents.check_mark import check_mark, fund_in
from webapp.documents.rendering import BOTH, figure, name_in, render
from webapp.services.certificates.papers import CertificatePaper


def certificate_pdf(app: Flask, paper: CertificatePaper, address: str) -> bytes:
    """The certificate; the same one has the same bytes. Raises DocumentsUnavailable.

    `address` is how the service is reached from outside.
    """
    parts = [_part(language, paper, address) for language in BOTH]
    values = {
        "title": f"{parts[0]['title']} · {paper.reference}",
        "created": paper.issued_at.isoformat(timespec="seconds"),
        "reference": paper.reference,
        "parts": parts,
    }
    return render(app, "certificate.html", values)


def _part(language: Language, paper: CertificatePaper, address: str) -> dict[str, object]:
    gettext = catalog(language).gettext
    return {
        "code": language.code,
        "direction": language.direction,
        "title": gettext("Certificate of good standing"),
        "fund": fund_in(language),
        "mark": check_mark(language, paper.code, address),
        "sentence": gettext(
            "The fund certifies that, on the day of issue, the enterprise named below had declared "
            "every period whose deadline had passed, and that no amount was overdue."
        ),
        "rows": _facts(language, paper),
        "rule": gettext(
            "An amount that was declared in time and whose debit is under way, one that is "
            "contested, and one in a payment schedule that is kept up count as in order."
        ),
        "life": gettext(
            "This certificate ends by itself on its last day. It ends earlier if an amount becomes "
            "overdue or a declaration is missing: before relying on it, please check its code."
        ),
        "signed": gettext(
            "Issued electronically by the fund; valid without signature or stamp, by its code."
        ),
    }


def _facts(language: Language, paper: CertificatePaper) -> list[tuple[str, Markup]]:
    gettext = catalog(language).gettext
    return [
        (gettext("Certificate number"), figure(paper.reference)),
        (gettext("Enterprise"), name_in(language, paper.name_ar, paper.name_fr)),
        (gettext("Member number"), figure(paper.member_number)),
        (gettext("Issued on"), figure(f"{paper.issued_on:%d/%m/%Y}")),
        (gettext("Valid until, this day included"), figure(f"{paper.valid_until_on:%d/%m/%Y}")),
    ]
