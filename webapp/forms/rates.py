"""The forms of rates: contributions from the first of a month on, and what being late costs."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm

from webapp.domain.contributions import ContributionRates
from webapp.domain.late import LateKind, LateRates
from webapp.domain.rates import parse_rate
from webapp.forms.fields import DayField, TypedField
from webapp.forms.staff_desk import ChoiceField


class RateField(TypedField):
    """A percentage, in hundred-thousandths."""

    def read(self, text: str) -> int:
        return parse_rate(text)


class RatesForm(FlaskForm):
    valid_from = DayField(_l("First day, the first of a month"))
    leave = RateField(_l("Paid leave, in percent"))
    weather_employer = RateField(_l("Bad weather, employer's share, in percent"))
    weather_worker = RateField(_l("Bad weather, workers' share, in percent"))

    def rates(self) -> ContributionRates:
        """Of the valid form: the new rates."""
        return ContributionRates(
            self.valid_from.data,
            self.leave.data,
            self.weather_employer.data,
            self.weather_worker.data,
        )


class LateRuleForm(FlaskForm):
    kind = ChoiceField(_l("For what"), LateKind)
    valid_from = DayField(_l("For what is legally due from this day on"))
    at_once = RateField(_l("At once, in percent"))
    monthly = RateField(_l("Then for each month, in percent"))

    def rule(self) -> LateRates:
        """Of the valid form: the new rule."""
        return LateRates(
            self.kind.data.value, self.valid_from.data, None, self.at_once.data, self.monthly.data
        )
