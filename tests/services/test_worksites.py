"""Worksites are numbered, named, closed and reopened; the same one is not added twice."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import Engine, select, update
from sqlalchemy.orm import Session

from tests import builders
from tests.services.collecting import ANNOUNCING, FILED, Desk
from tests.services.living import Life
from tests.services.people import at_once
from webapp.domain.errors import InvalidClosing, NotFound, WorksiteNameTaken
from webapp.domain.period import Period
from webapp.domain.statuses import DebitStatus
from webapp.models import (
    Debit,
    DebitLine,
    Due,
    Employer,
    Event,
    Mandate,
    Subject,
    Worksite,
    WorksiteChangeKind,
)
from webapp.services.working_day import WorkingDay
from webapp.services.worksites import (
    add_another_worksite,
    add_worksite,
    all_worksites,
    close_worksite,
    find_worksite,
    open_worksites,
    rename_worksite,
    reopen_worksite,
    worksites_of,
)


def codes(session: Session, employer_id: int) -> list[str]:
    return [one.code for one in open_worksites(session, employer_id)]


def test_worksites_are_numbered_for_each_employer(office: Session) -> None:
    first, second = (builders.employer(office, worksites=0) for _ in range(2))
    for owner in (first, second):
        for name in ("ورشة أ", "ورشة ب", "ورشة ج"):
            add_worksite(office, builders.working_day(office, FILED), owner.id, name, "16")
        assert codes(office, owner.id) == ["W01", "W02", "W03"]


def test_a_code_that_the_register_gave_is_not_given_again(office: Session) -> None:
    owner = builders.employer(office, worksites=0)
    office.add_all(
        Worksite(employer_id=owner.id, code=code, name=code, wilaya_code="16")
        for code in ("W03", "W04")
    )
    office.commit()
    for name in ("أ", "ب"):
        add_worksite(office, builders.working_day(office, FILED), owner.id, name, "16")
    assert codes(office, owner.id) == ["W03", "W04", "W05", "W06"]


def test_the_code_of_a_closed_worksite_is_not_given_again(office: Session) -> None:
    owner = builders.employer(office, worksites=0)
    closed = add_worksite(office, builders.working_day(office, FILED), owner.id, "أ", "16")
    office.execute(update(Worksite).where(Worksite.id == closed).values(closed_on=FILED))
    office.commit()
    opened = add_worksite(office, builders.working_day(office, FILED), owner.id, "أ", "16")
    assert opened != closed
    assert codes(office, owner.id) == ["W02"]


@pytest.mark.parametrize("again", ["Cité 500 logements", "  Cité\u00a0500\u200f  logements "])
def test_the_same_name_in_the_same_wilaya_is_the_same_worksite(office: Session, again: str) -> None:
    owner, other = builders.employer(office, worksites=0), builders.employer(office, worksites=0)
    first = add_worksite(
        office, builders.working_day(office, FILED), owner.id, "Cité 500 logements", "16"
    )
    assert add_worksite(office, builders.working_day(office, FILED), owner.id, again, "16") == first
    assert add_worksite(office, builders.working_day(office, FILED), owner.id, again, "09") != first
    assert add_worksite(office, builders.working_day(office, FILED), other.id, again, "16") != first


def test_a_hundred_worksites_have_a_hundred_codes(office: Session) -> None:
    owner = builders.employer(office, worksites=0)
    for number in range(100):
        add_worksite(office, builders.working_day(office, FILED), owner.id, f"{number}", "16")
    found = office.scalars(select(Worksite.code).where(Worksite.employer_id == owner.id)).all()
    assert len(set(found)) == 100 and "W100" in found


DAY = date(2026, 11, 2)


def working(office: Session, owner: Employer, on: date = DAY) -> tuple[WorkingDay, int]:
    """The day and the employer's id, with nothing left open."""
    owner_id = owner.id
    day = builders.working_day(office, on, f"employer:{owner_id}")
    office.rollback()
    return day, owner_id


def the_one(office: Session, owner_id: int, code: str = "W1") -> int:
    found = next(one.id for one in all_worksites(office, owner_id) if one.code == code)
    office.rollback()
    return found


def asked(office: Session, owner_id: int, period: str) -> list[str]:
    return [one.code for one in worksites_of(office, owner_id, Period.parse(period))]


def test_another_worksite_of_the_same_name_is_refused(office: Session) -> None:
    day, owner = working(office, builders.employer(office, worksites=0))
    add_another_worksite(office, day, owner, "Cité 500", "16")
    for name in ("Cité 500", " CITÉ  500"):
        with pytest.raises(WorksiteNameTaken):
            add_another_worksite(office, day, owner, name, "16")
    add_another_worksite(office, day, owner, "Cité 500", "09")
    assert codes(office, owner) == ["W01", "W02"]


def test_a_worksite_is_renamed_and_its_history_tells(office: Session) -> None:
    day, owner = working(office, builders.employer(office))
    worksite = the_one(office, owner)
    rename_worksite(office, day, owner, worksite, "Pont de l'oued", "09")
    rename_worksite(office, day, owner, worksite, "Pont de l'oued", "09")
    page = find_worksite(office, owner, worksite)
    assert (page.worksite.name, page.worksite.wilaya_code) == ("Pont de l'oued", "09")
    assert [(one.kind, one.name, one.from_on) for one in page.history] == [
        (WorksiteChangeKind.RENAMED, "Pont de l'oued", DAY)
    ]
    assert page.from_the_register
    events = office.scalars(select(Event).where(Event.subject == Subject.WORKSITE)).all()
    assert [(one.subject_id, one.target, one.actor) for one in events] == [
        (worksite, "worksite_renamed", f"employer:{owner}")
    ]


