"""The public holidays of Algeria, as the package `holidays` knows or estimates them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

import holidays


@dataclass(frozen=True, slots=True)
class Holiday:
    """A day on which the banks of Algeria are closed.

    `estimated` says that the day follows the moon and may still move by a day or two; staff put
    the announced days in its place.
    """

    day: date
    name_ar: str
    name_fr: str
    estimated: bool


def algerian_holidays(years: Iterable[int]) -> list[Holiday]:
    """The holidays of these years in order, one per day; two on one day share its name."""
    wanted = sorted(set(years))
    if not wanted:
        return []
    arabic = holidays.country_holidays("DZ", years=wanted, language="ar")
    french = holidays.country_holidays("DZ", years=wanted, language="fr")
    # The same calendars without the word "estimated": what differs is an estimate.
    plain_ar, plain_fr = (
        holidays.country_holidays(
            "DZ", years=wanted, language=language, islamic_show_estimated=False
        )
        for language in ("ar", "fr")
    )
    return [
        Holiday(
            day=day,
            name_ar="، ".join(plain_ar.get_list(day)),
            name_fr=", ".join(plain_fr.get_list(day)),
            # A fixed holiday that a feast falls on stays closed wherever the feast moves.
            estimated=not set(arabic.get_list(day)) & set(plain_ar.get_list(day)),
        )
        for day in sorted(french)
    ]
