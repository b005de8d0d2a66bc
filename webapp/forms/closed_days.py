"""The forms of the bank calendar: a day that is closed or moved, and one that is opened."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField

from webapp.domain.calendar import RestDay
from webapp.forms.fields import DayField, NameField

LONGEST_REASON = 100


class ClosedDayForm(FlaskForm):
    day = DayField(_l("The day on which banks are closed"))
    name_ar = NameField(_l("Reason, in Arabic"), longest=LONGEST_REASON)
    name_fr = NameField(_l("Reason, in French"), longest=LONGEST_REASON)
    estimated = BooleanField(_l("It follows the moon, and may still move by a day or two."))

    def closed_day(self) -> RestDay:
        """Of the valid form: the closed day."""
        return RestDay(self.day.data, self.name_ar.data, self.name_fr.data, self.estimated.data)

    def fill(self, there: RestDay) -> None:
        """Start from a closed day as it stands."""
        self.day.data = there.day
        self.name_ar.typed, self.name_fr.typed = there.name_ar, there.name_fr
        self.estimated.data = there.estimated


class OpenDayForm(FlaskForm):
    """Nothing is typed: what follows is read and confirmed."""
