"""Fields that read what people type by the rules of domain, and keep it as it was typed."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import Field
from wtforms.validators import DataRequired, ValidationError
from wtforms.widgets import TextArea, TextInput

from webapp.domain.errors import AccountLength, InvalidInput
from webapp.domain.member_number import parse_member_number
from webapp.domain.money import parse_amount
from webapp.domain.rib import Rib
from webapp.domain.text import clean_name, typed
from webapp.forms.messages import sentence_for

LONGEST_TYPED = 200
ADDRESS = re.compile(r"(?=.{6,254}$)[a-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[a-z0-9-]+(\.[a-z0-9-]+)+")


def as_typed(centimes: int) -> str:
    """An amount as somebody types it into a MoneyField."""
    dinars, rest = divmod(centimes, 100)
    return f"{dinars},{rest:02d}"


class TypedField(Field):
    """A field whose text becomes a value of domain; `data` is None while it is not one."""

    widget: Any = TextInput()
    data: Any
    longest_typed: int = LONGEST_TYPED

    def __init__(self, label: Any = None, validators: list[Any] | None = None, **more: Any) -> None:
        super().__init__(label, validators, **more)
        self.typed = ""
        self.wrong_code = InvalidInput.code  # what is wrong, for programs

    def process_formdata(self, valuelist: list[str]) -> None:
        self.data = None
        if not valuelist:
            return
        self.typed = valuelist[0]
        if len(self.typed) > self.longest_typed:
            raise ValueError(_("This is too long."))
        try:
            self.data = self.read(self.typed)
        except InvalidInput as error:
            self.wrong_code = error.code
            raise ValueError(sentence_for(error)) from error

    def pre_validate(self, form: Any) -> None:
        """A field that was not sent at all is as empty as one that was sent empty."""
        if self.data is None and not self.raw_data:
            try:
                self.data = self.read("")
            except InvalidInput as error:
                raise ValidationError(sentence_for(error)) from error
            except ValueError as error:
                raise ValidationError(str(error)) from error

    def read(self, text: str) -> Any:
        """The value of what was typed. Raises InvalidInput, or ValueError with its message."""
        raise NotImplementedError

    def _value(self) -> str:
        return self.typed


class MemberNumberField(TypedField):
    def read(self, text: str) -> str | None:
        if not typed(text):
            raise ValueError(_("Please enter your member number."))
        return parse_member_number(text)


class AccountField(TypedField):
    def read(self, text: str) -> Rib:
        if not typed(text):
            raise AccountLength(digits=0)
        return Rib.parse(text)


class CodeField(TypedField):
    """Six digits, however they are spaced and on whatever keyboard."""

    def read(self, text: str) -> str:
        code = re.sub(r"[\s-]", "", typed(text))
        if not code:
            raise ValueError(_("Please enter the code that you received."))
        if not re.fullmatch("[0-9]{6}", code):
            raise ValueError(_("The code has six digits."))
        return code


class MoneyField(TypedField):
    """An amount of dinars, in centimes. With `optional`, an empty field is no amount."""

    def __init__(self, label: Any = None, *, optional: bool = False, **more: Any) -> None:
        super().__init__(label, **more)
        self.optional = optional

    def read(self, text: str) -> int | None:
        if self.optional and not typed(text):
            return None
        return parse_amount(text)


class DayField(TypedField):
    """A day, as a browser's calendar sends it or as people write it: 2026-11-30 or 30/11/2026."""

    def __init__(self, label: Any = None, *, optional: bool = False, **more: Any) -> None:
        super().__init__(label, **more)
        self.optional = optional

    def read(self, text: str) -> date | None:
        written = typed(text)
        if self.optional and not written:
            return None
        found = re.fullmatch(r"([0-9]{4})-([0-9]{2})-([0-9]{2})", written)
        year, month, day = found.groups() if found else ("", "", "")
        if not found:
            found = re.fullmatch(r"([0-9]{1,2})[/.-]([0-9]{1,2})[/.-]([0-9]{4})", written)
            day, month, year = found.groups() if found else ("", "", "")
        try:
            return date(int(year), int(month), int(day))
        except ValueError as error:
            raise ValueError(_("Please enter a day like 30/11/2026.")) from error

    def _value(self) -> str:
        """A browser's calendar shows a day only as it would have sent it."""
        return self.data.isoformat() if isinstance(self.data, date) else self.typed


class NameField(TypedField):
    """A name of at most `longest` characters, cleaned of what does not belong in one."""

    def __init__(self, label: Any = None, *, longest: int, **more: Any) -> None:
        super().__init__(label, **more)
        self.longest = longest

    def read(self, text: str) -> str:
        name = clean_name(text)
        if not name:
            raise ValueError(_("Please enter a name."))
        if len(name) > self.longest:
            raise ValueError(_("This name is too long."))
        return name


class EmailField(TypedField):
    """One plain e-mail address, in small letters."""

    def read(self, text: str) -> str:
        address = typed(text).lower()
        if not address:
            raise ValueError(_("Please enter an e-mail address."))
        if not ADDRESS.fullmatch(address):
            raise ValueError(_("This is not an e-mail address. Please check it."))
        return address


class LongTextField(TypedField):
    """Some sentences of at most `longest` characters."""

    widget = TextArea()

    def __init__(self, label: Any = None, *, longest: int, **more: Any) -> None:
        super().__init__(label, **more)
        self.longest = longest

    def read(self, text: str) -> str:
        said = "\n".join(typed(line) for line in text.splitlines()).strip()
        if not said:
            raise ValueError(_("Please say it in a few words."))
        return said

    def process_formdata(self, valuelist: list[str]) -> None:
        self.data = None
        if valuelist:
            self.typed = valuelist[0]
            if len(self.typed) > self.longest:
                raise ValueError(_("This is too long."))
            self.data = self.read(self.typed)


class Ticked(DataRequired):
    """The box must be ticked: it starts empty and nobody ticks it but the person."""

    def __init__(self) -> None:
        super().__init__(message=_l("Please tick this box to go on."))
