"""Each requirement of OWASP ASVS 5.0 has a named test, a place where it is ruled, or a reason."""

from __future__ import annotations

import ast
import csv
from dataclasses import fields
from functools import cache
from pathlib import Path

import pytest

from webapp.domain.rules import AccessRules, Limit

HERE = Path(__file__).parent
PROJECT = HERE.parent.parent
RULES = (HERE / "rules.md").read_text(encoding="utf-8")
with (HERE / "asvs.csv").open(encoding="utf-8") as file:
    ROWS = list(csv.DictReader(file, delimiter=";"))

# How many requirements of levels 1 and 2 each section of the standard has, in order.
SECTIONS = {
    "6": {"6.1": 3, "6.2": 12, "6.3": 4, "6.4": 4, "6.5": 5, "6.6": 3, "6.8": 4},
    "7": {"7.1": 3, "7.2": 4, "7.3": 2, "7.4": 5, "7.5": 2, "7.6": 2},
    "8": {"8.1": 2, "8.2": 3, "8.3": 1, "8.4": 1},
    "11": {"11.1": 2, "11.2": 3, "11.3": 3, "11.4": 4, "11.5": 1, "11.6": 1},
    "14": {"14.1": 2, "14.2": 4, "14.3": 3},
}


@cache
def names_in(file: str) -> set[str]:
    tree = ast.parse((PROJECT / file).read_text(encoding="utf-8"))
    return {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}


def test_the_table_has_every_requirement_of_the_two_levels() -> None:
    wanted = [
        f"{section}.{number}"
        for sections in SECTIONS.values()
        for section, count in sections.items()
        for number in range(1, count + 1)
    ]
    assert [row["id"] for row in ROWS] == wanted
    assert {row["level"] for row in ROWS} == {"1", "2"}


@pytest.mark.parametrize("row", ROWS, ids=lambda row: str(row["id"]))
def test_a_requirement_has_its_evidence(row: dict[str, str]) -> None:
    """A test that exists, a section of the rules, or the reason why it does not apply."""
    for evidence in row["evidence"].split(", "):
        kind, _, rest = evidence.partition(": ")
        if kind == "document":
            assert f"\n## {rest}\n" in RULES
        elif kind == "not applicable":
            assert len(rest) > 20, "say why"
            break
        else:
            file, _, name = evidence.partition("::")
            assert name.startswith("test_"), f"name a test: {evidence!r}"
            assert name in names_in(file), evidence


@pytest.mark.parametrize("rule", fields(AccessRules), ids=lambda rule: str(rule.name))
def test_the_rules_tell_every_figure(rule: object) -> None:
    name = rule.name  # type: ignore[attr-defined]
    value = getattr(AccessRules(), name)
    told = f"{value.tries} in {value.minutes} minutes" if isinstance(value, Limit) else str(value)
    assert f"`{name}` {told}" in RULES
