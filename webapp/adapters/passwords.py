"""Passwords of the staff, hashed with argon2id; nothing else about a password is ever kept."""

from __future__ import annotations

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from webapp.domain.passwords import normal

# OWASP's first choice: 19 MiB, two passes, one lane. A change is taken up at the next sign-in.
HASHER = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
# Of a password that nobody has: checked for an unknown member, so that both take the same time.
NOBODY_S_HASH = (
    "$argon2id$v=19$m=19456,t=2,p=1$3pEG5769VSkYI/+DxwRsAw"
    "$iLTCzCDTj96cMah0XX8HxQqlj4xbQAYx2rbWaDN4M78"
)


def hash_password(password: str) -> str:
    """The hash of a password, with its salt and parameters."""
    return HASHER.hash(normal(password))


def fits(password: str, password_hash: str) -> bool:
    """Whether the password is the one that was hashed."""
    try:
        return HASHER.verify(password_hash, normal(password))
    except (VerificationError, InvalidHashError):
        return False


def is_outdated(password_hash: str) -> bool:
    """Whether the hash was made with other parameters than today's."""
    return HASHER.check_needs_rehash(password_hash)
