"""A disk that runs full, and one that loses its power, while a run is at work on SQLite."""

from __future__ import annotations

import os
import random
import signal
from collections.abc import Callable, Iterator
from functools import partial
from multiprocessing.context import ForkServerProcess
from pathlib import Path

import pytest

from tests.reliability.disks import (
    MAY_NOT_MOUNT,
    ImagedDisk,
    SmallDisk,
    imaged_disk,
    make_image,
    may_mount,
    small_disk,
)
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

IMAGE_MIB = 48
ENOUGH = 32 * 1024 * 1024  # bytes, for the rest of a run
LEAST, MOST = 4 * 1024, 512 * 1024  # bytes left free, less than a run needs
CUTS, CUTS_IN_TORTURE = 3, 60
FULL_IN_TORTURE = 20


BOTH = pytest.mark.parametrize("name", ["announce", "freeze"])


@pytest.fixture
def name() -> str:
    """Of the two runs, the one that writes files as well."""
    return "freeze"


@pytest.fixture
def stage(small_stages: dict[str, Stage], name: str) -> Stage:
    return small_stages[name]


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[SmallDisk]:
    """A disk that can be made full; skips where nothing may be mounted."""
    skip_without_mounting()
    with small_disk(tmp_path / "small") as disk:
        yield disk


@pytest.fixture
def imaged(tmp_path: Path) -> Iterator[ImagedDisk]:
    """A disk that can lose its power; skips where nothing may be mounted."""
    skip_without_mounting()
    make_image(tmp_path / "image", IMAGE_MIB)
    with imaged_disk(tmp_path / "image", tmp_path / "imaged") as disk:
        yield disk


def skip_without_mounting() -> None:
    if not may_mount():
        pytest.skip(MAY_NOT_MOUNT)


def test_a_disk_that_runs_full_costs_nothing_but_the_run(stage: Stage, disk: SmallDisk) -> None:
    expected = undisturbed(stage, disk.folder)
    fill_up(stage, disk, 256 * 1024, expected)


@BOTH
@pytest.mark.torture
def test_however_much_room_is_left_a_full_disk_costs_nothing_but_the_run(
    stage: Stage, disk: SmallDisk
) -> None:
    expected = undisturbed(stage, disk.folder)
    for number in range(FULL_IN_TORTURE):
        room = LEAST + number * (MOST - LEAST) // FULL_IN_TORTURE
        fill_up(stage, disk, room, expected)


def undisturbed(stage: Stage, folder: Path) -> Outcome:
    office = stage.office.copy(folder / "undisturbed")
    run_alone(office, stage)
    found = outcome(office)
    office.discard()
    return found


def fill_up(stage: Stage, disk: SmallDisk, room: int, expected: Outcome) -> None:
    """Run with so many bytes left on the disk, make room, and run again."""
    office = stage.office.copy(disk.folder / "office")
    disk.leave_free(room)
    process = office.start_warm(*typed(stage))
    process.join(LONGEST_WAIT)
    disk.leave_free(ENOUGH)
    assert process.exitcode is not None, f"still at work: {office.output()[-2000:]}"
    assert process.exitcode not in DONE, f"{room} bytes were enough"
    assert process.exitcode == MACHINE_FAILED, office.output()[-2000:]
    assert "Traceback" not in office.output()
    run_alone(office, stage)
    check_office(office, stage)
    check_same(outcome(office), expected)
    office.discard()


def test_what_was_committed_survives_a_power_cut(
    stage: Stage, imaged: ImagedDisk, tmp_path: Path, tally: Callable[[str], Tally]
) -> None:
    cut_often(stage, imaged, tmp_path, CUTS, tally)


@BOTH
@pytest.mark.torture
def test_what_was_committed_survives_every_power_cut(
    stage: Stage, imaged: ImagedDisk, tmp_path: Path, tally: Callable[[str], Tally]
) -> None:
    cut_often(stage, imaged, tmp_path, CUTS_IN_TORTURE, tally)


def cut_often(
    stage: Stage, disk: ImagedDisk, folder: Path, cuts: int, tally: Callable[[str], Tally]
) -> None:
    """Copy the disk of one run at many moments; from each copy the work goes on."""
    unharmed = stage.office.copy(folder / "unharmed")
    with progress(unharmed) as done:
        before = done()
        run_alone(unharmed, stage)
        work = done() - before
    expected = outcome(unharmed)
    counted = tally(f"power cuts amid run-debits on {stage.on}")
    office = stage.office.copy(disk.folder / "office")
    os.sync()
    shares = sorted(random.Random().uniform(0, 0.9) for _ in range(cuts))
    for number, seen in enumerate(copies(office, stage, [share * work for share in shares], disk)):
        counted.count(True)
        check_copy(stage, disk.image.with_name(f"copy-{number}"), seen, expected)
    counted.misses = cuts - counted.hits
    assert counted.hits >= cuts // 2, f"too often there was nothing to cut: {counted}"


def copies(office: Office, stage: Stage, amounts: list[float], disk: ImagedDisk) -> list[int]:
    """Copy the disk after each of these amounts of work; how much others had seen by then."""
    seen = []
    with progress(office) as done:
        start = done() + 1
        process = office.start_warm(*typed(stage))
        for number, amount in enumerate(amounts):
            wait_until(partial(_reached, process, done, start + amount), office)
            if not process.is_alive():
                break
            stand_still(process.pid or 0, office)
            seen.append(done())
            disk.copy_as_after_a_power_cut(disk.image.with_name(f"copy-{number}"))
            os.kill(process.pid or 0, signal.SIGCONT)
        process.join(LONGEST_WAIT)
    assert process.exitcode in DONE, office.output()
    return seen


def _reached(process: ForkServerProcess, done: Callable[[], int], amount: float) -> bool:
    return not process.is_alive() or done() >= amount


def stand_still(pid: int, office: Office) -> None:
    os.kill(pid, signal.SIGSTOP)
    state = Path(f"/proc/{pid}/stat")
    wait_until(lambda: state.read_text().rpartition(")")[2].split()[0] in "TZ", office)


def check_copy(stage: Stage, image: Path, seen: int, expected: Outcome) -> None:
    """All that others had seen is in the copy, and a run makes good what is missing."""
    with imaged_disk(image, image.with_suffix(".mounted")) as copied:
        office = Office(copied.folder / "office")
        with progress(office) as done:
            lost = seen - done()
        assert lost <= 0, f"committed, and lost with the power: {lost} rows"
        run_alone(office, stage)
        check_office(office, stage)
        check_same(outcome(office), expected)
    image.unlink()
