"""Ways to reach somebody: mobile numbers of Algeria and e-mail addresses, as people write them."""

from __future__ import annotations

import re

from webapp.domain.text import typed

LONGEST_EMAIL = 254
# What comes between the angle brackets of an address, of which one message has exactly one.
ADDRESS = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9.-]{1,189}")
# The first zero is lost in sheets that take a number for an amount.
MOBILE = re.compile(r"(?:0|\+213|00213)?(?P<number>[567][0-9]{8})")
BETWEEN_DIGITS = re.compile(r"[ .()/-]+")


def read_phone(text: str) -> str:
    """A mobile number as `0550123456`, or nothing where nothing was written.

    Raises ValueError: not_a_mobile_number.
    """
    number = BETWEEN_DIGITS.sub("", typed(text))
    mobile = MOBILE.fullmatch(number)
    if number and mobile is None:
        raise ValueError("not_a_mobile_number")
    return f"0{mobile['number']}" if mobile else ""


def read_email(text: str) -> str:
    """An e-mail address, or nothing where nothing was written.

    Raises ValueError: not_an_address or too_long.
    """
    address = typed(text)
    if not address:
        return ""
    if ADDRESS.fullmatch(address) is None or "." not in address.rpartition("@")[2]:
        raise ValueError("not_an_address")
    if len(address) > LONGEST_EMAIL:
        raise ValueError("too_long")
    return address
