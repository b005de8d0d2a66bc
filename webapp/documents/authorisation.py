"""The paper of an authorisation: Arabic, then French, with places for signature and stamps."""

from __future__ import annotations

from datetime import datetime

from flask import Flask
from markupsafe import Markup

from webapp.authorisation import paper_words, paragraphs_on_paper
from webapp.catalogs import Language, catalog
from webapp.documents.check_mark import check_mark, fund_in
from webapp.documents.rendering import (
    BOTH,
    figure,
    institution,
    name,
    name_in,
    paragraph,
    render,
)
from webapp.domain.moment import ALGIERS
from webapp.services.authorisation_papers import PaperOfAuthorisation


def authorisation_pdf(app: Flask, paper: PaperOfAuthorisation, address: str) -> bytes:
    """The authorisation as a bank is given it, a page for each language.

    `address` is how the service is reached from outside: the code on each page leads to its check
    there. The same paper has the same bytes. Raises DocumentsUnavailable.
    """
    parts = parts_of_authorisation(paper, address)
    values = {
        "title": f"{parts[0]['title']} · {paper.reference}",
        "created": paper.signed_at.isoformat(timespec="seconds"),
        "reference": paper.reference,
        "parts": parts,
    }
    return render(app, "authorisation.html", values)


def parts_of_authorisation(paper: PaperOfAuthorisation, address: str) -> list[dict[str, object]]:
    """What stands on the paper, a part for each language, for it and for a page that is printed."""
    return [_part(language, paper, address) for language in BOTH]


def _part(language: Language, paper: PaperOfAuthorisation, address: str) -> dict[str, object]:
    words = paper_words(language) | _more_words(language)
    return {
        "code": language.code,
        "direction": language.direction,
        "title": words["title"],
        "fund": fund_in(language),
        "words": words,
        "rows": _rows(language, words, paper),
        "account": figure(paper.account),
        "paragraphs": [paragraph(one) for one in paragraphs_on_paper(paper.text, language)],
        "evidence": _evidence(language, words, paper),
        "mark": check_mark(language, paper.code, address),
    }


def _rows(
    language: Language, words: dict[str, str], paper: PaperOfAuthorisation
) -> list[tuple[str, Markup]]:
    return [
        (words["reference"], figure(paper.reference)),
        (words["enterprise"], name_in(language, paper.name_ar, paper.name_fr)),
        (words["member_number"], figure(paper.member_number)),
        (words["institution"], institution(paper.bank_code, language)),
    ]


def _evidence(
    language: Language, words: dict[str, str], paper: PaperOfAuthorisation
) -> list[tuple[str, Markup]]:
    signatory = Markup("{}{}").format(
        name(paper.signatory_name), _quality(language, paper.quality.value)
    )
    if paper.on_paper:
        signed_on = f"{paper.signed_at.astimezone(ALGIERS):%d/%m/%Y}"
        return [(words["signatory"], signatory), (words["signed_on_paper"], figure(signed_on))]
    version = " · ".join(filter(None, (paper.text_version, f"SHA-256 {paper.text_sha256}")))
    return [
        (words["signatory"], signatory),
        (words["signed_on"], Markup("{} {}").format(figure(_when(paper.signed_at)), words["time"])),
        (words["text"], Markup('<span class="digest">{}</span>').format(figure(version))),
    ]


def _when(instant: datetime) -> str:
    return f"{instant.astimezone(ALGIERS):%d/%m/%Y %H:%M}"


def _quality(language: Language, quality: str) -> str:
    """As what somebody signed, after the name."""
    gettext = catalog(language).gettext
    qualities = {
        "owner": gettext("owner of the enterprise"),
        "manager": gettext("manager of the enterprise"),
        "proxy": gettext("holder of a power of attorney"),
    }
    return f" – {qualities[quality]}" if quality in qualities else ""


def _more_words(language: Language) -> dict[str, str]:
    gettext = catalog(language).gettext
    return {
        "evidence": gettext("Electronic signature"),
        "time": gettext("(Algiers time)"),
        "text": gettext("Text that was signed"),
        "signed_on_paper": gettext("Signed on paper on"),
    }
