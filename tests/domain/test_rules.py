"""The fund's settings: the defaults of the domain notes, and what can never be meant."""

from __future__ import annotations

from dataclasses import fields

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webapp.domain.rules import AccessRules, CollectionRules, MessageRules


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


def test_a_message_is_tried_again_later_and_later_for_some_three_days() -> None:
    rules = MessageRules()
    waits = [rules.wait_after(tries, "4f7q") for tries in range(1, rules.most_tries)]
    assert waits[:8] == sorted(waits[:8])
    assert 2 * 24 * 3600 < sum(waits) < 4 * 24 * 3600
    assert max(waits) <= rules.longest_wait_seconds * 5 / 4


def test_a_code_is_tried_again_several_times_before_it_expires() -> None:
    waits = [MessageRules().wait_after(tries, "4f7q", is_code=True) for tries in range(1, 6)]
    assert sum(waits) < AccessRules().code_minutes * 60


@given(st.integers(1, 60), st.text(max_size=40))
def test_a_wait_is_longer_by_a_quarter_at_most_and_always_the_same(tries: int, name: str) -> None:
    rules = MessageRules()
    least = min(rules.first_wait_seconds * 2 ** (tries - 1), rules.longest_wait_seconds)
    assert least <= rules.wait_after(tries, name) <= least * 5 / 4
    assert rules.wait_after(tries, name) == rules.wait_after(tries, name)


def test_a_try_that_outlasts_its_lease_is_refused() -> None:
    with pytest.raises(ValueError, match="lease"):
        MessageRules(lease_seconds=100, longest_try_seconds=100)
