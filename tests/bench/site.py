"""The site over a demonstration of its own, served by gunicorn as `make run` does, and stopped.

Used by the measures of pages and by the audits of tests/lighthouse.
"""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from http.client import HTTPConnection
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]
PROGRAMS = Path(sys.executable).parent
EMPLOYERS = 200
LONGEST_START = 30.0  # seconds
# As `make run`, but one worker: what is compared is what a page costs, not the machine's cores.
GUNICORN = ("--workers", "1", "--threads", "4", "--no-control-socket", "--log-level", "warning")


@contextmanager
def demonstration() -> Iterator[Path]:
    """The `home` of a demonstration in a temporary folder, as `make run` makes it."""
    # Told to end, the program still stops its servers and removes the folder.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    with tempfile.TemporaryDirectory(prefix="khatwa-pages-") as name:
        home = Path(name) / "instance"
        for words in (("db", "upgrade"), ("first-day", "--employers", str(EMPLOYERS))):
            subprocess.run(
                [PROGRAMS / "flask", *words],
                cwd=PROJECT,
                env=surroundings(home),
                check=True,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            )
        yield home


def surroundings(home: Path, **more: str) -> dict[str, str]:
    """The environment of a program over `home`; nothing of the caller's own settings counts."""
    kept = {name: value for name, value in os.environ.items() if name in {"PATH", "HOME", "LANG"}}
    return {**kept, "KHATWA_HOME": str(home), "KHATWA_KEYS": str(home.parent / "keys"), **more}


@contextmanager
def served(home: Path, application: str = "wsgi:app", **more: str) -> Iterator[int]:
    """The port of 127.0.0.1 on which gunicorn serves an application, until the block ends."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    server = subprocess.Popen(
        [PROGRAMS / "gunicorn", "--bind", f"127.0.0.1:{port}", *GUNICORN, application],
        cwd=PROJECT,
        env=surroundings(home, **more),
    )
    try:
        _wait_for(server, port)
        yield port
    finally:
        server.terminate()
        server.wait()


def _wait_for(server: subprocess.Popen[bytes], port: int) -> None:
    until = time.monotonic() + LONGEST_START
    while time.monotonic() < until:
        if server.poll() is not None:
            break
        connection = HTTPConnection("127.0.0.1", port, timeout=LONGEST_START)
        with suppress(OSError):
            connection.request("GET", "/")
            connection.getresponse().read()
            return
        time.sleep(0.05)
    raise RuntimeError(f"gunicorn did not answer on port {port}")


def load_average() -> str:
    """What else the machine was doing, for whoever reads a figure."""
    return "load average {:.2f} {:.2f} {:.2f}".format(*os.getloadavg())


def report(lines: Iterator[str] | list[str]) -> None:
    """Print lines as they come."""
    for line in lines:
        sys.stdout.write(line + "\n")
        sys.stdout.flush()


def cookie_header(cookies: Mapping[str, str]) -> str:
    return "; ".join(f"{name}={value}" for name, value in cookies.items())
