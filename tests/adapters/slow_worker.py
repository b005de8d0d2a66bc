"""A worker whose jobs take as long as they may, or one that notes them: `python -m
tests.adapters.slow_worker URL [notes]`.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable

from sqlalchemy import create_engine, text

from webapp.adapters.job_queue import Job, JobQueue
from webapp.domain.rules import WorkerRules

# It is told of jobs, and never looks for any by itself.
RULES = WorkerRules(
    seconds_between_looks=600, heartbeat_seconds=0.2, lost_after_seconds=2, grace_seconds=1
)


def wait(job: Job, go_on: Callable[[], bool]) -> None:
    while go_on():
        time.sleep(0.05)


def note(job: Job, go_on: Callable[[], bool]) -> None:
    with engine.begin() as connection:
        connection.execute(text("INSERT INTO noted VALUES (:first)"), dict(job))


if __name__ == "__main__":
    engine = create_engine(sys.argv[1])
    JobQueue(engine, RULES).work(note if "notes" in sys.argv else wait)
