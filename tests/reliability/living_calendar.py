"""What the office does to the bank calendar, and what must hold whenever it does."""

from __future__ import annotations

from datetime import date, timedelta

from sqlalchemy import select

from tests.reliability.ground import Ground
from webapp.domain.calendar import RestDay
from webapp.domain.statuses import DebitStatus
from webapp.models import ClosedDay, Debit
from webapp.services.closed_days import close_day, open_day
from webapp.services.replanning import Replanned, replan
from webapp.services.working_day import WorkingDay

WITHOUT_A_FILE = (DebitStatus.PLANNED, DebitStatus.ANNOUNCED)


class LivingCalendar(Ground):
    """Days are closed and opened while debits are on their way."""

    def close_a_day(self, ahead: int) -> None:
        day = RestDay(self.today + timedelta(days=ahead), "عطلة", "Fermeture", estimated=False)
        self._change(close_day(self.session, self.day("staff:1"), day))

    def open_a_day(self, pick: int) -> None:
        coming = self.all(
            select(ClosedDay.day)
            .where(ClosedDay.day >= self.today, ClosedDay.day <= self.today + timedelta(days=60))
            .order_by(ClosedDay.day)
        )
        if coming:
            day = coming[pick % len(coming)]
            self._change(open_day(self.session, self.day("staff:1"), day))

    def _change(self, working: WorkingDay) -> None:
        self.calendar = working.calendar
        before = self._told()
        replan(self.session, working)
        after = self._told()
        for id_, told in before.items():
            assert id_ not in after or after[id_] >= told, f"debit {id_} moved earlier"
        coming = select(Debit.collect_on).where(
            Debit.status.in_(WITHOUT_A_FILE), Debit.collect_on >= self.today
        )
        assert all(map(self.calendar.is_bank_day, self.all(coming)))
        assert replan(self.session, working) == Replanned(), "a second time moves something"

    def _told(self) -> dict[int, date]:
        """The days that employers were told of, of what has not left for a bank."""
        rows = self.session.execute(
            select(Debit.id, Debit.collect_on).where(
                Debit.notice_version > 0, Debit.status.in_([*WITHOUT_A_FILE, DebitStatus.FROZEN])
            )
        ).all()
        self.session.rollback()
        return {row.id: row.collect_on for row in rows}
