"""Which rule of being late holds for what was due on a day."""

from __future__ import annotations

from datetime import date

import pytest

from webapp.domain.late import LateRates, late_rule_for

OLD = LateRates("surcharge", date(2015, 1, 1), date(2026, 6, 30), 5_000, 0)
NEW = LateRates("surcharge", date(2026, 7, 1), None, 4_000, 0)
OTHER = LateRates("penalty", date(2015, 1, 1), None, 15_000, 5_000)


@pytest.mark.parametrize(
    ("on", "expected"),
    [
        (date(2014, 12, 31), None),
        (date(2015, 1, 1), OLD),
        (date(2026, 6, 30), OLD),
        (date(2026, 7, 1), NEW),
        (date(2040, 1, 1), NEW),
    ],
)
def test_the_rule_is_that_of_the_day_on_which_it_was_due(
    on: date, expected: LateRates | None
) -> None:
    assert late_rule_for("surcharge", on, [OTHER, NEW, OLD]) is expected


def test_a_kind_without_a_rule_costs_nothing() -> None:
    assert late_rule_for("penalty", date(2026, 1, 1), [OLD, NEW]) is None
