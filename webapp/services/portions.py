"""Portions of a phase: the ranges of keys in which a run works, and the hands that do them.

A portion done twice changes nothing the second time: the keys of the tables refuse it. What a
phase has done is therefore counted in the tables, whoever did it, and never summed up on the way.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

from webapp.services.sets import ranges
from webapp.services.transactions import Progress, no_progress

# Does what is left of the keys from the first to the last one, in short transactions.
DoPortion = Callable[[int, int], None]


class Hands(Protocol):
    """Have every portion of a phase done by somebody, and return once all are."""

    def __call__(self, phase: str, keys: Sequence[int], size: int, do: DoPortion) -> None: ...


# The hands of a run, by its number, told to whoever watches.
Share = Callable[[int, Progress], Hands]


def in_turn(progress: Progress = no_progress) -> Hands:
    """Hands that do one portion after the other, here."""

    def hands(phase: str, keys: Sequence[int], size: int, do: DoPortion) -> None:
        for first, last, done in ranges(keys, size):
            do(first, last)
            progress(phase, done, len(keys))

    return hands


IN_TURN = in_turn()


def alone(run_id: int, progress: Progress = no_progress) -> Hands:
    """The hands of a run that shares its work with nobody."""
    return in_turn(progress)
