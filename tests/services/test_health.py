"""The service says by itself when somebody must look."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from tests import builders
from tests.services.collecting import ANNOUNCING, FILED, FREEZING, Desk
from webapp.domain.alarms import Alarm
from webapp.domain.moment import ALGIERS, Moment
from webapp.domain.rules import CollectionRules, HealthRules
from webapp.domain.statuses import BankFileStatus
from webapp.models import Account, BankFile, Event, EventSeal, Message, Posting, Restoration, Run
from webapp.services.health import Trouble, look_for_trouble
from webapp.services.outbox import tell
from webapp.services.transactions import transaction
from webapp.services.working_day import WorkingDay, load_calendar

FRIDAY = date(2026, 11, 27)


def at(session: Session, on: date, clock: time = time(10)) -> WorkingDay:
    moment = Moment.at(datetime.combine(on, clock, ALGIERS))
    return WorkingDay(moment, load_calendar(session), CollectionRules(), "watch")


def alarms(session: Session, on: date, clock: time = time(10)) -> list[Trouble]:
    found = look_for_trouble(session, at(session, on, clock), HealthRules())
    session.rollback()
    return found


def test_today_s_run_is_missed_from_nine_on_on_a_bank_day_alone(desk: Desk) -> None:
    session = desk.session
    missing = [Trouble(Alarm.RUN_MISSING, "22/11/2026")]
    assert alarms(session, ANNOUNCING, time(8, 59)) == []
    assert alarms(session, ANNOUNCING, time(9)) == missing
    assert alarms(session, FRIDAY) == []
    day = at(session, ANNOUNCING)
    with transaction(session):
        session.add(Run(day=ANNOUNCING, actor="scheduler", started_at=day.now))
    assert alarms(session, ANNOUNCING) == missing  # begun and not ended
    desk.run(ANNOUNCING)
    assert alarms(session, ANNOUNCING) == []


def test_a_file_in_doubt_or_on_its_way_is_told_of_after_its_hours(desk: Desk) -> None:
    desk.file_one()
    desk.send_all()
    (file,) = desk.files()
    reference = file.reference
    for status, hours in ((BankFileStatus.UNKNOWN, 24), (BankFileStatus.SENDING, 1)):
        desk.session.execute(update(BankFile).values(status=status))
        desk.session.commit()
        sent = datetime.combine(FREEZING, time(8), ALGIERS)
        for late in (False, True):
            instant = sent + timedelta(hours=hours, minutes=1 if late else -1)
            found = alarms(desk.session, instant.date(), instant.time())
            told = Trouble(Alarm.FILE_IN_DOUBT, reference)
            assert (told in found) is late, (status, late)


def test_a_bank_that_says_nothing_is_told_of_after_its_bank_days(desk: Desk) -> None:
    desk.file_one()
    desk.send_all()
    (file,) = desk.files()
    reference, collect_on = file.reference, file.collect_on
    last = load_calendar(desk.session).add_bank_days(collect_on, 3)
    silent = Trouble(Alarm.BANK_SILENT, reference)
    assert silent not in alarms(desk.session, last)
    assert silent in alarms(desk.session, last + timedelta(days=1))
    (attempt,) = desk.attempts()
    answer = desk.bank.status(reference, {attempt.end_to_end_id: "ACCP"})
    desk.session.rollback()
    desk.take_in(answer, last)
    assert silent not in alarms(desk.session, last + timedelta(days=1))


def test_after_a_return_to_a_backup_it_is_not_well(office: Session) -> None:
    day = at(office, FRIDAY)
    with transaction(office):
        office.add(
            Restoration(
                restored_at=day.now, restored_by="salima", backup_at=day.now, backup_sha256="0" * 64
            )
        )
    assert alarms(office, FRIDAY) == [Trouble(Alarm.NOT_RECONCILED)]


def test_a_chain_that_does_not_hold_is_seen_at_its_end(desk: Desk) -> None:
    desk.file_one()
    desk.run(FRIDAY)
    assert alarms(desk.session, FRIDAY) == []
    with transaction(desk.session):
        told = desk.session.scalars(select(Event).limit(1)).one()
        event = Event(
            at=told.at, actor="by hand", subject=told.subject, subject_id=told.subject_id,
            target=told.target, cause=told.cause,
        )  # fmt: skip
        desk.session.add(event)
        desk.session.flush()
        last = desk.session.scalar(select(func.max(EventSeal.position))) or 0
        desk.session.add(EventSeal(position=last + 1, event_id=event.id, digest=bytes(32)))
    assert alarms(desk.session, FRIDAY) == [Trouble(Alarm.EVENTS_BROKEN, str(last + 1))]


def test_books_that_do_not_sum_to_zero_are_seen(office: Session) -> None:
    with transaction(office):
        office.add(
            Posting(
                source_key="by-hand", leg="bank", account=Account.BANK, amount_centimes=1,
                posted_on=FRIDAY,
            )
        )  # fmt: skip
    assert alarms(office, FRIDAY) == [Trouble(Alarm.BOOKS_UNBALANCED)]


def test_messages_that_nobody_sends_are_seen(office: Session) -> None:
    owner = builders.employer(office)
    day = builders.working_day(office, FILED)
    with transaction(office):
        told = {"last4": "6789", "reference": "KM-4F7Q", "on": FILED}
        tell(office, day, builders.VAULT, owner.id, "mandate_revoked", told)
    one = office.scalars(select(Message)).one()
    due = one.next_try_at.astimezone(ALGIERS)
    office.rollback()
    for minutes, stuck in ((29, False), (31, True)):
        instant = due + timedelta(minutes=minutes)
        found = alarms(office, instant.date(), instant.time())
        assert (Trouble(Alarm.MESSAGES_STUCK, "1") in found) is stuck


def test_many_messages_wait_and_are_not_stuck_while_a_worker_sends(office: Session) -> None:
    owner = builders.employer(office)
    day = builders.working_day(office, FILED)
    told = {"last4": "6789", "reference": "KM-4F7Q", "on": FILED}
    with transaction(office):
        for _ in range(2):
            tell(office, day, builders.VAULT, owner.id, "mandate_revoked", told)
    taken, _other = office.scalars(select(Message).order_by(Message.id)).all()
    late = taken.next_try_at + timedelta(hours=1)
    taken.tries, taken.next_try_at = 1, late + timedelta(seconds=60)
    office.commit()
    for minutes, stuck in ((0, False), (2, True)):
        instant = (late + timedelta(minutes=minutes)).astimezone(ALGIERS)
        found = {one.alarm for one in alarms(office, instant.date(), instant.time())}
        assert (Alarm.MESSAGES_STUCK in found) is stuck


@pytest.mark.parametrize("clock", [time(0), time(23, 59)])
def test_a_quiet_friday_is_well(office: Session, clock: time) -> None:
    assert alarms(office, FRIDAY, clock) == []
