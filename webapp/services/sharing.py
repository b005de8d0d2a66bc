"""A run that shares its portions: workers on any machine take them, and the run sees to the rest.

A portion is a job of a queue, put there in a transaction of the run. Nothing here makes it happen
once: a portion whose worker was killed is done again, and the keys of the tables let only what was
left of it have an effect. (design.md §6)
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from typing import Final

from sqlalchemy.orm import Session

from webapp.adapters.job_queue import JobQueue
from webapp.domain.errors import NotFound
from webapp.domain.moment import Moment
from webapp.domain.rules import CollectionRules
from webapp.models import Run
from webapp.services.announcing import announce_portion
from webapp.services.locking import hold_run, run_is_alive
from webapp.services.notices import SendNotice, send_portion
from webapp.services.planning import plan_portion
from webapp.services.portions import DoPortion, Hands, Share, in_turn
from webapp.services.sets import ranges
from webapp.services.transactions import Progress, reading, transaction
from webapp.services.working_day import WorkingDay, load_calendar

SECONDS_BETWEEN_LOOKS: Final = 0.1


@dataclass(frozen=True, slots=True)
class Portion:
    """A job: the keys from the first to the last one in a phase of a run."""

    run_id: int
    phase: str
    first: int
    last: int


def share_with_workers(session: Session, queue: JobQueue) -> Share:
    """Hands that let the workers of `queue` do the portions of a run, where there are any.

    A phase of one portion, and every phase while no worker lives, is done by the run itself; so
    is what a worker failed to do, or held when it was lost.
    """

    def share(run_id: int, progress: Progress) -> Hands:
        def hands(phase: str, keys: Sequence[int], size: int, do: DoPortion) -> None:
            with reading(session):
                workers = queue.living_workers(session.connection())
            if len(keys) <= size or not workers:
                in_turn(progress)(phase, keys, size, do)
                return
            with hold_run(session, run_id):
                with transaction(session):
                    queue.clear(session.connection())
                    portions = [Portion(run_id, phase, a, b) for a, b, _ in ranges(keys, size)]
                    queue.defer(session.connection(), [asdict(portion) for portion in portions])
                _see_to_the_rest(session, queue, do, _Watch(progress, phase, len(keys), size))

        return hands

    return share


@dataclass(frozen=True, slots=True)
class _Watch:
    progress: Progress
    phase: str
    keys: int
    size: int

    def left(self, portions: int) -> None:
        self.progress(self.phase, max(0, self.keys - portions * self.size), self.keys)


def _see_to_the_rest(session: Session, queue: JobQueue, do: DoPortion, watch: _Watch) -> None:
    """Until no job is left: do what no living worker will do."""
    while True:
        with transaction(session):
            abandoned = [Portion(**job) for job in queue.take_abandoned(session.connection())]
            left = queue.count(session.connection())
        for portion in abandoned:
            do(portion.first, portion.last)
        watch.left(left)
        if not left:
            return
        time.sleep(SECONDS_BETWEEN_LOOKS)


def day_of_run(session: Session, run_id: int) -> WorkingDay:
    """The working day of a run that is under way, as its own process has it.

    Raises NotFound when its process has ended: what was planned for that day must not be told on
    another one, and the next run finds what is left.
    """
    with reading(session):
        run = session.get(Run, run_id)
        if run is None or not run_is_alive(session, run_id):
            raise NotFound(kind="run under way", reference=str(run_id))
        moment, actor = Moment(run.day, run.started_at), run.actor
    return WorkingDay(moment, load_calendar(session), CollectionRules(), actor)


def do_portion(
    session: Session,
    day: WorkingDay,
    portion: Portion,
    send: SendNotice,
    go_on: Callable[[], bool],
) -> None:
    """Do what is left of a portion of a run on this day; the sending stops once told to.

    Raises NotFound for a phase that is never shared.
    """
    first, last = portion.first, portion.last
    if portion.phase == "plan":
        plan_portion(session, day, first, last)
    elif portion.phase == "announce":
        announce_portion(session, day, first, last)
    elif portion.phase == "notices":
        send_portion(session, day, send, first, last, go_on)
    else:
        raise NotFound(kind="phase", reference=portion.phase)
