"""Commands killed with SIGKILL at random moments of their work, and run again.

Nothing is doubled, nothing is missing, nothing leaves twice: the office ends as if nothing had
happened, but for the files of which it is not known whether they have left.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy import text

from tests.reliability.bank_files import Delivered, delivered
from tests.reliability.killing import Moment, Tally, finish, kill, work_of
from tests.reliability.offices import Office
from tests.reliability.outcomes import Outcome, check_same, outcome
from tests.reliability.stages import Stage, check_office

HITS_WANTED = 0.9
AT_ONCE = 2
LATEST = 0.95  # of the work: beyond it, the process may end before the kill
LATER_BY = 0.02  # seconds: into the next portion, or the file that is being written
# In an ordinary run of the tests; each costs two starts of the service. What no random moment
# hits, the system calls do (test_system_calls.py).
KILLS = {"announce": 2, "freeze": 3, "send": 2, "import": 2}
KILLS_ON_POSTGRESQL = 1
KILLS_IN_TORTURE = 50


@pytest.fixture(params=KILLS)
def name(request: pytest.FixtureRequest) -> str:
    """The stage at which a command is killed."""
    return str(request.param)


def test_a_killed_command_leaves_no_trace(
    stages: dict[str, Stage], name: str, tmp_path: Path, tally: Callable[[str], Tally]
) -> None:
    stage = stages[name]
    kills = KILLS_ON_POSTGRESQL if stage.office.server else KILLS[name]
    kill_often(stage, tmp_path, kills, tally(f"{name} on {stage.office.engine_name}"))


@pytest.mark.torture
def test_a_command_killed_again_and_again_leaves_no_trace(
    stages: dict[str, Stage], name: str, tmp_path: Path, tally: Callable[[str], Tally]
) -> None:
    stage = stages[name]
    label = f"torture: {name} on {stage.office.engine_name}"
    kill_often(stage, tmp_path, KILLS_IN_TORTURE, tally(label))


def kill_often(stage: Stage, folder: Path, kills: int, tally: Tally) -> None:
    """Compare that many killed offices with one whose command was left to finish."""
    unharmed = stage.office.copy(folder / name_of(folder, "unharmed"))
    work = work_of(unharmed, stage)
    check_office(unharmed, stage)
    expected = outcome(unharmed)
    # Whatever fails is told with its moment: no seed would bring the same kill again.
    chance = random.Random()
    moments = [Moment(chance.uniform(0, LATEST), chance.uniform(0, LATER_BY)) for _ in range(kills)]

    def one(number: int, moment: Moment) -> bool:
        office = stage.office.copy(folder / name_of(folder, f"killed-{number}"))
        try:
            return kill_once(office, stage, work, moment, expected)
        except AssertionError as error:
            error.add_note(f"killed at {moment}: {office.folder}")
            raise

    with ThreadPoolExecutor(AT_ONCE) as pool:
        for hit in pool.map(one, range(kills), moments):
            tally.count(hit)
    assert tally.hits >= int(HITS_WANTED * tally.kills), f"too few processes were hit: {tally}"


def name_of(folder: Path, what: str) -> str:
    """A name that no other office of the same database server has."""
    return f"{folder.parent.name}-{folder.name}-{what}"[-60:]


def kill_once(office: Office, stage: Stage, work: int, moment: Moment, expected: Outcome) -> bool:
    """Kill the command, run it again, check and compare; whether the kill hit."""
    hit = kill(office, stage, work, moment)
    left = delivered(office)
    finish(office, stage)
    check_office(office, stage)
    check_nothing_left_twice(office, left)
    if stage.arguments[0] != "send-bank-files":
        check_same(outcome(office), expected)
    office.discard()
    return hit


def check_nothing_left_twice(office: Office, left: set[Delivered]) -> None:
    """What had left before the command ran again lies there untouched; what is unknown stays so."""
    now = delivered(office)
    assert left <= now, f"delivered a second time: {left - now}"
    with office.session() as session:
        query = text("SELECT reference FROM bank_files WHERE status = 'unknown'")
        unknown = set(session.scalars(query))
    assert len(unknown) <= 1, f"one kill leaves one file in doubt, not {unknown}"
    sent_again = {one.name for one in now - left} & unknown
    assert not sent_again, f"in doubt, and sent again: {sent_again}"
