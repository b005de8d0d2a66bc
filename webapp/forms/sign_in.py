"""The forms of signing in: the member number, then the code that was sent."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm

from webapp.forms.fields import CodeField, EmailField, MemberNumberField


class MemberNumberForm(FlaskForm):
    member_number = MemberNumberField(_l("Member number"))


class PersonForm(FlaskForm):
    email = EmailField(_l("E-mail address"))


class CodeForm(FlaskForm):
    code = CodeField(_l("Confirmation code"))
