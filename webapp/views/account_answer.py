"""What a page answers to an account number: its bank, and whether that asks for the paper."""

from __future__ import annotations

from webapp.data.loader import load_banks
from webapp.domain.banks import check_bank
from webapp.domain.rib import Rib
from webapp.languages import current_language
from webapp.services.confirming_banks import confirming_banks
from webapp.views import desk


def answer_to_account(account: Rib | None) -> dict[str, object]:
    """The values of `account_card`; None for a number that is none yet."""
    bank, doubts = check_bank(account, load_banks()) if account else (None, ())
    return {
        "account": account,
        "bank": bank and getattr(bank, f"name_{current_language().code}"),
        "doubts": [doubt.value for doubt in doubts],
        "paper_days": confirming_banks(desk.session()).get(account.bank) if account else None,
    }
