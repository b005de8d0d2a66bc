"""Eight runs at once, without the lock that keeps them apart: the keys keep money safe."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests import builders
from tests.reliability.at_once import run_at_once
from tests.reliability.bank_files import check_bank_files
from tests.reliability.completeness import check_nothing_left_out
from tests.reliability.invariants import check_tables
from tests.reliability.offices import Office
from tests.reliability.outcomes import Outcome, check_same, outcome
from tests.reliability.stages import Stage, run_alone

PROCESSES = 8
PROCESSES_IN_TORTURE = [2, 3, 4, 8]
TIMES_IN_TORTURE = 20


@pytest.mark.parametrize("name", ["announce", "freeze"])
def test_runs_at_once_double_nothing(
    stages: dict[str, Stage],
    outcomes_alone: dict[str, Outcome],
    name: str,
    tmp_path: Path,
) -> None:
    if name not in outcomes_alone:
        outcomes_alone[name] = outcome_alone(stages[name], tmp_path)
    at_once(stages[name], tmp_path, PROCESSES, outcomes_alone[name])


@pytest.mark.torture
@pytest.mark.parametrize("name", ["announce", "freeze"])
def test_runs_at_once_again_and_again_double_nothing(
    stages: dict[str, Stage], name: str, tmp_path: Path
) -> None:
    expected = outcome_alone(stages[name], tmp_path)
    for time in range(TIMES_IN_TORTURE):
        processes = PROCESSES_IN_TORTURE[time % len(PROCESSES_IN_TORTURE)]
        at_once(stages[name], tmp_path, processes, expected, f"time{time}")


def outcome_alone(stage: Stage, folder: Path) -> Outcome:
    alone = stage.office.copy(folder / unique(folder, "alone"))
    run_alone(alone, stage)
    return outcome(alone)


def at_once(
    stage: Stage, folder: Path, processes: int, expected: Outcome, time: str = "once"
) -> None:
    """That many runs at once, then one more alone: it ends as if one had run."""
    together = stage.office.copy(folder / unique(folder, f"together-{time}"))
    run_at_once(together, [stage.on] * processes)
    check(together, stage)
    run_alone(together, stage)
    check(together, stage)
    check_same(outcome(together), expected)


def unique(folder: Path, what: str) -> str:
    return f"{folder.parent.name}-{folder.name}-{what}"[-60:]


def check(office: Office, stage: Stage) -> None:
    with office.session() as session:
        check_tables(session)
        check_bank_files(session, office)
        check_nothing_left_out(session, builders.working_day(session, stage.on))
