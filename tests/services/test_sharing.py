"""A run that shares its portions: whatever no living worker does, it does itself."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, replace

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from tests import builders
from tests.services.collecting import ANNOUNCING, Desk
from webapp.adapters.job_queue import JobQueue
from webapp.domain.errors import NotFound
from webapp.domain.rules import WorkerRules
from webapp.models import Run
from webapp.services import announcing, notices, planning
from webapp.services.dry_runs import dry_run
from webapp.services.locking import hold_run
from webapp.services.runs import RunTools, run_due_debits
from webapp.services.sharing import Portion, day_of_run, do_portion, share_with_workers
from webapp.services.transactions import no_progress

EMPLOYERS = 3
RULES = WorkerRules(heartbeat_seconds=0.1, lost_after_seconds=0.5)
PORTION = Portion(1, "plan", 1, 2)

pytestmark = [
    pytest.mark.postgresql,
    pytest.mark.parametrize("database_url", ["postgresql"], indirect=True),
]


@pytest.fixture
def queue(session: Session) -> JobQueue:
    return JobQueue(session.get_bind().engine, RULES)


@pytest.fixture
def filed(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    """Three employers who have filed; every portion is one of them."""
    monkeypatch.setattr(planning, "EMPLOYERS_AT_ONCE", 1)
    monkeypatch.setattr(announcing, "DEBITS_AT_ONCE", 1)
    monkeypatch.setattr(notices, "NOTICES_AT_ONCE", 1)
    for _ in range(EMPLOYERS):
        desk.file_one()
    return desk


def sharing(desk: Desk, queue: JobQueue) -> RunTools:
    return replace(builders.tools(desk.outbox), share=share_with_workers(desk.session, queue))


def worker(session: Session, *, lost: bool = False) -> int:
    """A worker that has just shown that it lives, or one that has not for long."""
    number = session.scalar(text("SELECT worker_id FROM procrastinate_register_worker_v1()"))
    if lost:
        session.execute(
            text("UPDATE procrastinate_workers SET last_heartbeat = now() - interval '1 minute'")
        )
    session.commit()
    return int(number or 0)


def jobs(session: Session) -> dict[int, str]:
    """The first key of each job in the queue, and how the job stands."""
    rows = session.execute(text("SELECT (args->>'first')::int, status FROM procrastinate_jobs"))
    found = {int(first): str(status) for first, status in rows}
    session.rollback()
    return found


def put_in(session: Session, queue: JobQueue, *firsts: int) -> None:
    queue.defer(session.connection(), [asdict(replace(PORTION, first=one)) for one in firsts])


def test_jobs_of_a_transaction_that_is_taken_back_never_were(
    session: Session, queue: JobQueue
) -> None:
    put_in(session, queue, 1, 2)
    assert queue.count(session.connection()) == 2
    session.rollback()
    assert jobs(session) == {}


def test_only_jobs_that_nobody_alive_will_do_are_taken_out(
    session: Session, queue: JobQueue
) -> None:
    lost, living = worker(session, lost=True), worker(session)
    put_in(session, queue, 1, 2, 3, 4)
    given = {1: ("doing", living), 2: ("doing", lost), 3: ("failed", living)}
    for first, (status, by) in given.items():
        session.execute(
            text(
                "UPDATE procrastinate_jobs SET status = CAST(:status AS procrastinate_job_status),"
                " worker_id = :by WHERE (args->>'first')::int = :first"
            ),
            {"status": status, "by": by, "first": first},
        )
    session.commit()
    taken = queue.take_abandoned(session.connection())
    session.commit()
    assert [Portion(**job) for job in taken] == [replace(PORTION, first=n) for n in (2, 3)]
    assert jobs(session) == {1: "doing", 4: "todo"}

    worker(session, lost=True)
    assert {job["first"] for job in queue.take_abandoned(session.connection())} == {1, 4}


def test_what_a_lost_worker_holds_is_left_for_a_while_to_those_that_live(session: Session) -> None:
    queue = JobQueue(session.get_bind().engine, WorkerRules(lost_after_seconds=60))
    lost, living = worker(session), worker(session)
    put_in(session, queue, 1)
    session.execute(
        text("UPDATE procrastinate_jobs SET status = 'doing', worker_id = :lost"), {"lost": lost}
    )

    def abandoned(seconds: dict[int, int]) -> int:
        """How many jobs the run would take when these have been silent for so long."""
        for one, silent in seconds.items():
            session.execute(
                text(
                    "UPDATE procrastinate_workers SET last_heartbeat ="
                    " now() - make_interval(secs => :silent) WHERE id = :one"
                ),
                {"silent": silent, "one": one},
            )
        with session.begin_nested() as nested:
            found = len(queue.take_abandoned(session.connection()))
            nested.rollback()
        return found

    assert abandoned({lost: 30, living: 0}) == 0
    assert abandoned({lost: 90, living: 0}) == 0
    assert abandoned({lost: 150, living: 0}) == 1
    assert abandoned({lost: 90, living: 90}) == 1


def test_what_no_worker_does_is_done_by_the_run(filed: Desk, queue: JobQueue) -> None:
    session = filed.session
    worker(session)
    day = builders.working_day(session, ANNOUNCING)
    report = run_due_debits(session, day, sharing(filed, queue))
    assert jobs(session) == {}
    told = {name: report.phases[name] for name in ("planned", "announced", "notices_accepted")}
    assert told == dict.fromkeys(told, EMPLOYERS)


def test_what_an_earlier_run_has_left_is_nobodys_work(session: Session, queue: JobQueue) -> None:
    """It was killed; what was left of it, this run has found by itself."""
    put_in(session, queue, 99)
    worker(session)
    done: list[tuple[int, int]] = []
    hands = share_with_workers(session, queue)(2, no_progress)
    hands("plan", [1, 2, 3], 1, lambda first, last: done.append((first, last)))
    assert sorted(done) == [(1, 1), (2, 2), (3, 3)]
    assert jobs(session) == {}


@pytest.mark.parametrize("how", ["without workers", "dry"])
def test_a_run_that_cannot_share_puts_in_no_job(
    filed: Desk, queue: JobQueue, how: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*arguments: object) -> None:
        raise AssertionError("a job was put in")

    monkeypatch.setattr(JobQueue, "defer", refuse)
    tools = sharing(filed, queue)
    worker(filed.session, lost=how == "without workers")
    run = dry_run if how == "dry" else run_due_debits
    report = run(filed.session, builders.working_day(filed.session, ANNOUNCING), tools)
    assert report.phases["announced"] == EMPLOYERS


def test_a_portion_is_done_on_the_day_of_its_run_and_only_while_that_lives(
    session: Session,
) -> None:
    day = builders.working_day(session, ANNOUNCING, "nightly")
    run = Run(day=day.today, actor=day.actor, started_at=day.now)
    session.add(run)
    session.commit()
    run_id = run.id
    session.rollback()
    with hold_run(session, run_id):
        assert day_of_run(session, run_id).moment == day.moment
        assert day_of_run(session, run_id).actor == "nightly"
        with pytest.raises(NotFound):
            day_of_run(session, run_id + 1)
    with pytest.raises(NotFound):
        day_of_run(session, run_id)


def test_a_phase_that_is_never_shared_is_refused(session: Session) -> None:
    day = builders.working_day(session, ANNOUNCING)
    with pytest.raises(NotFound):
        do_portion(
            session, day, replace(PORTION, phase="freeze"), builders.Provider(), lambda: True
        )
