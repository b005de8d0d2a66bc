"""The worksites of an employer: what they are called, when they close and open, and their past."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from webapp.domain.errors import InvalidClosing, NotFound, WorksiteNameTaken
from webapp.domain.months import add_months
from webapp.domain.period import Period
from webapp.domain.statuses import DeclarationStatus
from webapp.domain.text import clean_name
from webapp.models import (
    Declaration,
    DeclarationLine,
    Mandate,
    MandateWorksite,
    Subject,
    Worksite,
    WorksiteChange,
    WorksiteChangeKind,
)
from webapp.services.events import record
from webapp.services.signing import lock_employer
from webapp.services.transactions import reading, transaction
from webapp.services.working_day import WorkingDay

# [house] How long ago a worksite may be said to have closed.
MONTHS_BACK = 12


@dataclass(frozen=True, slots=True)
class WorksiteName:
    """A worksite as its employer knows it; `closed_on` is its first closed day."""

    id: int
    code: str
    name: str
    wilaya_code: str
    closed_on: date | None = None


@dataclass(frozen=True, slots=True)
class PastChange:
    """One line of a worksite's history: what happened from which day on, and what it was then."""

    kind: WorksiteChangeKind
    from_on: date
    name: str
    wilaya_code: str


@dataclass(frozen=True, slots=True)
class WorksitePage:
    """A worksite with its history, the latest first.

    Without a line that it was added it is as old as the register. `account_last4` is the account
    of the exception that it is debited from; None for the main one.
    """

    worksite: WorksiteName
    history: tuple[PastChange, ...]
    account_last4: str | None

    @property
    def from_the_register(self) -> bool:
        """Whether nobody added it here."""
        return not self.history or self.history[-1].kind is not WorksiteChangeKind.ADDED


def all_worksites(session: Session, employer_id: int) -> list[WorksiteName]:
    """Every worksite, open or closed, in the order in which they came."""
    with reading(session):
        rows = session.execute(NAMES.where(Worksite.employer_id == employer_id)).all()
    return [WorksiteName(*row) for row in rows]


def open_worksites(session: Session, employer_id: int) -> list[WorksiteName]:
    """The worksites that are not closed, in the order in which they came."""
    return [one for one in all_worksites(session, employer_id) if one.closed_on is None]


def worksites_of(session: Session, employer_id: int, period: Period) -> list[WorksiteName]:
    """The worksites that a declaration of the period asks for: those open on a day of it."""
    return [
        one
        for one in all_worksites(session, employer_id)
        if one.closed_on is None or one.closed_on > period.first_day
    ]


def find_worksite(session: Session, employer_id: int, worksite_id: int) -> WorksitePage:
    """One of the employer's own worksites. Raises NotFound, also for somebody else's."""
    with reading(session):
        worksite = _own(session, employer_id, worksite_id)
        history = session.execute(
            select(
                WorksiteChange.kind,
                WorksiteChange.from_on,
                WorksiteChange.name,
                WorksiteChange.wilaya_code,
            )
            .where(WorksiteChange.worksite_id == worksite_id)
            .order_by(WorksiteChange.id.desc())
        ).all()
        account = session.scalar(
            select(Mandate.account_last4)
            .join(MandateWorksite, MandateWorksite.mandate_id == Mandate.id)
            .where(MandateWorksite.worksite_id == worksite_id, MandateWorksite.ended_at.is_(None))
        )
    return WorksitePage(worksite, tuple(PastChange(*row) for row in history), account)


def worksites_to_correct(session: Session, employer_id: int, period: Period) -> list[WorksiteName]:
    """The worksites of a period, and those that a declaration of it names."""
    declared = (
        select(DeclarationLine.worksite_id)
        .join(Declaration, Declaration.id == DeclarationLine.declaration_id)
        .where(Declaration.employer_id == employer_id, Declaration.period == period.code)
    )
    with reading(session):
        named = set(session.scalars(declared))
        asked = {one.id for one in worksites_of(session, employer_id, period)}
        return [one for one in all_worksites(session, employer_id) if one.id in asked | named]


def add_worksite(
    session: Session, day: WorkingDay, employer_id: int, name: str, wilaya_code: str
) -> int:
    """Add a worksite and return its id; the same name in the same wilaya is the same worksite."""
    name = clean_name(name)
    with transaction(session):
        lock_employer(session, employer_id)
        known = _same(session, employer_id, name, wilaya_code)
        return known or _add(session, day, employer_id, name, wilaya_code)


def add_another_worksite(
    session: Session, day: WorkingDay, employer_id: int, name: str, wilaya_code: str
) -> int:
    """Add a worksite and return its id. Raises WorksiteNameTaken for one that is there and open."""
    name = clean_name(name)
    with transaction(session):
        lock_employer(session, employer_id)
        if _same(session, employer_id, name, wilaya_code):
            raise WorksiteNameTaken()
        return _add(session, day, employer_id, name, wilaya_code)


