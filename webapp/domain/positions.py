"""Where the money of one attempt stands, as a function of what the bank has told in any order."""

from __future__ import annotations

from collections.abc import Set
from dataclasses import dataclass

from webapp.domain.facts import FAILURES, Fact
from webapp.domain.money import Centimes


@dataclass(frozen=True, slots=True)
class Position:
    """What one attempt has moved so far, in centimes.

    bank     money on the fund's account
    settled  what of it settles the dues under the debit
    credit   what of it the fund holds for the employer; negative while a return is known
             whose settlement has not been told yet
    twice    below zero when the money left twice, by a return and by the fund's own reversal: a
             person claims it from the bank or the employer, to whom nothing more is owed

    bank = settled + credit + twice, always.
    """

    bank: Centimes
    settled: Centimes
    credit: Centimes
    twice: Centimes


def position(facts: Set[Fact], amount: Centimes) -> Position:
    """The position of an attempt of `amount` centimes about which `facts` are known.

         settled  refused   went back   │ bank   settled  credit  twice
            –        any        –       │  0        0        0      0
            ✓         –         –       │  A        A        0      0
            ✓         ✓         –       │  A        0        A      0   money for a refused debit
            ✓        any   one of them  │  0        0        0      0
            –        any   one of them  │ −A        0       −A      0   told before the settlement
            ✓        any       both     │ −A        0        0     −A
            –        any       both     │ −2A       0       −A     −A

    It goes back by a return, or by a reversal that the fund asked for.

    It depends on the set alone: whatever the order of the messages, and however often they come,
    the books end the same. (design.md §7)
    """
    came = Fact.SETTLED in facts
    went = (Fact.RETURNED in facts) + (Fact.REVERSED in facts)
    bank = amount * (came - went)
    settled = amount if came and not facts & FAILURES else 0
    twice = -amount if went == 2 else 0
    credit = bank - settled - twice
    return Position(Centimes(bank), Centimes(settled), Centimes(credit), Centimes(twice))
