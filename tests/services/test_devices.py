"""A device of an open day opens once by its code, and is its agent's by the PIN."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import Engine, select, update
from sqlalchemy.orm import Session

from tests import builders
from tests.services import devices
from tests.services.collecting import FILED
from tests.services.devices import PIN, RULES, V
from tests.services.people import at_once, later
from webapp.domain.errors import CodeExpired, NotFound, TooManyTries, WrongCredentials
from webapp.models import Campaign, DeviceMode, Event, StaffMember, Subject
from webapp.services.open_days.device_closing import close_device
from webapp.services.open_days.devices import (
    answer_call,
    call_agent,
    find_device,
    lock_device,
    mark_device_seen,
    open_device,
    unlock_device,
)
from webapp.services.transactions import transaction
from webapp.services.working_day import WorkingDay


@pytest.fixture
def day(office: Session) -> WorkingDay:
    return builders.working_day(office, FILED)


@pytest.fixture
def place(office: Session, day: WorkingDay) -> tuple[int, int]:
    return devices.hall(office, day)


def test_a_code_opens_one_device_for_the_shift(
    office: Session, day: WorkingDay, place: tuple[int, int]
) -> None:
    code = devices.code_for(office, day, place, DeviceMode.ASSISTED)
    token = open_device(office, day, V, RULES, code, PIN, "Firefox")
    device = devices.at(office, day, token)
    assert (device.campaign_id, device.staff_id) == place
    assert (device.mode, device.locked, device.case) == (DeviceMode.ASSISTED, False, None)
    assert device.actor == f"staff:{place[1]}"
    with pytest.raises(CodeExpired):
        open_device(office, day, V, RULES, code, PIN, "Firefox")


def test_a_wrong_code_and_one_that_is_too_old_open_nothing(
    office: Session, day: WorkingDay, place: tuple[int, int]
) -> None:
    code = devices.code_for(office, day, place, DeviceMode.ASSISTED)
    with pytest.raises(WrongCredentials):
        open_device(office, day, V, RULES, "99999999", PIN, "")
    with pytest.raises(CodeExpired):
        open_device(office, later(day, minutes=RULES.code_minutes), V, RULES, code, PIN, "")


def test_codes_cannot_be_tried_without_end(office: Session, day: WorkingDay) -> None:
    for number in range(RULES.codes_for_all.tries):
        with pytest.raises(WrongCredentials):
            open_device(office, day, V, RULES, f"{number:08}", PIN, "")
    with pytest.raises(TooManyTries):
        open_device(office, day, V, RULES, "99999999", PIN, "")


def test_of_two_devices_at_the_same_moment_the_code_opens_one(
    engine: Engine, office: Session, day: WorkingDay, place: tuple[int, int]
) -> None:
    code = devices.code_for(office, day, place, DeviceMode.ASSISTED)

    def opens(session: Session) -> bool:
        try:
            return bool(open_device(session, day, V, RULES, code, PIN, ""))
        except CodeExpired:
            return False

    assert sorted(at_once(engine, [opens, opens])) == [False, True]


@pytest.mark.parametrize("end", ["shift", "midnight", "closed", "campaign ended", "agent left"])
def test_a_device_is_one_no_more(
    office: Session, day: WorkingDay, place: tuple[int, int], end: str
) -> None:
    token = devices.opened(office, day, place=place)
    when = day.now
    if end == "shift":
        when += timedelta(hours=RULES.shift_hours)
    elif end == "midnight":
        when += timedelta(hours=16)
    elif end == "closed":
        close_device(office, day, devices.at(office, day, token).id)
    elif end == "campaign ended":
        office.execute(update(Campaign).values(ended_at=day.now))
    else:
        office.execute(
            update(StaffMember).where(StaffMember.id == place[1]).values(left_at=day.now)
        )
    office.commit()
    found = find_device(office, when, RULES, token)
    assert found is None or found.expired


def test_the_pin_alone_gives_a_tablet_back(office: Session, day: WorkingDay) -> None:
    token = devices.opened(office, day)
    with transaction(office):
        lock_device(office, day, devices.at(office, day, token).id)
    device = devices.at(office, day, token)
    assert device.locked
    with pytest.raises(WrongCredentials):
        unlock_device(office, day, V, RULES, device, "0000")
    assert devices.at(office, day, token).locked
    unlock_device(office, day, V, RULES, device, PIN)
    assert not devices.at(office, day, token).locked


def test_the_pin_of_one_device_is_none_of_another(office: Session, day: WorkingDay) -> None:
    place = devices.hall(office, day)
    code = devices.code_for(office, day, place, DeviceMode.ASSISTED)
    other = devices.at(office, day, open_device(office, day, V, RULES, code, "135790", ""))
    with pytest.raises(WrongCredentials):
        unlock_device(office, day, V, RULES, other, PIN)


def test_pins_cannot_be_tried_without_end(office: Session, day: WorkingDay) -> None:
    device = devices.at(office, day, devices.opened(office, day))
    for number in range(RULES.pins_per_device.tries):
        with pytest.raises(WrongCredentials):
            unlock_device(office, day, V, RULES, device, f"{number:04}")
    with pytest.raises(TooManyTries):
        unlock_device(office, day, V, RULES, device, PIN)


def test_right_pins_are_not_counted(office: Session, day: WorkingDay) -> None:
    device = devices.at(office, day, devices.opened(office, day))
    for _ in range(2 * RULES.pins_per_device.tries):
        unlock_device(office, day, V, RULES, device, PIN)


def test_who_waits_calls_and_is_answered(office: Session, day: WorkingDay) -> None:
    token = devices.opened(office, day, DeviceMode.SELF_SERVICE)
    device = devices.at(office, day, token)
    call_agent(office, day, device.id)
    assert devices.at(office, day, token).called_at == day.now
    elsewhere = devices.at(office, day, devices.opened(office, day))
    with pytest.raises(NotFound):
        answer_call(office, day, elsewhere.campaign_id, device.reference)
    answer_call(office, day, device.campaign_id, device.reference)
    assert devices.at(office, day, token).called_at is None
    told = office.scalars(
        select(Event.target).where(Event.subject == Subject.DEVICE).order_by(Event.id)
    ).all()
    assert told == ["opened", "called", "opened", "answered"]


def test_a_device_says_that_it_is_alive_now_and_then(office: Session, day: WorkingDay) -> None:
    token = devices.opened(office, day)
    soon, then = later(day, seconds=10), later(day, seconds=40)
    mark_device_seen(office, soon.now, devices.at(office, soon, token))
    assert devices.at(office, soon, token).seen_at == day.now
    mark_device_seen(office, then.now, devices.at(office, then, token))
    assert devices.at(office, then, token).seen_at == then.now
