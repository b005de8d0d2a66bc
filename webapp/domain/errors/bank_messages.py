"""What is wrong with a message of a bank."""

# ruff: noqa: N818  The names say what happened; "Error" at the end of forty of them says nothing.

from __future__ import annotations

from webapp.domain.errors.root import KhatwaError


class BankMessageError(KhatwaError):
    """A message from or to a bank that cannot be taken; `file` names it where one is known."""

    file: str | None = None


class UnreadableMessage(BankMessageError):
    """Truncated or not well formed, at `line`."""

    line: int
    detail: str


class ForbiddenDoctype(BankMessageError):
    """A message with a DOCTYPE is never read."""


class UnsupportedMessage(BankMessageError):
    """A message of a kind that proves nothing to us."""

    name: str


class MessageChanged(BankMessageError):
    """The same message id came before with other bytes."""

    message_id: str


class TotalsDiffer(BankMessageError):
    """A count or sum in the message is not what its entries add up to."""

    what: str
    expected: object
    found: object


class SchemaViolation(BankMessageError):
    """The official schema refuses the file at `line`."""

    line: int
    detail: str
