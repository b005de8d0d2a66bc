"""How names reach a bank: as they were written, or in plain Latin letters that every bank takes.

The letters of the profile `latin` are those that ISO 20022 asks every bank to take: a–z, A–Z, 0–9,
space and / - ? : ( ) . , ' +
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Mapping

from webapp.domain.channel_terms import NameProfile
from webapp.domain.text import clean_name

TAKEN = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789 /-?:().,'+")
# Stands for a letter of a script that has no place in this table.
UNKNOWN = "."

# Arabic as Algerian papers write names in French letters; short vowels are not written in Arabic
# and are not guessed.
ARABIC = {
    "ا": "a", "أ": "a", "إ": "i", "آ": "a", "ٱ": "a", "ب": "b", "ت": "t", "ث": "th", "ج": "dj",
    "ح": "h", "خ": "kh", "د": "d", "ذ": "dh", "ر": "r", "ز": "z", "س": "s", "ش": "ch", "ص": "s",
    "ض": "d", "ط": "t", "ظ": "dh", "ع": "a", "غ": "gh", "ف": "f", "ق": "k", "ك": "k", "ل": "l",
    "م": "m", "ن": "n", "ه": "h", "و": "ou", "ي": "i", "ى": "a", "ة": "a", "ء": "", "ؤ": "ou",
    "ئ": "i", "ڤ": "v", "پ": "p", "گ": "g", "چ": "tch", "ـ": "", "َ": "a", "ُ": "ou", "ِ": "i",
    "ّ": "", "ْ": "", "ً": "", "ٌ": "", "ٍ": "", "،": ",", "؛": ",", "؟": "?",
}  # fmt: skip
LATIN = {
    "œ": "oe", "Œ": "OE", "æ": "ae", "Æ": "AE", "ß": "ss", "ø": "o", "Ø": "O", "ł": "l", "Ł": "L",
    "đ": "d", "Đ": "D", "ı": "i", "’": "'", "‘": "'", "ʼ": "'", "´": "'", "`": "'", '"': "'",
    "“": "'", "”": "'", "«": "'", "»": "'", "–": "-", "—": "-", "‑": "-", "_": "-", "&": "+",
    "@": "(at)", ";": ",", "!": ".", "…": "...", "°": "o", "[": "(", "]": ")", "{": "(", "}": ")",
    "\\": "/", "|": "/", "⁄": "/", "·": ".", "*": ".", "#": ".", "<": "(", ">": ")", "=": "-",
    "~": "-",
}  # fmt: skip
LETTERS = ARABIC | LATIN


def latin_name(text: str) -> str:
    """The name in plain Latin letters; an accent goes, any other sign becomes a point.

    Empty where nothing is left that could be read.
    """
    written = "".join(_letters(character) for character in clean_name(text))
    name = " ".join(written.split())
    return name if any(character.isalnum() for character in name) else ""


def _letters(character: str) -> str:
    if character in TAKEN:
        return character
    if character in LETTERS:
        return LETTERS[character]
    if unicodedata.category(character).startswith("M"):
        return ""
    # An accented letter, a ligature, a digit of another script: what it is made of.
    parts = unicodedata.normalize("NFKD", character)
    if parts == character:
        digit = unicodedata.digit(character, None)
        return UNKNOWN if digit is None else str(digit)
    return "".join(_letters(part) for part in parts)


PROFILES: Mapping[NameProfile, Callable[[str], str]] = {
    NameProfile.AS_WRITTEN: clean_name,
    NameProfile.LATIN: latin_name,
}


def name_for_bank(text: str, profile: NameProfile, otherwise: str) -> str:
    """The name as this profile writes it; `otherwise` (a reference) where nothing of it is left."""
    return PROFILES[profile](text) or otherwise
