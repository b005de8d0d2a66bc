"""The forms of worksites: what one is called and where it lies, and when it closes."""

from __future__ import annotations

from collections.abc import Mapping

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import SelectField

from webapp.forms.fields import DayField, NameField

NAME_LENGTH = 140


class WorksiteForm(FlaskForm):
    name = NameField(_l("Name of the worksite"), longest=NAME_LENGTH)
    wilaya = SelectField(_l("Wilaya"), validate_choice=False)

    def offer(self, wilayas: Mapping[str, str]) -> None:
        """Say which wilayas there are, by their codes."""
        self.wilaya.choices = list(wilayas.items())

    def validate(self, extra_validators: object = None) -> bool:
        fine = bool(super().validate(extra_validators))
        if self.wilaya.data not in {choice[0] for choice in self.wilaya.choices or ()}:
            self.wilaya.errors = [_("Please choose a wilaya.")]
            return False
        return fine


class CloseWorksiteForm(FlaskForm):
    day = DayField(_l("First day on which it is closed"))
