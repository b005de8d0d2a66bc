"""The forms of open days: their days, places and people, and the code of a device."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import Field
from wtforms.validators import ValidationError
from wtforms.widgets import TextArea

from webapp.domain.open_days import LONGEST_NAME, MOST_PLACES, CampaignPlan, check_places
from webapp.domain.text import clean_name
from webapp.forms.fields import DayField, NameField, TypedField
from webapp.forms.local_codes import OfferedField

LONGEST_DEVICE = 60
LONGEST_LIST = (LONGEST_NAME + 2) * MOST_PLACES


class PlacesField(TypedField):
    """The names of places, one on a line; empty lines do not count."""

    widget = TextArea()

    def process_formdata(self, valuelist: list[str]) -> None:
        if valuelist and len(valuelist[0]) > LONGEST_LIST:
            self.data, self.typed = None, valuelist[0]
            raise ValueError(_("This is too long."))
        super().process_formdata(valuelist)

    longest = LONGEST_LIST

    def read(self, text: str) -> tuple[str, ...]:
        names = tuple(name for line in text.splitlines() if (name := clean_name(line)))
        check_places(names)
        return names


class PeopleField(Field):
    """Some of the colleagues that are offered by their ids, each by a box to tick."""

    offered: Collection[int] = ()
    data: frozenset[int]

    def process_formdata(self, valuelist: list[str]) -> None:
        self.data = frozenset(int(text) for text in valuelist if text.isascii() and text.isdigit())
        if len(self.data) != len(set(valuelist)):
            raise ValueError(_("Please choose one of the list."))

    def pre_validate(self, form: Any) -> None:
        if not self.data or not self.data <= set(self.offered):
            raise ValidationError(_("Please choose who works there, among the agency's staff."))


class CampaignForm(FlaskForm):
    name_ar = NameField(_l("Name in Arabic"), longest=LONGEST_NAME)
    name_fr = NameField(_l("Name in French"), longest=LONGEST_NAME)
    begins_on = DayField(_l("First day"))
    ends_on = DayField(_l("Last day"))
    places = PlacesField(_l("Places"))
    staff = PeopleField(_l("Who works there"), default=frozenset)

    def plan(self) -> CampaignPlan:
        """Of the valid form: the open days."""
        return CampaignPlan(
            self.name_ar.data,
            self.name_fr.data,
            self.begins_on.data,
            self.ends_on.data,
            self.places.data,
            self.staff.data,
        )

    def fill(self, there: CampaignPlan) -> None:
        """Start from open days as they stand."""
        self.name_ar.typed, self.name_fr.typed = there.name_ar, there.name_fr
        self.begins_on.data, self.ends_on.data = there.begins_on, there.ends_on
        self.places.typed = "\n".join(there.places)
        self.staff.data = there.staff_ids


class EndForm(FlaskForm):
    """Nothing is typed: what follows is read and confirmed."""


class DeviceCodeForm(FlaskForm):
    name = NameField(_l("Name of the device"), longest=LONGEST_DEVICE)
    place = OfferedField(_l("Where it stands"))
    mode = OfferedField(_l("What it is for"))
