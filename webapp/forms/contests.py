"""The forms of contests: what an employer says, and what the office answers."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import FileField, SelectField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # not in its stubs

from webapp.domain.contests import ContestReason, ContestVerdict
from webapp.forms.fields import LongTextField, TypedField
from webapp.forms.staff_desk import ChoiceField

LONGEST_WORDS = 1_000
# Beyond it neither database keeps a number exactly.
LARGEST_ID = 2**53


class TickedDuesField(TypedField):
    """The amounts whose boxes are ticked, by their ids; what cannot be one is left out."""

    def __init__(self, label: Any = None, *, at_least_one: bool = True, **more: Any) -> None:
        super().__init__(label, **more)
        self.at_least_one = at_least_one

    def process_formdata(self, valuelist: list[str]) -> None:
        self.data = None
        if valuelist:
            self.data = self._ids(valuelist)

    def read(self, text: str) -> frozenset[int]:
        return self._ids([text])

    def _ids(self, sent: list[str]) -> frozenset[int]:
        found = {int(one) for one in sent if one.isascii() and one.isdigit() and len(one) < 17}
        ids = frozenset(one for one in found if one <= LARGEST_ID)
        if self.at_least_one and not ids:
            raise ValueError(_("Please tick at least one amount."))
        return ids


class ContestForm(FlaskForm):
    due = TickedDuesField(_l("Which amounts do you contest?"))
    reason = ChoiceField(_l("Why you contest"), ContestReason)
    words = LongTextField(_l("What is wrong, in your words"), longest=LONGEST_WORDS)
    evidence = FileField(_l("Evidence (optional)"))


class ContestAnswerForm(FlaskForm):
    verdict = ChoiceField(_l("What was found"), ContestVerdict)
    due = TickedDuesField(
        _l("If the employer is right: which amounts are not owed?"), at_least_one=False
    )
    outcome = SelectField(
        _l("What was debited of it"),
        choices=[
            SelectChoice("credit", _l("Set against the employer's next debit")),
            SelectChoice("refund", _l("Paid back, after a second person has agreed")),
        ],
    )
    answer = LongTextField(_l("Answer to the employer"), longest=LONGEST_WORDS)

    def validate(self, extra_validators: object = None) -> bool:
        fine = bool(super().validate(extra_validators))
        if self.verdict.data is ContestVerdict.UPHELD and not self.due.data:
            self.due.errors = [_("Please tick the amounts that are not owed.")]
            return False
        return fine

    @property
    def upheld(self) -> frozenset[int]:
        """Of the valid form: the amounts that are not owed."""
        return self.due.data if self.verdict.data is ContestVerdict.UPHELD else frozenset()
