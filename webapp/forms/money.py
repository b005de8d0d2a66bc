"""The forms of money that takes another way: payments made elsewhere, requests, decisions."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm

from webapp.domain.errors import InvalidPeriod
from webapp.domain.payment_ways import PaymentWay
from webapp.domain.period import Period
from webapp.domain.text import clean_name
from webapp.domain.verdicts import Verdict
from webapp.forms.fields import DayField, LongTextField, MoneyField, TypedField
from webapp.forms.staff_desk import ChoiceField

LONGEST_NUMBER = 60
LONGEST_REASON = 500
# The fund is of 1997: what is older is a typing error.
FIRST_YEAR = 1997


class NumberField(TypedField):
    """What a payment is called where it was made."""

    def read(self, text: str) -> str:
        number = clean_name(text)
        if not number:
            raise ValueError(_("Please enter the number of the payment."))
        if len(number) > LONGEST_NUMBER:
            raise ValueError(_("This is too long."))
        return number


class PeriodField(TypedField):
    """One of the periods for which something is owed, or none; the view says which there are."""

    offered: Sequence[Period] = ()

    def read(self, text: str) -> Period | None:
        if not text:
            return None
        try:
            return Period.parse(text)
        except InvalidPeriod as error:
            raise ValueError(_("Please choose one of the list.")) from error


class PaymentForm(FlaskForm):
    way = ChoiceField(_l("How it was paid"), PaymentWay)
    number = NumberField(_l("Number of the payment"))
    paid_on = DayField(_l("Day of the payment"))
    amount = MoneyField(_l("Amount in dinars"))
    period = PeriodField(_l("Period that it pays"))

    def offer(self, periods: Iterable[Period]) -> None:
        """The periods for which something is owed, each once, the latest first."""
        self.period.offered = sorted(set(periods), key=lambda one: one.first_day, reverse=True)

    def fits(self, today: date) -> bool:
        """Whether the day and the amount can be; or the fields say why not."""
        if not self.amount.data:
            self.amount.errors = [_("An amount is above zero.")]
        if self.paid_on.data > today:
            self.paid_on.errors = [_("This day has not come yet.")]
        elif self.paid_on.data.year < FIRST_YEAR:
            self.paid_on.errors = [_("This day is before the fund was created.")]
        return not (self.amount.errors or self.paid_on.errors)


class AskForm(FlaskForm):
    reason = LongTextField(_l("Reason"), longest=LONGEST_REASON)


class DecisionForm(FlaskForm):
    verdict = ChoiceField(_l("Your decision"), Verdict)
