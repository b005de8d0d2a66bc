"""The forms of the fund's devices: opening one, its PIN, and what an agent types there."""

from __future__ import annotations

import re
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, HiddenField

from webapp.domain.enrolment_cases import CaseFailure, IdentityPaper
from webapp.domain.text import typed
from webapp.forms.activation import AccountForm
from webapp.forms.fields import AccountField, MoneyField, Ticked, TypedField
from webapp.forms.staff_desk import ChoiceField, EmailField, Language, PhoneField

LONGEST_DRAWING = 60_000


class DigitsField(TypedField):
    """So many digits, however they are spaced."""

    def __init__(self, label: Any, fewest: int, most: int, wrong: Any, **more: Any) -> None:
        super().__init__(label, **more)
        self.pattern = re.compile(rf"[0-9]{{{fewest},{most}}}")
        self.wrong = wrong

    def read(self, text: str) -> str:
        digits = re.sub(r"[\s-]", "", typed(text))
        if not self.pattern.fullmatch(digits):
            raise ValueError(str(self.wrong))
        return digits


class PinForm(FlaskForm):
    pin = DigitsField(_l("Agent's PIN"), 4, 6, _l("The PIN has four to six digits."))


class OpeningForm(PinForm):
    opening_code = DigitsField(
        _l("Code of the device"), 8, 8, _l("The code has eight digits; the open days' page has it.")
    )


class CaseForm(FlaskForm):
    """Who stands there, how they are reached, and the account."""

    paper = ChoiceField(_l("Identity paper that you have seen"), IdentityPaper)
    speaks = ChoiceField(_l("Language of the employer"), Language)
    phone = PhoneField(_l("Mobile number"))
    email = EmailField(_l("E-mail address"))
    account = AccountField(_l("Account number"))
    ceiling = MoneyField(_l("Ceiling per debit, in dinars"), optional=True)

    def knows_who(self) -> bool:
        """What is needed before the employer goes on elsewhere: an identity, a good contact."""
        good = [one.validate(self) for one in (self.paper, self.phone, self.email)]
        return all(good)


class FailureForm(FlaskForm):
    cause = ChoiceField(_l("Why is there no authorisation?"), CaseFailure)


class DrawingField(HiddenField):
    """What was drawn: strokes of points, `x,y x,y;x,y …`, in a box of 1000 by 400."""

    def pre_validate(self, form: Any) -> None:
        text = self.data or ""
        drawn = re.fullmatch(r"(?:\d{1,4},\d{1,3})(?:[ ;]\d{1,4},\d{1,3}){4,}", text)
        if len(text) > LONGEST_DRAWING or not drawn:
            raise ValueError(_("Please sign in the box with your finger."))


class DrawnForm(AccountForm):
    """The one step of somebody without a phone."""

    covers_arrears = BooleanField(_l("Also debit the amounts that are overdue"))
    drawing = DrawingField(_l("Signature"))
    code = HiddenField()  # type: ignore[assignment]  # the drawing stands in its place


class ConfirmationForm(PinForm):
    saw = BooleanField(_l("I saw the person sign, and I have checked their identity."), [Ticked()])
