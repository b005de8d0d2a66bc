"""Whether a debit's notice reached its employer in time: what it must tell, and by when."""

from __future__ import annotations

from datetime import date

from sqlalchemy import ColumnElement, String, and_, cast, exists, func, or_, select
from sqlalchemy.orm import aliased

from webapp.domain.due_dates import last_timely_acceptance
from webapp.models import Debit, Mandate, Notice, NoticeKind, NoticeStatus
from webapp.services.working_day import WorkingDay


def is_delivered(day: WorkingDay, collect_on: date) -> ColumnElement[bool]:
    """The debit's last notice tells this day, this account and at least this amount, in time.

    Accepted by the provider, and not come back within the bank days that it has for it. A notice
    of a move needs no more than that, where the debit had been announced in time before.
    """
    in_time = last_timely_acceptance(collect_on, day.calendar, day.rules)
    told = aliased(Mandate)
    return exists().where(
        Notice.debit_id == Debit.id,
        Notice.version == Debit.notice_version,
        # As a text that no index serves: SQLite would walk through all accepted notices for each
        # debit instead of looking up its own.
        cast(Notice.status, String) == NoticeStatus.ACCEPTED.value,
        Notice.accepted_on <= _quiet_since(day),
        or_(
            Notice.accepted_on <= in_time,
            and_(Notice.kind == NoticeKind.MOVED, was_announced(in_time)),
        ),
        Notice.collect_on == Debit.collect_on,
        Notice.amount_centimes >= Debit.amount_centimes,
        told.id == Debit.mandate_id,
        told.account_last4 == Notice.account_last4,
    )


def is_on_its_way(day: WorkingDay) -> ColumnElement[bool]:
    """The debit's last notice is of a move, and may still arrive: it is waited for, not held.

    It was told later than others, and the file may leave on a day on which that is known.
    """
    return exists().where(
        Notice.debit_id == Debit.id,
        Notice.version == Debit.notice_version,
        Notice.kind == NoticeKind.MOVED,
        or_(
            cast(Notice.status, String) == NoticeStatus.QUEUED.value,
            and_(
                cast(Notice.status, String) == NoticeStatus.ACCEPTED.value,
                Notice.accepted_on > _quiet_since(day),
            ),
        ),
    )


def _quiet_since(day: WorkingDay) -> date:
    """Of what was accepted by then it is known by now that it did not come back."""
    return day.calendar.subtract_bank_days(day.today, day.rules.delivery_bank_days)


def was_announced(in_time: date) -> ColumnElement[bool]:
    """The debit was announced by that day, on this account and for at least this amount.

    By its last notice that is not of a move: what was announced anew since began anew.
    """
    first, another, through = aliased(Notice), aliased(Notice), aliased(Mandate)
    last = (
        select(func.max(another.version))
        .where(another.debit_id == first.debit_id, another.kind != NoticeKind.MOVED)
        .correlate(first)
        .scalar_subquery()
    )
    return (
        select(first.id)
        .join(through, through.account_last4 == first.account_last4)
        .where(
            first.debit_id == Debit.id,
            first.version == last,
            cast(first.status, String) == NoticeStatus.ACCEPTED.value,
            first.accepted_on <= in_time,
            first.amount_centimes >= Debit.amount_centimes,
            through.id == Debit.mandate_id,
        )
        .correlate(Debit)
        .exists()
    )
