"""Reads the tables of this folder, once: banks, wilayas, reasons, rates, common passwords."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from types import MappingProxyType

from webapp.domain.banks import Bank
from webapp.domain.contributions import ContributionRates
from webapp.domain.late import LateRates
from webapp.domain.reasons import ActionClass, Fault, NextStep, Reason


@dataclass(frozen=True)
class Wilaya:
    """One of the 69 wilayas; the numbers from 59 on are still disputed."""

    code: str
    name_fr: str
    name_ar: str


@cache
def load_banks() -> Mapping[str, Bank]:
    """The banks by their three-digit code."""
    return MappingProxyType(
        {
            row["code"]: Bank(
                code=row["code"],
                name_fr=row["name_fr"],
                name_ar=row["name_ar"],
                bic=row["bic"],
                active=row["status"] == "active",
            )
            for row in _rows("banks.csv")
        }
    )


@cache
def load_wilayas() -> Mapping[str, Wilaya]:
    """The wilayas by their two-digit code, in the official order."""
    return MappingProxyType({row["code"]: Wilaya(**row) for row in _rows("wilayas.csv")})


@cache
def load_reasons() -> Mapping[str, Reason]:
    """The reason codes of refusals and returns by their ISO code."""
    return MappingProxyType(
        {
            row["code"]: Reason(
                row["code"],
                row["name"],
                ActionClass(row["action_class"]),
                Fault(row["fault"]),
                NextStep(row["next_step"]),
            )
            for row in _rows("reason_codes.csv")
        }
    )


@cache
def load_rates() -> tuple[ContributionRates, ...]:
    """The contribution rates, oldest first."""
    rates = (
        ContributionRates(
            valid_from=date.fromisoformat(row["valid_from"]),
            leave=int(row["leave"]),
            weather_employer=int(row["weather_employer"]),
            weather_worker=int(row["weather_worker"]),
        )
        for row in _rows("rates.csv")
    )
    return tuple(sorted(rates, key=lambda each: each.valid_from))


@cache
def load_late_rules() -> tuple[LateRates, ...]:
    """What being late costs, oldest first."""
    rules = (
        LateRates(
            kind=row["kind"],
            valid_from=date.fromisoformat(row["valid_from"]),
            valid_until=date.fromisoformat(row["valid_until"]) if row["valid_until"] else None,
            at_once=int(row["at_once"]),
            monthly=int(row["monthly"]),
        )
        for row in _rows("late_rules.csv")
    )
    return tuple(sorted(rules, key=lambda each: each.valid_from))


@cache
def load_common_passwords() -> frozenset[str]:
    """Passwords that too many people have chosen, in small letters."""
    lines = (
        Path(__file__).with_name("common_passwords.txt").read_text(encoding="utf-8").splitlines()
    )
    return frozenset(line for line in lines if not line.startswith("#"))


def _rows(name: str) -> Iterator[dict[str, str]]:
    with Path(__file__).with_name(name).open(encoding="utf-8", newline="") as lines:
        yield from csv.DictReader(lines, strict=True)
