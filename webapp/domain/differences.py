"""How far a worksite's figures are from the last ones: what is asked about, never refused."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from webapp.domain.money import Centimes


class Figures(NamedTuple):
    """What is declared for one worksite: workers, and the two bases in centimes."""

    workers: int
    leave_base: Centimes
    weather_base: Centimes


class Figure(StrEnum):
    """One of the three; the value is its name in `Figures`."""

    WORKERS = "workers"
    LEAVE_BASE = "leave_base"
    WEATHER_BASE = "weather_base"


@dataclass(frozen=True, slots=True)
class Difference:
    """A figure that is far from the last one: workers, or centimes of a base."""

    figure: Figure
    before: int
    now: int


def is_far(before: int, now: int, percent: int) -> bool:
    """Whether `now` differs from `before` by more than so many percent of it.

    After nothing, anything at all is far.
    """
    return 100 * abs(now - before) > percent * before


def far_figures(
    before: Figures, now: Figures, percent: int, *, same_length: bool
) -> list[Difference]:
    """The figures of a worksite that must be asked about. [house]

    Bases are those of a whole period: where a month follows a quarter, or the other way round,
    only the workers can be compared. A weather base that was and is the base for leave says
    nothing that the latter has not said.
    """
    asked = [Figure.WORKERS]
    if same_length:
        asked.append(Figure.LEAVE_BASE)
        if (before.leave_base, now.leave_base) != (before.weather_base, now.weather_base):
            asked.append(Figure.WEATHER_BASE)
    pairs = [
        (figure, getattr(before, figure.value), getattr(now, figure.value)) for figure in asked
    ]
    return [Difference(*pair) for pair in pairs if is_far(pair[1], pair[2], percent)]
