"""The form of a declaration: a line for each worksite."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from webapp.domain.differences import Figures
from webapp.domain.money import Centimes
from webapp.forms.worksite_lines import Worksite, WorksiteLine

NOTHING = Figures(0, Centimes(0), Centimes(0))


class DeclarationForm:
    """The lines of all worksites of an employer, in one; for whatever period, filed or not.

    `typed` holds the cells by name (`w12-workers`…), as a browser sends or a draft keeps them.
    """

    def __init__(self, worksites: Sequence[Worksite], typed: Mapping[str, str] | None) -> None:
        self.lines = [WorksiteLine(worksite, typed) for worksite in worksites]

    def __iter__(self) -> Iterator[WorksiteLine]:
        return iter(self.lines)

    def __len__(self) -> int:
        return len(self.lines)

    def typed(self) -> dict[str, str]:
        """Every cell by its name, as it was typed: what a draft keeps."""
        return {name: text for line in self.lines for name, text in line.typed().items()}

    def validate(self) -> bool:
        """Whether every worksite can be taken; each wrong cell has its message."""
        valid = [line.validate() for line in self.lines]
        return all(valid)

    def complete(self) -> list[WorksiteLine]:
        """The worksites that can be taken already, for the totals while others are typed.

        Leaves no message behind: what is still being typed is not wrong yet.
        """
        return [line for line in self.lines if line.complete]

    def fill_nothing(self) -> None:
        """Nobody worked: zeros everywhere."""
        for line in self.lines:
            line.fill(NOTHING)

    def fill_empty(self, figures: Mapping[int, Figures]) -> None:
        """Fill the lines in which nothing was typed yet, by the worksites' ids."""
        for line in self.lines:
            if line.empty and line.worksite.id in figures:
                line.fill(figures[line.worksite.id])

    def fill_line(self, worksite: str, figures: Mapping[int, Figures]) -> None:
        """Fill the line of one worksite, whose id was sent, whatever was typed in it."""
        for line in self.lines:
            if line.is_of(worksite) and line.worksite.id in figures:
                line.fill(figures[line.worksite.id])

    def fill_line_with_nothing(self, worksite: str) -> None:
        """Nobody worked on this one."""
        self.fill_line(worksite, {line.worksite.id: NOTHING for line in self.lines})

    def anchor(self, step: str) -> str | None:
        """The place on the page of the line that a button of its own, `same-12`, has filled."""
        worksite = step.partition("-")[2]
        return next((f"w{one.worksite.id}" for one in self if one.is_of(worksite)), None)

    def differing(self, other: DeclarationForm) -> list[tuple[WorksiteLine, WorksiteLine]]:
        """The lines in which this form and another over the same worksites say unlike things."""
        theirs = {line.worksite.id: line for line in other}
        pairs = [(line, theirs[line.worksite.id]) for line in self if line.worksite.id in theirs]
        return [
            (mine, their)
            for mine, their in pairs
            if [cell.said for cell in mine] != [cell.said for cell in their]
        ]
