"""How the cases of open days went: counted once in the database, then added up each way."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from statistics import fmean, median
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, Row, exists, extract, func, select
from sqlalchemy.orm import Session

from webapp.domain.enrolment_cases import OPEN, SUCCEEDED, CaseFailure, CaseStatus
from webapp.domain.moment import ALGIERS
from webapp.domain.statuses import MandateStatus
from webapp.models import (
    Agency,
    Campaign,
    CampaignPlace,
    Device,
    DrawnSignature,
    EnrolmentCase,
    Mandate,
    StaffMember,
)

Key = TypeVar("Key", bound=Hashable)
Counted = Row[Any]
HOURS_AHEAD = 1  # of Algiers before UTC, the whole year


@dataclass(frozen=True, slots=True)
class Tally:
    """Cases by how they ended, each in one place; waiting are those that have not ended."""

    enrolled: int = 0
    updated: int = 0
    waiting: int = 0
    failed: int = 0
    abandoned: int = 0

    @property
    def total(self) -> int:
        """All of them."""
        return self.enrolled + self.updated + self.waiting + self.failed + self.abandoned

    @property
    def succeeded(self) -> int:
        """Those that led to an authorisation."""
        return self.enrolled + self.updated

    def __add__(self, other: Tally) -> Tally:
        return Tally(
            self.enrolled + other.enrolled,
            self.updated + other.updated,
            self.waiting + other.waiting,
            self.failed + other.failed,
            self.abandoned + other.abandoned,
        )


@dataclass(frozen=True, slots=True)
class AgencyName:
    """An agency, in both languages."""

    ar: str
    fr: str


@dataclass(frozen=True, slots=True)
class DeviceName:
    """A device, by its name and its place."""

    name: str
    place: str | None


@dataclass(frozen=True, slots=True)
class Minutes:
    """How long the enrolments took from beginning to end; None where there is none yet."""

    middle: float | None
    mean: float | None


@dataclass(frozen=True, slots=True)
class CaseFigures:
    """The cases of some days: in all, by cause, by hour, by agency, agent and device, by day.

    Each case counts on the day and in the hour of Algiers in which it began. `agents` has None for
    who did the one step alone, `devices` None for a case without a device. `papers` counts, of
    those enrolled, the ones drawn by hand whose signed paper is still to come.
    """

    tally: Tally
    papers: int
    minutes: Minutes
    causes: Mapping[CaseFailure, int]
    hours: Mapping[int, Tally]
    agencies: Mapping[AgencyName, Tally]
    agents: Mapping[str | None, Tally]
    devices: Mapping[DeviceName | None, Tally]
    days: Mapping[date, Tally]


def count_cases(
    session: Session, campaign_id: int | None, span: tuple[date, date] | None = None
) -> CaseFigures:
    """The figures of open days, of the days from the first to the last of `span`, or of all.

    Without `campaign_id` those of all open days of the country. Three questions to the database,
    however many cases there are. Inside the caller's transaction.
    """
    everywhere = EnrolmentCase.campaign_id.is_not(None)
    chosen = [everywhere if campaign_id is None else EnrolmentCase.campaign_id == campaign_id]
    if span is not None:
        chosen += [EnrolmentCase.began_at >= _start(span[0]),
                   EnrolmentCase.began_at < _start(span[1] + timedelta(days=1))]  # fmt: skip
    rows = _counted(session, chosen)
    causes: dict[CaseFailure, int] = defaultdict(int)
    for row in rows:
        if row.cause is not None:
            causes[row.cause] += row.cases
    return CaseFigures(
        tally=sum((_tally(row) for row in rows), Tally()),
        papers=_papers(session, chosen),
        minutes=_minutes(session, chosen),
        causes=dict(sorted(causes.items(), key=lambda pair: (-pair[1], pair[0]))),
        hours=dict(sorted(_added(rows, _hour_of).items())),
        agencies=dict(_by_size(_added(rows, _agency_of))),
        agents=_named(_added(rows, _agent_of)),
        devices=dict(_by_size(_added(rows, _device_of))),
        days=dict(sorted(_added(rows, _day_of).items())),
    )


def _counted(session: Session, chosen: Sequence[ColumnElement[bool]]) -> Sequence[Counted]:
    """How many cases there are of each kind: one row for each that differs."""
    hour = _utc_hour().label("hour")
    day = _utc_day().label("day")
    columns = (
        EnrolmentCase.status, EnrolmentCase.cause, StaffMember.reference.label("agent"),
        StaffMember.name.label("agent_name"), EnrolmentCase.device_id, Device.name.label("device"),
        CampaignPlace.name.label("place"), Agency.name_ar.label("agency_ar"),
        Agency.name_fr.label("agency_fr"), day, hour,
    )  # fmt: skip
    return session.execute(
        select(*columns, func.count().label("cases"))
        .select_from(EnrolmentCase)
        .join(Campaign, Campaign.id == EnrolmentCase.campaign_id)
        .join(Agency, Agency.id == Campaign.agency_id)
        .outerjoin(StaffMember, StaffMember.id == EnrolmentCase.staff_id)
        .outerjoin(Device, Device.id == EnrolmentCase.device_id)
        .outerjoin(CampaignPlace, CampaignPlace.id == Device.place_id)
        .where(*chosen)
        .group_by(*columns)
    ).all()


def _utc_hour() -> ColumnElement[int]:
    return extract("hour", EnrolmentCase.began_at)


def _utc_day() -> ColumnElement[Any]:
    return func.date(EnrolmentCase.began_at)


def _hour_of(row: Counted) -> int:
    return (int(row.hour) + HOURS_AHEAD) % 24


def _day_of(row: Counted) -> date:
    """The day of Algiers; SQLite tells a day as text."""
    utc = row.day if isinstance(row.day, date) else date.fromisoformat(row.day)
    began = datetime.combine(utc, time(int(row.hour)), UTC)
    return began.astimezone(ALGIERS).date()


def _agent_of(row: Counted) -> tuple[str, str | None]:
    """By name, and by reference: two people may have one name."""
    return row.agent_name or "", row.agent


def _agency_of(row: Counted) -> AgencyName:
    return AgencyName(row.agency_ar, row.agency_fr)


def _device_of(row: Counted) -> DeviceName | None:
    return None if row.device_id is None else DeviceName(row.device, row.place)


def _tally(row: Counted) -> Tally:
    if row.status in OPEN:
        return Tally(waiting=row.cases)
    return Tally(**{CaseStatus(row.status).value: row.cases})


def _added(rows: Sequence[Counted], key: Callable[[Counted], Key]) -> dict[Key, Tally]:
    found: dict[Key, Tally] = defaultdict(Tally)
    for row in rows:
        found[key(row)] += _tally(row)
    return dict(found)


def _named(agents: Mapping[tuple[str, str | None], Tally]) -> dict[str | None, Tally]:
    """By name, who served most first; two of one name get their reference beside it."""
    names = [name for name, _reference in agents]
    found: dict[str | None, Tally] = {}
    for (name, reference), tally in _by_size(agents):
        called = f"{name} ({reference})" if names.count(name) > 1 else name
        found[None if reference is None else called] = tally
    return found


def _by_size(found: Mapping[Key, Tally]) -> list[tuple[Key, Tally]]:
    return sorted(found.items(), key=lambda pair: (-pair[1].total, str(pair[0])))


def _minutes(session: Session, chosen: Sequence[ColumnElement[bool]]) -> Minutes:
    rows = session.execute(
        select(EnrolmentCase.began_at, EnrolmentCase.ended_at).where(
            *chosen, EnrolmentCase.status.in_(SUCCEEDED), EnrolmentCase.ended_at.is_not(None)
        )
    ).all()
    lasted = [(ended - began).total_seconds() / 60 for began, ended in rows if ended]
    return Minutes(median(lasted), fmean(lasted)) if lasted else Minutes(None, None)


def _papers(session: Session, chosen: Sequence[ColumnElement[bool]]) -> int:
    drawn = exists().where(DrawnSignature.case_id == EnrolmentCase.id)
    found = session.scalar(
        select(func.count())
        .select_from(EnrolmentCase)
        .join(Mandate, Mandate.id == EnrolmentCase.mandate_id)
        .where(
            *chosen,
            EnrolmentCase.status.in_(SUCCEEDED),
            Mandate.status == MandateStatus.SIGNED,
            drawn,
        )
    )
    return int(found or 0)


def _start(on: date) -> datetime:
    return datetime.combine(on, time(), ALGIERS)