def rename_worksite(
    session: Session,
    day: WorkingDay,
    employer_id: int,
    worksite_id: int,
    name: str,
    wilaya_code: str,
) -> None:
    """Call a worksite otherwise, or say that it lies in another wilaya; the same changes nothing.

    Raises NotFound and WorksiteNameTaken.
    """
    name = clean_name(name)
    with transaction(session):
        lock_employer(session, employer_id)
        before = _own(session, employer_id, worksite_id)
        if (before.name, before.wilaya_code) == (name, wilaya_code):
            return
        if _same(session, employer_id, name, wilaya_code) not in (None, worksite_id):
            raise WorksiteNameTaken()
        values = {"name": name, "wilaya_code": wilaya_code}
        _change(session, day, worksite_id, WorksiteChangeKind.RENAMED, day.today, **values)


def close_worksite(
    session: Session, day: WorkingDay, employer_id: int, worksite_id: int, closed_on: date
) -> None:
    """Close a worksite from a day on; a second time changes nothing.

    A period of which a day comes before still asks for it. Where it is debited from an account of
    its own it stays so: what is declared for its last period goes there, and reopening undoes all.
    Raises NotFound, and InvalidClosing for a day that is to come, too long ago, or not after the
    first day of a period for which workers are declared there.
    """
    with transaction(session):
        lock_employer(session, employer_id)
        if _own(session, employer_id, worksite_id).closed_on is not None:
            return
        if closed_on > day.today:
            raise InvalidClosing(reason="to_come")
        if closed_on < add_months(day.today, -MONTHS_BACK):
            raise InvalidClosing(reason="too_long_ago")
        last = _last_declared(session, worksite_id)
        if last is not None and closed_on <= last.first_day:
            raise InvalidClosing(reason="declared")
        values = {"closed_on": closed_on}
        _change(session, day, worksite_id, WorksiteChangeKind.CLOSED, closed_on, **values)


def reopen_worksite(session: Session, day: WorkingDay, employer_id: int, worksite_id: int) -> None:
    """Open a closed worksite again, as if it had not been closed; an open one stays as it is.

    Raises NotFound, and WorksiteNameTaken where another one has its name meanwhile.
    """
    with transaction(session):
        lock_employer(session, employer_id)
        worksite = _own(session, employer_id, worksite_id)
        if worksite.closed_on is None:
            return
        if _same(session, employer_id, worksite.name, worksite.wilaya_code):
            raise WorksiteNameTaken()
        kind, values = WorksiteChangeKind.REOPENED, {"closed_on": None}
        _change(session, day, worksite_id, kind, day.today, **values)


NAMES = select(
    Worksite.id, Worksite.code, Worksite.name, Worksite.wilaya_code, Worksite.closed_on
).order_by(Worksite.id)


def _own(session: Session, employer_id: int, worksite_id: int) -> WorksiteName:
    row = session.execute(
        NAMES.where(Worksite.employer_id == employer_id, Worksite.id == worksite_id)
    ).first()
    if row is None:
        raise NotFound(kind="worksite", reference=str(worksite_id))
    return WorksiteName(*row)


def _same(session: Session, employer_id: int, name: str, wilaya_code: str) -> int | None:
    """The open worksite that is called so, in capitals or not."""
    rows = session.execute(
        NAMES.where(
            Worksite.employer_id == employer_id,
            Worksite.wilaya_code == wilaya_code,
            Worksite.closed_on.is_(None),
        )
    ).all()
    return next((row.id for row in rows if row.name.casefold() == name.casefold()), None)


def _add(session: Session, day: WorkingDay, employer_id: int, name: str, wilaya_code: str) -> int:
    worksite = Worksite(
        employer_id=employer_id,
        code=_next_code(session, employer_id),
        name=name,
        wilaya_code=wilaya_code,
    )
    session.add(worksite)
    session.flush()
    _change(session, day, worksite.id, WorksiteChangeKind.ADDED, day.today)
    return worksite.id


def _change(
    session: Session,
    day: WorkingDay,
    worksite_id: int,
    kind: WorksiteChangeKind,
    from_on: date,
    **values: object,
) -> None:
    """Write what changes, the line of the history, and the event."""
    if values:
        session.execute(update(Worksite).where(Worksite.id == worksite_id).values(**values))
    row = session.execute(
        select(Worksite.name, Worksite.wilaya_code).where(Worksite.id == worksite_id)
    ).one()
    session.add(
        WorksiteChange(
            worksite_id=worksite_id,
            kind=kind,
            name=row.name,
            wilaya_code=row.wilaya_code,
            from_on=from_on,
            at=day.now,
            actor=day.actor,
        )
    )
    what = f"worksite_{kind}"
    record(session, day, Subject.WORKSITE, [worksite_id], None, what, what)


def _last_declared(session: Session, worksite_id: int) -> Period | None:
    """The last period for which workers are declared there."""
    periods = session.scalars(
        select(Declaration.period)
        .join(DeclarationLine, DeclarationLine.declaration_id == Declaration.id)
        .where(
            DeclarationLine.worksite_id == worksite_id,
            DeclarationLine.workers > 0,
            Declaration.status == DeclarationStatus.FILED,
        )
    )
    return max(map(Period.parse, periods), key=lambda one: one.first_day, default=None)


def _next_code(session: Session, employer_id: int) -> str:
    """W01, W02…: the first that is free from the number of worksites on."""
    mine = Worksite.employer_id == employer_id
    taken = set(session.scalars(select(Worksite.code).where(mine)))
    number = (session.scalar(select(func.count()).select_from(Worksite).where(mine)) or 0) + 1
    while f"W{number:02}" in taken:
        number += 1
    return f"W{number:02}"
