"""Where the money of one attempt stands, as a function of what the bank has told in any order."""

from __future__ import annotations

from collections.abc import Set
from dataclasses import dataclass

from webapp.domain.facts import Fact
from webapp.domain.money import Centimes


@dataclass(frozen=True, slots=True)
class Position:
    """What one attempt has moved so far, in centimes.

    bank     money on the fund's account
    settled  what of it settles the dues under the debit
    credit   what of it the fund holds for the employer; negative while a return is known
             whose settlement has not been told yet

    bank = settled + credit, always.
    """

    bank: Centimes
    settled: Centimes
    credit: Centimes


def position(facts: Set[Fact], amount: Centimes) -> Position:
    """The position of an attempt of `amount` centimes about which `facts` are known.

         settled  refused  returned │ bank   settled  credit
            –        any       –    │  0        0        0
            ✓         –        –    │  A        A        0
            ✓         ✓        –    │  A        0        A    money for a refused debit
            ✓        any       ✓    │  0        0        0
            –        any       ✓    │ −A        0       −A    the return came first

    It depends on the set alone: whatever the order of the messages, and however often they come,
    the books end the same. (design.md §7)
    """
    bank = amount * ((Fact.SETTLED in facts) - (Fact.RETURNED in facts))
    failed = Fact.REFUSED in facts or Fact.RETURNED in facts
    settled = amount if Fact.SETTLED in facts and not failed else 0
    return Position(Centimes(bank), Centimes(settled), Centimes(bank - settled))
