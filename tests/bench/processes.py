"""Runs each measurement in a process of its own, so that its peak of memory is its own too."""

from __future__ import annotations

import multiprocessing
import resource
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from typing import Any


def in_own_process(function: Callable[..., Any], *arguments: Any) -> tuple[Any, float]:
    """What the function returns in a fresh process, and the peak of that process in MiB.

    The caller must stay small: on Linux a child's peak begins with its parent's size.
    """
    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as process:
        return process.submit(_with_peak, function, arguments).result()


def _with_peak(function: Callable[..., Any], arguments: tuple[Any, ...]) -> tuple[Any, float]:
    from webapp.garbage import collect_seldom

    collect_seldom()  # As wsgi.py does for whatever runs in production.
    result = function(*arguments)
    # Linux counts in KiB.
    return result, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
