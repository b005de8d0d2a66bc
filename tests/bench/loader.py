"""Asks for one page over and over, on connections that stay open, and takes the time."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPConnection
from statistics import median
from threading import Barrier

WARM_UP = 50
REQUESTS = 400
# Two visitors keep one worker busy; more would only wait.
VISITORS = 2
LONGEST_WAIT = 30.0  # seconds


def requests_a_second(port: int, address: str, cookie: str) -> float:
    """After a warm-up that does not count."""
    _ask(port, address, cookie, WARM_UP, Barrier(1))
    barrier = Barrier(VISITORS + 1)
    share = REQUESTS // VISITORS
    with ThreadPoolExecutor(VISITORS) as visitors:
        asking = [
            visitors.submit(_ask, port, address, cookie, share, barrier) for _ in range(VISITORS)
        ]
        barrier.wait(LONGEST_WAIT)
        start = time.perf_counter()
        for one in asking:
            one.result()
        return share * VISITORS / (time.perf_counter() - start)


def milliseconds(port: int, address: str, cookie: str, times: int) -> float:
    """What one visitor waits for the page, in the middle of so many times."""
    return median(_ask(port, address, cookie, times, Barrier(1))) * 1000


def _ask(port: int, address: str, cookie: str, times: int, barrier: Barrier) -> list[float]:
    """Seconds until each answer was there; every answer must be the page itself."""
    connection = HTTPConnection("127.0.0.1", port, timeout=LONGEST_WAIT)
    connection.connect()
    barrier.wait(LONGEST_WAIT)
    seconds = []
    for _ in range(times):
        start = time.perf_counter()
        connection.request("GET", address, headers={"Cookie": cookie})
        response = connection.getresponse()
        response.read()
        seconds.append(time.perf_counter() - start)
        if response.status != 200:
            raise RuntimeError(f"{address} answered {response.status}")
    connection.close()
    return seconds
