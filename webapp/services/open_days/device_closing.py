"""Closing devices of the fund: many at once, with the event of each."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import ColumnElement, Select, exists, select, update
from sqlalchemy.orm import Session

from webapp.domain.enrolment_cases import ON_THE_DEVICE, CaseStatus
from webapp.models import Device, EnrolmentCase, HandOver, Subject, WebSession
from webapp.services.events import record
from webapp.services.open_days.case_moves import end_sessions_of, move_case
from webapp.services.transactions import transaction
from webapp.services.working_day import WorkingDay


def close_device(session: Session, day: WorkingDay, device_id: int) -> None:
    """End the shift of one device, by its agent: its cookie opens nothing any more."""
    with transaction(session):
        close_devices(session, day, Device.id == device_id, cause="shift")


def close_what_was_left(session: Session, day: WorkingDay) -> None:
    """Close what was left open on a day before: devices, and cases that no phone went on with."""
    with transaction(session):
        close_devices(session, day, Device.opened_on < day.today, cause="day_over")
        left = select(EnrolmentCase.id).where(
            EnrolmentCase.status == CaseStatus.HANDED_OVER,
            EnrolmentCase.began_at < day.now - timedelta(days=1),
        )
        for case_id in session.scalars(left).all():
            move_case(session, day, case_id, CaseStatus.ABANDONED, "day_over", ended_at=day.now)


def close_devices(
    session: Session, day: WorkingDay, *conditions: ColumnElement[bool], cause: str
) -> Sequence[int]:
    """Close every open device that meets the conditions; return the ids of those that closed.

    The sessions of employers at them end, and their open cases are abandoned. Inside the caller's
    transaction.
    """
    ids = session.scalars(
        update(Device)
        .where(Device.closed_at.is_(None), *conditions)
        .values(closed_at=day.now, called_at=None)
        .returning(Device.id)
        .execution_options(synchronize_session=False)
    ).all()
    end_sessions_of(session, day, WebSession.case_id.in_(cases_kept_on(ids)))
    left = select(EnrolmentCase.id).where(
        EnrolmentCase.device_id.in_(ids), EnrolmentCase.status.in_(ON_THE_DEVICE)
    )
    for case_id in session.scalars(left).all():
        move_case(session, day, case_id, CaseStatus.ABANDONED, "device_closed", ended_at=day.now)
    record(session, day, Subject.DEVICE, ids, None, "device_closed", cause)
    return ids


def cases_kept_on(device_ids: Sequence[int]) -> Select[int]:
    """The cases of devices whose employers' sessions are on them, and on no phone of theirs."""
    return select(EnrolmentCase.id).where(
        EnrolmentCase.device_id.in_(device_ids),
        ~exists().where(HandOver.case_id == EnrolmentCase.id, HandOver.used_at.is_not(None)),
    )
