"""The runs for the office: the list, one with its report, and a second person's signing off."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from webapp.domain.errors import NoLongerPossible, NotFound, SecondPersonNeeded
from webapp.models import Event, Run, Subject
from webapp.services.events import record
from webapp.services.reports import RunReport, report_of
from webapp.services.staff.actor_names import names_of_actors
from webapp.services.transactions import reading, transaction
from webapp.services.working_day import WorkingDay

RUNS_ON_A_PAGE = 24
SIGNED_OFF = "signed_off"


@dataclass(frozen=True, slots=True)
class RunRow:
    """One run; `report` is None for one that has not ended. Who signed it off, and when."""

    id: int
    day: date
    actor: str
    actor_name: str
    started_at: datetime
    finished_at: datetime | None
    report: RunReport | None
    signed_by_name: str = ""
    signed_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class _SignedOff:
    actor: str
    at: datetime


def list_runs(session: Session, before: int | None = None) -> tuple[list[RunRow], bool]:
    """The runs, the latest first, and whether there are older ones than these."""
    wanted = select(Run).order_by(Run.id.desc()).limit(RUNS_ON_A_PAGE + 1)
    if before is not None:
        wanted = wanted.where(Run.id < before)
    with reading(session):
        runs = session.scalars(wanted).all()
        rows = _rows(session, runs[:RUNS_ON_A_PAGE])
    return rows, len(runs) > RUNS_ON_A_PAGE


def find_run(session: Session, run_id: int) -> RunRow:
    """One run. Raises NotFound."""
    with reading(session):
        run = session.get(Run, run_id, populate_existing=True)
        if run is None:
            raise NotFound(kind="run", reference=str(run_id))
        return _rows(session, [run])[0]


def sign_off(session: Session, day: WorkingDay, run_id: int) -> None:
    """A second person has read the report of a run and vouches for it, once.

    Raises NotFound; SecondPersonNeeded when `day.actor` made the run; NoLongerPossible when it is
    signed off already or has not ended.
    """
    with transaction(session):
        run = session.scalar(select(Run).where(Run.id == run_id).with_for_update())
        if run is None:
            raise NotFound(kind="run", reference=str(run_id))
        if run.finished_at is None or _signatures(session, [run_id]):
            raise NoLongerPossible(reference=str(run_id))
        if run.actor == day.actor:
            raise SecondPersonNeeded(reference=str(run_id))
        record(session, day, Subject.RUN, [run_id], None, SIGNED_OFF, SIGNED_OFF)


def _rows(session: Session, runs: Sequence[Run]) -> list[RunRow]:
    signed = _signatures(session, [run.id for run in runs])
    actors = [run.actor for run in runs] + [one.actor for one in signed.values()]
    names = names_of_actors(session, actors)
    return [
        RunRow(
            id=run.id,
            day=run.day,
            actor=run.actor,
            actor_name=names.get(run.actor, run.actor),
            started_at=run.started_at,
            finished_at=run.finished_at,
            report=report_of(run.report) if run.report else None,
            signed_by_name=names.get(by.actor, by.actor) if by else "",
            signed_at=by.at if by else None,
        )
        for run in runs
        for by in [signed.get(run.id)]
    ]


def _signatures(session: Session, ids: list[int]) -> dict[int, _SignedOff]:
    rows = session.execute(
        select(Event.subject_id, Event.actor, Event.at).where(
            Event.subject == Subject.RUN, Event.subject_id.in_(ids), Event.target == SIGNED_OFF
        )
    )
    return {row.subject_id: _SignedOff(row.actor, row.at) for row in rows}
