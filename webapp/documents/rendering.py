"""What every paper shares: the application's templates, and how values stand on paper.

WeasyPrint knows neither `dir="auto"` nor the direction of a lone number: each name is given its
direction here, and each number a mark that keeps its sign and its hyphens in their places.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from typing import Any

from flask import Flask
from markupsafe import Markup, escape

from webapp.adapters.documents import Documents
from webapp.catalogs import ARABIC, FRENCH, Language
from webapp.config import PROJECT
from webapp.data.loader import load_banks
from webapp.formatting import END_OF_ISOLATE, ISOLATE_NAME

DOCUMENTS = "khatwa documents"
BOTH = (ARABIC, FRENCH)
LEFT_TO_RIGHT = "\u200e"
RIGHT_TO_LEFT_LETTERS = {"R", "AL"}


def documents_of(app: Flask) -> Documents:
    """The documents of this application; each template is compiled once."""
    loader = app.jinja_loader
    assert loader is not None  # noqa: S101  (Flask makes one from the template folder)
    made: Documents = app.extensions.setdefault(
        DOCUMENTS, Documents(loader, PROJECT / "templates" / "documents")
    )
    return made


def render(app: Flask, template: str, values: Mapping[str, Any]) -> bytes:
    """The PDF of a template of `templates/documents/`. Raises DocumentsUnavailable."""
    return documents_of(app).render_pdf(template, values)


def figure(text: object) -> Markup:
    """A number, reference, account or digest, which never turns round."""
    return Markup('<bdi dir="ltr">{}{}</bdi>').format(LEFT_TO_RIGHT, text)


def name(text: str) -> Markup:
    """A name in whatever script, in the direction of its first letter."""
    return Markup('<bdi dir="{}">{}</bdi>').format(direction(text), text)


def direction(text: str) -> str:
    """`rtl` or `ltr`, by the first letter that has a direction."""
    for character in text:
        kind = unicodedata.bidirectional(character)
        if kind == "L" or kind in RIGHT_TO_LEFT_LETTERS:
            return "ltr" if kind == "L" else "rtl"
    return "ltr"


def paragraph(text: str) -> Markup:
    """A signed paragraph, the names in it each in their direction."""
    pieces = [escape(text.partition(ISOLATE_NAME)[0])]
    for piece in text.split(ISOLATE_NAME)[1:]:
        isolated, mark, rest = piece.partition(END_OF_ISOLATE)
        pieces += [name(isolated), escape(rest)] if mark else [escape(piece)]
    return Markup("").join(pieces)


def name_in(language: Language, name_ar: str, name_fr: str) -> Markup:
    """The name of an enterprise in a language, or the one that it has."""
    first, second = (name_ar, name_fr) if language is ARABIC else (name_fr, name_ar)
    return name(first or second)


def institution(bank_code: str, language: Language) -> Markup:
    """The bank of an account, or Algérie Poste, by the code in its number."""
    bank = load_banks().get(bank_code)
    return name(getattr(bank, f"name_{language.code}", "") or bank_code)
