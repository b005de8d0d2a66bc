"""Prepared forms on paper: one sheet for each employer, its own language in front."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Flask
from markupsafe import Markup

from webapp.adapters.qr_code import qr_svg
from webapp.authorisation import paper_words, paragraphs_on_paper
from webapp.catalogs import ARABIC, FRENCH, Language, catalog
from webapp.documents.rendering import figure, name, name_in, paragraph, render
from webapp.services.open_days.prepared_forms import FormSheet

# How many digits each part of an account number has: bank, branch, account, key.
BANK, BRANCH, ACCOUNT, KEY = 3, 5, 10, 2


def prepared_forms_pdf(app: Flask, sheets: Sequence[FormSheet], address: str) -> bytes:
    """The forms, each on one sheet of two sides; the other language is on the back.

    `address` is how the service is reached from outside: the code on each form leads to the page
    where it is entered. The same forms have the same bytes. Raises DocumentsUnavailable.
    """
    forms = [_form(sheet, address) for sheet in sheets]
    values = {
        "title": forms[0]["front"]["title"],
        "created": max(sheet.made_at for sheet in sheets).isoformat(timespec="seconds"),
        "language": forms[0]["front"]["code"],
        "direction": forms[0]["front"]["direction"],
        "forms": forms,
    }
    return render(app, "prepared_form.html", values)


def entry_address(sheet: FormSheet, language: Language, address: str) -> str:
    """Where the form is entered."""
    return f"{address}/{language.code}/staff/paper-forms/{sheet.reference}"


def _form(sheet: FormSheet, address: str) -> dict[str, dict[str, object]]:
    front, back = (ARABIC, FRENCH) if sheet.language.value == ARABIC.code else (FRENCH, ARABIC)
    link = entry_address(sheet, front, address)
    words = _words(front)
    qr = Markup(qr_svg(link, words["for_the_agent"]))  # noqa: S704  (made by us)
    return {
        "front": _side(sheet, front) | {"link": link, "qr": qr, "parts": _parts(words)},
        "back": _side(sheet, back) | {"link": "", "qr": ""},
    }


def _side(sheet: FormSheet, language: Language) -> dict[str, object]:
    words = paper_words(language) | _words(language)
    return {
        "code": language.code,
        "direction": language.direction,
        "title": words["title"],
        "reference": figure(sheet.reference),
        "words": words,
        "rows": [
            (words["enterprise"], name_in(language, sheet.name_ar, sheet.name_fr)),
            (words["member_number"], figure(sheet.member_number)),
            (words["signatory"], name(sheet.signatory_name) if sheet.signatory_name else ""),
        ],
        "paragraphs": [paragraph(one) for one in paragraphs_on_paper(sheet.text, language)],
    }


def _parts(words: dict[str, str]) -> list[tuple[str, range]]:
    """The parts of an account number, each with a box for every digit."""
    return [
        (words["bank_code"], range(BANK)),
        (words["branch_code"], range(BRANCH)),
        (words["number"], range(ACCOUNT)),
        (words["key"], range(KEY)),
    ]


def _words(language: Language) -> dict[str, str]:
    gettext = catalog(language).gettext
    return {
        "fund": gettext(
            "National fund for paid leave and bad-weather unemployment in building, public works "
            "and hydraulics (CACOBATPH)"
        ),
        "for_the_agent": gettext("For the agent: scan this code to enter the form."),
        "form": gettext("Reference of the form"),
        "account_to_debit": gettext("Account to be debited: RIB or RIP number, 20 digits"),
        "bank_code": gettext("Bank"),
        "branch_code": gettext("Branch"),
        "number": gettext("Account"),
        "key": gettext("Key"),
        "or_ccp": gettext("Or a postal account: CCP number and its key"),
        "ceiling": gettext("Ceiling per debit (optional)"),
        "dinars": gettext("DA"),
        "arrears": gettext("Also debit the amounts that are overdue"),
        "overleaf": gettext("The text overleaf, in English: not to be filled in."),
    }
