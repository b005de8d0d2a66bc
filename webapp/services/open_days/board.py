"""The live board of open days: what has been reached today, read at a glance from afar."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from webapp.domain.errors import NotFound
from webapp.models import Campaign
from webapp.services.open_days.case_figures import CaseFigures, count_cases
from webapp.services.transactions import reading
from webapp.services.working_day import WorkingDay


@dataclass(frozen=True, slots=True)
class Board:
    """The figures of one day of open days, and the instant at which they are true.

    Without names it is of all open days of the country.
    """

    name_ar: str
    name_fr: str
    read_at: datetime
    figures: CaseFigures


def read_board(session: Session, day: WorkingDay, campaign_id: int) -> Board:
    """Today's figures of open days; who may see them the caller has found out. Raises NotFound."""
    with reading(session):
        campaign = session.execute(
            select(Campaign.name_ar, Campaign.name_fr).where(Campaign.id == campaign_id)
        ).first()
        if campaign is None:
            raise NotFound(kind="campaign", reference=str(campaign_id))
        figures = count_cases(session, campaign_id, (day.today, day.today))
    return Board(campaign.name_ar, campaign.name_fr, day.now, figures)


def read_board_of_all(session: Session, day: WorkingDay) -> Board:
    """Today's figures of all open days of the country, by agency."""
    with reading(session):
        figures = count_cases(session, None, (day.today, day.today))
    return Board("", "", day.now, figures)
