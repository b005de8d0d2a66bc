"""What follows a refusal."""

from __future__ import annotations

import pytest

from webapp.data.loader import load_reasons
from webapp.domain.reasons import (
    ActionClass,
    Fault,
    NextStep,
    PlainReason,
    Reason,
    RefusalCause,
    action_for,
    cause_of,
    codes_of,
    plain_reason,
)

REASONS = {
    "AM04": Reason(
        "AM04", "InsufficientFunds", ActionClass.RETRY, Fault.EMPLOYER, NextStep.FUND_ACCOUNT
    )
}


def test_a_known_reason_has_its_consequence() -> None:
    assert action_for("AM04", REASONS) is ActionClass.RETRY


@pytest.mark.parametrize("code", ["ZZ99", "", None, "am04"])
def test_an_unknown_or_missing_reason_needs_a_person(code: str | None) -> None:
    assert action_for(code, REASONS) is ActionClass.CONTACT


def test_every_code_lies_on_one_side() -> None:
    reasons = load_reasons()
    sides = [codes_of(cause, reasons) for cause in RefusalCause]
    assert set(reasons) <= frozenset().union(*sides)
    assert sum(map(len, sides)) == len(frozenset().union(*sides))
    assert cause_of(None, reasons) is cause_of("?", reasons) is RefusalCause.UNKNOWN


@pytest.mark.parametrize(
    ("code", "plain"),
    [("ZZ99", PlainReason.OWN_CODE), ("", PlainReason.UNSAID), (None, PlainReason.UNSAID)],
)
def test_a_bank_that_tells_a_code_of_its_own_has_told_something(
    code: str | None, plain: PlainReason
) -> None:
    assert plain_reason(code, REASONS) is plain
