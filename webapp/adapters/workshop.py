"""A few processes that do the same small job for many things, while one hands them out.

None of them holds a key or a database: what they need comes with the job.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from typing import Final, TypeVar

Job = TypeVar("Job")
Done = TypeVar("Done")

# So many jobs wait for each process: it never waits for the one that hands them out.
AHEAD = 4
# Not forked: a copy of this process would hold its connections.
ANEW: Final = "spawn"


def done_by_processes(
    jobs: Iterable[Job], do: Callable[[Job], Done], processes: int, begun: str = ANEW
) -> Iterator[Done]:
    """What `do` makes of each job, in the order of the jobs; with one process, here.

    `do` is a function of a module, and jobs are plain values. Jobs are taken from `jobs` as they
    are needed. Whoever stops asking leaves at most some jobs half done, which end first.
    """
    if processes == 1:
        yield from map(do, jobs)
        return
    context = multiprocessing.get_context(begun)
    with ProcessPoolExecutor(processes, mp_context=context, initializer=_begin) as pool:
        waiting: deque[Future[Done]] = deque()
        try:
            for job in jobs:
                waiting.append(pool.submit(do, job))
                if len(waiting) >= processes * AHEAD:
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()
        finally:
            for one in waiting:
                one.cancel()


def _begin() -> None:
    """The one who hands out the jobs is told to end, and ends the others; nobody outlives them."""
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)
