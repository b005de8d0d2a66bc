"""The bank of the demonstration: an independent program, `mock-bank`, run on this machine alone.

It takes bank files from its drop folder, answers into its pick-up folder, and keeps a clock of its
own that only `advance` moves on. What it is told here, it is told over HTTP on 127.0.0.1.

Its calendar is not Algeria's. It never works on Saturday and Sunday; Fridays and the closed days
of Algeria are given to it as holidays. So its days are Monday to Thursday:

- a collection asked for a Sunday settles on the Monday (or the next day it is open);
- one settles no earlier than the bank's day after the file came in (two, from 15:00 on);
- no statement is written for a Sunday.

It holds the fund's account and no debtor's, for its accounts must be IBANs. A debtor's bank that
says no is therefore played with `refuse`, collection by collection.
"""

from __future__ import annotations

import http.client
import json
import re
import subprocess
import sys
import time
import zoneinfo
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from types import MappingProxyType, TracebackType
from typing import Any, Final, Self
from urllib.parse import quote

from webapp.domain.errors import DemonstrationBankFailed
from webapp.domain.moment import ALGIERS

HOST: Final = "127.0.0.1"
# The fund's account as this bank knows it: a domestic account, written as an IBAN would be.
CREDITOR_ACCOUNT: Final = "DZ4000400174401001050486"
ACCOUNT_ID: Final = "CACOBATPH"
CURRENCY: Final = "DZD"
ZONE: Final = "Africa/Algiers"

FRIDAY: Final = 4
DAYS_OF_CALENDAR: Final = 800
NEVER: Final = "3600000"  # milliseconds: `scan` reads the drop folder, no timer does
SECONDS_TO_START: Final = 20.0
SECONDS_TO_ANSWER: Final = 60.0
SECONDS_TO_STOP: Final = 5.0
LISTENING: Final = re.compile(rf"listening on http://{HOST}:(\d+)/")
MESSAGE: Final = re.compile(r".+-(?P<number>\d+)\.xml")


@dataclass(frozen=True, slots=True)
class FileTaken:
    """What the bank made of one file: ACCP, PART or RJCT, and how many collections it took."""

    name: str
    status: str
    reason: str
    accepted: int
    rejected: int


