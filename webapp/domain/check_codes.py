"""The code by which anybody checks a paper of the fund: its number, then a proof, to be typed.

Twenty letters and digits in five groups of four, in Crockford's alphabet:

    KQ00-0000-2F | 7Z-M4TC-9WQ1
    number of ten  proof of ten: 50 bits that only the fund can make

The first two letters say what kind of paper it is. Nothing here knows a key.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from webapp.domain.errors import InvalidCheckCode

# Crockford's alphabet: no I, L, O or U to mistake for 1, 0 or V.
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
MISTAKEN = str.maketrans("OIL", "011")
BITS_OF_A_SIGN = 5
NUMBER_LENGTH = 10
PROOF_SIGNS = 10
GROUP = 4
KIND_LENGTH = 2
# What people put between the groups.
BETWEEN = " -–—.\u00a0\u200e\u200f\u2066\u2067\u2069"


class PaperKind(StrEnum):
    """The first letters of a paper's number."""

    MANDATE = "KM"
    RECEIPT = "KQ"
    SUMMARY = "KY"
    CERTIFICATE = "KT"


@dataclass(frozen=True, slots=True)
class CheckCode:
    """A code as it was typed: the number that it claims, and the proof of it."""

    number: str
    proof: str

    @classmethod
    def parse(cls, text: str) -> CheckCode:
        """Read what somebody typed: small letters, O for 0, I and L for 1, any spaces.

        Raises InvalidCheckCode for what is no code of ours in form, whoever might have it.
        """
        bare = "".join(sign for sign in text if sign not in BETWEEN).upper().translate(MISTAKEN)
        if len(bare) != NUMBER_LENGTH + PROOF_SIGNS or not set(bare) <= set(ALPHABET):
            raise InvalidCheckCode(length=NUMBER_LENGTH + PROOF_SIGNS)
        return cls(bare[:NUMBER_LENGTH], bare[NUMBER_LENGTH:])

    @property
    def grouped(self) -> str:
        """As it is printed and stands in an address: groups of four with hyphens."""
        whole = self.number + self.proof
        return "-".join(whole[at : at + GROUP] for at in range(0, len(whole), GROUP))

    @property
    def kind(self) -> PaperKind | None:
        """What kind of paper it is of; None for one that we never make."""
        first = self.number[:KIND_LENGTH]
        return next((kind for kind in PaperKind if kind.value == first), None)


def proof_from(digest: str) -> str:
    """The proof from the hexadecimal digits of a keyed digest: its first 50 bits."""
    bits = PROOF_SIGNS * BITS_OF_A_SIGN
    return in_signs(int(digest, 16) >> (len(digest) * 4 - bits), PROOF_SIGNS)


def number_of(kind: PaperKind, value: int) -> str:
    """The number of a paper that is known by a whole number: KQ0000002F."""
    return kind.value + in_signs(value, NUMBER_LENGTH - KIND_LENGTH)


def value_of(number: str) -> int:
    """The whole number in the number of a paper; the other face of `number_of`."""
    value = 0
    for sign in number[KIND_LENGTH:]:
        value = value << BITS_OF_A_SIGN | ALPHABET.index(sign)
    return value


def in_signs(value: int, length: int) -> str:
    """A whole number in so many signs of the alphabet. Raises ValueError if it needs more."""
    if not 0 <= value < 1 << (length * BITS_OF_A_SIGN):
        raise ValueError(f"{value} does not go into {length} signs")
    signs = ""
    for _ in range(length):
        signs = ALPHABET[value & (len(ALPHABET) - 1)] + signs
        value >>= BITS_OF_A_SIGN
    return signs
