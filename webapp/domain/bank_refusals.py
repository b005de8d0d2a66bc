"""Why a bank does not confirm an authorisation on paper."""

from __future__ import annotations

from enum import StrEnum


class BankRefusal(StrEnum):
    SIGNATURE_DIFFERS = "signature_differs"
    ACCOUNT_UNKNOWN = "account_unknown"
    NOT_ENTITLED = "not_entitled"
    NO_DEBITS = "no_debits"
    OTHER = "other"


# How the event of a refusal names its reason.
BANK_SAYS = "bank_says_"


def refusal_in(cause: str) -> BankRefusal | None:
    """The reason that the cause of an event names; None where it names none."""
    reason = cause.removeprefix(BANK_SAYS)
    return BankRefusal(reason) if reason != cause and reason in list(BankRefusal) else None
