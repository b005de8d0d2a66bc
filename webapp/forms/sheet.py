"""The forms of a sheet: the file, and its lines that must be put right before they count.

A line of a sheet is good when the form of a declaration would take it: the same fields read it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from werkzeug.datastructures import MultiDict
from wtforms import FileField, Form, SelectField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # not in its stubs

from webapp.domain.sheet_worksites import Worksites
from webapp.domain.sheets import looks_like_formula
from webapp.forms.fields import NameField
from webapp.forms.sheet_messages import sentence_for_doubt, sentence_for_place
from webapp.forms.worksite_lines import CELLS, Worksite, WorksiteLine
from webapp.forms.worksites import NAME_LENGTH

# A page for a phone; the others follow when these are right.
SHOWN_AT_ONCE = 20
NEW = "new"
PLACE_FIELDS = ("belongs_to", "name", "wilaya")
MINUS = ("-", "−")


class SheetRow(Protocol):
    """A line as the sheet has it."""

    @property
    def number(self) -> int: ...

    @property
    def cells(self) -> Mapping[str, str]: ...

    @property
    def doubt(self) -> str: ...

    @property
    def raw(self) -> str: ...


class Line(Protocol):
    """A line of a sheet, and what it is by now."""

    @property
    def sheet(self) -> SheetRow: ...

    @property
    def typed(self) -> Mapping[str, str]: ...


class SheetFileForm(FlaskForm):
    sheet = FileField(_l("Your sheet"))


@dataclass(frozen=True, slots=True)
class LineName:
    """What tells the mistakes of a line from those of the others, in place of a worksite."""

    id: int
    code: str
    name: str


class PlaceForm(Form):
    """For which worksite a line is: one that there is, or a new one."""

    belongs_to = SelectField(_l("For which worksite"), validate_choice=False)
    name = NameField(_l("Name of the new worksite"), longest=NAME_LENGTH)
    wilaya = SelectField(_l("Its wilaya"), validate_choice=False)

    title = ""

    def offer(
        self, worksites: Iterable[Worksite], wilayas: Sequence[tuple[str, str]], *, new: bool
    ) -> None:
        """What may be chosen; with `new`, a worksite may be added."""
        self.belongs_to.choices = [
            ("", _("Please choose")),
            *([(NEW, _("Add it as a new worksite"))] if new else []),
            # Names are in the language of whoever gave them.
            *(
                SelectChoice(str(one.id), f"{one.name} ({one.code})", {"lang": ""})
                for one in worksites
            ),
        ]
        self.wilaya.choices = [("", _("Please choose")), *wilayas]


class LineForm:
    """One line: its three figures as in a declaration, and where it belongs if that is not sure.

    `found` is the id of its worksite, or the reason why there is none.
    """

    def __init__(self, line: Line, found: int | str) -> None:
        self.line, self.found = line, found
        number = line.sheet.number
        prefix = f"l{number}-"
        title = str(_("Line %(number)s", number=number))
        sent = MultiDict({f"{prefix}{name}": text for name, text in line.typed.items()})
        self.figures = WorksiteLine(LineName(number, "", title), sent, prefix=prefix)
        self.place: PlaceForm | None = None
        if isinstance(found, str):
            sent.setdefault(f"{prefix}name", line.sheet.cells["name"][:NAME_LENGTH])
            self.place = PlaceForm(sent, prefix=prefix)
            self.place.title = title

    @property
    def number(self) -> int:
        """The row's number in a spreadsheet program."""
        return self.line.sheet.number

    @property
    def forms(self) -> list[Form | WorksiteLine]:
        """Both of its forms, for the summary of mistakes."""
        return [self.place, self.figures] if self.place else [self.figures]

    @property
    def doubt(self) -> str:
        """Why no figure of the sheet's was taken, in a sentence; mostly nothing."""
        return sentence_for_doubt(self.line.sheet.doubt) if self.line.sheet.doubt else ""

    @property
    def wants_new(self) -> bool:
        """Whether it is for a worksite that is not there yet."""
        return self.line.typed.get("belongs_to") == NEW and self.may_be_new

    @property
    def may_be_new(self) -> bool:
        """Whether its worksite may be added: of two lines for one worksite, neither is new."""
        return self.found in {"unknown_worksite", "no_worksite", "formula"}

    def validate(self) -> bool:
        """Whether the line can be taken; each wrong field has its message."""
        fine = self.figures.validate()
        for cell in self.figures:
            below_zero = cell.typed.startswith(MINUS)  # has its own sentence
            if cell.errors and looks_like_formula(cell.typed) and not below_zero:
                cell.errors = (_("This is a formula. Please write the number itself."),)
        if self.place is None:
            return fine
        if self.wants_new:
            self._validate_new(self.place)
        else:
            self.place.belongs_to.errors = [sentence_for_place(str(self.found))]
        return False

    def _validate_new(self, place: PlaceForm) -> None:
        place.name.validate(place)
        if place.wilaya.data not in {choice[0] for choice in place.wilaya.choices or ()} - {""}:
            place.wilaya.errors = [_("Please choose a wilaya.")]

    @property
    def new_worksite(self) -> tuple[str, str] | None:
        """The name and the wilaya of the worksite to be added; None while they are wrong."""
        if self.place is None or not self.wants_new:
            return None
        self._validate_new(self.place)
        if self.place.name.errors or self.place.wilaya.errors:
            return None
        return self.place.name.data, self.place.wilaya.data


