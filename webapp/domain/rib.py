"""Algerian account numbers: the RIB of a bank account and the RIP of a postal one (CCP).

The number itself never appears in `repr` or `str`: these reach logs.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import chain

from webapp.domain.errors import AccountKey, AccountLength, InvalidAccountNumber, PostalBranch
from webapp.domain.text import typed

POSTAL_BANK = "007"
POSTAL_BRANCH = "99999"
RIB_DIGITS = 20
CCP_DIGITS = 10
KEY_DIGITS = 2

# What may stand around the digits: the names of the number, and signs that separate.
NAMES = re.compile(
    r"\b(?:RIB|RIP|CCP|COMPTE|N°|NO?|رقم|الحساب|حساب|الجاري|جاري|البريدي|بريدي|ح\s*ج\s*ب)(?=\W|\d|$)",
    re.IGNORECASE,
)
KEY_WORDS = re.compile(r"/|\\|(?:CLÉ|CLE|CLEF|KEY|المفتاح|مفتاح)", re.IGNORECASE)
SEPARATORS = re.compile(r"[\s.,:;_·‐‑‒–—―−-]+")


#   007  99999  0023456789  41
#   ───  ─────  ──────────  ──
#   bank branch   account   key = 97 − (999990023456789 × 100 mod 97)
#        └───────┬───────┘
#     the bank is not covered by the key (in France it is): look it up in the table of banks
#
# 01 ≤ key ≤ 97, on two digits.
def rib_key(branch: str, account: str) -> str:
    """The key of a RIB or RIP from its five-digit branch and ten-digit account. [sure]"""
    return f"{97 - int(branch + account) * 100 % 97:02d}"


#   0   0   2   3   4   5   6   7   8   9       the number on ten digits
#   13  12  11  10  9   8   7   6   5   4       weights, 4 at the right
#   0 + 0 + 22+ 30+ 36+ 40+ 42+ 42+ 40+ 36 = 288 → the last two digits, 88
def ccp_key(number: str) -> str:
    """The own key (clé) of a CCP number of at most ten digits, not to be confused with its RIP's.

    [likely]
    """
    total = sum(weight * int(digit) for weight, digit in enumerate(reversed(number), start=4))
    return f"{total % 100:02d}"


@dataclass(frozen=True, repr=False)
class Rib:
    """A valid account number of twenty digits.

    Raises AccountLength, PostalBranch, AccountKey, or InvalidAccountNumber for letters and for
    an account of zeros. Whether the bank exists is another question: see `banks.check_bank`.
    """

    bank: str
    branch: str
    account: str
    key: str

    def __post_init__(self) -> None:
        _check_shape(self.bank, self.branch, self.account, self.key)
        if self.bank == POSTAL_BANK and self.branch != POSTAL_BRANCH:
            raise PostalBranch()
        expected = rib_key(self.branch, self.account)
        if self.key != expected:
            raise AccountKey(expected=(expected,))
        if not self.account.strip("0"):
            raise InvalidAccountNumber()

    @classmethod
    def of(cls, bank: str, branch: str, account: str) -> Rib:
        """The account number of a bank, branch and account, with its key worked out.

        Raises as the class does.
        """
        _check_shape(bank, branch, account, "00")
        return cls(bank, branch, account, rib_key(branch, account))

    @classmethod
    def from_digits(cls, digits: str) -> Rib:
        """The account number whose `digits` these are, as the vault gives them back.

        Raises as the class does.
        """
        return cls(digits[:3], digits[3:8], digits[8:18], digits[18:])

    @classmethod
    def parse(cls, text: str) -> Rib:
        """Read a RIB, a RIP, or a CCP number with either of its keys, as people write them.

        Spaces, dashes, dots, Arabic-Indic digits, direction marks and words such as "RIP" or
        "clé" are understood: "007 99999 0023456789 41", "0023456789 88", "23456789 clé 88",
        "0023456789/41". A CCP number without a key is refused: a typing error would go unseen.
        Raises as the class does.
        """
        number, key_word, key = _split(text)
        digits = "".join(number + key)
        if len(digits) == RIB_DIGITS:
            return cls.from_digits(digits)
        if key_word:
            return _from_ccp("".join(number), "".join(key), len(digits))
        return _from_ccp(*_find_key(number), len(digits))

    @property
    def digits(self) -> str:
        """The twenty digits, for a bank file or the vault and for nothing else."""
        return self.bank + self.branch + self.account + self.key

    @property
    def grouped(self) -> str:
        """The number as it stands on a cheque: bank, branch, account, key."""
        return f"{self.bank} {self.branch} {self.account} {self.key}"

    @property
    def last4(self) -> str:
        """The last four of the ten-digit account, which people know; not of the key."""
        return self.account[-4:]

    @property
    def is_postal(self) -> bool:
        """Whether Algérie Poste holds the account (a CCP)."""
        return self.bank == POSTAL_BANK

    def __repr__(self) -> str:
        return f"Rib({self.bank} … {self.last4})"


def _check_shape(*parts: str) -> None:
    if not re.fullmatch("[0-9]*", "".join(parts)):
        raise InvalidAccountNumber()
    if tuple(map(len, parts)) != (3, 5, CCP_DIGITS, KEY_DIGITS):
        raise AccountLength(digits=sum(map(len, parts)))


def _split(text: str) -> tuple[list[str], bool, list[str]]:
    """The groups of digits before and after the last stroke or word for key, and if one stood.

    Raises InvalidAccountNumber when anything else than digits and known words is there.
    """
    parts = KEY_WORDS.split(NAMES.sub(" ", typed(text)))
    groups = [[group for group in SEPARATORS.split(part) if group] for part in parts]
    if not all(re.fullmatch("[0-9]+", group) for part in groups for group in part):
        raise InvalidAccountNumber()
    if len(groups) == 1:
        return groups[0], False, []
    return list(chain(*groups[:-1])), True, groups[-1]


def _find_key(groups: list[str]) -> tuple[str, str]:
    """A CCP number and its key without a stroke or word between them; no key where none shows.

    Eleven or twelve digits can only be a number and its key, with or without a gap; ten may be a
    number alone, so that a single gap must show where the key begins.
    """
    digits = "".join(groups)
    one_gap = len(groups) == 2 and len(groups[-1]) == KEY_DIGITS
    run_together = len(groups) == 1 and len(digits) == CCP_DIGITS - 1 + KEY_DIGITS
    complete = len(digits) == CCP_DIGITS + KEY_DIGITS and len(groups[-1]) >= KEY_DIGITS
    if one_gap or run_together or complete:
        return digits[:-KEY_DIGITS], digits[-KEY_DIGITS:]
    return digits, ""


def _from_ccp(number: str, key: str, digits: int) -> Rib:
    if not 1 <= len(number) <= CCP_DIGITS or len(key) != KEY_DIGITS:
        raise AccountLength(digits=digits)
    account = number.zfill(CCP_DIGITS)
    keys = (ccp_key(account), rib_key(POSTAL_BRANCH, account))
    if key not in keys:
        raise AccountKey(expected=keys)
    return Rib.of(POSTAL_BANK, POSTAL_BRANCH, account)
