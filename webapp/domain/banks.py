"""The banks of Algeria by their three-digit code, and what to ask about an account's bank."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum

from webapp.domain.rib import Rib


@dataclass(frozen=True)
class Bank:
    """A bank, or Algérie Poste (007). `bic` is empty where none is known."""

    code: str
    name_fr: str
    name_ar: str
    bic: str
    active: bool


class BankWarning(Enum):
    """A question to the employer and a note for staff, never a refusal."""

    UNKNOWN_BANK = "unknown_bank"
    INACTIVE_BANK = "inactive_bank"


def check_bank(rib: Rib, banks: Mapping[str, Bank]) -> tuple[Bank | None, tuple[BankWarning, ...]]:
    """The bank of an account, and what is doubtful about it.

    The key does not cover the bank's code, so that this list is the only check on it; and the
    list is never complete, so that it only warns. [sure]
    """
    bank = banks.get(rib.bank)
    if bank is None:
        return None, (BankWarning.UNKNOWN_BANK,)
    return bank, () if bank.active else (BankWarning.INACTIVE_BANK,)
