"""The member number of an employer (numéro d'adhérent, رقم الانخراط)."""

from __future__ import annotations

import re

from webapp.domain.errors import InvalidMemberNumber
from webapp.domain.text import typed

# The fund's format is not public: the pattern is a setting and this its default. [house]
MEMBER_NUMBER_PATTERN = r"(?=[/-]*[0-9])[0-9/-]{1,20}"
DASHES = re.compile("[‐‑‒–—―−]")


def parse_member_number(text: str, pattern: str = MEMBER_NUMBER_PATTERN) -> str:
    """Read a member number as people type it; return it as it is stored.

    Arabic-Indic digits are read as digits; spaces and direction marks are dropped. Raises
    InvalidMemberNumber when what remains does not match the pattern.
    """
    number = DASHES.sub("-", "".join(typed(text).split()))
    if re.fullmatch(pattern, number) is None:
        raise InvalidMemberNumber(text=text)
    return number
