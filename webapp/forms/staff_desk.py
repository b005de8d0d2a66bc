"""The forms of the staff's work: finding employers, their contacts, members, events."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField
from wtforms.validators import ValidationError
from wtforms.widgets import DateInput

from webapp.domain.account_reasons import AccountReason
from webapp.domain.contacts import read_email, read_phone
from webapp.domain.roles import ROLES_OF_AN_AGENCY, Role
from webapp.domain.text import clean_name, typed
from webapp.forms.fields import NameField, Ticked, TypedField
from webapp.forms.staff import StaffEmailField

LONGEST_NAME = 140
LONGEST_SEARCH = 140
COUNTRY = "0"


class SearchField(TypedField):
    def read(self, text: str) -> str:
        wanted = clean_name(text)
        if not wanted:
            raise ValueError(_("Please enter a number or a name."))
        return wanted[:LONGEST_SEARCH]


class ChoiceField(TypedField):
    """One of the words of an enum; the template writes each as it is called."""

    def __init__(self, label: Any, words: type[StrEnum], **more: Any) -> None:
        super().__init__(label, **more)
        self.words = words

    def read(self, text: str) -> StrEnum:
        try:
            return self.words(text)
        except ValueError:
            raise ValueError(_("Please choose one of the list.")) from None


class AgencyField(TypedField):
    """An agency by its id, or the whole country; the view says which there are."""

    known: frozenset[int] = frozenset()

    def read(self, text: str) -> int | None:
        if text == COUNTRY:
            return None
        if text.isascii() and text.isdigit():
            return int(text)
        raise ValueError(_("Please choose one of the list."))

    def pre_validate(self, form: Any) -> None:
        if self.data is not None and self.data not in self.known:
            raise ValidationError(_("Please choose one of the list."))


class DayField(TypedField):
    """A day, as browsers send it."""

    widget = DateInput()

    def __init__(self, label: Any = None, *, optional: bool = False, **more: Any) -> None:
        super().__init__(label, **more)
        self.optional = optional

    def read(self, text: str) -> date | None:
        if not typed(text) and self.optional:
            return None
        try:
            return date.fromisoformat(typed(text))
        except ValueError:
            raise ValueError(_("Please choose a day.")) from None


class WordsField(TypedField):
    """Any words, or none."""

    def read(self, text: str) -> str:
        return clean_name(text)


class PhoneField(TypedField):
    def read(self, text: str) -> str:
        try:
            return read_phone(text)
        except ValueError:
            raise ValueError(_("This is not a mobile number of Algeria.")) from None


class EmailField(TypedField):
    def read(self, text: str) -> str:
        try:
            return read_email(text)
        except ValueError:
            raise ValueError(_("This is not an e-mail address.")) from None


class SearchForm(FlaskForm):
    wanted = SearchField(_l("Member number, NIF or name"))


class ReasonForm(FlaskForm):
    reason = ChoiceField(_l("Why do you need the number?"), AccountReason)


class ContactForm(FlaskForm):
    phone = PhoneField(_l("Mobile number"))
    email = EmailField(_l("E-mail address"))
    checked = BooleanField(_l("I have checked the identity of the person who asks."), [Ticked()])

    def validate(self, extra_validators: Any = None) -> bool:
        good = bool(super().validate(extra_validators))
        if good and not self.phone.data and not self.email.data:
            self.phone.errors = [_("Please enter a mobile number or an e-mail address.")]
            return False
        return good


class PostForm(FlaskForm):
    role = ChoiceField(_l("Role"), Role)
    agency = AgencyField(_l("Agency"))

    def agency_id(self) -> int | None:
        """Only who serves employers is bound to an agency."""
        return self.agency.data if self.role.data in ROLES_OF_AN_AGENCY else None


class Language(StrEnum):
    """In which the invitation is written."""

    ARABIC = "ar"
    FRENCH = "fr"


class InviteForm(PostForm):
    name = NameField(_l("First name and surname"), longest=LONGEST_NAME)
    email = StaffEmailField(_l("E-mail address"))
    speaks = ChoiceField(_l("Language of the messages"), Language)


class EventsForm(FlaskForm):
    who = WordsField(_l("Who acted"))
    about = WordsField(_l("About what"))
    what = WordsField(_l("What was done"))
    since = DayField(_l("From"), optional=True)
    until = DayField(_l("Until"), optional=True)


class BreachForm(FlaskForm):
    who = SearchField(_l("Account that was misused"))
    since = DayField(_l("From"))
    until = DayField(_l("Until"))

    def validate(self, extra_validators: Any = None) -> bool:
        good = bool(super().validate(extra_validators))
        if good and self.since.data > self.until.data:
            self.until.errors = [_("This day is before the first one.")]
            return False
        return good
