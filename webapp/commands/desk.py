"""What every command starts from: the moment it was called, who calls, and the tools it needs."""

from __future__ import annotations

import getpass
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, date, datetime
from functools import wraps
from typing import Any, ParamSpec

import click
from flask import current_app
from sqlalchemy.orm import Session
from tqdm import tqdm

from webapp.adapters.job_queue import JobQueue
from webapp.adapters.machine import FOREIGN, failure_of
from webapp.adapters.vault import Vault
from webapp.config import Config
from webapp.data.loader import load_reasons
from webapp.domain.errors import KhatwaError, RunStopped
from webapp.domain.moment import Moment
from webapp.domain.rules import CollectionRules, WorkerRules
from webapp.extensions import db
from webapp.forms.recovery_messages import told_of
from webapp.outside import make_messenger, notice_sender, vault_of
from webapp.services.portions import alone
from webapp.services.runs import RunTools
from webapp.services.sharing import share_with_workers
from webapp.services.transactions import Progress, no_progress, stoppable
from webapp.services.working_day import WorkingDay, load_calendar

P = ParamSpec("P")

EXIT_REFUSED = 1
EXIT_A_PERSON_MUST_LOOK = 3
EXIT_STOPPED = 4
EXIT_MACHINE_FAILED = 5
# What an operator, a service manager or Ctrl-C sends.
ENDING = (signal.SIGTERM, signal.SIGINT)
KEPT_WHOLE = "what was done is kept whole, and the next run goes on from there"

by_option = click.option(
    "--by", "actor", metavar="NAME", help="Who acts; by default the user of this machine."
)


class Day(click.ParamType[date]):
    """A day written 2026-11-23."""

    name = "date"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        try:
            return value if isinstance(value, date) else date.fromisoformat(value)
        except ValueError:
            self.fail(f"{value!r} is not a day written like 2026-11-23", param, ctx)


def settings() -> Config:
    """The settings of the running application."""
    config: Config = current_app.config["KHATWA"]
    return config


def session() -> Session:
    """The session of this command."""
    return db.session()


def right_now() -> Moment:
    """The only place of the commands where the clock is read."""
    return Moment.at(datetime.now(UTC))


def moment_on(on: date | None) -> Moment:
    """The present moment, or the morning of another day."""
    present = right_now()
    return present if on in (None, present.today) else Moment.morning_of(on or present.today)


def working_day(on: date | None = None, actor: str | None = None) -> WorkingDay:
    """The working day of a command that acts now, or on the day it was given."""
    return WorkingDay(
        moment=moment_on(on),
        calendar=load_calendar(session()),
        rules=CollectionRules(),
        actor=actor or getpass.getuser(),
    )


def open_vault() -> Vault:
    """The keys of the account numbers; in development they are made on first use."""
    return vault_of(current_app)


def job_queue() -> JobQueue | None:
    """The queue from which workers take portions of runs; None on SQLite, which has one machine."""
    return JobQueue(db.engine, WorkerRules()) if db.engine.dialect.name == "postgresql" else None


@contextmanager
def run_tools(day: WorkingDay) -> Iterator[RunTools]:
    """The outside of a run: keys, outbox, the sender of notices, the banks' reasons, workers."""
    queue = job_queue()
    with make_messenger(settings(), day.today) as messenger:
        yield RunTools(
            vault=open_vault(),
            outbox=settings().outbox,
            send_notice=notice_sender(current_app, messenger),
            reasons=load_reasons(),
            share=share_with_workers(session(), queue) if queue else alone,
        )


@contextmanager
def progress_bar() -> Iterator[Progress]:
    """A bar per phase on a terminal; silence anywhere else."""
    if not sys.stderr.isatty():
        yield no_progress
        return
    bars: dict[str, tqdm[Any]] = {}

    def show(phase: str, done: int, total: int) -> None:
        bar = bars.setdefault(phase, tqdm(total=total, desc=phase, leave=True))
        bar.total = total
        bar.update(done - bar.n)

    try:
        yield show
    finally:
        for bar in bars.values():
            bar.close()


def refusals_to_exit(command: Callable[P, None]) -> Callable[P, None]:
    """Tell an error of the service in one line and leave with exit code 1; stopped, with 4.

    Where the disk or the database has failed, say what happened and how to go on, and leave with 5.
    """

    @wraps(command)
    def run(*args: P.args, **kwargs: P.kwargs) -> None:
        try:
            command(*args, **kwargs)
        except KhatwaError as error:
            stopped = isinstance(error, RunStopped)
            click.echo(f"stopped: {KEPT_WHOLE}" if stopped else f"refused: {error}", err=True)
            for line in told_of(error):
                click.echo(line, err=True)
            raise SystemExit(EXIT_STOPPED if stopped else EXIT_REFUSED) from error
        except FOREIGN as error:
            failure = failure_of(error)
            if failure is None:
                raise
            # Where this goes may stand on the very disk that is full.
            with suppress(OSError):
                for line in (*told_of(failure), f"cause: {failure.cause}"):
                    click.echo(line, err=True)
            raise SystemExit(EXIT_MACHINE_FAILED) from error

    return run


@contextmanager
def ends_when_told() -> Iterator[None]:
    """Inside, SIGTERM or Ctrl-C ends the work of the session after the step that it is in.

    A second one ends the process at once, as without this.
    """
    told = threading.Event()
    before = {number: signal.getsignal(number) for number in ENDING}

    def let_the_next_one_end_it() -> None:
        for number, handler in before.items():
            signal.signal(number, handler)

    def end(*_: object) -> None:
        told.set()
        let_the_next_one_end_it()

    for number in ENDING:
        signal.signal(number, end)
    try:
        with stoppable(session(), told.is_set):
            yield
    finally:
        let_the_next_one_end_it()
