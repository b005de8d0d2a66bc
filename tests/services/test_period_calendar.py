"""The calendar of periods: where each stands, and what a correction still reaches."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import update
from sqlalchemy.orm import Session

from tests import builders
from tests.services.collecting import AMOUNT, ANNOUNCING, COLLECTION, FILED, FREEZING, Desk
from webapp.domain.declaring import DeclaringPlace, Term
from webapp.domain.due_dates import LastMoments
from webapp.domain.period import Period, Periodicity
from webapp.domain.roles import Scope
from webapp.domain.statuses import DebitStatus
from webapp.models import Debit, Employer
from webapp.services.declarations import Filing, file_declaration
from webapp.services.period_calendar import (
    CalendarPeriod,
    Correctable,
    PeriodState,
    Reach,
    correctable_in,
    load_calendar_of,
)
from webapp.services.staff.terms import set_term

# Announced on 22 November, frozen on the 26th: the days before are the last ones.
MOMENTS = LastMoments(date(2026, 11, 21), date(2026, 11, 25))


def calendar(session: Session, owner_id: int, on: date) -> dict[str, CalendarPeriod]:
    session.rollback()
    day = builders.working_day(session, on)
    return {one.period.code: one for one in load_calendar_of(session, day, owner_id).periods}


def october(session: Session, owner_id: int, on: date) -> Correctable | None:
    return calendar(session, owner_id, on)["2026-10"].correctable


def filed(desk: Desk, *, covered: bool = True, **more: object) -> int:
    day = builders.working_day(desk.session, FILED)
    owner = builders.employer(desk.session, worksites=2)
    if covered:
        builders.mandate(desk.session, day, owner)
    builders.declaration(desk.session, day, owner, worksites=("W1", "W2"), **more)
    return owner.id


def test_each_period_stands_where_it_does(office: Session) -> None:
    owner = builders.employer(office)
    day = builders.working_day(office, FILED)
    builders.declaration(office, day, owner, period="2026-07")
    builders.declaration(office, day, owner, period="2026-09")
    owner_id = owner.id
    set_term(office, day, Scope(None), owner_id, Term("2027-01", Periodicity.QUARTERLY,
                                                      DeclaringPlace.PORTAL))  # fmt: skip
    found = calendar(office, owner_id, date(2026, 12, 7))
    assert [(code, one.state.value) for code, one in found.items()] == [
        ("2027-Q1", "elsewhere"),
        ("2026-12", "to_come"),
        ("2026-11", "open"),
        ("2026-10", "late"),
        ("2026-09", "filed"),
        ("2026-08", "late"),
        ("2026-07", "filed"),
        *((f"2026-{month:02}", "older") for month in range(6, 0, -1)),
        ("2025-12", "older"),
    ]
    assert all((one.correctable is not None) == (one.state == "filed") for one in found.values())


def test_the_calendar_tells_what_is_asked_for_the_oldest_first(office: Session) -> None:
    owner = builders.employer(office)
    builders.declaration(office, builders.working_day(office, FILED), owner, period="2026-08")
    day = builders.working_day(office, date(2026, 12, 7))
    shown = load_calendar_of(office, day, owner.id)
    asked = shown.of(PeriodState.LATE, PeriodState.OPEN)
    assert [one.period.code for one in asked] == ["2026-09", "2026-10", "2026-11"]
    assert [row.period.code for row in shown.filed] == ["2026-08"]


def test_a_part_that_was_declared_in_another_period_is_not_shown_twice(office: Session) -> None:
    owner = builders.employer(office)
    builders.declaration(office, builders.working_day(office, FILED), owner, period="2026-08")
    office.execute(update(Employer).values(periodicity=Periodicity.QUARTERLY))
    office.commit()
    assert "2026-Q3" not in calendar(office, owner.id, FILED)


def test_until_it_is_announced_a_correction_changes_the_debit(desk: Desk) -> None:
    owner = filed(desk)
    # Before a run has planned it, and after.
    assert october(desk.session, owner, FILED) == Correctable(Reach.CHANGES, MOMENTS)
    desk.run(date(2026, 11, 19))
    assert october(desk.session, owner, date(2026, 11, 19)) == Correctable(Reach.CHANGES, MOMENTS)


def test_until_it_is_frozen_less_lowers_it_and_afterwards_nothing_does(desk: Desk) -> None:
    owner = filed(desk)
    desk.run(MOMENTS.changes_until)
    assert october(desk.session, owner, ANNOUNCING) == Correctable(Reach.CHANGES, MOMENTS)
    desk.run(ANNOUNCING)
    assert october(desk.session, owner, ANNOUNCING) == Correctable(Reach.LOWERS, MOMENTS)
    desk.run(MOMENTS.lowers_until)
    assert october(desk.session, owner, FREEZING) == Correctable(Reach.LOWERS, MOMENTS)
    desk.run(FREEZING)
    assert october(desk.session, owner, FREEZING) == Correctable(Reach.AFTER)


def test_a_debit_knows_until_when_what_is_in_it_can_be_corrected(desk: Desk) -> None:
    owner = filed(desk)
    for on, reach in ((MOMENTS.changes_until, Reach.CHANGES), (ANNOUNCING, Reach.LOWERS)):
        desk.run(on)
        (debit,) = desk.debits()
        day, reference = builders.working_day(desk.session, on), debit.reference
        desk.session.rollback()
        found = correctable_in(desk.session, day, owner, reference)
        assert found == Correctable(reach, MOMENTS)
        assert correctable_in(desk.session, day, owner + 1, reference) is None


def test_what_is_settled_is_beyond_reach(desk: Desk) -> None:
    owner = filed(desk)
    desk.send_all()
    desk.take_in(desk.bank.settled({desk.attempts()[0].end_to_end_id: 2 * AMOUNT}), COLLECTION)
    assert october(desk.session, owner, COLLECTION) == Correctable(Reach.AFTER)


def test_without_an_authorisation_no_day_is_known(desk: Desk) -> None:
    owner = filed(desk, covered=False)
    assert october(desk.session, owner, FILED) == Correctable(Reach.CHANGES)


def test_of_a_nil_declaration_nothing_is_debited(office: Session) -> None:
    owner = builders.employer(office)
    day = builders.working_day(office, FILED)
    number, owner_id = owner.member_number, owner.id
    office.rollback()
    file_declaration(office, day, Filing(number, Period.parse("2026-10"), (), "key", nil=True))
    assert october(office, owner_id, FILED) == Correctable(Reach.FREE)


@pytest.mark.parametrize(
    ("status", "reach"),
    [
        (DebitStatus.HELD, Reach.LOWERS),
        (DebitStatus.FROZEN, Reach.AFTER),
        (DebitStatus.SENT, Reach.AFTER),
        (DebitStatus.UNKNOWN, Reach.AFTER),
        (DebitStatus.REFUSED, Reach.CHANGES),
        (DebitStatus.DISPUTED, Reach.AFTER),
    ],
)
def test_what_is_on_hold_or_with_the_bank_names_no_day(
    desk: Desk, status: DebitStatus, reach: Reach
) -> None:
    owner = filed(desk)
    desk.run(ANNOUNCING)
    hold = "bank_refusal" if status is DebitStatus.HELD else None
    desk.session.execute(update(Debit).values(status=status, hold_reason=hold))
    desk.session.commit()
    assert october(desk.session, owner, ANNOUNCING) == Correctable(reach)
