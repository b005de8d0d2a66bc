"""How far the automatic debit has come: by agency, by wilaya, and week by week.

Two questions to the database, however many employers there are.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, func, select
from sqlalchemy.orm import Session

from webapp.domain.roles import Scope
from webapp.domain.statuses import MANDATE_STATUSES_ALLOWING_DEBIT
from webapp.models import Agency, Employer, Mandate, MandateSignature, SigningChannel
from webapp.services.staff.employers import in_scope
from webapp.services.transactions import reading
from webapp.services.working_day import WorkingDay

WEEKS = 12
DAYS_OF_A_WEEK = 7
PERCENT = 100


@dataclass(frozen=True, slots=True)
class Covered:
    """A group of employers by its code: how many there are, how many are debited by default."""

    code: str
    employers: int
    covered: int

    @property
    def percent(self) -> int:
        """Whole percents, rounded down: 100 is everybody."""
        return self.covered * PERCENT // self.employers if self.employers else 0


@dataclass(frozen=True, slots=True)
class Week:
    """The new authorisations of a week, from its Sunday, by where they were signed."""

    first_on: date
    own: int
    kiosk: int
    paper: int

    @property
    def signed(self) -> int:
        return self.own + self.kiosk + self.paper


@dataclass(frozen=True, slots=True)
class Coverage:
    """The groups, the most employers first, and the weeks, the present one first."""

    whole: Covered
    agencies: Sequence[Covered]
    wilayas: Sequence[Covered]
    weeks: Sequence[Week]


def coverage_of(session: Session, day: WorkingDay, scope: Scope) -> Coverage:
    """Read the figures of the employers in scope, as of an Algiers day.

    Covered is who has a default authorisation in force. New is an authorisation that takes no
    other's place, in the week of its signature; on paper is what was brought from before. [house]
    """
    with reading(session):
        groups = _groups(session, scope)
        weeks = _weeks(session, day, scope)
    return Coverage(
        whole=_added_up((("", row[2], row[3]) for row in groups), [""])[0],
        agencies=_added_up((row[0], row[2], row[3]) for row in groups),
        wilayas=_added_up((row[1], row[2], row[3]) for row in groups),
        weeks=weeks,
    )


def week_of(on: date) -> date:
    """The Sunday with which the week of a day begins, as here."""
    return on - timedelta(days=on.isoweekday() % DAYS_OF_A_WEEK)


def _groups(session: Session, scope: Scope) -> list[tuple[str, str, int, int]]:
    """By agency and wilaya: how many employers, and how many of them are covered."""
    in_force = and_(
        Mandate.employer_id == Employer.id,
        Mandate.is_default,
        Mandate.status.in_(MANDATE_STATUSES_ALLOWING_DEBIT),
    )
    rows = session.execute(
        select(Agency.code, Employer.wilaya_code, func.count(Employer.id), func.count(Mandate.id))
        .select_from(Employer)
        .join(Agency, Agency.id == Employer.agency_id)
        .outerjoin(Mandate, in_force)
        .where(*in_scope(scope))
        .group_by(Agency.code, Employer.wilaya_code)
    )
    return [(code, wilaya, employers, covered) for code, wilaya, employers, covered in rows]


def _added_up(groups: Iterable[tuple[str, int, int]], always: Iterable[str] = ()) -> list[Covered]:
    """The groups of a code as one, the most employers first; `always` also where nobody is."""
    found = dict.fromkeys(always, (0, 0))
    for code, employers, covered in groups:
        before = found.get(code, (0, 0))
        found[code] = (before[0] + employers, before[1] + covered)
    added = [Covered(code, *numbers) for code, numbers in found.items()]
    return sorted(added, key=lambda one: (-one.employers, one.code))


def _weeks(session: Session, day: WorkingDay, scope: Scope) -> list[Week]:
    """Each week of the last ones, also those in which nobody signed."""
    first_on = week_of(day.today) - timedelta(weeks=WEEKS - 1)
    conditions: Sequence[ColumnElement[Any]] = (
        MandateSignature.number == 1,
        Mandate.is_default.is_(True),
        Mandate.replaces_id.is_(None),
        Mandate.signed_on >= first_on,
        *in_scope(scope),
    )
    rows = session.execute(
        select(Mandate.signed_on, MandateSignature.channel, func.count())
        .join(MandateSignature, MandateSignature.mandate_id == Mandate.id)
        .join(Employer, Employer.id == Mandate.employer_id)
        .where(*conditions)
        .group_by(Mandate.signed_on, MandateSignature.channel)
    )
    found: dict[tuple[date, SigningChannel], int] = defaultdict(int)
    for on, channel, number in rows:
        found[week_of(on), channel] += number
    channels = (SigningChannel.SELF, SigningChannel.KIOSK, SigningChannel.IMPORT)
    weeks = [week_of(day.today) - timedelta(weeks=back) for back in range(WEEKS)]
    return [Week(one, *(found[one, channel] for channel in channels)) for one in weeks]
