"""A payment pays the dues of its period first, then the oldest, and never more than it is."""

from __future__ import annotations

from collections import Counter
from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from webapp.domain.allocation import Payable, Paying, Share, allocate
from webapp.domain.money import Centimes

OCTOBER, SEPTEMBER = frozenset({"2026-10"}), frozenset({"2026-09"})
QUARTER = frozenset({"2026-07", "2026-08", "2026-09"})


def due(number: int, amount: int, months: frozenset[str] = OCTOBER, legal: int = 30) -> Payable:
    return Payable(number, Centimes(amount), months, date(2026, 11, legal))


def paying(amount: int, months: frozenset[str] = frozenset(), key: str = "p") -> Paying:
    return Paying(key, Centimes(amount), months)


def test_what_was_due_first_is_paid_first() -> None:
    made = allocate([paying(150)], [due(1, 100, legal=30), due(2, 100, legal=2)])
    assert made.shares == (Share(2, "p", Centimes(100)), Share(1, "p", Centimes(50)))
    assert made.left == {}


def test_the_period_of_the_payment_comes_before_what_is_older() -> None:
    dues = [due(1, 100, SEPTEMBER, 2), due(2, 100, OCTOBER, 30)]
    assert [one.due_id for one in allocate([paying(100, OCTOBER)], dues).shares] == [2]
    assert [one.due_id for one in allocate([paying(200, OCTOBER)], dues).shares] == [2, 1]


def test_a_month_belongs_to_its_quarter() -> None:
    dues = [due(1, 100, OCTOBER, 2), due(2, 100, QUARTER, 30)]
    assert [one.due_id for one in allocate([paying(100, SEPTEMBER)], dues).shares] == [2]


def test_what_no_due_takes_is_left_over() -> None:
    assert allocate([paying(150)], [due(1, 100)]).left == {"p": 50}
    assert allocate([paying(150)], []).left == {"p": 150}


def test_the_next_payment_goes_on_where_the_last_one_ended() -> None:
    made = allocate([paying(60, key="a"), paying(60, key="b")], [due(1, 100)])
    assert made.shares == (Share(1, "a", Centimes(60)), Share(1, "b", Centimes(40)))
    assert made.left == {"b": 20}


AMOUNTS = st.integers(1, 1_000)
DUES = st.lists(st.tuples(AMOUNTS, st.sampled_from([OCTOBER, SEPTEMBER, QUARTER]),
                          st.integers(1, 30)), max_size=6)  # fmt: skip
PAYMENTS = st.lists(
    st.tuples(AMOUNTS, st.sampled_from([OCTOBER, SEPTEMBER, frozenset[str]()])), max_size=5
)


@given(DUES, PAYMENTS)
def test_nothing_is_lost_made_or_paid_twice(
    dues: list[tuple[int, frozenset[str], int]], payments: list[tuple[int, frozenset[str]]]
) -> None:
    owed = [due(number, *one) for number, one in enumerate(dues)]
    paid = [paying(*one, key=str(number)) for number, one in enumerate(payments)]
    made = allocate(paid, owed)
    assert all(share.amount > 0 for share in made.shares)
    of_due, of_payment = Counter[int](), Counter[str]()
    for share in made.shares:
        of_due[share.due_id] += share.amount
        of_payment[share.key] += share.amount
    assert all(of_due[one.id] <= one.amount for one in owed)
    assert all(of_payment[one.key] + made.left.get(one.key, 0) == one.amount for one in paid)
    if made.left:
        assert all(of_due[one.id] == one.amount for one in owed), "left over while a due is open"
