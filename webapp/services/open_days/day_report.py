"""The report of one day of open days, or of all their days."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy.orm import Session

from webapp.domain.errors import NotFound
from webapp.domain.moment import Moment
from webapp.domain.roles import Scope
from webapp.services.open_days.campaign_list import CampaignPage, find_campaign
from webapp.services.open_days.case_figures import CaseFigures, count_cases
from webapp.services.transactions import reading
from webapp.services.working_day import WorkingDay


@dataclass(frozen=True, slots=True)
class DayReport:
    """What came of open days on a day, or without one on all their days so far."""

    campaign: CampaignPage
    on: date | None
    figures: CaseFigures


def read_day_report(
    session: Session,
    day: WorkingDay,
    scope: Scope,
    staff_id: int,
    reference: str,
    on: date | None,
) -> DayReport:
    """The report of open days that somebody may see.

    Raises NotFound for others, and for a day that is none of theirs or still to come.
    """
    with reading(session):
        campaign = find_campaign(session, scope, staff_id, reference)
        if on is not None and on not in days_of(campaign, day.today):
            raise NotFound(kind="day", reference=str(on))
        span = None if on is None else (on, on)
        return DayReport(campaign, on, count_cases(session, campaign.row.id, span))


def days_of(campaign: CampaignPage, today: date) -> list[date]:
    """The days of open days until today, or until they were ended."""
    row = campaign.row
    ended_on = today if row.ended_at is None else Moment.at(row.ended_at).today
    last = min(row.ends_on, today, ended_on)
    return [row.begins_on + timedelta(days=n) for n in range((last - row.begins_on).days + 1)]
