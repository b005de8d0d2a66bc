"""`flask worker`: one of any number, on any machine, that do portions of the runs of others."""

from __future__ import annotations

from collections.abc import Callable

import click
from flask import current_app
from flask.cli import with_appcontext

from webapp.adapters.job_queue import Job
from webapp.commands.desk import job_queue, refusals_to_exit, run_tools, session
from webapp.domain.errors import UnsafeConfiguration
from webapp.services.sharing import Portion, day_of_run, do_portion


@click.command("worker")
@with_appcontext
@refusals_to_exit
def worker() -> None:
    """Do portions of the runs under way, on this machine, until told to end.

    Needs PostgreSQL; `flask run-debits` finds the workers there by itself, and does without them
    what they leave. Told to end, it finishes the portion in hand, within five seconds. How to go
    from one machine to many: webapp/commands/many_machines.md.
    """
    queue = job_queue()
    if queue is None:
        raise UnsafeConfiguration(
            setting="DATABASE_URL",
            why="workers need PostgreSQL; on SQLite `flask run-debits` does everything by itself",
        )
    application = current_app._get_current_object()  # type: ignore[attr-defined]

    def do(job: Job, go_on: Callable[[], bool]) -> None:
        portion = Portion(**job)
        with application.app_context():
            day = day_of_run(session(), portion.run_id)
            with run_tools(day) as tools:
                do_portion(session(), day, portion, tools.send_notice, go_on)
        click.echo(f"run {portion.run_id}: {portion.phase} {portion.first} to {portion.last} done")

    click.echo("waiting for portions of runs")
    queue.work(do)
