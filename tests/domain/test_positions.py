"""Where an attempt's money stands, for every set of facts that a bank can have told."""

from __future__ import annotations

from itertools import chain, combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webapp.domain.facts import AttemptState, Fact, attempt_state
from webapp.domain.money import Centimes
from webapp.domain.positions import position

AMOUNT = Centimes(12_960_000)
SETS = [
    frozenset(facts)
    for facts in chain.from_iterable(combinations(Fact, size) for size in range(len(Fact) + 1))
]


@pytest.mark.parametrize(
    ("facts", "bank", "settled", "credit", "twice"),
    [
        (set(), 0, 0, 0, 0),
        ({Fact.ACCEPTED, Fact.DEBITED}, 0, 0, 0, 0),
        ({Fact.REFUSED}, 0, 0, 0, 0),
        ({Fact.SETTLED}, 1, 1, 0, 0),
        ({Fact.SETTLED, Fact.REFUSED}, 1, 0, 1, 0),
        ({Fact.SETTLED, Fact.RETURNED}, 0, 0, 0, 0),
        ({Fact.RETURNED}, -1, 0, -1, 0),
        ({Fact.SETTLED, Fact.REVERSED}, 0, 0, 0, 0),
        ({Fact.SETTLED, Fact.REFUSED, Fact.REVERSED}, 0, 0, 0, 0),
        ({Fact.REVERSED}, -1, 0, -1, 0),
        ({Fact.SETTLED, Fact.RETURNED, Fact.REVERSED}, -1, 0, 0, -1),
        ({Fact.RETURNED, Fact.REVERSED}, -2, 0, -1, -1),
    ],
)
def test_the_money_stands_where_the_table_says(
    facts: set[Fact], bank: int, settled: int, credit: int, twice: int
) -> None:
    stands = position(facts, AMOUNT)
    assert stands.bank == bank * AMOUNT
    assert stands.settled == settled * AMOUNT
    assert stands.credit == credit * AMOUNT
    assert stands.twice == twice * AMOUNT


@pytest.mark.parametrize("facts", SETS, ids=lambda facts: "+".join(sorted(facts)))
def test_what_the_bank_holds_is_settled_or_the_employers(facts: frozenset[Fact]) -> None:
    stands = position(facts, AMOUNT)
    assert stands.bank == stands.settled + stands.credit + stands.twice


@pytest.mark.parametrize("facts", SETS, ids=lambda facts: "+".join(sorted(facts)))
def test_dues_are_settled_exactly_when_the_attempt_is(facts: frozenset[Fact]) -> None:
    settled = position(facts, AMOUNT).settled == AMOUNT
    assert settled is (attempt_state(facts) is AttemptState.SETTLED)


@given(st.permutations(list(Fact)))
def test_whatever_is_told_when_an_employer_is_never_held_to_be_owed_money_twice(
    order: list[Fact],
) -> None:
    """Step by step: what the books hold for the employer is what came less what went, once."""
    known: set[Fact] = set()
    for fact in order:
        known.add(fact)
        stands = position(known, AMOUNT)
        assert abs(stands.credit) <= AMOUNT
        if Fact.SETTLED in known and known & {Fact.RETURNED, Fact.REVERSED}:
            assert stands.credit == stands.settled == 0
