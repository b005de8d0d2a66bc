"""A bank's own reason codes: what may be one, and what it is taken to mean."""

from __future__ import annotations

from collections.abc import Container, Mapping

from webapp.domain.errors import InvalidLocalCode

LONGEST_CODE = 35  # as a proprietary reason of ISO 20022

# By the code of the channel and the code that its bank tells: the ISO code that it means.
Meanings = Mapping[tuple[str, str], str]


def read_local_code(text: str, iso_codes: Container[str]) -> str:
    """A bank's own code as it writes it, without the space around it. Raises InvalidLocalCode.

    A code of the standard means what the standard says.
    """
    code = text.replace("\0", "").strip()
    if not code:
        raise InvalidLocalCode(reason="empty")
    if len(code) > LONGEST_CODE:
        raise InvalidLocalCode(reason="too_long")
    if code in iso_codes:
        raise InvalidLocalCode(reason="iso")
    return code


def meaning_of(channel: str, told: str | None, meanings: Meanings) -> tuple[str | None, str | None]:
    """The code that counts, and the bank's own where it is another: ("AM04", "12").

    A code of which nobody has said what it means counts as it was told.
    """
    means = meanings.get((channel, told)) if told else None
    return (means, told) if means else (told, None)
