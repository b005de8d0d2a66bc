"""The form of a span of days: its first one and its last one."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm

from webapp.forms.fields import DayField


class DaysForm(FlaskForm):
    first_on = DayField(_l("First day"))
    last_on = DayField(_l("Last day"))

    def validate(self, extra_validators: Any = None) -> bool:
        good = bool(super().validate(extra_validators))
        if good and self.first_on.data > self.last_on.data:
            self.last_on.errors = [_("This day is before the first one.")]
            return False
        return good
