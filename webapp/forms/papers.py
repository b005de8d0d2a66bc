"""The forms of the desk's queues: scans, refusals, answers, careful banks."""

from __future__ import annotations

from collections.abc import Sequence

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import FileField, SelectField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # not in its stubs

from webapp.domain.bank_refusals import BankRefusal
from webapp.domain.text import typed
from webapp.forms.fields import LongTextField, TypedField
from webapp.forms.staff_desk import ChoiceField

LONGEST_ANSWER = 1_000
LONGEST_WAIT = 365


class ScanForm(FlaskForm):
    scan = FileField(_l("Scan of the stamped paper"))


class RefusalForm(FlaskForm):
    why = ChoiceField(_l("Why the bank does not confirm it"), BankRefusal)


class AnswerForm(FlaskForm):
    verdict = SelectField(
        _l("What was done"),
        choices=[
            SelectChoice("done", _l("It was corrected")),
            SelectChoice("refused", _l("It was not corrected")),
        ],
    )
    answer = LongTextField(_l("Answer to the employer"), longest=LONGEST_ANSWER)


class DaysField(TypedField):
    """How many days; 0 or nothing for a bank that asks no more."""

    def read(self, text: str) -> int:
        figure = typed(text) or "0"
        if not figure.isascii() or not figure.isdigit() or int(figure[:9]) > LONGEST_WAIT:
            raise ValueError(_("Please enter a number of days up to 365; 0 to ask no more."))
        return int(figure)


class BankForm(FlaskForm):
    bank = SelectField(_l("Bank"))
    days = DaysField(_l("Days until the paper should be back"))

    def offer(self, banks: Sequence[tuple[str, str]]) -> None:
        """The banks that there are."""
        self.bank.choices = [
            SelectChoice(code, f"{code} – {name}", {"lang": ""}) for code, name in banks
        ]
