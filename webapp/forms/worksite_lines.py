"""The line of a worksite in a declaration: three cells, each read once, with its message.

Made by hand and not of WTForms: somebody may have four hundred worksites.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Protocol

from flask_babel import gettext as _

from webapp.domain.differences import Figures
from webapp.domain.errors import InvalidInput
from webapp.domain.money import Centimes, parse_amount
from webapp.domain.text import typed as cleaned
from webapp.forms.fields import LONGEST_TYPED, as_typed
from webapp.forms.messages import sentence_for

MOST_WORKERS = 99_999
# The cells of a line, in their order.
CELLS = ("workers", "leave_base", "weather_base")


class Worksite(Protocol):
    """A worksite, of which the form needs no more than this."""

    @property
    def id(self) -> int: ...

    @property
    def code(self) -> str: ...

    @property
    def name(self) -> str: ...


def read_count(text: str) -> int:
    """How many workers: a whole number from zero up. Raises ValueError with its message."""
    figure = re.sub(r"\s", "", cleaned(text))
    if not figure:
        raise ValueError(_("Please enter the number of workers; 0 if nobody worked."))
    if not re.fullmatch("[0-9]+", figure):
        raise ValueError(_("The number of workers is a whole number in figures."))
    if len(figure.lstrip("0")) > len(str(MOST_WORKERS)) or int(figure) > MOST_WORKERS:
        raise ValueError(_("This number of workers is too large."))
    return int(figure)


def read_optional_base(text: str) -> int | None:
    """An amount of dinars, in centimes; None for an empty cell. Raises InvalidAmount."""
    return parse_amount(text) if cleaned(text) else None


READERS = (read_count, parse_amount, read_optional_base)


def texts_of(figures: Figures) -> tuple[str, str, str]:
    """Figures as somebody types them into the three cells."""
    return str(figures.workers), as_typed(figures.leave_base), as_typed(figures.weather_base)


class Cell:
    """What was typed in one place: `data` is None and `wrong` says why while it cannot be read.

    `errors` holds what the page says beside it: nothing while the line is still being typed;
    `wrong_code` says the same to programs.
    """

    __slots__ = ("data", "errors", "id", "name", "typed", "wrong", "wrong_code")

    def __init__(
        self, prefix: str, name: str, text: str, read: Callable[[str], int | None]
    ) -> None:
        self.id, self.name, self.typed = prefix + name, name, text
        self.errors: tuple[Any, ...] = ()
        self.data: int | None = None
        self.wrong: Any = ""
        self.wrong_code = InvalidInput.code
        try:
            if len(text) > LONGEST_TYPED:
                raise ValueError(_("This is too long."))
            self.data = read(text)
        except InvalidInput as error:
            self.wrong, self.wrong_code = sentence_for(error), error.code
        except ValueError as error:
            self.wrong = error.args[0]

    @property
    def said(self) -> int | str | None:
        """What is to be compared: the value, or what was typed while it is none."""
        return self.typed if self.wrong else self.data


class WorksiteLine:
    """One worksite: how many work there, and the two bases in dinars.

    `prefix` stands before the names of its cells, where they are not named by the worksite's id.
    """

    form_errors = ()

    def __init__(
        self, worksite: Worksite, typed: Mapping[str, str] | None, prefix: str | None = None
    ) -> None:
        self.worksite = worksite
        self._prefix = f"w{worksite.id}-" if prefix is None else prefix
        self._read(typed or {})

    def _read(self, typed: Mapping[str, str]) -> None:
        prefix = self._prefix
        # A worksite added on the way has nothing typed yet, which is no mistake.
        self.begun = f"{prefix}workers" in typed
        self.sure = typed.get(f"{prefix}sure", "")
        self.cells = tuple(
            Cell(prefix, name, typed.get(prefix + name, ""), read)
            for name, read in zip(CELLS, READERS, strict=True)
        )
        self.workers, self.leave_base, self.weather_base = self.cells
        self._problems: list[tuple[Cell, Any]] | None = None

    def __iter__(self) -> Iterator[Cell]:
        return iter(self.cells)

    def is_of(self, worksite: str) -> bool:
        """Whether it is that of the worksite whose id a button sent."""
        return str(self.worksite.id) == worksite

    @property
    def title(self) -> str:
        """What tells its mistakes from those of the other worksites."""
        return self.worksite.name

    @property
    def errors(self) -> bool:
        """Whether something is said beside one of its cells."""
        return any(cell.errors for cell in self.cells)

    @property
    def empty(self) -> bool:
        """Whether nothing at all was typed."""
        return not any(cleaned(cell.typed) for cell in self.cells)

    @property
    def complete(self) -> bool:
        """Whether it can be taken as it stands."""
        return not self.problems()

    def problems(self) -> list[tuple[Cell, Any]]:
        """Each cell that cannot be taken, with what is to be said about it."""
        if self._problems is None:
            self._problems = [(cell, cell.wrong) for cell in self.cells if cell.wrong]
            if not self.begun:
                self._problems = self._problems[:1]
            else:
                self._problems += self._contradictions()
        return self._problems

    def _contradictions(self) -> list[tuple[Cell, Any]]:
        leave, weather = self.leave_base.data, self.weather_base.data
        if leave is not None and weather is not None and weather > leave:
            text = _("The base for bad weather cannot exceed the base for paid leave.")
            return [(self.weather_base, text)]
        if leave and self.workers.data == 0:
            text = _("There are wages for this worksite: please enter the number of workers.")
            return [(self.workers, text)]
        return []

    def validate(self) -> bool:
        """Whether it can be taken; each wrong cell has its message from now on."""
        for cell, message in self.problems():
            cell.errors = (*cell.errors, message)
        return self.complete

    @property
    def declared(self) -> Figures:
        """Of the complete line; an empty weather base is the base for leave."""
        leave = Centimes(self.leave_base.data or 0)
        weather = self.weather_base.data
        return Figures(
            self.workers.data or 0, leave, leave if weather is None else Centimes(weather)
        )

    @property
    def mark(self) -> str:
        """These figures, as the tick of "it is right" names them."""
        return "/".join(map(str, self.declared))

    def typed(self) -> dict[str, str]:
        """Every cell by its name, as it was typed, and the tick where there is one."""
        found = {cell.id: cell.typed for cell in self.cells}
        return found | {f"{self._prefix}sure": self.sure} if self.sure else found

    def fill(self, figures: Figures) -> None:
        """Put these figures in place of what was typed."""
        names = [cell.id for cell in self.cells]
        self._read(dict(zip(names, texts_of(figures), strict=True)))

    def take(self, other: WorksiteLine) -> None:
        """Put what was typed in another form for the same worksite in place of this."""
        self._read(other.typed())
