"""A worker whose jobs take as long as they may: `python -m tests.adapters.slow_worker URL`."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable

from sqlalchemy import create_engine

from webapp.adapters.job_queue import Job, JobQueue
from webapp.domain.rules import WorkerRules

RULES = WorkerRules(grace_seconds=1)


def wait(job: Job, go_on: Callable[[], bool]) -> None:
    while go_on():
        time.sleep(0.05)


if __name__ == "__main__":
    JobQueue(create_engine(sys.argv[1]), RULES).work(wait)
