"""What open days of an agency need: their days, their places and their names. [house]

(design notes §2)
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from webapp.domain.errors import InvalidCampaign

LONGEST_NAME: Final = 100
MOST_PLACES: Final = 30
MOST_DAYS: Final = 60


class Standing(StrEnum):
    """Where open days are in time."""

    NOW = "now"
    TO_COME = "to_come"
    PAST = "past"


@dataclass(frozen=True, slots=True)
class CampaignPlan:
    """Open days as somebody plans them: the staff by their ids, the places by their names."""

    name_ar: str
    name_fr: str
    begins_on: date
    ends_on: date
    places: tuple[str, ...]
    staff_ids: frozenset[int]


def standing(begins_on: date, ends_on: date, *, ended: bool, today: date) -> Standing:
    """Where open days are in time; those that were ended early are past."""
    if ended or ends_on < today:
        return Standing.PAST
    return Standing.TO_COME if today < begins_on else Standing.NOW


def check_days(begins_on: date, ends_on: date, today: date, begun_on: date | None) -> None:
    """Open days end after they begin, within two months, and none of their days is invented.

    `begun_on` is the first day as it stands, where open days are changed: one that is past stays.
    Raises InvalidCampaign.
    """
    if ends_on < begins_on:
        raise InvalidCampaign(field="ends_on", reason="before_first")
    if ends_on < today:
        raise InvalidCampaign(field="ends_on", reason="past")
    if (ends_on - begins_on).days >= MOST_DAYS:
        raise InvalidCampaign(field="ends_on", reason="too_long")
    if begins_on != begun_on and (begins_on < today or (begun_on and begun_on < today)):
        raise InvalidCampaign(field="begins_on", reason="begun" if begun_on else "past")


def check_places(places: Iterable[str]) -> None:
    """At least one place, each once. Raises InvalidCampaign."""
    names = list(places)
    if not names:
        raise InvalidCampaign(field="places", reason="none")
    if len(names) > MOST_PLACES:
        raise InvalidCampaign(field="places", reason="too_many")
    for number, name in enumerate(names):
        if len(name) > LONGEST_NAME:
            raise InvalidCampaign(field="places", reason="long", name=name)
        if name in names[:number]:
            raise InvalidCampaign(field="places", reason="twice", name=name)
