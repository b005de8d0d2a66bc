"""Which worksite a line of a sheet is for: by its code, then by its name."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Protocol

from webapp.domain.search_key import search_key
from webapp.domain.sheets import looks_like_formula, safe_cell
from webapp.domain.text import typed

Index = Mapping[str, frozenset[int]]


class Worksite(Protocol):
    """A worksite, of which no more is needed than this."""

    @property
    def id(self) -> int: ...

    @property
    def code(self) -> str: ...

    @property
    def name(self) -> str: ...


class Worksites:
    """The worksites of an employer as the cells of a sheet name them."""

    def __init__(self, worksites: Iterable[Worksite]) -> None:
        known = list(worksites)
        self._codes = _index((_key(safe_cell(one.code)), one.id) for one in known)
        self._names = _index((_key(safe_cell(one.name)), one.id) for one in known)
        # Without accents, capitals and signs: how people type what they know by heart.
        self._loose_names = _index((search_key(one.name), one.id) for one in known)

    def find(self, code: str, name: str) -> int | str:
        """The id of the worksite; or why there is none: a reason of sheet messages.

        A code and a name of two worksites are refused: a column that was sorted alone would
        give each worksite the wages of another.
        """
        if looks_like_formula(code) or looks_like_formula(name):
            return "formula"
        if not _key(code) and not _key(name):
            return "no_worksite"
        by_code = self._codes.get(_key(code), frozenset())
        by_name = self._names.get(_key(name)) or self._loose_names.get(search_key(name))
        by_name = by_name or frozenset()
        if by_code and by_name and by_code.isdisjoint(by_name):
            return "two_worksites"
        found = by_code & by_name or by_code or by_name
        if len(found) > 1:
            return "several_worksites"
        return next(iter(found), "unknown_worksite")


def _key(cell: str) -> str:
    return typed(cell).casefold()


def _index(pairs: Iterable[tuple[str, int]]) -> Index:
    found: dict[str, set[int]] = {}
    for key, id_ in pairs:
        if key:
            found.setdefault(key, set()).add(id_)
    return {key: frozenset(ids) for key, ids in found.items()}
