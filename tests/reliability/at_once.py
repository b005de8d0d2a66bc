"""Runs the use cases in several processes at once, past the courtesy lock of the commands."""

from __future__ import annotations

import os
import traceback
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from threading import Barrier
from typing import TYPE_CHECKING

from sqlalchemy import create_engine
from sqlalchemy.orm import Session

from tests import builders
from tests.reliability.portions import work_in_small_portions
from webapp.database import configure_engine
from webapp.services.runs import run_due_debits

if TYPE_CHECKING:
    from tests.reliability.offices import Office

LONGEST_WAIT = 180.0  # seconds


def run_at_once(office: Office, days: Sequence[date]) -> None:
    """Let a process for each of the days run its due debits, all at the same moment.

    All must end well.
    """
    from tests.reliability.offices import WARM

    processes = len(days)
    barrier = WARM.Barrier(processes)
    started = [
        WARM.Process(
            target=_run,
            args=(office.url, str(office.outbox), on, barrier, str(_printed(office, number))),
        )
        for number, on in enumerate(days)
    ]
    for process in started:
        process.start()
    for process in started:
        process.join(LONGEST_WAIT)
    codes = [process.exitcode for process in started]
    for process in started:
        process.kill()
    told = "\n".join(_told(_printed(office, number)) for number in range(processes))
    assert codes == [0] * processes, f"ended with {codes}:\n{told}"


def _printed(office: Office, number: int) -> Path:
    return office.folder / f"process-{number}.txt"


def _told(path: Path) -> str:
    return path.read_text() if path.exists() else ""


def _run(url: str, outbox: str, on: date, barrier: Barrier, printed: str) -> None:
    work_in_small_portions()
    engine = configure_engine(create_engine(url))
    try:
        with Session(engine) as session:
            day = builders.working_day(session, on, f"run-{os.getpid()}")
            barrier.wait(LONGEST_WAIT)
            run_due_debits(session, day, builders.tools(Path(outbox)))
    except BaseException as error:
        where = [
            f"{frame.filename}:{frame.lineno} {frame.name}"
            for frame in traceback.extract_tb(error.__traceback__)
            if "webapp" in frame.filename
        ]
        Path(printed).write_text("\n".join([*where, repr(error)]))
        raise
    finally:
        engine.dispose()
