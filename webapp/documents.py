"""The papers of the service: what stands on each, in both languages, and how it is called."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from flask import Flask
from markupsafe import Markup
from sqlalchemy.orm import Session

from webapp.adapters.documents import Documents
from webapp.adapters.qr_code import qr_svg
from webapp.adapters.vault import Vault
from webapp.authorisation import full_text, paper_words
from webapp.catalogs import ARABIC, FRENCH, Language, catalog
from webapp.config import PROJECT
from webapp.domain.money import Centimes
from webapp.formatting import day, institution, ltr, with_names
from webapp.services.authorisations import worksites_of
from webapp.services.checking import proof_of
from webapp.services.data_exports import DataExport
from webapp.services.enrolment import find_authorisation, owner_of
from webapp.services.proof_packs import ProofPack

DOCUMENTS = "khatwa documents"
BOTH = (ARABIC, FRENCH)


@dataclass(frozen=True, slots=True)
class PaperOfAuthorisation:
    """What the paper of an authorisation says.

    `account` is whole where the employer takes the paper to the bank, and masked where it travels
    by e-mail.
    """

    reference: str
    member_number: str
    name_ar: str
    name_fr: str
    signatory: str
    account: str
    bank_code: str
    ceiling: Centimes | None
    worksites: Sequence[str]
    signed_on: date
    check_address: str


def find_paper(
    session: Session, vault: Vault, employer_id: int, reference: str, address: str
) -> PaperOfAuthorisation:
    """The paper of an authorisation as it may travel: its account masked. Raises NotFound."""
    found = find_authorisation(session, employer_id, reference)
    owner = owner_of(session, employer_id)
    return PaperOfAuthorisation(
        reference=reference,
        member_number=owner.member_number,
        name_ar=owner.name_ar,
        name_fr=owner.name_fr,
        signatory=found.signatory_name,
        account=f"•••• {found.account_last4}",
        bank_code=found.bank_code,
        ceiling=found.ceiling,
        worksites=tuple(worksites_of(session, employer_id, reference).values()),
        signed_on=found.signed_on,
        check_address=f"{address}/ar/check/{reference}/{proof_of(vault, reference)}",
    )


def documents_of(app: Flask) -> Documents:
    """The documents of this application; each template is compiled once."""
    loader = app.jinja_loader
    assert loader is not None  # noqa: S101  (Flask makes one from the template folder)
    made: Documents = app.extensions.setdefault(
        DOCUMENTS, Documents(loader, PROJECT / "templates" / "documents")
    )
    return made


def authorisation_pdf(app: Flask, paper: PaperOfAuthorisation) -> bytes:
    """The authorisation, Arabic then French, with places for signature and stamps.

    Raises DocumentsUnavailable.
    """
    parts = [_part(language, paper) for language in BOTH]
    values = {
        "title": f"{parts[0]['title']} · {paper.reference}",
        "created": paper.signed_on.isoformat(),
        "parts": parts,
        "qr": Markup(qr_svg(paper.check_address, paper.reference)),  # noqa: S704  (made by us)
        "check_address": paper.check_address,
    }
    return documents_of(app).render_pdf("authorisation.html", values)


def proof_pack_pdf(app: Flask, pack: ProofPack, made_at: datetime) -> bytes:
    """The proof of a debit, Arabic headings beside French ones. Raises DocumentsUnavailable."""
    values = {
        "title": " · ".join(_both_ways("proof")),
        "reference": pack.debit["reference"],
        "created": made_at.isoformat(timespec="minutes"),
        "texts": pack.texts,
        "sections": [
            (_both_ways("debit"), [pack.debit]),
            *(
                (_both_ways(name), getattr(pack, name))
                for name in ("lines", "signatures", "notices", "attempts", "answers", "events")
            ),
        ],
        "text_heading": _both_ways("texts"),
    }
    return documents_of(app).render_pdf("proof_pack.html", values)


def data_export_pdf(app: Flask, export: DataExport, made_at: datetime) -> bytes:
    """Everything about an employer, readable. Raises DocumentsUnavailable."""
    values = {
        "title": " · ".join(_both_ways("export")),
        "created": made_at.isoformat(timespec="minutes"),
        "name": export.name,
        "sections": [(_both_ways(name), rows) for name, rows in export.tables.items()],
    }
    return documents_of(app).render_pdf("data_export.html", values)


def _part(language: Language, paper: PaperOfAuthorisation) -> dict[str, object]:
    words = paper_words(language)
    name = (
        (paper.name_ar or paper.name_fr) if language is ARABIC else (paper.name_fr or paper.name_ar)
    )
    text = full_text(language, paper.ceiling, tuple(paper.worksites))
    return {
        "code": language.code,
        "direction": language.direction,
        "fund": _words(language)["fund"],
        "title": words["title"],
        "rows": [
            (words["enterprise"], Markup('<bdi dir="auto">{}</bdi>').format(name)),
            (words["member_number"], ltr(paper.member_number)),
            (words["signatory"], Markup('<bdi dir="auto">{}</bdi>').format(paper.signatory)),
            (words["account"], ltr(paper.account)),
            (words["institution"], institution(paper.bank_code, language)),
            (words["reference"], ltr(paper.reference)),
            (words["signed_on"], day(paper.signed_on, language)),
        ],
        "paragraphs": [with_names(paragraph, language) for paragraph in text],
        "words": words,
        "check": _words(language)["check"],
    }


def _words(language: Language) -> dict[str, str]:
    """How the papers and their parts are headed; their fields keep the names of the JSON."""
    gettext = catalog(language).gettext
    return {
        "fund": gettext(
            "National fund for paid leave and bad-weather unemployment in building, public works "
            "and hydraulics (CACOBATPH)"
        ),
        "check": gettext("Whoever holds this paper can check it at this address:"),
        "proof": gettext("Proof of a debit"),
        "debit": gettext("The debit"),
        "lines": gettext("What it covers"),
        "texts": gettext("The text that was signed"),
        "signatures": gettext("The signature"),
        "notices": gettext("The notice"),
        "attempts": gettext("The bank file"),
        "answers": gettext("The bank's answers"),
        "events": gettext("Every step"),
        "export": gettext("Your data"),
        "employer": gettext("Employer"),
        "worksites": gettext("Worksites"),
        "mandates": gettext("Authorisations"),
        "papers": gettext("Signed papers"),
        "declarations": gettext("Declarations"),
        "declaration_lines": gettext("Declared worksites"),
        "dues": gettext("Amounts due"),
        "debits": gettext("Debits"),
        "messages": gettext("Messages"),
        "sessions": gettext("Sessions"),
        "people": gettext("People who act for you"),
        "corrections": gettext("Corrections"),
        "looks": gettext("Who looked at my data"),
    }


def _both_ways(name: str) -> tuple[str, str]:
    return _words(ARABIC)[name], _words(FRENCH)[name]
