"""Public references: short, typed, unguessable, and easy to read aloud."""

from __future__ import annotations

import secrets

# Crockford's alphabet: no I, L, O or U to mistake for 1, 0 or V.
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


def new_mandate_reference() -> str:
    """A mandate's reference: KM and eight letters or digits (40 bits of chance)."""
    return "KM" + "".join(secrets.choice(ALPHABET) for _ in range(8))


def new_staff_reference() -> str:
    """The reference of one of the staff: KS and eight letters or digits."""
    return "KS" + "".join(secrets.choice(ALPHABET) for _ in range(8))
