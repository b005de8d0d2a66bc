"""The forms of an employer's own affairs: who acts for it, where messages go, what is wrong."""

from __future__ import annotations

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, SelectField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # not in its stubs

from webapp.forms.fields import EmailField, LongTextField, NameField
from webapp.forms.staff_desk import SearchField

LONGEST_NAME = 140
LONGEST_WISH = 1_000
LANGUAGES = [
    SelectChoice("ar", "العربية", {"lang": "ar"}),
    SelectChoice("fr", "Français", {"lang": "fr"}),
]


class DelegateForm(FlaskForm):
    name = NameField(_l("Name of the person"), longest=LONGEST_NAME)
    email = EmailField(_l("Their e-mail address"))
    may_sign = BooleanField(
        _l(
            "This person may also sign for me: give, change, suspend and revoke the debit "
            "authorisation."
        )
    )


class FindMineForm(FlaskForm):
    wanted = SearchField(_l("Member number or name"))


class ApiKeyForm(FlaskForm):
    name = NameField(_l("Name of the software"), longest=LONGEST_NAME)
    may_file = BooleanField(_l("It may file declarations for me."))
    may_read = BooleanField(_l("It may read my declarations and my debits."), default=True)

    def validate(self, extra_validators: object = None) -> bool:
        fine = bool(super().validate(extra_validators))
        if not self.may_file.data and not self.may_read.data:
            self.may_file.errors = [_("Please choose what it may do.")]
            return False
        return fine


class SettingsForm(FlaskForm):
    codes = SelectField(_l("Codes"))
    notices = SelectField(_l("Notices and other messages"))
    tongue = SelectField(_l("Language of messages"), choices=LANGUAGES)
    quiet = BooleanField(_l("Quiet mode: only what the law and the debit need."))
    looks = BooleanField(
        _l("Tell me each time an agent of the fund has my whole account number shown.")
    )


class CalendarFeedForm(FlaskForm):
    texts = SelectField(_l("Language of the calendar"), choices=LANGUAGES)


class CorrectionForm(FlaskForm):
    subject = SelectField(
        _l("What is wrong"),
        choices=[
            SelectChoice("name", _l("The name of the enterprise")),
            SelectChoice("signatory", _l("The signatory")),
            SelectChoice("contact", _l("The phone number or e-mail address")),
            SelectChoice("identifiers", _l("The member number or tax number")),
            SelectChoice("worksites", _l("The worksites")),
            SelectChoice("other", _l("Something else")),
        ],
    )
    wish = LongTextField(_l("What it should be"), longest=LONGEST_WISH)
