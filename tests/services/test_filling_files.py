"""A bank file is filled portion by portion: killed in between, it is filled on, once for each."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select, update

from tests import builders
from tests.reliability.invariants import check_tables
from tests.services.closing import AFTER, close, live, run_until
from tests.services.collecting import AMOUNT, ANNOUNCING, COLLECTION, FREEZING, Desk
from tests.services.correcting import MILLION, Correcting, owed_on
from webapp.domain.errors import IllegalMove, SecondPersonNeeded
from webapp.domain.statuses import DebitStatus
from webapp.models import Channel, Event, Mandate, Subject
from webapp.services import freezing
from webapp.services.bank_file_acts import replace_file
from webapp.services.bank_files import approve_bank_file
from webapp.services.closing_effects import preview_change
from webapp.services.freezing import freeze_debits
from webapp.services.reports import build_report
from webapp.services.writing_files import write_bank_files

# Where nothing but the states of files is looked at.
ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
FULL, HALF = owed_on(MILLION), owed_on(MILLION // 2)


class Killed(BaseException):
    """Not an error: the process is gone."""


@pytest.fixture
def one_by_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(freezing, "DEBITS_AT_ONCE", 1)


@pytest.fixture
def kill(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Freeze the debits of a day and die before a portion is committed, counted from 1."""
    portion = freezing._fill_portion

    def freeze_until(desk: Desk, number: int, by: str = "scheduler") -> None:
        begun = []

        def dying(*args: Any) -> Any:
            done = portion(*args)
            begun.append(done)
            if len(begun) == number:
                raise Killed
            return done

        day = builders.working_day(desk.session, FREEZING, by)
        desk.session.rollback()
        with monkeypatch.context() as patch, pytest.raises(Killed):
            patch.setattr(freezing, "_fill_portion", dying)
            freeze_debits(desk.session, day)
        check_tables(desk.session)

    return freeze_until


@pytest.fixture
def three(desk: Desk, one_by_one: None) -> Desk:
    """Three announced debits."""
    for _ in range(3):
        desk.file_one()
    desk.run(ANNOUNCING)
    desk.on = FREEZING
    return desk


def sums(desk: Desk) -> list[tuple[str, int, int]]:
    return [(one.status.value, one.transactions, one.total_centimes) for one in desk.files()]


def statuses(desk: Desk) -> list[str]:
    found = [one.status.value for one in desk.debits()]
    desk.session.rollback()
    return found


@pytest.mark.parametrize("number", [1, 2, 4])
def test_the_next_run_fills_on_what_a_killed_one_began(
    three: Desk, kill: Callable[..., None], number: int
) -> None:
    kill(three, number)
    inside = number - 1
    assert sums(three) == ([("filling", inside, inside * AMOUNT)] if inside else [])
    assert statuses(three) == ["frozen"] * inside + ["announced"] * (3 - inside)
    assert three.run(FREEZING).phases["frozen"] == 3 - inside
    assert sums(three) == [("written", 3, 3 * AMOUNT)]
    assert [one.end_to_end_id[-2:] for one in three.attempts()] == ["-1"] * 3
    events = select(Event.target).where(Event.subject == Subject.BANK_FILE).order_by(Event.id)
    assert three.session.scalars(events).all() == ["filling", "frozen", "written"]
    check_tables(three.session)
    three.approve()
    assert three.send() == [three.files()[0].reference]


def test_a_full_file_is_closed_and_the_next_one_begun(
    three: Desk, kill: Callable[..., None]
) -> None:
    three.session.execute(update(Channel).values(file_limit=2))
    three.session.commit()
    kill(three, 3)  # The closing of the first.
    assert sums(three) == [("filling", 2, 2 * AMOUNT)]
    three.run(FREEZING)
    assert sums(three) == [("written", 2, 2 * AMOUNT), ("written", 1, AMOUNT)]


@ON_SQLITE
def test_what_is_being_filled_is_not_written_approved_or_sent(
    three: Desk, kill: Callable[..., None]
) -> None:
    kill(three, 2)
    day = builders.working_day(three.session, FREEZING, "salima")
    three.session.rollback()
    assert write_bank_files(three.session, day, three.outbox, builders.VAULT) == 0
    assert list(three.outbox.iterdir()) == []
    with pytest.raises(IllegalMove):
        approve_bank_file(three.session, day, three.files()[0].reference, three.outbox)
    assert three.send() == []
    report = build_report(three.session, day, {}, "")
    [file] = report.files
    assert (file.status, file.count, file.centimes) == ("filling", 1, AMOUNT)


