"""How an agency and a wilaya are written: codes and names. [house]"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

from webapp.domain.errors import InvalidAgency
from webapp.domain.text import typed

LONGEST_CODE: Final = 10
LONGEST_NAME: Final = 100


@dataclass(frozen=True, slots=True)
class AgencyTerms:
    """What an administrator says of an agency."""

    code: str
    name_ar: str
    name_fr: str
    wilaya_code: str


@dataclass(frozen=True, slots=True)
class WilayaTerms:
    """A wilaya by its number, with its names."""

    code: str
    name_ar: str
    name_fr: str


def read_agency_code(text: str) -> str:
    """The code of an agency: capital letters, digits and dashes. Raises InvalidAgency."""
    code = typed(text).upper()
    if not re.fullmatch(rf"[A-Z0-9-]{{1,{LONGEST_CODE}}}", code):
        raise InvalidAgency(field="code", reason="code")
    return code


def read_wilaya_code(text: str) -> str:
    """The number of a wilaya, in two digits. Raises InvalidAgency."""
    code = typed(text).zfill(2)
    if not re.fullmatch("[0-9]{2}", code) or code == "00":
        raise InvalidAgency(field="code", reason="wilaya_code")
    return code


def check_wilaya(code: str, known: Collection[str]) -> None:
    """Raises InvalidAgency for a wilaya that there is not."""
    if code not in known:
        raise InvalidAgency(field="wilaya", reason="wilaya")
