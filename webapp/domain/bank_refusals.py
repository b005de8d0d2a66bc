"""Why a bank does not confirm an authorisation on paper."""

from __future__ import annotations

from enum import StrEnum


class BankRefusal(StrEnum):
    SIGNATURE_DIFFERS = "signature_differs"
    ACCOUNT_UNKNOWN = "account_unknown"
    NOT_ENTITLED = "not_entitled"
    NO_DEBITS = "no_debits"
    OTHER = "other"
