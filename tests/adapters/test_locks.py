"""The run's lock: one holder at a time, and none once the holder is dead."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.alone import ONE_FILE
from webapp.adapters.locks import FileLock
from webapp.domain.errors import RunAlreadyInProgress

PROJECT = Path(__file__).parents[2]

HOLDER = f"""{ONE_FILE}
from pathlib import Path
from webapp.adapters.locks import FileLock

with FileLock(Path(sys.argv[1])):
    print("held", flush=True)
    sys.stdin.read()
"""


def test_a_second_holder_is_refused_at_once(tmp_path: Path) -> None:
    path = tmp_path / "run.lock"
    with FileLock(path), pytest.raises(RunAlreadyInProgress), FileLock(path):
        pass


def test_the_lock_is_free_after_its_block_even_when_it_failed(tmp_path: Path) -> None:
    path = tmp_path / "run.lock"
    with pytest.raises(ZeroDivisionError), FileLock(path):
        raise ZeroDivisionError
    with FileLock(path):
        assert path.read_text().strip().isdigit()
    assert path.stat().st_mode & 0o777 == 0o600


def test_one_lock_serves_one_block_after_the_other(tmp_path: Path) -> None:
    lock = FileLock(tmp_path / "run.lock")
    for _ in range(2):
        with lock:
            pass


@pytest.mark.parametrize("killed", [True, False])
def test_the_lock_dies_with_its_holder(tmp_path: Path, killed: bool) -> None:
    path = tmp_path / "run.lock"
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(path)],
        cwd=PROJECT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    with holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == b"held\n"
        assert path.read_text() == f"{holder.pid}\n"
        with pytest.raises(RunAlreadyInProgress), FileLock(path):
            pass
        if killed:
            holder.kill()
    with FileLock(path):
        pass
