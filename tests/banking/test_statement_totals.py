"""Rules of the totals that a statement announces."""

from __future__ import annotations

import pytest

from tests.banking.messages import (
    camt054,
    element,
    entries_of,
    entry,
    group_header,
    officially_valid,
    statement,
)
from webapp.domain.errors import TotalsDiffer


def summary(name: str, count: int | None = None, total: str | None = None) -> str:
    counted = "" if count is None else element("NbOfNtries", str(count))
    return element(
        "TxsSummry", element(name, counted, "" if total is None else element("Sum", total))
    )


@pytest.mark.parametrize(
    "told",
    [
        summary("TtlNtries", 3, "6.00"),
        summary("TtlCdtNtries", 2, "5.000"),
        summary("TtlDbtNtries", 1, "1"),
        summary("TtlNtries", 3),
        summary("TtlNtries", total="6"),
    ],
)
def test_totals_that_agree_are_accepted(told: str) -> None:
    moved = [entry("2.00"), entry("3.00"), entry("1.00", direction="DBIT")]
    data = camt054(statement(told, *moved))
    assert len(entries_of(officially_valid(data, "camt.054.001.08"))) == 3


@pytest.mark.parametrize(
    "told",
    [
        summary("TtlNtries", 4),
        summary("TtlNtries", total="6.01"),
        summary("TtlCdtNtries", 3),
        summary("TtlDbtNtries", total="0"),
    ],
)
def test_totals_that_differ_are_an_error_at_the_end(told: str) -> None:
    moved = [entry("2.00"), entry("3.00"), entry("1.00", direction="DBIT")]
    with pytest.raises(TotalsDiffer):
        entries_of(camt054(statement(told, *moved), statement()))


def test_each_statement_has_totals_of_its_own() -> None:
    one = statement(summary("TtlNtries", 1, "2.00"), entry("2.00"))
    other = statement(summary("TtlNtries", 1, "3.00"), entry("3.00"))
    assert len(entries_of(camt054(one, other))) == 2


def test_the_totals_of_one_page_of_several_are_not_those_of_the_page() -> None:
    page = "<PgNb>2</PgNb><LastPgInd>false</LastPgInd>"
    told = statement(summary("TtlNtries", 900), entry("1.00"))
    in_header = group_header(element("MsgPgntn", page))
    assert len(entries_of(camt054(told, header=in_header))) == 1
    in_statement = told.replace("<CreDtTm>", element("NtfctnPgntn", page) + "<CreDtTm>", 1)
    assert len(entries_of(camt054(in_statement))) == 1
    with pytest.raises(TotalsDiffer):
        entries_of(camt054(told))
