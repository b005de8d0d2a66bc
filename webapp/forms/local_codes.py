"""The form of a bank's own reason code: whose it is, how it is written, what it means."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import SelectField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # not in its stubs
from wtforms.validators import ValidationError

from webapp.data.loader import load_reasons
from webapp.domain.local_codes import read_local_code
from webapp.forms.fields import TypedField

Offered = Sequence[tuple[str, str]]  # values with what they are called


class LocalCodeField(TypedField):
    def read(self, text: str) -> str:
        return read_local_code(text, load_reasons())


class OfferedField(SelectField):
    """One of the values that were offered; none is chosen from the start."""

    offered: frozenset[str] = frozenset()

    def __init__(self, label: Any, **more: Any) -> None:
        super().__init__(label, validate_choice=False, **more)

    def offer(self, values: Offered, language: str) -> None:
        """These values, called so in the language of the page."""
        choices = [SelectChoice(value, called, {"lang": language}) for value, called in values]
        self.offered = frozenset(value for value, _called in values)
        self.choices = [SelectChoice("", _("Please choose")), *choices]

    def pre_validate(self, form: Any) -> None:
        if self.data not in self.offered:
            raise ValidationError(_("Please choose one of the list."))


class LocalCodeForm(FlaskForm):
    channel = OfferedField(_l("Institution"))
    code = LocalCodeField(_l("Code as the bank writes it"))
    means = OfferedField(_l("Code of the standard that it means"))

    def fill(self, channel: str, code: str, means: str) -> None:
        """Start from a code that was told, or from one with its meaning."""
        self.channel.data, self.code.typed, self.means.data = channel, code, means


class RemoveCodeForm(FlaskForm):
    """Nothing is typed: what follows is read and confirmed."""
