"""The forms with which people of the fund come, prove who they are, and keep their access."""

from __future__ import annotations

import re
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import HiddenField, PasswordField
from wtforms.validators import EqualTo, InputRequired

from webapp.domain.contacts import read_email
from webapp.domain.text import typed
from webapp.forms.fields import TypedField

LONGEST_CODE = 30
# What is said of both alike, whichever of the two was wrong.
WRONG_PASSWORD = _l("The e-mail address or the password is not correct.")
WRONG_CODE = _l("This code is not correct, or was used already. Please wait for the next one.")
WRONG_OLD_PASSWORD = _l("This is not your present password.")


class StaffEmailField(TypedField):
    """An e-mail address in small letters."""

    def read(self, text: str) -> str:
        if not typed(text):
            raise ValueError(_("Please enter an e-mail address."))
        try:
            return read_email(text).lower()
        except ValueError:
            raise ValueError(_("This is not an e-mail address.")) from None


class FactorField(TypedField):
    """A code of the app, or a recovery code."""

    def read(self, text: str) -> str:
        code = re.sub(r"[\s-]", "", typed(text))
        if not code:
            raise ValueError(_("Please enter the code that your app shows."))
        if len(code) > LONGEST_CODE:
            raise ValueError(_("This is too long."))
        return code


def new_password(label: Any) -> PasswordField:
    """A password that somebody chooses; its rules are checked where their name is known."""
    return PasswordField(label, [InputRequired(_l("Please choose a password."))])


class SignInForm(FlaskForm):
    email = StaffEmailField(_l("E-mail address"))
    password = PasswordField(_l("Password"))


class FactorForm(FlaskForm):
    code = FactorField(_l("Code of the app"))


class ProofForm(FlaskForm):
    proof_code = FactorField(_l("Code of the app"))


class AcceptForm(FlaskForm):
    password = new_password(_l("Password"))
    again = PasswordField(
        _l("The same password once more"),
        [EqualTo("password", _l("The two passwords are not the same."))],
    )
    setup = HiddenField()
    code = FactorField(_l("Code of the app"))


class AppForm(FlaskForm):
    setup = HiddenField()
    code = FactorField(_l("Code of the new app"))


class PasswordChangeForm(FlaskForm):
    old = PasswordField(_l("Present password"))
    password = new_password(_l("New password"))
    again = PasswordField(
        _l("The new password once more"),
        [EqualTo("password", _l("The two passwords are not the same."))],
    )
    code = FactorField(_l("Code of the app"))
