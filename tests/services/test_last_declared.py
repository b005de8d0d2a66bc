"""What can be taken over: the latest revision of the latest period before, for each worksite."""

from __future__ import annotations

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from tests import builders
from tests.services.collecting import FILED
from tests.services.people import period
from webapp.models import Declaration, DeclarationLine, Employer, Worksite
from webapp.services.last_declared import LastDeclared, last_declared
from webapp.services.working_day import WorkingDay

OCTOBER = period("2026-10")
SMALL, BIG = 100_00, 900_00


@pytest.fixture
def day(office: Session) -> WorkingDay:
    return builders.working_day(office, FILED, "employer")


@pytest.fixture
def owner(office: Session) -> Employer:
    return builders.employer(office, worksites=2)


def ids(session: Session, owner: Employer) -> list[int]:
    query = select(Worksite.id).where(Worksite.employer_id == owner.id).order_by(Worksite.id)
    return list(session.scalars(query))


def last(session: Session, owner: Employer, before: str = "2026-10") -> LastDeclared:
    return last_declared(session, owner.id, period(before), ids(session, owner))


def bases(found: LastDeclared) -> list[tuple[str, int]]:
    return [(line.period.code, line.figures.leave_base) for _, line in sorted(found.lines.items())]


def test_before_the_first_declaration_there_is_nothing(office: Session, owner: Employer) -> None:
    assert last(office, owner) == LastDeclared()


def test_the_latest_earlier_period_counts_and_no_later_one(
    office: Session, day: WorkingDay, owner: Employer
) -> None:
    for code, base in (("2026-09", BIG), ("2026-08", SMALL), ("2026-11", 1), ("2026-10", 2)):
        builders.declaration(office, day, owner, period=code, base=base)
    found = last(office, owner)
    assert found.period == period("2026-09")
    assert bases(found) == [("2026-09", BIG)]


def test_of_a_period_the_latest_revision_counts(
    office: Session, day: WorkingDay, owner: Employer
) -> None:
    first = builders.declaration(office, day, owner, period="2026-09", base=SMALL)
    corrected = builders.declaration(office, day, owner, period="2026-07", base=BIG)
    # What a correction leaves behind: a second declaration of the same period.
    office.execute(
        update(Declaration).where(Declaration.id == corrected).values(period="2026-09", revision=2)
    )
    office.commit()
    assert first < corrected
    assert bases(last(office, owner)) == [("2026-09", BIG)]


def test_a_worksite_left_out_last_time_has_its_own_last_line(
    office: Session, day: WorkingDay, owner: Employer
) -> None:
    builders.declaration(office, day, owner, period="2026-07", base=1, worksites=("W1", "W2"))
    builders.declaration(office, day, owner, period="2026-08", base=SMALL, worksites=("W2",))
    builders.declaration(office, day, owner, period="2026-09", base=BIG, worksites=("W1",))
    found = last(office, owner)
    assert bases(found) == [("2026-09", BIG), ("2026-08", SMALL)]
    (first, _second) = ids(office, owner)
    assert set(found.of_last_period()) == {first}


def test_a_quarter_is_the_last_of_who_has_become_monthly(
    office: Session, day: WorkingDay, owner: Employer
) -> None:
    builders.declaration(office, day, owner, period="2026-06", base=SMALL)
    builders.declaration(office, day, owner, period="2026-Q3", base=BIG)
    assert last(office, owner).period == period("2026-Q3")
    assert last(office, owner, "2026-Q4").period == period("2026-Q3")
    assert last(office, owner, "2026-08").period == period("2026-06")


def test_nothing_is_taken_over_from_somebody_else(
    office: Session, day: WorkingDay, owner: Employer
) -> None:
    other = builders.employer(office)
    builders.declaration(office, day, other, period="2026-09")
    assert last(office, owner) == LastDeclared()
    assert office.scalar(select(DeclarationLine.employer_id)) == other.id
