"""PostgreSQL ends at once amid a run: the run ends with an error, and the next one goes on."""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.reliability.killing import (
    DONE,
    LONGEST_WAIT,
    MACHINE_FAILED,
    Tally,
    progress,
    typed,
    wait_until,
)
from tests.reliability.offices import Office
from tests.reliability.outcomes import Outcome, check_same, outcome
from tests.reliability.stages import Stage, check_office, run_alone

ON_POSTGRESQL = pytest.mark.parametrize(
    "stages", [pytest.param("postgresql", marks=pytest.mark.postgresql)], indirect=True
)
TRIES = 3
DEATHS_IN_TORTURE = 20
LATEST = 0.9  # of the work


@ON_POSTGRESQL
@pytest.mark.parametrize("name", ["announce", "freeze"])
def test_a_run_whose_server_dies_is_made_good_by_the_next(
    stages: dict[str, Stage], name: str, tmp_path: Path, tally: Callable[[str], Tally]
) -> None:
    die_often(stages[name], tmp_path, 1, tally)


@pytest.mark.torture
@ON_POSTGRESQL
@pytest.mark.parametrize("name", ["announce", "freeze"])
def test_however_often_the_server_dies_the_next_run_makes_it_good(
    stages: dict[str, Stage], name: str, tmp_path: Path, tally: Callable[[str], Tally]
) -> None:
    die_often(stages[name], tmp_path, DEATHS_IN_TORTURE, tally)


def die_often(stage: Stage, folder: Path, deaths: int, tally: Callable[[str], Tally]) -> None:
    undisturbed = stage.office.copy(folder / f"{folder.parent.name}-{folder.name}-calm"[-60:])
    with progress(undisturbed) as done:
        before = done()
        run_alone(undisturbed, stage)
        work = done() - before
    expected = outcome(undisturbed)
    counted = tally(f"deaths of PostgreSQL amid run-debits on {stage.on}")
    # A run that has ended before its server died proves nothing: another one dies in its place.
    for number in range(TRIES * deaths):
        if counted.hits == deaths:
            break
        name = f"{folder.parent.name}-{folder.name}-died{number}"[-60:]
        share = random.Random().uniform(0, LATEST)
        office = stage.office.copy(folder / name)
        try:
            counted.count(die_once(office, stage, int(share * work), expected))
        except AssertionError as error:
            error.add_note(f"died after {share:.3f} of the work: {office.output()[-2000:]}")
            raise
        office.discard()
    assert counted.hits == deaths, f"too often the run had ended: {counted}"


def die_once(office: Office, stage: Stage, amount: int, expected: Outcome) -> bool:
    """Let the server die after so much work, come back, and run again; whether it hit the run."""
    server = office.server
    assert server is not None
    with progress(office) as done:
        wanted = done() + 1 + amount
        process = office.start_warm(*typed(stage))
        wait_until(lambda: not process.is_alive() or done() >= wanted, office)
    server.die()
    try:
        process.join(LONGEST_WAIT)
    finally:
        server.come_back()
    assert process.exitcode is not None, "the run waits for a server that has died"
    assert process.exitcode in (MACHINE_FAILED, *DONE), office.output()[-2000:]
    if process.exitcode == MACHINE_FAILED:
        assert "La base de données ne répond pas" in office.output()
        assert "Traceback" not in office.output()
    run_alone(office, stage)
    check_office(office, stage)
    check_same(outcome(office), expected)
    return process.exitcode not in DONE
