"""Harms a command at one of its system calls, by strace: it dies there, or the disk refuses."""

from __future__ import annotations

import random
import re
import shutil
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from tests.reliability.killing import LONGEST_WAIT, typed
from tests.reliability.offices import Office
from tests.reliability.stages import Stage

MISSING: Final = (
    "strace is not installed or may not trace here: nothing is harmed at its system calls, "
    "these tests are SKIPPED. Install it with: apt-get install strace"
)
# All by which a run changes a file, its name, or what of it is on disk.
CALLS: Final = ("write", "pwrite64", "ftruncate", "fsync", "fdatasync", "rename", "unlink")
WRITING: Final = ("write", "pwrite64")
SYNCING: Final = ("fsync", "fdatasync")
KILL: Final = "signal=KILL"
DISK_FULL: Final = "error=ENOSPC"
DISK_BROKEN: Final = "error=EIO"


@dataclass(frozen=True)
class Point:
    """The so-many-th call of one kind that a command makes, and what comes of it there.

    `and_after`: of each later one as well.
    """

    call: str
    number: int
    harm: str
    and_after: bool = False

    def __str__(self) -> str:
        return f"{self.call}:{self.harm}:when={self.number}{'+' if self.and_after else ''}"


def calls_of(office: Office, stage: Stage) -> Counter[str]:
    """Run the command to its end; how many calls of each kind it makes."""
    log = office.folder / "calls.txt"
    _trace(office, stage, f"trace={','.join(CALLS)}", log)
    return Counter(re.findall(r"^(\w+)\(", log.read_text(), re.MULTILINE))


def harm(office: Office, stage: Stage, point: Point) -> int | None:
    """Run the command and harm it at that point; how it ended."""
    return _trace(office, stage, f"inject={point}", office.folder / "calls.txt", point.call)


def spread(calls: Counter[str], kinds: Sequence[str], count: int, harm: str) -> Iterator[Point]:
    """As many points, one somewhere in each of as many equal parts of all calls of these kinds."""
    every = [(call, number) for call in kinds for number in range(1, calls[call] + 1)]
    # Whatever fails is told with its point, which brings the same harm again.
    chance = random.Random()
    for part in range(count):
        first, last = (len(every) * edge // count for edge in (part, part + 1))
        yield Point(*chance.choice(every[first:last]), harm)


def _trace(
    office: Office, stage: Stage, what: str, log: Path, only: str | None = None
) -> int | None:
    process = office.start_traced(*typed(stage))
    traced = [] if only is None else ["-e", f"trace={only}"]
    with _strace("-e", what, *traced, "-o", str(log), "-p", str(process.pid)) as tracer:
        process.join(LONGEST_WAIT)
        tracer.wait(LONGEST_WAIT)
    assert process.exitcode is not None, f"still at work: {office.output()}"
    return process.exitcode


@contextmanager
def _strace(*arguments: str) -> Iterator[subprocess.Popen[bytes]]:
    tracer = subprocess.Popen(
        ["strace", "--quiet=all", *arguments], stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL
    )
    try:
        yield tracer
    finally:
        tracer.terminate()
        tracer.wait()


@cache
def may_trace() -> bool:
    """Whether strace is here and the system lets it look at a process that it did not start."""
    if shutil.which("strace") is None:
        return False
    idle = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
    try:
        with _strace("-e", "trace=write", "-p", str(idle.pid)) as tracer:
            while tracer.poll() is None:
                if "TracerPid:\t0\n" not in Path(f"/proc/{idle.pid}/status").read_text():
                    return True
                time.sleep(0.01)
        return False
    finally:
        idle.kill()
        idle.wait()