def test_what_was_added_here_is_not_from_the_register(office: Session) -> None:
    day, owner = working(office, builders.employer(office, worksites=0))
    page = find_worksite(office, owner, add_worksite(office, day, owner, "Pont", "16"))
    assert not page.from_the_register
    assert [one.kind for one in page.history] == [WorksiteChangeKind.ADDED]


def test_a_name_that_another_open_worksite_has_cannot_be_taken(office: Session) -> None:
    day, owner = working(office, builders.employer(office, worksites=2))
    first, second = the_one(office, owner, "W1"), the_one(office, owner, "W2")
    with pytest.raises(WorksiteNameTaken):
        rename_worksite(office, day, owner, second, "ورشة 1", "16")
    close_worksite(office, day, owner, first, DAY)
    rename_worksite(office, day, owner, second, "ورشة 1", "16")
    with pytest.raises(WorksiteNameTaken):
        reopen_worksite(office, day, owner, first)
    assert codes(office, owner) == ["W2"]


def test_a_closed_worksite_is_asked_for_as_long_as_it_was_open_and_not_later(
    office: Session,
) -> None:
    day, owner = working(office, builders.employer(office, worksites=2))
    worksite = the_one(office, owner)
    close_worksite(office, day, owner, worksite, date(2026, 10, 1))
    assert asked(office, owner, "2026-09") == ["W1", "W2"]
    assert asked(office, owner, "2026-10") == ["W2"]
    assert asked(office, owner, "2026-Q3") == ["W1", "W2"]
    assert asked(office, owner, "2026-Q4") == ["W2"]
    reopen_worksite(office, day, owner, worksite)
    assert asked(office, owner, "2026-10") == ["W1", "W2"]
    close_worksite(office, day, owner, worksite, date(2026, 10, 2))
    assert asked(office, owner, "2026-10") == ["W1", "W2"]
    assert [one.kind.value for one in find_worksite(office, owner, worksite).history] == [
        "closed", "reopened", "closed",
    ]  # fmt: skip


def test_closing_and_reopening_twice_change_nothing_more(office: Session) -> None:
    day, owner = working(office, builders.employer(office))
    worksite = the_one(office, owner)
    reopen_worksite(office, day, owner, worksite)
    for on in (DAY, date(2026, 6, 1)):
        close_worksite(office, day, owner, worksite, on)
    page = find_worksite(office, owner, worksite)
    assert page.worksite.closed_on == DAY and len(page.history) == 1


@pytest.mark.parametrize(
    ("closed_on", "reason"),
    [
        (date(2026, 11, 3), "to_come"),
        (date(2025, 11, 1), "too_long_ago"),
        (date(2026, 10, 1), "declared"),
        (date(2026, 9, 15), "declared"),
    ],
)
def test_a_day_on_which_it_cannot_have_closed_is_refused(
    office: Session, closed_on: date, reason: str
) -> None:
    owner = builders.employer(office)
    builders.declaration(office, builders.working_day(office, DAY), owner, period="2026-10")
    day, owner_id = working(office, owner)
    worksite = the_one(office, owner_id)
    with pytest.raises(InvalidClosing) as caught:
        close_worksite(office, day, owner_id, worksite, closed_on)
    assert caught.value.reason == reason
    close_worksite(office, day, owner_id, worksite, date(2026, 10, 2))


def test_a_stranger_s_worksite_is_missing(office: Session) -> None:
    mine, theirs = builders.employer(office), builders.employer(office)
    day, owner = working(office, mine)
    worksite = the_one(office, theirs.id)
    office.rollback()
    for act in (
        lambda: find_worksite(office, owner, worksite),
        lambda: rename_worksite(office, day, owner, worksite, "x", "16"),
        lambda: close_worksite(office, day, owner, worksite, DAY),
        lambda: reopen_worksite(office, day, owner, worksite),
    ):
        with pytest.raises(NotFound):
            act()


def test_of_two_at_the_same_moment_one_adds_the_worksite(office: Session, engine: Engine) -> None:
    day, owner = working(office, builders.employer(office, worksites=0))

    def add(session: Session) -> bool:
        try:
            add_another_worksite(session, day, owner, "Cité 500", "16")
        except WorksiteNameTaken:
            return False
        return True

    assert sorted(at_once(engine, [add, add, add])) == [False, False, True]
    assert codes(office, owner) == ["W01"]


def test_a_closed_worksite_stays_with_its_exception(desk: Desk) -> None:
    life = Life(desk)
    life.declare()
    life.take_out("W2")
    day, owner = working(desk.session, life.owner)
    worksite = the_one(desk.session, owner, "W2")
    account = find_worksite(desk.session, owner, worksite).account_last4
    assert account is not None
    close_worksite(desk.session, day, owner, worksite, DAY)
    assert find_worksite(desk.session, owner, worksite).account_last4 == account
    desk.run(ANNOUNCING)
    debited = desk.session.execute(
        select(Mandate.is_default, Due.worksite_id)
        .select_from(DebitLine)
        .join(Debit, Debit.id == DebitLine.debit_id)
        .join(Mandate, Mandate.id == Debit.mandate_id)
        .join(Due, Due.id == DebitLine.due_id)
        .where(DebitLine.freed_at.is_(None), Debit.status != DebitStatus.CANCELLED)
    ).all()
    assert (False, worksite) in {tuple(row) for row in debited}
