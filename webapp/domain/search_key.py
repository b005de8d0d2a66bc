"""How the name of an enterprise is looked for: without what people write in several ways.

Accents, capitals, signs and the short vowels of Arabic are left out; forms of one Arabic letter
are one letter; and a legal form at the beginning (SARL, ش.ذ.م.م) does not count, for it stands
before thousands of names.
"""

from __future__ import annotations

import re
import unicodedata

# One letter to whoever types, like أ إ آ, which lose their hamza as others lose their accents.
ONE_LETTER = str.maketrans({"ٱ": "ا", "ى": "ي", "ة": "ه", "ـ": None})
LEGAL_FORMS = frozenset(
    {
        "sarl", "eurl", "spa", "snc", "scs", "sas", "sasu", "ets", "etb", "entreprise",
        "societe", "ste", "شركه", "موسسه", "ش", "ذ", "م", "ا", "و",
    }
)  # fmt: skip


def search_key(name: str) -> str:
    """The key under which a name is found; never longer than the name's composed form."""
    plain = unicodedata.normalize("NFD", name.casefold())
    letters = "".join(sign for sign in plain if not unicodedata.combining(sign))
    letters = unicodedata.normalize("NFC", letters).translate(ONE_LETTER)
    words = re.findall(r"\w+", letters)
    return " ".join(_without_legal_form(words))[: len(name)]


def _without_legal_form(words: list[str]) -> list[str]:
    """The words from the first that is a name; all of them where none is."""
    for place, word in enumerate(words):
        if word not in LEGAL_FORMS:
            return words[place:]
    return words
