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


# Thousands of texts: a test looks at all of a language and lists every offender.
EACH_CATALOG = pytest.mark.parametrize("language", LANGUAGES.values(), ids=LANGUAGES)


def messages(language: Language) -> list[Message]:
    found = [message for message in read(language) if message.id]
    assert len(found) > 1000
    return found


def listed(wrong: list[Message]) -> str:
    return "\n".join(f"{message.id!r}: {message.string!r}" for message in wrong)


@EACH_CATALOG
def test_every_text_is_translated_and_confirmed(language: Language) -> None:
    missing = [message for message in messages(language) if not all(forms(message))]
    where = f"translate in translations/{language.code}, `make catalogs`"
    assert not missing, f"{where}:\n{listed(missing)}"
    guessed = [message for message in messages(language) if message.fuzzy]
    what_to_do = "somebody must confirm these guesses and remove their marks"
    assert not guessed, f"{what_to_do}:\n{listed(guessed)}"


def has_its_placeholders(language: Language, message: Message) -> bool:
    texts = message.id if isinstance(message.id, tuple) else (message.id,)
    wanted = set(chain.from_iterable(PLACEHOLDER.findall(text) for text in texts))
    for number, form in enumerate(forms(message)):
        found = set(PLACEHOLDER.findall(form))
        # Arabic says none, one and two of a thing without a figure.
        spelt_out = language is ARABIC and isinstance(message.id, tuple) and number < 3
        if not (found <= wanted if spelt_out else found == wanted):
            return False
    return True


@EACH_CATALOG
def test_a_translation_has_the_placeholders_of_its_text(language: Language) -> None:
    wrong = [one for one in messages(language) if not has_its_placeholders(language, one)]
    assert not wrong, listed(wrong)


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


@EACH_CATALOG
def test_the_locale_of_the_country_finds_the_catalog_of_its_language(language: Language) -> None:
    assert catalog(language).gettext("Khatwa") == {"ar": "خطوة", "fr": "Khatwa"}[language.code]
    assert catalog(language).gettext("Debit") != "Debit"


def is_short_message(message: Message) -> bool:
    """SMS keep to the GSM alphabet, which has no no-break space."""
    text = message.id[0] if isinstance(message.id, tuple) else str(message.id)
    return text.startswith("CACOBATPH: ") and text.endswith(".")


def test_french_keeps_its_signs_beside_their_words() -> None:
    wrong = [
        message
        for message in messages(FRENCH)
        if not is_short_message(message) and BARE_SPACE_BEFORE_SIGN.search("".join(forms(message)))
    ]
    assert not wrong, listed(wrong)