def test_what_somebody_else_was_filling_is_closed_as_it_stands(
    three: Desk, kill: Callable[..., None]
) -> None:
    """Who froze a file is one person, and never approves it."""
    kill(three, 2, by="salima")
    three.run(FREEZING)
    assert sums(three) == [("written", 1, AMOUNT), ("written", 2, 2 * AMOUNT)]
    hers, _ = three.files()
    with pytest.raises(SecondPersonNeeded):
        three.approve(by="salima")
    three.session.rollback()
    three.approve(by="nabila")
    assert hers.frozen_by == "salima"


def test_a_correction_between_two_portions_is_debited_as_it_was_told(
    desk: Desk, one_by_one: None, kill: Callable[..., None]
) -> None:
    desk.file_one()
    life = Correcting(desk)
    desk.run(ANNOUNCING)
    kill(desk, 2)
    assert statuses(desk) == ["frozen", "announced"]
    life.correct(FREEZING, W1=MILLION // 2, W2=MILLION)
    assert desk.run(FREEZING).phases["frozen"] == 1
    assert sums(desk) == [("written", 2, AMOUNT + HALF + FULL)]
    check_tables(desk.session)


def test_a_correction_of_what_is_in_the_file_already_is_a_credit(
    desk: Desk, one_by_one: None, kill: Callable[..., None]
) -> None:
    life = Correcting(desk)
    desk.file_one()
    desk.run(ANNOUNCING)
    kill(desk, 2)
    assert statuses(desk) == ["frozen", "announced"]
    life.correct(FREEZING, W1=MILLION // 2, W2=MILLION)
    assert life.amounts()[1] == ("credit", HALF - FULL, "open")
    desk.run(FREEZING)
    assert sums(desk) == [("written", 2, 2 * FULL + AMOUNT)]
    check_tables(desk.session)


@ON_SQLITE
def test_what_no_longer_holds_between_two_portions_is_held(
    three: Desk, kill: Callable[..., None]
) -> None:
    kill(three, 2)
    last = three.debits()[-1].mandate_id
    three.session.execute(update(Mandate).where(Mandate.id == last).values(ceiling_centimes=1))
    three.session.commit()
    three.run(FREEZING)
    assert statuses(three) == ["frozen", "frozen", "held"]
    assert sums(three) == [("written", 2, 2 * AMOUNT)]


@ON_SQLITE
def test_with_nothing_left_for_it_the_file_is_closed_as_it_is(
    three: Desk, kill: Callable[..., None]
) -> None:
    kill(three, 2)
    three.session.execute(update(Mandate).values(ceiling_centimes=1))
    three.session.commit()
    three.run(FREEZING)
    assert statuses(three) == ["frozen", "held", "held"]
    assert sums(three) == [("written", 1, AMOUNT)]
    check_tables(three.session)


def test_after_the_hour_of_the_bank_it_is_superseded_and_all_of_it_planned_anew(
    three: Desk, kill: Callable[..., None]
) -> None:
    kill(three, 2)
    three.run(COLLECTION)
    assert sums(three) == [("superseded", 1, AMOUNT)]
    debits = three.debits()
    assert {one.status for one in debits} == {DebitStatus.ANNOUNCED}
    feasible = builders.working_day(three.session, COLLECTION).feasible_on
    assert {one.collect_on for one in debits} == {feasible}
    three.session.rollback()
    check_tables(three.session)


@ON_SQLITE
def test_when_its_day_closes_it_is_taken_back(three: Desk, kill: Callable[..., None]) -> None:
    kill(three, 2)
    day = builders.working_day(three.session, FREEZING)
    three.session.rollback()
    effect = preview_change(three.session, day, COLLECTION, None)
    assert [(one.debits, one.amount) for one in effect.files] == [(1, AMOUNT)]
    assert sum(one.some.debits for one in effect.moving) == 3
    close(three, FREEZING)
    assert sums(three) == [("superseded", 1, AMOUNT)]
    assert {one.collect_on for one in live(three)} == {AFTER}
    three.session.rollback()
    run_until(three, FREEZING, AFTER)
    assert {one.status for one in live(three)} == {DebitStatus.SENT}


@ON_SQLITE
def test_somebody_may_take_it_back(three: Desk, kill: Callable[..., None]) -> None:
    kill(three, 3)
    day = builders.working_day(three.session, FREEZING, "salima")
    three.session.rollback()
    assert replace_file(three.session, day, three.files()[0].reference) == 2
    three.run(FREEZING)
    assert sums(three) == [("superseded", 2, 2 * AMOUNT), ("written", 3, 3 * AMOUNT)]
    check_tables(three.session)
