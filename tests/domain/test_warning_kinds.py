"""The order of warnings: what is costing money, what will, what only wants to be known."""

from __future__ import annotations

from webapp.domain.warning_kinds import FOR_INFORMATION, WarningKind, urgency_of

K = WarningKind


def test_what_costs_money_first_stands_first() -> None:
    by_cost = [
        K.DEBIT_REFUSED, K.DECLARATION_LATE, K.DEBIT_HELD, K.AUTHORISATION_ENDED,
        K.AUTHORISATION_SUSPENDED, K.AUTHORISATION_MISSING, K.DECLARATION_DUE, K.PAPER_MISSING,
    ]  # fmt: skip
    assert sorted(by_cost, key=urgency_of) == by_cost


def test_what_asks_for_nothing_stands_last() -> None:
    asking = [urgency_of(kind) for kind in WarningKind if kind not in FOR_INFORMATION]
    assert max(asking) < min(map(urgency_of, FOR_INFORMATION))
