"""Both catalogs are real: complete, confirmed, equal in placeholders, with six Arabic plurals."""

from __future__ import annotations

import re
from itertools import chain

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po

from webapp.catalogs import ARABIC, FOLDER_OF_CATALOGS, FRENCH, LANGUAGES, Language, catalog

PLACEHOLDER = re.compile(r"%\(\w+\)s|%(?!\()")
BARE_SPACE_BEFORE_SIGN = re.compile(r"\w [:;?!»]|« ")


def read(language: Language) -> Catalog:
    file = FOLDER_OF_CATALOGS / language.code / "LC_MESSAGES" / "messages.po"
    with file.open("rb") as opened:
        return read_po(opened, language.code)


def forms(message: Message) -> list[str]:
    return list(message.string) if isinstance(message.string, tuple) else [str(message.string)]


MESSAGES = [
    pytest.param(language, message, id=f"{language.code}:{str(message.id)[:50]}")
    for language in LANGUAGES.values()
    for message in read(language)
    if message.id
]


@pytest.mark.parametrize(("language", "message"), MESSAGES)
def test_every_text_is_translated_and_confirmed(language: Language, message: Message) -> None:
    assert all(forms(message)), f"translate it in translations/{language.code}, `make catalogs`"
    assert not message.fuzzy, "somebody must confirm the guess and remove the mark"


@pytest.mark.parametrize(("language", "message"), MESSAGES)
def test_a_translation_has_the_placeholders_of_its_text(
    language: Language, message: Message
) -> None:
    texts = message.id if isinstance(message.id, tuple) else (message.id,)
    wanted = set(chain.from_iterable(PLACEHOLDER.findall(text) for text in texts))
    for number, form in enumerate(forms(message)):
        found = set(PLACEHOLDER.findall(form))
        # Arabic says none, one and two of a thing without a figure.
        spelt_out = language is ARABIC and isinstance(message.id, tuple) and number < 3
        assert found <= wanted if spelt_out else found == wanted, form


def test_both_catalogs_hold_the_same_texts() -> None:
    arabic, french = ({str(message.id) for message in read(one)} for one in LANGUAGES.values())
    assert arabic == french


@pytest.mark.parametrize(
    ("number", "form"),
    [(0, 0), (1, 1), (2, 2), (3, 3), (10, 3), (11, 4), (26, 4), (99, 4), (100, 5), (103, 3)],
)
def test_arabic_counts_in_six_forms(number: int, form: int) -> None:
    counted = [message for message in read(ARABIC) if isinstance(message.id, tuple)]
    assert len(counted) > 10
    for message in counted:
        assert catalog(ARABIC).ngettext(*message.id, number) == message.string[form]


@pytest.mark.parametrize("language", LANGUAGES.values(), ids=LANGUAGES)
def test_the_locale_of_the_country_finds_the_catalog_of_its_language(language: Language) -> None:
    assert catalog(language).gettext("Khatwa") == {"ar": "خطوة", "fr": "Khatwa"}[language.code]
    assert catalog(language).gettext("Debit") != "Debit"


def is_short_message(message: Message) -> bool:
    """SMS keep to the GSM alphabet, which has no no-break space."""
    text = message.id[0] if isinstance(message.id, tuple) else str(message.id)
    return text.startswith("CACOBATPH: ") and text.endswith(".")


@pytest.mark.parametrize(
    "message",
    [message for message in read(FRENCH) if message.id and not is_short_message(message)],
    ids=lambda message: str(message.id)[:50],
)
def test_french_keeps_its_signs_beside_their_words(message: Message) -> None:
    assert not BARE_SPACE_BEFORE_SIGN.search("".join(forms(message)))