class DemonstrationBank:
    """Runs while its `with` block does, in `folder`, which keeps its books between two runs.

    `clock` is where its time begins (with its zone), unless an earlier run went on further; from
    there time goes on by itself. `accounts` are the fund's, each under a name. Its books and ours
    belong together: with the same folder and a new database of ours, message ids would come again
    with other contents.
    """

    def __init__(
        self,
        folder: Path,
        clock: datetime,
        closed_days: Iterable[date] = (),
        accounts: Mapping[str, str] = MappingProxyType({ACCOUNT_ID: CREDITOR_ACCOUNT}),
    ) -> None:
        self.folder = folder
        self.drop_folder = folder / "drop"
        self.pickup_folder = folder / "pickup"
        self._clock_file = folder / "clock"
        self._clock = clock.astimezone(ALGIERS)
        self._closed_days = frozenset(closed_days)
        self._accounts = accounts
        self._process: subprocess.Popen[bytes] | None = None
        self._port = 0
        self._collected: set[Path] = set()

    def __enter__(self) -> Self:
        for folder in (self.folder, self.drop_folder, self.pickup_folder):
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if self._clock_file.exists():
            earlier = datetime.fromisoformat(self._clock_file.read_text())
            self._clock = max(self._clock, earlier)
        try:
            self._start()
            self._set_calendar()
            self._open_accounts()
        except BaseException:
            self._stop()
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._stop()

    @property
    def today(self) -> date:
        """The bank's day."""
        return date.fromisoformat(self._ask("GET", "/_mock/state")["clock"]["date"])

    def scan(self) -> list[FileTaken]:
        """Let the bank read its drop folder now. Its pain.002 is in the pick-up folder then."""
        found = self._ask("POST", "/_mock/drop/scan")["files"]
        return [
            FileTaken(
                name=file["name"],
                status=file["status"],
                reason=file["reason"],
                accepted=file["accepted"],
                rejected=file["rejected"],
            )
            for file in found
        ]

    def settles_on(self, end_to_end_id: str) -> date | None:
        """The day on which the bank credits the collection; None when it was rejected."""
        day = self._ask("GET", _path_of(end_to_end_id))["settlement_date"]
        return date.fromisoformat(day) if day else None

    def refuse(self, end_to_end_id: str, reason: str) -> None:
        """The debtor's bank says no, for a reason such as MD01 or AM04.

        Before settlement the collection is rejected: a further pain.002 comes at once. After it
        the money goes back on the bank's day: a pacs.004 and a camt.054 with a debit.
        Raises DemonstrationBankFailed when there is nothing (left) to refuse.
        """
        self._ask("POST", f"{_path_of(end_to_end_id)}/refuse", {"reason": reason})

    def advance(self, to: date) -> None:
        """Move the bank's clock to the first minute of that day; what falls due, happens.

        A collection that settles on a day is credited, and its camt.054 written, when that day
        begins; the day's camt.053 is written when the next day does.
        """
        reached = self._ask("POST", f"/_mock/advance?to={to.isoformat()}")["to"]
        self._clock_file.write_text(reached)

    def collect(self) -> list[Path]:
        """The messages in the pick-up folder that no earlier call here gave, oldest first."""
        found = sorted(
            (int(match["number"]), path)
            for path in self.pickup_folder.iterdir()
            if (match := MESSAGE.fullmatch(path.name)) and path not in self._collected
        )
        paths = [path for _, path in found]
        self._collected.update(paths)
        return paths

    def _start(self) -> None:
        log = self.folder / "bank.log"
        command = [
            sys.executable, "-P", "-m", "mockbank",
            "--host", HOST, "--port", "0",
            "--db", str(self.folder / "bank.sqlite3"),
            "--clock", f"{self._clock:%Y-%m-%dT%H:%M:%S}",
            "--timezone", _zone(),
            "--drop-dir", str(self.drop_folder),
            "--pickup-dir", str(self.pickup_folder),
            "--drop-interval-ms", NEVER,
            "--drop-settle-ms", "0",
        ]  # fmt: skip
        with log.open("wb") as out:
            self._process = subprocess.Popen(  # noqa: S603  # our own interpreter and arguments
                command, stdin=subprocess.DEVNULL, stdout=out, stderr=out
            )
        deadline = time.monotonic() + SECONDS_TO_START
        while (said := LISTENING.search(_said(log))) is None:
            if self._process.poll() is not None or time.monotonic() > deadline:
                raise DemonstrationBankFailed(doing="start", detail=_said(log)[-500:])
            time.sleep(0.02)
        self._port = int(said[1])

    def _stop(self) -> None:
        """Stop the process that was started here, by its own handle."""
        process, self._process = self._process, None
        if process is None:
            return
        process.terminate()
        try:
            process.wait(SECONDS_TO_STOP)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()

    def _set_calendar(self) -> None:
        first = self._clock.date()
        days = (first + timedelta(days=number) for number in range(DAYS_OF_CALENDAR))
        fridays = {day for day in days if day.weekday() == FRIDAY}
        holidays = sorted(day.isoformat() for day in fridays | self._closed_days)
        self._ask("PUT", "/_mock/holidays", holidays)

    def _open_accounts(self) -> None:
        """The fund's accounts, once; those that the program brings along send no statements."""
        found = {account["id"]: account for account in self._ask("GET", "/_mock/accounts")}
        for name, account in found.items():
            if name not in self._accounts and not account["closed"]:
                self._ask("PATCH", f"/_mock/accounts/{quote(name, safe='')}", {"closed": True})
        for name, number in self._accounts.items():
            if name not in found:
                account = {"id": name, "name": "CACOBATPH", "iban": number, "currency": CURRENCY}
                self._ask("POST", "/_mock/accounts", account)

    def _ask(self, method: str, path: str, body: object = None) -> Any:
        """One request over the loopback; raises DemonstrationBankFailed unless it is granted."""
        connection = http.client.HTTPConnection(HOST, self._port, timeout=SECONDS_TO_ANSWER)
        try:
            connection.request(method, path, b"" if body is None else json.dumps(body).encode())
            response = connection.getresponse()
            text = response.read().decode()
        except (OSError, http.client.HTTPException) as error:
            raise DemonstrationBankFailed(doing=f"{method} {path}", detail=repr(error)) from error
        finally:
            connection.close()
        if response.status >= http.client.BAD_REQUEST:
            raise DemonstrationBankFailed(doing=f"{method} {path}", detail=text)
        return json.loads(text)


def _path_of(end_to_end_id: str) -> str:
    return f"/_mock/collections/{quote(end_to_end_id, safe='')}"


def _zone() -> str:
    """Algiers, or UTC on a machine without a time zone database: the same clock either way."""
    try:
        return zoneinfo.ZoneInfo(ZONE).key
    except zoneinfo.ZoneInfoNotFoundError:
        return "UTC"


def _said(log: Path) -> str:
    return log.read_text(encoding="utf-8", errors="replace")
