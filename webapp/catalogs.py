"""The two languages and their catalogs of texts; knows neither Flask nor a request."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

from babel.support import NullTranslations, Translations

FOLDER_OF_CATALOGS = Path(__file__).resolve().parent.parent / "translations"


@dataclass(frozen=True)
class Language:
    """A language of the service; `locale` names the country too, for its months and digits."""

    code: str
    locale: str
    direction: str
    own_name: str
    currency: str


ARABIC = Language("ar", "ar_DZ", "rtl", "العربية", "دج")
FRENCH = Language("fr", "fr_DZ", "ltr", "Français", "DA")
LANGUAGES = {language.code: language for language in (ARABIC, FRENCH)}


@cache
def catalog(language: Language) -> NullTranslations:
    """The translated texts of `language`, read from its compiled catalog once."""
    return Translations.load(FOLDER_OF_CATALOGS, [language.locale])
