"""A restored yesterday never debits anyone again, on both engines."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any, NoReturn

import pytest
from sqlalchemy import select, update

from tests import builders
from tests.reliability.invariants import check_tables
from tests.services.collecting import ANNOUNCING, COLLECTION, FREEZING, Desk
from tests.services.restoring import Station
from webapp.domain.errors import SentNotReconciled
from webapp.domain.statuses import DebitStatus, DueStatus
from webapp.models import BankFile, Debit, Due, Event, Restoration, Subject
from webapp.services import freezing
from webapp.services.bank_files import confirm_sent

WEEKS_LATER = date(2026, 12, 22)
NEXT_DAY = date(2026, 11, 29)


@pytest.fixture
def station(desk: Desk, database_url: str) -> Station:
    """Two employers have filed; nothing is planned yet."""
    for _ in range(2):
        desk.file_one()
    return Station(desk, database_url)


def before_planning(station: Station) -> Path:
    path = station.back_up("yesterday.backup")
    station.work(ANNOUNCING)
    station.work(FREEZING)
    return path


def before_freezing(station: Station) -> Path:
    station.work(ANNOUNCING)
    path = station.back_up("yesterday.backup")
    station.work(FREEZING)
    return path


def between_freezing_and_sending(station: Station) -> Path:
    station.work(ANNOUNCING)
    station.desk.run(FREEZING)
    path = station.back_up("yesterday.backup")
    station.desk.approve()
    station.send()
    return path


def approved_and_not_sent(station: Station) -> Path:
    station.work(ANNOUNCING)
    station.desk.run(FREEZING)
    station.desk.approve()
    path = station.back_up("yesterday.backup")
    station.send()
    return path


def while_a_file_was_filled(station: Station) -> Path:
    station.work(ANNOUNCING)
    day = builders.working_day(station.session, FREEZING)
    station.session.rollback()
    portion = freezing._fill_portion

    def die(*_args: object) -> NoReturn:
        raise KeyboardInterrupt

    with pytest.MonkeyPatch.context() as patch, pytest.raises(KeyboardInterrupt):

        def once(*args: Any) -> Any:
            patch.setattr(freezing, "_fill_portion", die)
            return portion(*args)

        patch.setattr(freezing, "DEBITS_AT_ONCE", 1)
        patch.setattr(freezing, "_fill_portion", once)
        freezing.freeze_debits(station.session, day)
    path = station.back_up("yesterday.backup")
    station.work(FREEZING)
    return path


MOMENTS = [
    before_planning, before_freezing, while_a_file_was_filled, between_freezing_and_sending,
    approved_and_not_sent,
]  # fmt: skip
Lives = Callable[[Station], Path]


def returned_to(station: Station, lives: Lives) -> None:
    path = lives(station)
    assert station.postman.arrived, "nothing has left: the story proves nothing"
    station.restore(path)


@pytest.mark.parametrize("lives", MOMENTS)
def test_nothing_runs_or_leaves_before_it_is_reconciled(station: Station, lives: Lives) -> None:
    returned_to(station, lives)
    with pytest.raises(SentNotReconciled):
        station.send()
    station.session.rollback()
    with pytest.raises(SentNotReconciled):
        station.desk.run(NEXT_DAY)
    station.session.rollback()


@pytest.mark.parametrize("lives", MOMENTS)
def test_without_reconciling_somebody_is_debited_twice(station: Station, lives: Lives) -> None:
    """The planted fault: the mark is taken away by hand, and the checks below see what follows."""
    returned_to(station, lives)
    station.session.execute(
        update(Restoration).values(reconciled_at=Restoration.restored_at, reconciled_by="nobody")
    )
    station.session.commit()
    with pytest.raises(AssertionError, match="twice"):
        station.work_for_weeks(FREEZING, WEEKS_LATER)
        station.check_nobody_is_debited_twice()
    station.session.rollback()


@pytest.mark.parametrize("lives", MOMENTS)
def test_a_restored_yesterday_never_debits_anyone_again(station: Station, lives: Lives) -> None:
    returned_to(station, lives)
    result = station.reconcile()
    assert result.done and not result.unmatched
    check_tables(station.session)
    assert station.session.scalars(select(Debit.status)).all() == [DebitStatus.UNKNOWN] * 2
    assert set(station.session.scalars(select(Due.status))) == {DueStatus.SCHEDULED}
    station.session.rollback()
    station.work_for_weeks(FREEZING, WEEKS_LATER)
    station.check_nobody_is_debited_twice()
    check_tables(station.session)
    again = station.reconcile()
    assert (again.files_in_doubt, again.debits_bound, again.unmatched) == (0, 0, [])


@pytest.mark.parametrize("lives", MOMENTS)
def test_the_answers_of_the_bank_find_what_was_brought_into_line(
    station: Station, lives: Lives
) -> None:
    returned_to(station, lives)
    station.reconcile()
    day = builders.working_day(station.session, COLLECTION, "salima")
    for reference in station.session.scalars(select(BankFile.reference)).all():
        station.session.rollback()
        confirm_sent(station.session, day, reference)
    amounts = {one.end_to_end_id: one.amount_centimes for one in station.desk.attempts()}
    station.session.rollback()
    station.desk.take_in(station.desk.bank.settled(amounts), COLLECTION)
    assert {one.status for one in station.desk.debits()} == {DebitStatus.SETTLED}
    assert {one.status for one in station.desk.dues()} == {DueStatus.SETTLED}
    station.session.rollback()
    check_tables(station.session)


def test_who_restored_and_who_reconciled_is_an_event(station: Station) -> None:
    returned_to(station, before_freezing)
    station.reconcile()
    told = station.session.execute(
        select(Event.actor, Event.target)
        .where(Event.subject == Subject.RESTORATION)
        .order_by(Event.id)
    ).all()
    assert [tuple(one) for one in told] == [("salima", "restored"), ("salima", "reconciled")]
    station.session.rollback()
