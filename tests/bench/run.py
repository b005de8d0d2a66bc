"""Measures the run of the due debits, phase by phase, against its floor in bare SQL.

Two runs: one plans and announces, one freezes, writes and validates the bank files. The delivery
of notices is faked: the sender accepts each at once and renders no text.
"""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from functools import wraps
from pathlib import Path
from typing import Any

from tests.bench.places import give_database
from tests.bench.processes import in_own_process

# The phases by the functions that do them, in their order.
PHASES = {
    "plan": "plan_debits",
    "announce": "announce_debits",
    "notices": "send_notices",
    "freeze": "freeze_debits",
    "write": "write_bank_files",
    "validate": "layout_named",  # the check of the layout that it finds
    "seal": "seal_events",
    "report": "build_report",
}
REST = "the rest"


@dataclass(frozen=True)
class RunFigures:
    """What the two runs took at one size: seconds by phase, peaks in MiB, files and bytes."""

    engine: str
    mandates: int
    dues: int
    phases: dict[str, float]
    floor: float
    peak_mib: float
    files: int
    bytes_written: int

    @property
    def seconds(self) -> float:
        return sum(self.phases.values())

    @property
    def ratio(self) -> float:
        return self.seconds / self.floor

    @property
    def per_debit(self) -> float:
        """Microseconds for each debit."""
        return self.seconds / self.mandates * 1e6


def measure_run(folder: Path, mandates: int, server: Path | None = None) -> RunFigures:
    """Both runs over so many mandates, and their floor, each in a process of its own.

    On SQLite, or on a PostgreSQL server.
    """
    worked, floor = folder / "worked", folder / "floor"
    worked.mkdir(parents=True)
    if server:
        in_own_process(give_database, worked, server)
    in_own_process(_prepare, worked, mandates)
    shutil.copytree(worked, floor)
    if server:
        in_own_process(give_database, floor, server, worked)
    phases = dict.fromkeys([*PHASES, REST], 0.0)
    peaks = []
    for first in (True, False):
        (seconds, dues), peak = in_own_process(_run, worked, first)
        peaks.append(peak)
        for name, spent in seconds.items():
            phases[name] += spent
    floor_seconds, _ = in_own_process(_floor, floor, worked)
    written = [path.stat().st_size for path in (worked / "outbox").iterdir()]
    engine = "PostgreSQL" if server else "SQLite"
    figures = RunFigures(
        engine, mandates, dues, phases, floor_seconds, max(peaks), len(written), sum(written)
    )
    shutil.rmtree(folder)
    return figures


def _prepare(folder: Path, mandates: int) -> None:
    from tests.bench.prepare import prepare

    prepare(folder, mandates)


def _floor(before: Path, after: Path) -> float:
    from tests.bench.floor import floor_seconds

    return floor_seconds(before, after)


def _run(folder: Path, first: bool) -> tuple[dict[str, float], int]:
    """Seconds by phase of the run on the first or the second day, and how many dues there are."""
    from tests.bench.prepare import ANNOUNCING, FREEZING, session_in

    seconds = dict.fromkeys(PHASES, 0.0)
    for name, function in PHASES.items():
        _watch(function, name, seconds)
    with session_in(folder) as session:
        start = time.perf_counter()
        dues = run_in(session, folder, ANNOUNCING if first else FREEZING)
        total = time.perf_counter() - start
    seconds["write"] -= seconds["validate"]
    seconds[REST] = total - sum(seconds.values())
    return seconds, dues


def run_in(session: Any, folder: Path, on: date) -> int:
    """Run the due debits of a day in a folder; return how many dues its report counts."""
    from tests import builders
    from webapp.adapters.messages import Delivery, Sent
    from webapp.data.loader import load_reasons
    from webapp.services.runs import RunTools, run_due_debits

    outbox = folder / "outbox"
    outbox.mkdir(exist_ok=True)
    tools = RunTools(builders.VAULT, outbox, lambda notice: Sent(Delivery.ACCEPTED), load_reasons())
    return run_due_debits(session, builders.working_day(session, on), tools).declared.count


def _watch(function: str, name: str, seconds: dict[str, float]) -> None:
    """Let the run's own functions be timed where the run finds them."""
    from webapp.services import runs, writing_files

    module = runs if hasattr(runs, function) else writing_files
    original: Callable[..., Any] = getattr(module, function)

    def timed(work: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(work)
        def timing(*arguments: Any, **named: Any) -> Any:
            start = time.perf_counter()
            try:
                return work(*arguments, **named)
            finally:
                seconds[name] += time.perf_counter() - start

        return timing

    def with_timed_check(message_format: str) -> Any:
        layout = original(message_format)
        return replace(layout, validate=timed(layout.validate))

    setattr(module, function, with_timed_check if name == "validate" else timed(original))
