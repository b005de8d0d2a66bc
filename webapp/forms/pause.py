"""The form of a pause: its first day, and its last one or none."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm

from webapp.domain.pause import Pause
from webapp.forms.fields import DayField


class PauseForm(FlaskForm):
    from_on = DayField(_l("First day without debits"))
    until_on = DayField(_l("Last day without debits (optional)"), optional=True)

    @property
    def pause(self) -> Pause:
        """Of the valid form."""
        return Pause(self.from_on.data, self.until_on.data)
