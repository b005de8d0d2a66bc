"""A balance in sums: what was declared, how far it has come, and why not all of it is received."""

from __future__ import annotations

from dataclasses import dataclass, fields

from webapp.domain.money import Centimes

NOTHING = Centimes(0)
# Why what was owed is not received.
REASONS = (
    "not_scheduled", "under_way", "refused", "credited", "contested", "deferred", "given_back",
    "in_schedule", "waived",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Sums:
    """What was declared and what has become of it, in centimes.

    `declared` is what the last revision makes; `added` what is owed besides: surcharges,
    penalties, instalments. What is settled counts as scheduled, sent and debited too. The rest
    says why what was owed is not settled.
    """

    declared: Centimes = NOTHING
    added: Centimes = NOTHING
    scheduled: Centimes = NOTHING
    sent: Centimes = NOTHING
    debited: Centimes = NOTHING
    settled: Centimes = NOTHING
    elsewhere: Centimes = NOTHING
    not_scheduled: Centimes = NOTHING
    under_way: Centimes = NOTHING
    refused: Centimes = NOTHING
    credited: Centimes = NOTHING
    contested: Centimes = NOTHING
    deferred: Centimes = NOTHING
    given_back: Centimes = NOTHING
    in_schedule: Centimes = NOTHING
    waived: Centimes = NOTHING

    @property
    def difference(self) -> Centimes:
        """What was owed less what was received for it."""
        return Centimes(self.declared + self.added - self.settled - self.elsewhere)

    @property
    def reasons(self) -> dict[str, Centimes]:
        """Why there is a difference: each cause with its amount; none is left out."""
        known = {name: getattr(self, name) for name in REASONS}
        told = {name: amount for name, amount in known.items() if amount}
        rest = Centimes(self.difference - sum(told.values()))
        return told | ({"unexplained": rest} if rest else {})

    def __add__(self, other: Sums) -> Sums:
        return Sums(
            *(Centimes(getattr(self, one.name) + getattr(other, one.name)) for one in fields(Sums))
        )
