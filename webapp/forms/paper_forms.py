"""The forms of prepared papers: for whom they are printed, which are shown, what was filled in."""

from __future__ import annotations

import re
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, FileField
from wtforms.widgets import TextArea

from webapp.domain.text import typed
from webapp.forms.activation import ceiling_is_fine
from webapp.forms.fields import AccountField, DayField, MoneyField, TypedField
from webapp.forms.office_queues import AskedForm, OptionField

LONGEST_LIST = 20_000
REFERENCE = re.compile("KF[0-9A-HJKMNP-TV-Z]{8}")


class NumbersField(TypedField):
    """Member numbers, one a line or parted by commas; none is well too."""

    widget = TextArea()
    longest_typed = LONGEST_LIST

    def read(self, text: str) -> list[str]:
        return [number for number in map(typed, re.split(r"[\n;,\t]", text)) if number]


class FormReferenceField(TypedField):
    """The reference of a prepared form, or none; letters that look like digits are taken so."""

    def read(self, text: str) -> str:
        reference = "".join(typed(text).split()).upper()
        reference = reference.replace("O", "0").replace("I", "1").replace("L", "1")
        if reference and not REFERENCE.fullmatch(reference):
            raise ValueError(_("This is no reference of a form. It stands on top of the form."))
        return reference


class PrepareForm(FlaskForm):
    numbers = NumbersField(_l("Member numbers"))
    sheet = FileField(_l("Or a sheet of them"))
    everyone = BooleanField(_l("All employers of my agency that have no authorisation"))
    campaign = OptionField(_l("Open days"))


class FormListForm(AskedForm):
    reference = FormReferenceField(_l("Reference of the form"))
    state = OptionField(_l("State"))
    campaign = OptionField(_l("Open days"))


class FilledInForm(FlaskForm):
    account = AccountField(_l("Account number"))
    ceiling = MoneyField(_l("Ceiling per debit, in dinars"), optional=True)
    covers_arrears = BooleanField(_l("Also debit the amounts that are overdue"))
    signed_on = DayField(_l("Day of the signature"))
    scan = FileField(_l("Scan of the signed form"))

    def validate(self, extra_validators: Any = None) -> bool:
        fine = bool(super().validate(extra_validators))
        return ceiling_is_fine(self.ceiling) and fine
