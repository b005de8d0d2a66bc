"""The form of the one step: the account, an optional ceiling, the declaration and the code."""

from __future__ import annotations

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField

from webapp.forms.fields import AccountField, CodeField, MoneyField, Ticked


class ActivationForm(FlaskForm):
    account = AccountField(_l("Account number"))
    ceiling = MoneyField(_l("Ceiling per debit, in dinars"), optional=True)
    covers_arrears = BooleanField(_l("Also debit the amounts that are overdue"))
    entitled = BooleanField(
        _l("I declare that I am entitled to sign on this account."), validators=[Ticked()]
    )
    code = CodeField(_l("Signing code"))

    def account_is_fine(self) -> bool:
        """Check what can be checked before a code is sent: the account and the ceiling."""
        return all([self.account.validate(self), self._ceiling_is_fine()])

    def _ceiling_is_fine(self) -> bool:
        fine: bool = self.ceiling.validate(self)
        if fine and self.ceiling.data == 0:
            self.ceiling.errors = [_("A ceiling is above zero; leave it empty for none.")]
            return False
        return fine

    def validate(self, extra_validators: object = None) -> bool:
        return bool(super().validate(extra_validators)) and self._ceiling_is_fine()
