"""The windows of freezing: the debits of one channel and day, and until when they may leave."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, exists, select, union
from sqlalchemy.orm import Session, aliased

from webapp.domain.calendar import BankCalendar
from webapp.domain.due_dates import cut_off
from webapp.domain.statuses import BankFileStatus, DebitStatus
from webapp.models import BankFile, Channel, Debit, Mandate
from webapp.services.transactions import transaction
from webapp.services.working_day import WorkingDay


@dataclass(frozen=True, slots=True)
class Window:
    """The debits of one channel and collection day that may be frozen now."""

    channel: Row[*tuple[Any, ...]]
    collect_on: date

    def is_open(self, day: WorkingDay) -> bool:
        """Whether the day of the cut-off is near enough."""
        ahead = self.channel.lead_days + day.rules.freeze_ahead_bank_days
        return day.today >= day.calendar.subtract_bank_days(self.collect_on, ahead)

    def cut_off(self, calendar: BankCalendar) -> datetime:
        """The last instant at which these debits may leave for the bank."""
        return cut_off(self.collect_on, self.channel.lead_days, self.channel.cut_off, calendar)


def open_windows(session: Session, day: WorkingDay) -> list[Window]:
    """The channels and days near enough to be frozen, oldest first.

    Those that hold announced debits, and those of which a file was begun and not finished.
    """
    announced = (
        select(Debit.collect_on, Mandate.channel_id)
        .join(Mandate, Mandate.id == Debit.mandate_id)
        .where(Debit.status == DebitStatus.ANNOUNCED)
    )
    begun = select(BankFile.collect_on, BankFile.channel_id).where(
        BankFile.status == BankFileStatus.FILLING
    )
    either = union(announced, begun).subquery()
    with transaction(session):
        channels = {row.id: row for row in session.execute(select(Channel.__table__))}
        found = session.execute(
            select(either.c.collect_on, either.c.channel_id).order_by(*either.c)
        ).all()
    windows = [Window(channels[channel_id], collect_on) for collect_on, channel_id in found]
    return [window for window in windows if window.is_open(day)]


def inside(window: Window) -> ColumnElement[bool]:
    """The debits of the window."""
    through = aliased(Mandate)
    mine = exists().where(through.id == Debit.mandate_id, through.channel_id == window.channel.id)
    return and_(Debit.collect_on == window.collect_on, mine)
