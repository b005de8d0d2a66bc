"""A run that dies at a write, a sync or a renaming, or whose disk refuses one, on SQLite.

The next run makes it good: the office ends as if nothing had happened. By strace, for no test
of ours knows better than the kernel when something is written.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.reliability.killing import DONE, MACHINE_FAILED, Tally
from tests.reliability.offices import Office
from tests.reliability.outcomes import Outcome, check_same, outcome
from tests.reliability.stages import Stage, check_office, run_alone
from tests.reliability.system_calls import (
    CALLS,
    DISK_BROKEN,
    DISK_FULL,
    KILL,
    MISSING,
    SYNCING,
    WRITING,
    Point,
    calls_of,
    harm,
    may_trace,
    spread,
)

KILLS, REFUSALS = 2, 1
KILLS_IN_TORTURE, REFUSALS_IN_TORTURE = 75, 30  # of each of the two stages, and kind of refusal


@pytest.fixture(params=["announce", "freeze"])
def stage(small_stages: dict[str, Stage], request: pytest.FixtureRequest) -> Stage:
    """An office on the eve of a run; skips where nothing may be traced."""
    if not may_trace():
        pytest.skip(MISSING)
    return small_stages[str(request.param)]


def test_a_run_that_dies_at_a_system_call_or_is_refused_one_leaves_no_trace(
    stage: Stage, tmp_path: Path, tally: Callable[[str], Tally]
) -> None:
    harm_often(stage, tmp_path, KILLS, REFUSALS, tally)


@pytest.mark.torture
def test_wherever_a_run_dies_or_is_refused_it_leaves_no_trace(
    stage: Stage, tmp_path: Path, tally: Callable[[str], Tally]
) -> None:
    harm_often(stage, tmp_path, KILLS_IN_TORTURE, REFUSALS_IN_TORTURE, tally)


def harm_often(
    stage: Stage, folder: Path, kills: int, refusals: int, tally: Callable[[str], Tally]
) -> None:
    unharmed = stage.office.copy(folder / "unharmed")
    calls = calls_of(unharmed, stage)
    check_office(unharmed, stage)
    expected = outcome(unharmed)
    killed = tally(f"{stage.arguments[0]} on {stage.on}, at {calls.total()} system calls")
    for point in points(calls, kills, refusals):
        office = stage.office.copy(folder / "harmed")
        try:
            ended = harm_once(office, stage, point, expected)
            if point.harm != KILL:
                assert ended in (MACHINE_FAILED, *DONE), "a refusal of the disk has its own end"
        except AssertionError as error:
            error.add_note(f"harmed by {point}: {office.folder}\n{office.output()[-2000:]}")
            raise
        office.discard()
        killed.count(ended not in DONE)
    # A refusal may meet what a run can do without.
    assert killed.misses <= max(1, killed.kills // 10), f"too few were harmed: {killed}"


def points(calls: Counter[str], kills: int, refusals: int) -> Iterator[Point]:
    """Deaths at every kind of call; a disk that stays full, and one that fails once."""
    yield from spread(calls, CALLS, kills, KILL)
    for full in spread(calls, WRITING, refusals, DISK_FULL):
        yield Point(full.call, full.number, full.harm, and_after=True)
    yield from spread(calls, (*SYNCING, *WRITING), refusals, DISK_BROKEN)


def harm_once(office: Office, stage: Stage, point: Point, expected: Outcome) -> int | None:
    """Harm the run, run it again, check and compare; how the first one ended."""
    ended = harm(office, stage, point)
    run_alone(office, stage)
    check_office(office, stage)
    check_same(outcome(office), expected)
    return ended
