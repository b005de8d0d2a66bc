"""The forms of the office's queues: which lines to show, and what to do with the ticked ones."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms.validators import ValidationError

from webapp.domain.member_number import parse_member_number
from webapp.domain.office_queues import BulkAct, LookNote
from webapp.domain.text import typed
from webapp.forms.fields import TypedField
from webapp.forms.staff_desk import DayField

LINES_AT_ONCE = 100


class OptionField(TypedField):
    """One of the codes or words that are offered, or none; the view says which there are.

    Each with what it is called: a name in both languages, or a word of the code.
    """

    offered: Sequence[tuple[str, object]] = ()

    def read(self, text: str) -> str:
        return text

    def pre_validate(self, form: Any) -> None:
        if self.data and not self.is_offered:
            raise ValidationError(_("Please choose one of the list."))

    @property
    def is_offered(self) -> bool:
        return self.data in [value for value, _name in self.offered]


class EmployerField(TypedField):
    """A member number, or none."""

    def read(self, text: str) -> str:
        return parse_member_number(text) if typed(text) else ""


class AskedForm(FlaskForm):
    """A form whose address holds what is asked for; what cannot be read is not asked for."""

    def said(self) -> dict[str, Any]:
        """What the fields say that can be read, by their names."""
        return {
            field.name: field.data
            for field in self
            if isinstance(field, TypedField)
            and field.data
            and not field.errors
            and (not isinstance(field, OptionField) or field.is_offered)
        }

    def asked(self) -> dict[str, str]:
        """What the address of the list says."""
        return {name: self[name].typed for name in self.said()}


class AnswersForm(AskedForm):
    bank = OptionField(_l("Bank"))
    since = DayField(_l("From"), optional=True)
    until = DayField(_l("Until"), optional=True)


class FilterForm(AskedForm):
    bank = OptionField(_l("Bank"))
    agency = OptionField(_l("Agency"))
    wilaya = OptionField(_l("Wilaya"))
    reason = OptionField(_l("Reason"))
    looked = OptionField(_l("Lines"))
    since = DayField(_l("From"), optional=True)
    until = DayField(_l("Until"), optional=True)


class BulkForm(FlaskForm):
    act = OptionField(_l("With the ticked lines"))
    note = OptionField(_l("Note"))
    member_number = EmployerField(_l("Member number of the employer"))

    def offer(self, acts: Collection[BulkAct]) -> None:
        self.act.offered = [(one.value, one) for one in acts]
        self.note.offered = [(one.value, one) for one in LookNote]

    def fits(self, ticked: int) -> bool:
        """Whether the form says all that its act needs; if not, its fields say what is missing."""
        if not ticked:
            self.act.errors = [_("Please tick at least one line.")]
        elif ticked > LINES_AT_ONCE:
            self.act.errors = [_("Please tick at most %(most)s lines at once.", most=LINES_AT_ONCE)]
        elif not self.act.data:
            self.act.errors = [_("Please choose what to do.")]
        elif self.act.data == BulkAct.LOOK and not self.note.data:
            self.note.errors = [_("Please choose a note.")]
        elif self.act.data == BulkAct.ASSIGN and not self.member_number.data:
            self.member_number.errors = [_("Please enter the member number of the employer.")]
        return not any(field.errors for field in self)

    def employer_unknown(self) -> None:
        self.member_number.errors = [_("No employer has this member number.")]
