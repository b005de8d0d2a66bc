"""Sheets of what the fund's own system has assessed."""

from __future__ import annotations

import csv
from pathlib import Path

from webapp.services.assessed_lines import ASSESSED_COLUMNS

Line = dict[str, str]


def assessed(member_number: str, number: str, **changed: str) -> Line:
    """A good line, but for what is changed."""
    return {
        "member_number": member_number,
        "number": number,
        "kind": "contribution",
        "period": "2026-10",
        "amount": "129600,00",
        "legal_due_on": "30/11/2026",
        "worksite": "W1",
    } | changed


def sheet(path: Path, *lines: Line) -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, ASSESSED_COLUMNS)
        writer.writeheader()
        writer.writerows(lines)
    return path
