"""One-time passwords of an authenticator app (TOTP, RFC 6238: SHA-1, six digits, 30 seconds)."""

from __future__ import annotations

import hmac
from collections.abc import Iterator
from datetime import datetime

import pyotp

ISSUER = "Khatwa"
SECONDS_OF_A_STEP = 30
# The app's clock and ours may differ by one step.
STEPS_AROUND = (0, -1, 1)


def new_secret() -> str:
    """A secret of 160 bits for an app, in base 32."""
    return pyotp.random_base32()


def address_of(secret: str, account: str) -> str:
    """What the app reads from the QR code: secret, service and account."""
    return pyotp.TOTP(secret).provisioning_uri(name=account, issuer_name=ISSUER)


def step_of(secret: str, typed: str, now: datetime) -> int | None:
    """The time step of which `typed` (six digits) is the password, now or one step beside now."""
    found = None
    for step in _steps(now):
        right = hmac.compare_digest(password_of(secret, step), typed)
        found = step if right and found is None else found
    return found


def password_of(secret: str, step: int) -> str:
    """The six digits that the app shows in a time step."""
    return pyotp.TOTP(secret).generate_otp(step)


def _steps(now: datetime) -> Iterator[int]:
    present = int(now.timestamp()) // SECONDS_OF_A_STEP
    return (present + beside for beside in STEPS_AROUND)
