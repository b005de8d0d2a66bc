"""The fund's settings: the defaults of the domain notes, and what can never be meant."""

from __future__ import annotations

from dataclasses import fields

import pytest

from webapp.domain.rules import CollectionRules


def test_the_defaults_are_those_of_the_domain_notes() -> None:
    assert CollectionRules() == CollectionRules(
        filing_offset_days=30,
        delivery_bank_days=1,
        notice_bank_days=5,
        plan_ahead_bank_days=8,
        freeze_ahead_bank_days=1,
        max_attempts=3,
        representation_window_days=28,
        outbox_days=30,
    )


def test_a_debit_is_announced_with_six_bank_days_left() -> None:
    assert CollectionRules().announce_ahead_bank_days == 6


@pytest.mark.parametrize("name", [field.name for field in fields(CollectionRules)])
def test_no_figure_is_negative(name: str) -> None:
    with pytest.raises(ValueError, match="collection rules"):
        CollectionRules(**{name: -1})


def test_there_is_at_least_one_attempt() -> None:
    with pytest.raises(ValueError, match="collection rules"):
        CollectionRules(max_attempts=0)
