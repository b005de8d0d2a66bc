"""Cleaning of what people type: digits, direction marks, names."""

from __future__ import annotations

import unicodedata

# ٠–٩ of Arabic keyboards and ۰–۹ of Persian ones (phones set to the wrong language).
LATIN_DIGITS = {
    ord(digit): str(value)
    for digits in ("٠١٢٣٤٥٦٧٨٩", "۰۱۲۳۴۵۶۷۸۹")
    for value, digit in enumerate(digits)
}

# Control characters, invisible formats (direction marks among them), lone surrogates, private
# and unassigned code points: none of them belongs in a number or a name.
INVISIBLE = frozenset({"Cc", "Cf", "Cs", "Co", "Cn"})


LONGEST_DEVICE = 200


def typed(text: str) -> str:
    """The text with Latin digits, without invisible characters and spaces at its ends.

    Composed (NFC). Every kind of space becomes a plain one, line breaks and tabs too: a cell of
    a sheet may hold them.
    """
    return unicodedata.normalize("NFC", _visible(text)).translate(LATIN_DIGITS).strip()


def clean_name(text: str) -> str:
    """A name as it may stand in a bank file, a document or a file's name.

    Composed (NFC), without direction marks and control characters, single spaces. Digits stay
    as they were written.
    """
    return " ".join(unicodedata.normalize("NFC", _visible(text)).split())


def clean_device(text: str) -> str:
    """What a browser says of itself, without control characters, at most LONGEST_DEVICE long."""
    return clean_name(text)[:LONGEST_DEVICE]


def _visible(text: str) -> str:
    if text.isprintable():
        return text
    spaced = (" " if character.isspace() else character for character in text)
    return "".join(
        character for character in spaced if unicodedata.category(character) not in INVISIBLE
    )