class SheetForm:
    """The lines of a sheet that are not in the draft yet.

    `taken` says from which line the figures of a worksite came that are in the draft already.
    """

    def __init__(
        self,
        worksites: Sequence[Worksite],
        lines: Sequence[Line],
        taken: Mapping[int, int],
        wilayas: Sequence[tuple[str, str]],
    ) -> None:
        self._places = _places(worksites, lines, taken)
        self._free = [one for one in worksites if one.id not in taken]
        self._wilayas = wilayas
        self.lines = [LineForm(line, self._places[line.sheet.number]) for line in lines]
        for one in self.lines:
            if one.place:
                one.place.offer(self._free, wilayas, new=one.may_be_new)

    def sort(self) -> tuple[dict[int, LineForm], list[LineForm]]:
        """The lines that can be taken, by their worksite's id, and the wrong ones."""
        good: dict[int, LineForm] = {}
        wrong = []
        for one in self.lines:
            if one.validate() and isinstance(one.found, int):
                good[one.found] = one
            else:
                wrong.append(one)
        return good, wrong


def draft_fields(good: Mapping[int, LineForm]) -> dict[str, str]:
    """What the good lines are in the form of the declaration, field by field."""
    return {
        f"w{worksite}-{cell.name}": cell.typed
        for worksite, one in good.items()
        for cell in one.figures
    }


def typed_in_line(number: int, sent: Mapping[str, str]) -> dict[str, str]:
    """What was sent for a line, by the names of its fields."""
    names = (*CELLS, *PLACE_FIELDS)
    prefix = f"l{number}-"
    return {name: sent[f"{prefix}{name}"] for name in names if f"{prefix}{name}" in sent}


def _places(
    worksites: Sequence[Worksite], lines: Sequence[Line], taken: Mapping[int, int]
) -> dict[int, int | str]:
    """The worksite of each line, or why it has none: one that another line has is nobody's."""
    known, finder = {str(one.id): one.id for one in worksites}, Worksites(worksites)
    places: dict[int, int | str] = {}
    claims: defaultdict[int, list[int]] = defaultdict(list)
    for worksite, number in taken.items():
        claims[worksite].append(number)
    for line in lines:
        chosen = known.get(line.typed.get("belongs_to", ""))
        cells = line.sheet.cells
        found = finder.find(cells["code"], cells["name"]) if chosen is None else chosen
        places[line.sheet.number] = found
        if isinstance(found, int):
            claims[found].append(line.sheet.number)
    for numbers in claims.values():
        for number in numbers if len(numbers) > 1 else ():
            if number in places:
                other = next(one for one in numbers if one != number)
                places[number] = f"taken_by_line {other}"
    return places


def wrong_forms(lines: Iterable[LineForm]) -> list[Any]:
    """The forms of these lines, for the summary of mistakes."""
    return [form for one in lines for form in one.forms]
