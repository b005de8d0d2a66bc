"""The text that is signed: each wording has its version, and an exception names its worksites."""

from __future__ import annotations

import hashlib

import pytest
from babel.support import NullTranslations

from webapp import authorisation
from webapp.authorisation import TEXT_VERSION, full_text, short_text, signed_text
from webapp.catalogs import ARABIC, FRENCH
from webapp.domain.money import Centimes

NAMES = ("ورشة سد بني هارون", "200 logements")
# Whoever changes a sentence gives the text a new version, and writes both down here.
WORDINGS = {"2026-11": "e91f1ab5f747d7ae2ab0dcdf4b213f28e830b45daa1d330f27739b31572c70dc"}


def test_a_new_wording_is_a_new_version(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(authorisation, "catalog", lambda _language: NullTranslations())
    english = "\n".join(
        (
            short_text(FRENCH, Centimes(100), ("X",)),
            *full_text(FRENCH),
            *full_text(FRENCH, Centimes(100), ("X",)),
        )
    )
    assert WORDINGS[TEXT_VERSION] == hashlib.sha256(english.encode()).hexdigest()


@pytest.mark.parametrize("language", [ARABIC, FRENCH])
def test_an_exception_names_its_worksites_and_no_others(language: object) -> None:
    text = short_text(language, None, NAMES)  # type: ignore[arg-type]
    paragraphs = full_text(language, None, NAMES)  # type: ignore[arg-type]
    for name in NAMES:
        assert name in text and name in paragraphs[0]
    assert signed_text(None, NAMES) != signed_text(None) != signed_text(None, NAMES[:1])
    assert paragraphs[0] != full_text(language)[0]  # type: ignore[arg-type]
