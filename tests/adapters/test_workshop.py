"""Jobs done by a few processes: each once, in order, and handed out as they are needed."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator

import pytest

from webapp.adapters.workshop import AHEAD, done_by_processes

FORKED = "fork"  # of a test; the service begins them anew


def in_a_process(job: int) -> tuple[int, int, bool]:
    """The job, who does it, and whether they leave Ctrl-C to the one who hands out the jobs."""
    return job, os.getpid(), signal.getsignal(signal.SIGINT) is signal.SIG_IGN


def test_each_job_is_done_once_in_order_by_others_who_leave_signals_alone() -> None:
    done = list(done_by_processes(range(20), in_a_process, 2, FORKED))
    assert [job for job, _, _ in done] == list(range(20))
    assert os.getpid() not in {who for _, who, _ in done}
    assert all(ignores for _, _, ignores in done)


def test_one_process_is_this_one() -> None:
    assert {who for _, who, _ in done_by_processes(range(3), in_a_process, 1)} == {os.getpid()}


def test_jobs_are_taken_as_they_are_needed() -> None:
    taken = []

    def jobs() -> Iterator[int]:
        for job in range(1_000):
            taken.append(job)
            yield job

    done = done_by_processes(jobs(), in_a_process, 2, FORKED)
    next(done)
    assert len(taken) <= 2 * AHEAD
    done.close()  # type: ignore[attr-defined]


def refuse(job: int) -> int:
    raise ValueError(job)


def test_what_goes_wrong_in_a_process_goes_wrong_here() -> None:
    with pytest.raises(ValueError, match="0"):
        list(done_by_processes(range(3), refuse, 2, FORKED))
