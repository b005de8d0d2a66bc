"""Which passwords staff may choose: long enough, and not what somebody would guess first.

After NIST SP 800-63B: no rule says which characters it must hold, and it never grows too old.
Eight characters are enough because a second factor is always asked for as well.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterable

from webapp.domain.errors import WeakPassword

FEWEST_CHARACTERS = 8
MOST_CHARACTERS = 200
FEWEST_DIFFERENT = 4
# What the service and the fund are called: the first thing that is tried.
HOUSE_WORDS = ("khatwa", "cacobatph", "cacobat", "خطوة", "كاكوبات")
SHORTEST_WORD = 3


def normal(password: str) -> str:
    """The password as it is hashed: the same however a keyboard composes it (NFKC)."""
    return unicodedata.normalize("NFKC", password)


def check_password(password: str, about: Iterable[str], common: Collection[str]) -> None:
    """Refuse a password that is too short, too long, common, or made of what everybody knows.

    `about` holds the member's own name and address; `common` the passwords of which everybody
    thinks, in small letters. Raises WeakPassword.
    """
    text = normal(password)
    if len(text) < FEWEST_CHARACTERS:
        raise WeakPassword(reason="too_short")
    if len(text) > MOST_CHARACTERS:
        raise WeakPassword(reason="too_long")
    folded = text.casefold()
    if len(set(folded)) < FEWEST_DIFFERENT or folded in common:
        raise WeakPassword(reason="common")
    if len(_without(folded, about)) < FEWEST_CHARACTERS and _without(folded, about) != folded:
        raise WeakPassword(reason="personal")


def _without(folded: str, about: Iterable[str]) -> str:
    """What is left of a password when the words that others know are taken out, longest first."""
    words = set(HOUSE_WORDS)
    for text in about:
        known = normal(text).casefold()
        words |= {known, *re.split(r"[\W_]+", known)}
    for word in sorted(words, key=len, reverse=True):
        if len(word) >= SHORTEST_WORD:
            folded = folded.replace(word, "")
    return folded
