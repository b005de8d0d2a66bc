"""The collection days of what nobody was told of, as the bank calendar gives them now."""

from __future__ import annotations

from datetime import date, timedelta

from sqlalchemy import ColumnElement, and_, exists, or_, select, update
from sqlalchemy.orm import Session

from webapp.domain.due_dates import collection_day, filing_deadline
from webapp.domain.period import Period
from webapp.domain.statuses import DebitStatus, DueStatus
from webapp.models import Debit, DebitLine, Due, DueKind
from webapp.services.transactions import transaction
from webapp.services.working_day import WorkingDay

# A collection day is this many calendar days before the end of its term at most.
LONGEST_REST = timedelta(days=15)
NEVER_TOLD = and_(Debit.status == DebitStatus.PLANNED, Debit.notice_version == 0)


def move_collection_days(session: Session, day: WorkingDay) -> None:
    """Of what nobody was told of: the collection day that the calendar gives it now.

    A declared amount's is that of its period. An assessed one's rolls back from a closed day. An
    instalment keeps the day that its employer accepted: it is debited on the bank day after it.
    """
    in_debit = exists().where(
        DebitLine.due_id == Due.id,
        DebitLine.freed_at.is_(None),
        Debit.id == DebitLine.debit_id,
        NEVER_TOLD,
    )
    untold = or_(Due.status == DueStatus.OPEN, and_(Due.status == DueStatus.SCHEDULED, in_debit))
    soon = Due.collect_from_on >= day.today - LONGEST_REST
    declared = Due.revision.is_not(None)
    live = Due.status.in_([DueStatus.OPEN, DueStatus.SCHEDULED])
    with transaction(session):
        codes = session.scalars(select(Due.period).where(live, declared, soon).distinct()).all()
        for code in codes:
            period = Period.parse(code)
            collected = collection_day(period, day.calendar, day.rules)
            deadline = filing_deadline(period, day.calendar, day.rules)
            mine = and_(Due.period == code, declared, soon)
            _set(session, and_(mine, untold, Due.collect_from_on != collected), collected)
            session.execute(
                update(Due)
                .where(mine, live, Due.legal_due_on < deadline)
                .values(legal_due_on=deadline)
                .execution_options(synchronize_session=False)
            )
        others = and_(~declared, untold, Due.kind != DueKind.INSTALMENT)
        later = Due.collect_from_on > day.today
        days = session.scalars(select(Due.collect_from_on).where(others, later).distinct()).all()
        for on in days:
            if not day.calendar.is_bank_day(on):
                here = and_(others, Due.collect_from_on == on)
                _set(session, here, day.calendar.previous_bank_day(on))


def _set(session: Session, dues: ColumnElement[bool], collect_from_on: date) -> None:
    session.execute(
        update(Due)
        .where(dues)
        .values(collect_from_on=collect_from_on)
        .execution_options(synchronize_session=False)
    )
