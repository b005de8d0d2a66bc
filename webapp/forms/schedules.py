"""The form of a payment schedule: what is divided and how, each instalment to be changed."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from werkzeug.datastructures import MultiDict
from wtforms import Form, SelectMultipleField

from webapp.domain.errors import InvalidSchedule
from webapp.domain.instalments import Part
from webapp.domain.money import Centimes
from webapp.domain.rules import CollectionRules
from webapp.domain.text import typed
from webapp.forms.fields import DayField, MoneyField, TypedField, as_typed
from webapp.forms.messages import sentence_for

# Of the reasons to refuse an instalment, those that are about its amount.
ABOUT_THE_AMOUNT = "empty"


class NumberField(TypedField):
    """How many instalments."""

    def read(self, text: str) -> int:
        figure = re.sub(r"\s", "", typed(text))
        if not re.fullmatch("[0-9]{1,3}", figure):
            raise ValueError(_("Please enter the number of instalments in figures."))
        return int(figure)


class PartForm(Form):
    """One instalment: its day and its amount in dinars."""

    due_on = DayField(_l("Debit date"))
    amount = MoneyField(_l("Amount, in dinars"))

    number: int

    @property
    def title(self) -> str:
        """What tells its mistakes from those of the other instalments."""
        return str(_("Instalment %(number)s", number=self.number))

    @property
    def part(self) -> Part:
        """Of the valid form."""
        day: date = self.due_on.data
        return Part(day, Centimes(self.amount.data))


class ScheduleForm(FlaskForm):
    """The dues are boxes of the page, chosen by their id; the instalments follow in `parts`."""

    dues = SelectMultipleField(_l("What is divided"), validate_choice=False)
    number = NumberField(_l("Number of instalments"))
    first_on = DayField(_l("Day of the first instalment"))

    def __init__(self, rules: CollectionRules) -> None:
        super().__init__()
        self.parts: list[PartForm] = []
        self._rules = rules

    def read_parts(self, sent: MultiDict[str, str]) -> None:
        """Take the instalments that were sent along with the form; more than may be are left."""
        for number in range(1, self._rules.most_instalments + 1):
            if _name(number) + "due_on" not in sent:
                return
            self.parts.append(_part_form(number, sent))

    def suggest(self, parts: Sequence[Part]) -> None:
        """Put these instalments in the place of what was there."""
        self.parts = [
            _part_form(
                number,
                MultiDict(
                    {
                        _name(number) + "due_on": part.due_on.isoformat(),
                        _name(number) + "amount": as_typed(part.amount),
                    }
                ),
            )
            for number, part in enumerate(parts, 1)
        ]

    def parts_are_fine(self) -> bool:
        """Whether each instalment can be read; each wrong field has its message."""
        fine = [part.validate() for part in self.parts]
        return all(fine)

    def total(self) -> Centimes:
        """What the instalments that can be read make together."""
        return Centimes(sum(part.amount.data or 0 for part in self.parts))

    def refuse(self, error: InvalidSchedule) -> None:
        """Say it beside the field that it is about: an instalment's, or the number's."""
        field: Any = self.number
        if 0 < error.number <= len(self.parts):
            part = self.parts[error.number - 1]
            field = part.amount if error.reason == ABOUT_THE_AMOUNT else part.due_on
        elif error.reason == "sum" and self.parts:
            field = self.parts[-1].amount
        field.errors = [sentence_for(error)]

    @property
    def wrong_forms(self) -> list[Form]:
        """The forms of the page, for the summary of what must be corrected."""
        return [self, *self.parts]


def _part_form(number: int, sent: MultiDict[str, str]) -> PartForm:
    form = PartForm(sent, prefix=_name(number))
    form.number = number
    return form


def _name(number: int) -> str:
    return f"part{number}-"
