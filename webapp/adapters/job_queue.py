"""The queue of jobs on PostgreSQL, by procrastinate: put in, taken by workers, and given up.

A worker takes a job by FOR UPDATE SKIP LOCKED, so no two have the same; one that was lost still
holds its job, and its heart has stopped beating. Those that live look for such jobs and let
whoever is free have them.
"""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Final

from procrastinate import App, JobContext, PsycopgConnector
from procrastinate.exceptions import ConnectorException, JobAborted
from sqlalchemy import Connection, Engine, text

from webapp.domain.rules import WorkerRules

QUEUE: Final = "run"
TASK: Final = "portion"
CONNECTIONS: Final = 2  # of a worker to the queue, besides the one by which it is told of jobs
LONGEST_WAIT: Final = 5.0  # seconds for one of them; a worker without a database ends

Job = Mapping[str, Any]
# Does a job; asks now and then whether to go on.
DoJob = Callable[[Job, Callable[[], bool]], None]

LIVING: Final = """
    SELECT id FROM procrastinate_workers
    WHERE last_heartbeat > now() - make_interval(secs => :lost_after)
"""
# The worker in whose hands a job is lives.
IN_HAND: Final = f"(status = 'doing' AND worker_id IN ({LIVING}))"
# Or somebody lives who may take it, or who finds it at once: its worker was lost only lately.
CARED_FOR: Final = f"""
    {IN_HAND} OR EXISTS ({LIVING}) AND (status = 'todo' OR status = 'doing' AND worker_id IN (
        SELECT id FROM procrastinate_workers
        WHERE last_heartbeat > now() - make_interval(secs => 2 * :lost_after)
    ))
"""  # noqa: S608  (constants)
OURS: Final = "FROM procrastinate_jobs WHERE queue_name = :queue"
# In one statement: of those that look at the same moment one finds a job, and nobody takes it from
# whoever has got it since. (get_stalled_jobs and retry_job of procrastinate are two statements.)
# Whoever is idle is told as of a new one.
GIVE_BACK: Final = f"""
    WITH back AS (
        UPDATE procrastinate_jobs
        SET status = 'todo', attempts = attempts + 1, worker_id = NULL
        WHERE queue_name = :queue AND status = 'doing'
        AND (worker_id IS NULL OR worker_id NOT IN ({LIVING}))
        RETURNING id
    )
    SELECT pg_notify(
        'procrastinate_queue_v1#' || :queue,
        CAST(json_build_object('type', 'job_inserted', 'job_id', id) AS text)
    ) FROM back
"""  # noqa: S608  (constants)


@dataclass(frozen=True, slots=True)
class JobQueue:
    """The jobs of the runs in a PostgreSQL database."""

    engine: Engine
    rules: WorkerRules

    def defer(self, connection: Connection, jobs: Sequence[Job]) -> None:
        """Put jobs into the queue, inside the caller's transaction."""
        own = connection.connection.driver_connection
        self._app().configure_task(TASK, queue=QUEUE, connection=own).batch_defer(
            *[dict(job) for job in jobs]
        )

    def living_workers(self, connection: Connection) -> int:
        """How many workers have shown lately that they live."""
        return len(connection.execute(text(LIVING), self._values()).all())

    def count(self, connection: Connection) -> int:
        """How many jobs are waiting or being done."""
        return connection.scalar(text(f"SELECT count(*) {OURS}"), self._values()) or 0

    def take_abandoned(self, connection: Connection) -> list[dict[str, Any]]:
        """Take out of the queue the jobs that failed, and those that nobody alive will do.

        What a lost worker holds is left for a while to those that live.
        """
        taken = connection.execute(
            text(f"DELETE {OURS} AND NOT ({CARED_FOR}) RETURNING args::text"), self._values()
        )
        return [json.loads(args) for args in taken.scalars()]

    def clear(self, connection: Connection) -> None:
        """Take out what an earlier run has left, but for what a living worker is doing."""
        connection.execute(text(f"DELETE {OURS} AND NOT {IN_HAND}"), self._values())

    def work(self, do: DoJob) -> None:
        """Do jobs until SIGTERM or SIGINT; then end after the one in hand.

        One that takes longer than the grace is told to stop, and stays for somebody else.
        """
        app, rules = self._app(), self.rules
        _keep_quiet_of_the_database()

        @app.task(name=TASK, queue=QUEUE, pass_context=True)
        def portion(context: JobContext, /, **job: Any) -> None:
            do(job, lambda: not context.should_abort())
            if context.should_abort():
                raise JobAborted

        async def work() -> None:
            async with app.open_async():
                looking = asyncio.create_task(self._look_for_the_lost(app))
                try:
                    await app.run_worker_async(
                        queues=[QUEUE],
                        delete_jobs="successful",
                        fetch_job_polling_interval=rules.seconds_between_looks,
                        update_heartbeat_interval=rules.heartbeat_seconds,
                        stalled_worker_timeout=rules.lost_after_seconds,
                        shutdown_graceful_timeout=rules.grace_seconds,
                    )
                finally:
                    looking.cancel()

        asyncio.run(work())

    async def _look_for_the_lost(self, app: App) -> None:
        """Again and again, give back to the queue what workers held that were lost."""
        give_back = str(text(GIVE_BACK).compile(dialect=self.engine.dialect))
        while True:
            await asyncio.sleep(self.rules.heartbeat_seconds)
            with suppress(ConnectorException):  # Without its database the worker itself ends.
                await app.connector.execute_query_async(give_back, **self._values())

    def _app(self) -> App:
        address = self.engine.url.set(drivername="postgresql")
        return App(
            connector=PsycopgConnector(
                conninfo=address.render_as_string(hide_password=False),
                min_size=1,
                max_size=CONNECTIONS,
                timeout=LONGEST_WAIT,
            )
        )

    def _values(self) -> dict[str, object]:
        return {"queue": QUEUE, "lost_after": self.rules.lost_after_seconds}


def _keep_quiet_of_the_database() -> None:
    """Without it the worker ends, and says so itself: no page of traces for each of its tasks."""

    def is_about_something_else(record: logging.LogRecord) -> bool:
        return not (record.exc_info and isinstance(record.exc_info[1], ConnectorException))

    log, handler = logging.getLogger("procrastinate"), logging.StreamHandler()
    handler.addFilter(is_about_something_else)
    log.addHandler(handler)
    log.propagate = False
