"""The forms with which somebody of the fund acts for an employer who asked them to."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm

from webapp.domain.asked_ways import LONGEST_REASON, AskedWay
from webapp.forms.fields import LongTextField
from webapp.forms.pause import PauseForm
from webapp.forms.staff_desk import ChoiceField


class AskedForm(FlaskForm):
    way = ChoiceField(_l("How did the employer ask?"), AskedWay)
    reason = LongTextField(_l("Reason that they gave"), longest=LONGEST_REASON)


class PauseForForm(PauseForm, AskedForm):
    """The days of the pause, and who asked for it how."""
