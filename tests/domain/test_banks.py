"""The bank of an account: known, doubtful or unknown, and never a refusal."""

from __future__ import annotations

from webapp.domain.banks import Bank, BankWarning, check_bank
from webapp.domain.rib import Rib

BNA = Bank("001", "BNA", "البنك الوطني الجزائري", "BNALDZAL", active=True)
CALYON = Bank("036", "Calyon", "كاليون", "BSUIDZAL", active=False)
BANKS = {bank.code: bank for bank in (BNA, CALYON)}


def rib_at(bank: str) -> Rib:
    return Rib.of(bank, "00012", "3456789012")


def test_an_active_bank_raises_no_question() -> None:
    assert check_bank(rib_at("001"), BANKS) == (BNA, ())


def test_an_inactive_bank_is_a_warning() -> None:
    assert check_bank(rib_at("036"), BANKS) == (CALYON, (BankWarning.INACTIVE_BANK,))


def test_an_unknown_bank_is_a_warning_not_an_error() -> None:
    assert check_bank(rib_at("999"), BANKS) == (None, (BankWarning.UNKNOWN_BANK,))
