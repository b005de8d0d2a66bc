"""What a second person says to what a first one has asked for or entered."""

from __future__ import annotations

from enum import StrEnum


class Verdict(StrEnum):
    GRANTED = "granted"
    REFUSED = "refused"
