"""What a bank's message proves about one attempt, and where the attempt stands after it.

The state is a function of the set of facts: messages come in any order, twice and late.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import StrEnum


class Fact(StrEnum):
    """Something a bank has proved about one attempt."""

    ACCEPTED = "accepted"  # it will be tried
    DEBITED = "debited"  # it left the employer's account
    SETTLED = "settled"  # it stands on the fund's account
    REFUSED = "refused"  # it will not be, or was not, debited
    RETURNED = "returned"  # it left the fund's account again
    REVERSED = "reversed"  # the fund asked for that: a debit made in error


class AttemptState(StrEnum):
    """How far one presentation to the bank has come."""

    PRESENTED = "presented"
    ACCEPTED = "accepted"
    DEBITED = "debited"
    SETTLED = "settled"
    REFUSED = "refused"
    REVERSED = "reversed"


CREDIT, DEBIT, RETURN, REVERSAL = "CRDT", "DBIT", "return", "reversal"

# Message and code → fact (design notes §7). A statement's code is the side of a booked entry on
# the fund's own account; a debit there takes a credit back, whether or not the bank marks it as
# a reversal, and is ours where we have asked for it. Nobody sends the fund the employer's
# statement, so a status alone tells "debited". What is missing here proves nothing: received,
# pending, partly accepted, blocked.
RECOGNISED: Mapping[tuple[str, str], Fact] = {
    ("pain.002", "ACTC"): Fact.ACCEPTED,  # technical checks passed
    ("pain.002", "ACCP"): Fact.ACCEPTED,  # the checks of the customer's profile too
    ("pain.002", "ACSP"): Fact.ACCEPTED,  # settlement in process
    ("pain.002", "ACWC"): Fact.ACCEPTED,  # with a change, of the date for instance
    ("pain.002", "ACSC"): Fact.DEBITED,  # settled on the debtor's account
    ("pain.002", "ACCC"): Fact.DEBITED,  # settled on the creditor's, so on the debtor's before
    ("pain.002", "RJCT"): Fact.REFUSED,
    ("pain.002", "CANC"): Fact.REFUSED,
    ("camt.053", CREDIT): Fact.SETTLED,
    ("camt.053", DEBIT): Fact.RETURNED,
    ("camt.054", CREDIT): Fact.SETTLED,
    ("camt.054", DEBIT): Fact.RETURNED,
    ("camt.053", REVERSAL): Fact.REVERSED,
    ("camt.054", REVERSAL): Fact.REVERSED,
    ("pacs.004", RETURN): Fact.RETURNED,
}

# What ends an attempt, whatever else is known of it.
FAILURES = frozenset({Fact.REFUSED, Fact.RETURNED, Fact.REVERSED})

# The furthest of these is the state, unless the attempt has ended.
_PROGRESS = (
    (Fact.SETTLED, AttemptState.SETTLED),
    (Fact.DEBITED, AttemptState.DEBITED),
    (Fact.ACCEPTED, AttemptState.ACCEPTED),
)


def fact_for_status(code: str) -> Fact | None:
    """What a status of pain.002 proves; None for one that proves nothing, or is unknown."""
    return RECOGNISED.get(("pain.002", code))


def fact_for_entry(
    credit: bool, reversal: bool, booked: bool, *, asked_back: bool = False
) -> Fact | None:
    """What an entry on the fund's own account (camt.053, camt.054) proves about its attempt.

    `asked_back`: it can be the answer to the fund's own reversal of that debit.

    Only a booked entry proves anything. A credit that reverses a debit brings a returned amount
    back: no fact of an attempt, a person looks at it.
    """
    if not booked or (credit and reversal):
        return None
    taken = REVERSAL if asked_back else DEBIT
    return RECOGNISED["camt.054", CREDIT if credit else taken]


def attempt_state(facts: Iterable[Fact]) -> AttemptState:
    """Where an attempt stands: reversed once the fund's own reversal is booked, refused once a
    refusal or a return is known, else the furthest.
    """
    known = frozenset(facts)
    if Fact.REVERSED in known:
        return AttemptState.REVERSED
    if known & FAILURES:
        return AttemptState.REFUSED
    return next((state for fact, state in _PROGRESS if fact in known), AttemptState.PRESENTED)
