"""How many and how much: what reports are made of."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Sum:
    """How many, and how much in centimes."""

    count: int = 0
    centimes: int = 0

    def __add__(self, other: Sum) -> Sum:
        return Sum(self.count + other.count, self.centimes + other.centimes)
