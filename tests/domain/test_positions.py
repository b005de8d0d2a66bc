"""Where an attempt's money stands, for every set of facts that a bank can have told."""

from __future__ import annotations

from itertools import chain, combinations

import pytest

from webapp.domain.facts import AttemptState, Fact, attempt_state
from webapp.domain.money import Centimes
from webapp.domain.positions import position

AMOUNT = Centimes(12_960_000)
SETS = [
    frozenset(facts)
    for facts in chain.from_iterable(combinations(Fact, size) for size in range(len(Fact) + 1))
]


@pytest.mark.parametrize(
    ("facts", "bank", "settled", "credit"),
    [
        (set(), 0, 0, 0),
        ({Fact.ACCEPTED, Fact.DEBITED}, 0, 0, 0),
        ({Fact.REFUSED}, 0, 0, 0),
        ({Fact.SETTLED}, 1, 1, 0),
        ({Fact.SETTLED, Fact.REFUSED}, 1, 0, 1),
        ({Fact.SETTLED, Fact.RETURNED}, 0, 0, 0),
        ({Fact.RETURNED}, -1, 0, -1),
    ],
)
def test_the_money_stands_where_the_table_says(
    facts: set[Fact], bank: int, settled: int, credit: int
) -> None:
    stands = position(facts, AMOUNT)
    assert stands.bank == bank * AMOUNT
    assert stands.settled == settled * AMOUNT
    assert stands.credit == credit * AMOUNT


@pytest.mark.parametrize("facts", SETS, ids=lambda facts: "+".join(sorted(facts)))
def test_what_the_bank_holds_is_settled_or_the_employers(facts: frozenset[Fact]) -> None:
    stands = position(facts, AMOUNT)
    assert stands.bank == stands.settled + stands.credit


@pytest.mark.parametrize("facts", SETS, ids=lambda facts: "+".join(sorted(facts)))
def test_dues_are_settled_exactly_when_the_attempt_is(facts: frozenset[Fact]) -> None:
    settled = position(facts, AMOUNT).settled == AMOUNT
    assert settled is (attempt_state(facts) is AttemptState.SETTLED)
