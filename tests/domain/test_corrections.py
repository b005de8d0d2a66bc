"""What a correction does to what is owed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webapp.domain.corrections import Correction, Freedom, OwedDue, correct
from webapp.domain.money import Centimes

FREE, SHRINKS, FIXED = Freedom.FREE, Freedom.SHRINKS, Freedom.FIXED
AMOUNTS = st.integers(-(10**12), 10**12).filter(bool)
DUES = st.lists(st.tuples(AMOUNTS, st.sampled_from(Freedom)), max_size=6).map(
    lambda found: [owed(number, *one) for number, one in enumerate(found, 1)]
)
TARGETS = st.integers(0, 10**13).map(Centimes)


def owed(number: int, amount: int, freedom: Freedom) -> OwedDue:
    return OwedDue(number, Centimes(amount), freedom)


def told(correction: Correction) -> tuple[list[tuple[int, int]], int, int]:
    changed = [(due.id, amount) for due, amount in correction.changed]
    return changed, correction.added, correction.credited


@pytest.mark.parametrize(
    ("dues", "target", "expected"),
    [
        ([], 500, ([], 500, 0)),
        ([(100, FREE)], 100, ([], 0, 0)),
        ([(100, FREE)], 160, ([(1, 160)], 0, 0)),
        ([(100, FREE)], 40, ([(1, 40)], 0, 0)),
        ([(100, FREE)], 0, ([(1, 0)], 0, 0)),
        # Announced: it shrinks, and an increase is owed beside it.
        ([(100, SHRINKS)], 160, ([], 60, 0)),
        ([(100, SHRINKS)], 40, ([(1, 40)], 0, 0)),
        # With the bank: a credit, or owed on the next debit.
        ([(100, FIXED)], 160, ([], 60, 0)),
        ([(100, FIXED)], 40, ([], 0, 60)),
        # A second correction takes back what the first one gave, and no more.
        ([(100, FIXED), (-60, FREE)], 90, ([(2, -10)], 0, 0)),
        ([(100, FIXED), (-60, FREE)], 130, ([(2, 0)], 30, 0)),
        ([(100, FIXED), (60, FREE)], 120, ([(2, 20)], 0, 0)),
        ([(100, FIXED), (60, FREE)], 70, ([(2, 0)], 0, 30)),
        ([(100, SHRINKS), (60, FREE)], 70, ([(2, 0), (1, 70)], 0, 0)),
        # A credit that is in a debit already is used.
        ([(100, FIXED), (-60, FIXED)], 90, ([], 50, 0)),
    ],
)
def test_the_rule_in_examples(
    dues: list[tuple[int, Freedom]], target: int, expected: tuple[object, ...]
) -> None:
    numbered = [owed(number, *due) for number, due in enumerate(dues, 1)]
    assert told(correct(numbered, Centimes(target))) == expected


@given(DUES, TARGETS)
def test_afterwards_the_dues_add_up_to_the_corrected_amount(
    dues: list[OwedDue], target: Centimes
) -> None:
    made = correct(dues, target)
    after = {due.id: due.amount for due in dues} | {due.id: new for due, new in made.changed}
    assert sum(after.values()) + made.added - made.credited == target


@given(DUES, TARGETS)
def test_nothing_changes_that_may_not(dues: list[OwedDue], target: Centimes) -> None:
    made = correct(dues, target)
    assert len({due.id for due, _ in made.changed}) == len(made.changed)
    for due, new in made.changed:
        assert due.freedom is not FIXED
        assert new == 0 or (new > 0) == (due.amount > 0)
        if due.freedom is SHRINKS:
            assert 0 <= new < due.amount
        if due.amount < 0:
            assert due.amount < new <= 0


@given(DUES, TARGETS)
def test_a_credit_is_given_only_when_nothing_can_shrink(
    dues: list[OwedDue], target: Centimes
) -> None:
    made = correct(dues, target)
    assert not (made.added and made.credited)
    if made.credited:
        gone = {due.id for due, new in made.changed if new == 0}
        left = [one for one in dues if one.amount > 0 and one.freedom is not FIXED]
        assert {one.id for one in left} == gone
    if made.added:
        assert not any(one.amount > 0 and one.freedom is FREE for one in dues)
