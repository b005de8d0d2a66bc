"""The form of a new term: how often and where an employer declares, from which month on."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms.validators import ValidationError

from webapp.domain.declaring import DeclaringPlace, Term
from webapp.domain.period import Period, Periodicity
from webapp.forms.fields import TypedField
from webapp.forms.staff_desk import ChoiceField


class MonthField(TypedField):
    """A month by its code; the view says which there are."""

    known: Collection[Period] = ()

    def read(self, text: str) -> str:
        return text

    def pre_validate(self, form: Any) -> None:
        if self.data not in {month.code for month in self.known}:
            raise ValidationError(_("Please choose one of the list."))


class TermForm(FlaskForm):
    from_month = MonthField(_l("From the month of"))
    periodicity = ChoiceField(_l("How often they declare"), Periodicity)
    where = ChoiceField(_l("Where they declare"), DeclaringPlace)

    def term(self) -> Term:
        """Of the valid form: the new term."""
        return Term(self.from_month.data, self.periodicity.data, self.where.data)
