"""Closing devices of the fund: many at once, with the event of each."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import ColumnElement, update
from sqlalchemy.orm import Session

from webapp.models import Device, Subject
from webapp.services.events import record
from webapp.services.working_day import WorkingDay


def close_devices(
    session: Session, day: WorkingDay, *conditions: ColumnElement[bool], cause: str
) -> Sequence[int]:
    """Close every open device that meets the conditions; return the ids of those that closed.

    Inside the caller's transaction.
    """
    ids = session.scalars(
        update(Device)
        .where(Device.closed_at.is_(None), *conditions)
        .values(closed_at=day.now, called_at=None)
        .returning(Device.id)
        .execution_options(synchronize_session=False)
    ).all()
    record(session, day, Subject.DEVICE, ids, None, "device_closed", cause)
    return ids
