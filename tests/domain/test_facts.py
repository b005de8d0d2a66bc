"""What messages prove, and the state of an attempt as a function of the set of facts."""

from __future__ import annotations

from itertools import chain, combinations, permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webapp.domain.facts import (
    RECOGNISED,
    AttemptState,
    Fact,
    attempt_state,
    fact_for_entry,
    fact_for_status,
)

SETS = list(chain.from_iterable(combinations(Fact, size) for size in range(len(Fact) + 1)))


@pytest.mark.parametrize(
    ("code", "fact"),
    [
        ("ACTC", Fact.ACCEPTED),
        ("ACCP", Fact.ACCEPTED),
        ("ACSP", Fact.ACCEPTED),
        ("ACWC", Fact.ACCEPTED),
        ("ACSC", Fact.DEBITED),
        ("ACCC", Fact.DEBITED),
        ("RJCT", Fact.REFUSED),
        ("CANC", Fact.REFUSED),
        ("RCVD", None),
        ("PDNG", None),
        ("PART", None),
        ("PATC", None),
        ("BLCK", None),
        ("", None),
        ("accp", None),
        ("XXXX", None),
    ],
)
def test_a_status_proves_what_the_table_says_and_nothing_else(code: str, fact: Fact | None) -> None:
    assert fact_for_status(code) is fact


@pytest.mark.parametrize(
    ("credit", "reversal", "booked", "fact"),
    [
        (True, False, True, Fact.SETTLED),
        (False, False, True, Fact.RETURNED),
        (False, True, True, Fact.RETURNED),
        (True, True, True, None),
        (True, False, False, None),
        (False, True, False, None),
        (False, False, False, None),
        (True, True, False, None),
    ],
)
def test_a_booked_entry_on_the_funds_account_proves_where_the_money_is(
    credit: bool, reversal: bool, booked: bool, fact: Fact | None
) -> None:
    assert fact_for_entry(credit, reversal, booked) is fact


@pytest.mark.parametrize("reversal", [True, False])
def test_money_that_the_fund_has_asked_back_is_no_return(reversal: bool) -> None:
    assert fact_for_entry(False, reversal, True, asked_back=True) is Fact.REVERSED
    assert fact_for_entry(False, reversal, False, asked_back=True) is None
    assert fact_for_entry(True, False, True, asked_back=True) is Fact.SETTLED


def test_no_status_proves_that_the_fund_has_the_money() -> None:
    told = {fact for (message, _), fact in RECOGNISED.items() if message == "pain.002"}
    assert told == {Fact.ACCEPTED, Fact.DEBITED, Fact.REFUSED}


def test_statement_and_notification_prove_the_same() -> None:
    def proved(message: str) -> dict[str, Fact]:
        return {code: fact for (name, code), fact in RECOGNISED.items() if name == message}

    assert proved("camt.053") == proved("camt.054")


def test_a_return_message_proves_a_return() -> None:
    assert [fact for (name, _), fact in RECOGNISED.items() if name == "pacs.004"] == [Fact.RETURNED]


@pytest.mark.parametrize("facts", SETS, ids="+".join)
def test_a_reversal_wins_over_a_refusal_or_a_return_and_they_over_everything_else(
    facts: tuple[Fact, ...],
) -> None:
    failed = Fact.REFUSED in facts or Fact.RETURNED in facts
    undone = Fact.REVERSED in facts
    assert (attempt_state(facts) is AttemptState.REVERSED) is undone
    assert (attempt_state(facts) is AttemptState.REFUSED) is (failed and not undone)


@pytest.mark.parametrize(
    ("facts", "state"),
    [
        (set(), AttemptState.PRESENTED),
        ({Fact.ACCEPTED}, AttemptState.ACCEPTED),
        ({Fact.DEBITED}, AttemptState.DEBITED),
        ({Fact.ACCEPTED, Fact.DEBITED}, AttemptState.DEBITED),
        ({Fact.SETTLED}, AttemptState.SETTLED),
        ({Fact.ACCEPTED, Fact.SETTLED}, AttemptState.SETTLED),
        ({Fact.ACCEPTED, Fact.DEBITED, Fact.SETTLED}, AttemptState.SETTLED),
    ],
)
def test_else_the_furthest_fact_is_the_state(facts: set[Fact], state: AttemptState) -> None:
    assert attempt_state(facts) is state


@pytest.mark.parametrize("facts", SETS, ids="+".join)
def test_the_order_of_the_messages_changes_nothing(facts: tuple[Fact, ...]) -> None:
    assert len({attempt_state(order) for order in permutations(facts)}) == 1


@given(st.lists(st.sampled_from(Fact)))
def test_a_message_that_comes_twice_changes_nothing(facts: list[Fact]) -> None:
    assert attempt_state(facts + facts) is attempt_state(set(facts))
