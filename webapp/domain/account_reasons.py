"""Why somebody of the staff may look at a whole account number: one of these, or not at all."""

from __future__ import annotations

from enum import StrEnum


class AccountReason(StrEnum):
    CONTESTED_DEBIT = "contested_debit"
    BANK_QUERY = "bank_query"
    EMPLOYER_ASKS = "employer_asks"
    PAPER = "paper"  # to compare the number with the signed paper
