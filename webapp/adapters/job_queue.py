"""The queue of jobs on PostgreSQL, by procrastinate: put in, taken by workers, and given up.

A worker takes a job by FOR UPDATE SKIP LOCKED, so no two have the same; one that was lost still
holds its job, and its heart has stopped beating.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from procrastinate import App, JobContext, PsycopgConnector
from procrastinate.exceptions import JobAborted
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
# The worker in whose hands a job is lives; or it waits, and somebody lives who may take it.
CARED_FOR: Final = f"""
    (status = 'doing' AND worker_id IN ({LIVING}))
    OR (status = 'todo' AND EXISTS ({LIVING}))
"""
OURS: Final = "FROM procrastinate_jobs WHERE queue_name = :queue"


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
        """Take out of the queue the jobs that failed, and those that nobody alive will do."""
        taken = connection.execute(
            text(f"DELETE {OURS} AND NOT ({CARED_FOR}) RETURNING args::text"), self._values()
        )
        return [json.loads(args) for args in taken.scalars()]

    def clear(self, connection: Connection) -> None:
        """Take out what an earlier run has left, but for what a living worker is doing."""
        connection.execute(
            text(f"DELETE {OURS} AND (status = 'todo' OR NOT ({CARED_FOR}))"), self._values()
        )

    def work(self, do: DoJob) -> None:
        """Do jobs until SIGTERM or SIGINT; then end after the one in hand.

        One that takes longer than the grace is told to stop, and stays for somebody else.
        """
        app, rules = self._app(), self.rules

        @app.task(name=TASK, queue=QUEUE, pass_context=True)
        def portion(context: JobContext, /, **job: Any) -> None:
            do(job, lambda: not context.should_abort())
            if context.should_abort():
                raise JobAborted

        app.run_worker(
            queues=[QUEUE],
            delete_jobs="successful",
            fetch_job_polling_interval=rules.seconds_between_looks,
            update_heartbeat_interval=rules.heartbeat_seconds,
            stalled_worker_timeout=rules.lost_after_seconds,
            shutdown_graceful_timeout=rules.grace_seconds,
        )

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
