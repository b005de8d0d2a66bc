"""The form of a note about an employer: how they met, what was said, when to be reminded."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm

from webapp.domain.notes import LONGEST_NOTE, NoteKind
from webapp.forms.fields import DayField, LongTextField
from webapp.forms.staff_desk import ChoiceField


class NoteForm(FlaskForm):
    kind = ChoiceField(_l("Kind of note"), NoteKind)
    text = LongTextField(_l("Note"), longest=LONGEST_NOTE)
    remind_on = DayField(_l("Remind the agency on (optional)"), optional=True)
