"""Checks that a statement's entries are as many, and add up to as much, as it announces."""

from __future__ import annotations

from lxml import etree

from webapp.banking.xml_values import count_at, decimal_centimes, find, text_at
from webapp.domain.errors import TotalsDiffer

ALL, CREDITS, DEBITS = "TtlNtries", "TtlCdtNtries", "TtlDbtNtries"


class StatementTotals:
    """What one statement announces about its entries, and what they came to (centimes)."""

    def __init__(self) -> None:
        self._announced: dict[str, int] = {}
        self._found: dict[str, int] = {}
        self._one_of_several_pages = False

    def note_page(self, pagination: etree._Element) -> None:
        """On one page of several, the totals are those of all pages and cannot be checked."""
        first = text_at(pagination, "PgNb") in {None, "1"}
        last = text_at(pagination, "LastPgInd") in {None, "true", "1"}
        if not (first and last):
            self._one_of_several_pages = True

    def announce(self, summary: etree._Element) -> None:
        """Take the figures of a TxsSummry, each of which a bank may leave out."""
        for name in (ALL, CREDITS, DEBITS):
            group = find(summary, name)
            if group is None:
                continue
            count, total = count_at(group, "NbOfNtries"), find(group, "Sum")
            if count is not None:
                self._announced[f"{name}/NbOfNtries"] = count
            if total is not None:
                self._announced[f"{name}/Sum"] = decimal_centimes(total)

    def add(self, amount: int, credit: bool) -> None:
        """Count an entry in."""
        for name in (ALL, CREDITS if credit else DEBITS):
            for figure, value in ((f"{name}/NbOfNtries", 1), (f"{name}/Sum", amount)):
                self._found[figure] = self._found.get(figure, 0) + value

    def check(self) -> None:
        """Raise TotalsDiffer for the first figure that is not what was announced."""
        if self._one_of_several_pages:
            return
        for figure, expected in self._announced.items():
            found = self._found.get(figure, 0)
            if found != expected:
                raise TotalsDiffer(what=figure, expected=expected, found=found)
