"""The one field of the page of checks: the code that stands on a paper."""

from __future__ import annotations

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm

from webapp.domain.check_codes import CheckCode
from webapp.domain.text import typed
from webapp.forms.fields import TypedField


class CheckCodeField(TypedField):
    def read(self, text: str) -> CheckCode:
        if not typed(text):
            raise ValueError(_("Please enter the code that stands on the paper."))
        return CheckCode.parse(text)


class CheckForm(FlaskForm):
    code = CheckCodeField(_l("Code on the paper"))
