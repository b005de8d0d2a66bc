"""The calendar tells each day once: debits with their amounts, time limits, days of rest."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import Engine, event

from tests import builders
from tests.services.collecting import AMOUNT, ANNOUNCING, COLLECTION, FILED, Desk
from tests.services.scheduling import DAYS, Debtor
from webapp.domain.calendar_entries import EntryKind
from webapp.domain.period import Periodicity
from webapp.domain.statuses import DebitStatus
from webapp.models import Employer
from webapp.services.employer_calendar import Entry, calendar_entries, near_days

FIRST, LAST = date(2026, 11, 1), date(2027, 8, 31)
K = EntryKind
ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def entries(
    desk: Desk, owner: Employer, first: date = FIRST, last: date = LAST, on: date | None = None
) -> list[Entry]:
    day = builders.working_day(desk.session, on or desk.on)
    owner_id = owner.id
    desk.session.rollback()
    return list(calendar_entries(desk.session, day, owner_id, first, last))


def days(found: list[Entry], kind: EntryKind, period: str = "") -> list[date]:
    return [
        one.on
        for one in found
        if one.kind is kind and (not period or (one.period and one.period.code == period))
    ]


@pytest.fixture
def owner(desk: Desk) -> Employer:
    """An employer with an authorisation in force, who has filed October."""
    day = builders.working_day(desk.session, FILED)
    owner = builders.employer(desk.session)
    builders.mandate(desk.session, day, owner)
    builders.declaration(desk.session, day, owner)
    return owner


@ON_SQLITE
def test_what_is_filed_is_expected_on_its_day_with_its_amount(desk: Desk, owner: Employer) -> None:
    found = entries(desk, owner)
    (expected,) = [one for one in found if one.kind is K.EXPECTED]
    assert (expected.on, expected.amount) == (COLLECTION, AMOUNT)
    assert days(found, K.CORRECT_BY, "2026-10") == [date(2026, 11, 21)]
    assert days(found, K.LOWER_BY, "2026-10") == [date(2026, 11, 25)]
    (deadline,) = [one for one in found if one.kind is K.DEADLINE and one.period.code == "2026-10"]
    assert deadline.done and deadline.on == date(2026, 11, 30)


def test_a_debit_stands_on_its_day_alone_in_its_state(desk: Desk, owner: Employer) -> None:
    desk.run(ANNOUNCING)
    found = entries(desk, owner)
    (debit,) = [one for one in found if one.kind is K.DEBIT]
    assert debit.debit is not None and debit.debit.status is DebitStatus.ANNOUNCED
    assert (debit.on, debit.amount) == (COLLECTION, AMOUNT)
    assert not days(found, K.EXPECTED) and debit.changed_at is not None


@ON_SQLITE
@pytest.mark.usefixtures("late_for_free")
def test_what_the_authorisation_does_not_cover_is_not_promised(desk: Desk) -> None:
    late = date(2026, 12, 2)
    owner, day = builders.employer(desk.session), builders.working_day(desk.session, late)
    builders.declaration(desk.session, day, owner)  # overdue before it is signed
    builders.mandate(desk.session, day, owner)
    builders.declaration(desk.session, day, owner, period="2026-11")
    found = [one for one in entries(desk, owner, on=late) if one.kind is K.EXPECTED]
    assert [one.amount for one in found] == [AMOUNT]


@ON_SQLITE
def test_a_period_to_come_has_its_days_and_no_amount(desk: Desk, owner: Employer) -> None:
    found = entries(desk, owner)
    of_december = [one for one in found if one.period and one.period.code == "2026-12"]
    assert [one.kind for one in of_december] == [K.DECLARE_BY, K.DEBIT_DAY, K.DEADLINE]
    # 30 January 2027 is a Saturday: back to Thursday, forward to Sunday.
    assert [one.on for one in of_december][1:] == [date(2027, 1, 28), date(2027, 1, 31)]
    assert all(one.amount is None and not one.done for one in of_december)


@ON_SQLITE
def test_without_an_authorisation_no_debit_is_promised(desk: Desk) -> None:
    found = entries(desk, builders.employer(desk.session))
    assert not days(found, K.DEBIT_DAY) and not days(found, K.DECLARE_BY)
    assert days(found, K.DEADLINE, "2026-10") and days(found, K.DEADLINE, "2026-12")


@ON_SQLITE
def test_who_declares_by_quarters_has_the_days_of_quarters(desk: Desk) -> None:
    owner = builders.employer(desk.session)
    owner.periodicity = Periodicity.QUARTERLY
    desk.session.commit()
    codes = [one.period.code for one in entries(desk, owner) if one.kind is K.DEADLINE]
    assert codes == ["2026-Q3", "2026-Q4", "2027-Q1", "2027-Q2"]


@ON_SQLITE
def test_an_accepted_schedule_has_its_instalments(desk: Desk) -> None:
    firm = Debtor(desk)
    firm.agreed()
    found = [one for one in entries(desk, firm.owner) if one.kind is K.INSTALMENT]
    assert [(one.on, one.number, one.of) for one in found] == [
        (on, number, len(DAYS)) for number, on in enumerate(DAYS, start=1)
    ]
    assert all(one.amount for one in found)


@ON_SQLITE
def test_the_annual_return_and_the_days_of_rest_are_marked(desk: Desk, owner: Employer) -> None:
    found = entries(desk, owner)
    assert days(found, K.ANNUAL_RETURN) == [date(2027, 8, 1)]
    closed = [one for one in found if one.kind is K.CLOSED]
    assert date(2027, 1, 12) in [one.on for one in closed]
    assert all(one.name_ar and one.name_fr for one in closed)


@ON_SQLITE
def test_any_span_holds_what_the_year_holds_and_nothing_twice(desk: Desk, owner: Employer) -> None:
    desk.run(ANNOUNCING)
    whole = entries(desk, owner, FIRST, LAST)
    assert len({(one.kind, one.key) for one in whole}) == len(whole)
    parts, first = [], FIRST
    while first <= LAST:
        last = min(first + timedelta(days=30), LAST)
        parts += entries(desk, owner, first, last)
        first = last + timedelta(days=1)
    assert [(one.on, one.kind, one.key) for one in parts] == [
        (one.on, one.kind, one.key) for one in whole
    ]


@ON_SQLITE
def test_nothing_of_another_employer_stands_there(desk: Desk, owner: Employer) -> None:
    desk.run(ANNOUNCING)
    found = entries(desk, builders.employer(desk.session))
    assert owner.id and not days(found, K.DEBIT) and not days(found, K.EXPECTED)


@ON_SQLITE
def test_for_forty_worksites_and_a_year_it_asks_as_often_as_for_one(desk: Desk) -> None:
    told: list[str] = []

    def note(_c: object, _u: object, statement: str, *_more: object) -> None:
        told.append(statement)

    engine = desk.session.get_bind()
    assert isinstance(engine, Engine)
    counts = []
    for size in (1, 40):
        day = builders.working_day(desk.session, FILED)
        owner = builders.employer(desk.session, worksites=size)
        builders.mandate(desk.session, day, owner)
        codes = tuple(f"W{number}" for number in range(1, size + 1))
        for month in ("2026-08", "2026-09", "2026-10")[-size:]:
            builders.declaration(desk.session, day, owner, period=month, worksites=codes)
        day = builders.working_day(desk.session, FILED)
        owner_id = owner.id
        desk.session.rollback()
        told.clear()
        event.listen(engine, "before_cursor_execute", note)
        try:
            assert calendar_entries(desk.session, day, owner_id, *near_days(day.today))
        finally:
            event.remove(engine, "before_cursor_execute", note)
        counts.append(len([one for one in told if one.startswith(("SELECT", "WITH"))]))
    assert counts[0] == counts[1] <= 12
