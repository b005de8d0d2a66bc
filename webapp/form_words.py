"""What the states of prepared forms are called, and why none is prepared for a number."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from webapp.services.open_days.form_list import FormState
from webapp.services.open_days.prepared_forms import NumberProblem

FORMS: Mapping[StrEnum, LazyString] = {
    FormState.OPEN: _l("not back yet"),
    FormState.ENTERED: _l("entered"),
    FormState.OVERTAKEN: _l("no longer needed"),
    NumberProblem.UNREADABLE: _l("This is not a member number."),
    NumberProblem.UNKNOWN: _l("No employer of your agency has this number."),
    NumberProblem.ENROLLED: _l("This employer has an authorisation already."),
}
