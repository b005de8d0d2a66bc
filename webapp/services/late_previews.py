"""What being late would add, before an employer files: the steps and amounts of the filing."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy.orm import Session

from webapp.domain.due_dates import filing_deadline
from webapp.domain.late import late_rule_for
from webapp.domain.late_dues import late_amount, late_steps
from webapp.domain.money import Centimes
from webapp.domain.period import Period
from webapp.models import DueKind
from webapp.services.late_rules import late_rules_table
from webapp.services.transactions import reading
from webapp.services.working_day import WorkingDay


@dataclass(frozen=True, slots=True)
class LateCosts:
    """What filing today adds, in centimes."""

    surcharge: Centimes
    penalty: Centimes

    @property
    def total(self) -> Centimes:
        """Both together, in centimes."""
        return Centimes(self.surcharge + self.penalty)


def late_costs(
    session: Session, day: WorkingDay, period: Period, amounts: Iterable[Centimes]
) -> LateCosts:
    """Surcharge and penalty of these contributions, one of each worksite, if they are filed today.

    Nothing up to the filing deadline. (domain notes §3)
    """
    amounts = list(amounts)
    deadline = filing_deadline(period, day.calendar, day.rules)
    with reading(session):
        rules = late_rules_table(session)

    def of(kind: DueKind) -> Centimes:
        rates = late_rule_for(kind.value, deadline, rules)
        steps = late_steps(deadline, day.today, rates) if rates else []
        return Centimes(sum(late_amount(one, step.rate) for one in amounts for step in steps))

    return LateCosts(of(DueKind.SURCHARGE), of(DueKind.PENALTY))
