"""Workers that share a run, real processes on a real PostgreSQL, killed with SIGKILL at random.

Whatever dies, the run ends as if it had been alone: each portion has had one effect.
"""

from __future__ import annotations

import json
import random
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing.context import ForkServerProcess
from pathlib import Path

import pytest
from sqlalchemy import text

from tests.reliability.killing import BETWEEN_LOOKS, DONE, LONGEST_WAIT, progress, typed, work_of
from tests.reliability.offices import Office
from tests.reliability.outcomes import Outcome, check_same, outcome
from tests.reliability.stages import Stage
from tests.reliability.test_killed import check_office, name_of

LONGEST_GOODBYE = 5.0  # seconds after SIGTERM
LATEST = 0.9  # of the work of a run
TIMES_IN_TORTURE = 25

pytestmark = [
    pytest.mark.postgresql,
    pytest.mark.parametrize("stages", ["postgresql"], indirect=True),
]


@dataclass(frozen=True)
class Alone:
    """How much work a run left behind it, what it ended with, what its report says of it."""

    work: int
    outcome: Outcome
    phases: dict[str, int]


@pytest.fixture(scope="module")
def stage(stages: dict[str, Stage]) -> Stage:
    """The eve of the run that plans and announces."""
    return stages["announce"]


@pytest.fixture(scope="module")
def alone(stage: Stage, tmp_path_factory: pytest.TempPathFactory) -> Alone:
    """What a run does that has no workers."""
    folder = tmp_path_factory.mktemp("alone")
    office = stage.office.copy(folder / name_of(folder, "workers"))
    return Alone(work_of(office, stage), outcome(office), phases(office))


@pytest.fixture
def office(stage: Stage, tmp_path: Path) -> Iterator[Office]:
    office = stage.office.copy(tmp_path / name_of(tmp_path, "shared"))
    yield office
    office.discard()


def test_two_workers_share_a_run_and_end_when_told(
    office: Office, stage: Stage, alone: Alone
) -> None:
    with workers(office, 2) as crew:
        assert run(office, stage) in DONE
        for phase in ("plan", "announce", "notices"):
            assert f"run 1: {phase}" in office.output()
        told = time.monotonic()
        for one in crew:
            one.terminate()
        for one in crew:
            one.join(LONGEST_GOODBYE)
        assert [one.exitcode for one in crew] == [0, 0], office.output()
        assert time.monotonic() - told < LONGEST_GOODBYE
    check(office, stage, alone)


def test_a_worker_killed_amid_its_portion_changes_nothing(
    office: Office, stage: Stage, alone: Alone
) -> None:
    with workers(office, 2) as crew:
        kill_amid(office, stage, crew[:1], alone.work, share=0.5)
    check(office, stage, alone)


def test_when_every_worker_is_killed_the_run_does_the_rest(
    office: Office, stage: Stage, alone: Alone
) -> None:
    with workers(office, 2) as crew:
        kill_amid(office, stage, crew, alone.work, share=0.1)
    check(office, stage, alone)


@pytest.mark.torture
@pytest.mark.parametrize("time", range(TIMES_IN_TORTURE))
def test_four_workers_killed_at_random_change_nothing(
    office: Office, stage: Stage, alone: Alone, time: int
) -> None:
    """Some of four workers; every third time the run itself, which is then run again."""
    chance = random.Random()
    share = chance.uniform(0, LATEST)
    with workers(office, 4) as crew:
        if time % 3 == 2:
            process = kill_amid(office, stage, [], alone.work, share=share, run_too=True)
            assert process.exitcode == -signal.SIGKILL
            assert run(office, stage) in DONE
        else:
            killed = chance.sample(crew, chance.randint(1, 4))
            kill_amid(office, stage, killed, alone.work, share=share)
    check(office, stage, alone)


@contextmanager
def workers(office: Office, how_many: int) -> Iterator[list[ForkServerProcess]]:
    """So many workers, once all of them show that they live; killed at the end."""
    crew = [office.start_warm("worker") for _ in range(how_many)]
    try:
        with office.session() as session:
            give_up = time.monotonic() + LONGEST_WAIT
            query = text("SELECT count(*) FROM procrastinate_workers")
            while session.scalar(query) < how_many:
                session.rollback()
                assert time.monotonic() < give_up, office.output()
                time.sleep(BETWEEN_LOOKS)
        yield crew
    finally:
        for one in crew:
            one.kill()
            one.join(LONGEST_WAIT)


def run(office: Office, stage: Stage) -> int | None:
    process = office.start_warm(*typed(stage))
    process.join(LONGEST_WAIT)
    return process.exitcode


def kill_amid(
    office: Office,
    stage: Stage,
    victims: list[ForkServerProcess],
    work: int,
    *,
    share: float,
    run_too: bool = False,
) -> ForkServerProcess:
    """Kill the victims after that share of the work of a run, and wait until the run ends."""
    with progress(office) as done:
        wanted = done() + 1 + int(share * work)
        process = office.start_warm(*typed(stage))
        give_up = time.monotonic() + LONGEST_WAIT
        while process.is_alive() and done() < wanted:
            assert time.monotonic() < give_up, office.output()
            time.sleep(BETWEEN_LOOKS)
    for one in [*victims, process] if run_too else victims:
        one.kill()
    process.join(LONGEST_WAIT)
    if not run_too:
        assert process.exitcode in DONE, office.output()
    return process


def check(office: Office, stage: Stage, alone: Alone) -> None:
    """The office is as after a run alone, no job is left, and a second run changes nothing.

    The report of a run that lived counts what was done, by whomever, as if it had been alone.
    """
    check_office(office, stage)
    check_same(outcome(office), alone.outcome)
    if last_run_is_first(office):
        assert phases(office) == alone.phases
    with office.session() as session:
        assert session.scalar(text("SELECT count(*) FROM procrastinate_jobs")) == 0
    assert run(office, stage) in DONE
    check_same(outcome(office), alone.outcome)


def last_run_is_first(office: Office) -> bool:
    with office.session() as session:
        return session.scalar(text("SELECT count(*) FROM runs")) == 1


def phases(office: Office) -> dict[str, int]:
    """What the report of the last run says of its phases."""
    with office.session() as session:
        report = session.scalar(text("SELECT report FROM runs ORDER BY id DESC LIMIT 1"))
    return dict(json.loads(report)["phases"])
