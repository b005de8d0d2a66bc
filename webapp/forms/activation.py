"""The form of the one step, and what every form that is signed has: quality, tick and code."""

from __future__ import annotations

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, SelectField, SelectMultipleField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # not in its stubs

from webapp.forms.fields import AccountField, CodeField, MoneyField, Ticked

# As what somebody signs: the words of `SignatoryQuality`, and what they are called.
QUALITIES = {
    "owner": _l("owner of the enterprise"),
    "manager": _l("manager of the enterprise"),
    "proxy": _l("holder of a power of attorney"),
}


def ceiling_is_fine(ceiling: MoneyField) -> bool:
    """Whether a ceiling that could be read is one; the field says if not."""
    if ceiling.data == 0:
        ceiling.errors = [_("A ceiling is above zero; leave it empty for none.")]
    return bool(ceiling.data != 0)


class SigningForm(FlaskForm):
    """As what somebody signs, that they may, and the code."""

    quality = SelectField(
        _l("I sign as"),
        choices=[
            SelectChoice("", _l("Please choose")),
            *(SelectChoice(value, label) for value, label in QUALITIES.items()),
        ],
        validate_choice=False,
    )
    entitled = BooleanField(
        _l("I declare that I am entitled to sign on this account."), validators=[Ticked()]
    )
    code = CodeField(_l("Signing code"))

    def validate(self, extra_validators: object = None) -> bool:
        fine = bool(super().validate(extra_validators))
        if self.quality.data not in QUALITIES:
            self.quality.errors = [_("Please choose as what you sign.")]
            return False
        return fine


class AccountForm(SigningForm):
    """An account with an optional ceiling, to be signed."""

    account = AccountField(_l("Account number"))
    ceiling = MoneyField(_l("Ceiling per debit, in dinars"), optional=True)

    def account_is_fine(self) -> bool:
        """Check what can be checked before a code is sent: the account and the ceiling."""
        return all([self.account.validate(self), self._ceiling_is_fine()])

    def _ceiling_is_fine(self) -> bool:
        return bool(self.ceiling.validate(self)) and ceiling_is_fine(self.ceiling)

    def validate(self, extra_validators: object = None) -> bool:
        fine = bool(super().validate(extra_validators))
        return self._ceiling_is_fine() and fine


class ActivationForm(AccountForm):
    covers_arrears = BooleanField(_l("Also debit the amounts that are overdue"))


class AccountChangeForm(AccountForm):
    covers_arrears = BooleanField(_l("Also debit the amounts that are overdue"))
    old_account_is_dead = BooleanField(_l("The old account no longer works"))


class ExceptionForm(AccountForm):
    """The worksites are boxes of the page, chosen by their code."""

    worksites = SelectMultipleField(_l("Worksites"), validate_choice=False)


class CeilingForm(SigningForm):
    ceiling = MoneyField(_l("Ceiling per debit, in dinars"), optional=True)

    def ceiling_is_fine(self) -> bool:
        return bool(self.ceiling.validate(self)) and ceiling_is_fine(self.ceiling)
