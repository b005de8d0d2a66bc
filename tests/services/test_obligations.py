"""Which periods an employer may declare, which they are asked for, and the days of each."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy.orm import Session

from tests import builders
from tests.services.collecting import COLLECTION, FILED
from tests.services.people import period, who_declares
from webapp.domain.declaring import DeclaringPlace, DeclaringTerms, Term
from webapp.domain.errors import DeclaredElsewhere, MonthAlreadyDeclared, NotFound
from webapp.domain.period import Periodicity
from webapp.services.obligations import (
    Declaring,
    declarable_period,
    declarable_periods,
    expected_periods,
    load_declaring,
    obligation,
)

MONTHLY, QUARTERLY = Periodicity.MONTHLY, Periodicity.QUARTERLY
YEAR = [f"2026-{month:02}" for month in range(1, 13)]

DECLARABLE = [
    # (today, periodicity, declared, the periods from the first to the last)
    (date(2026, 11, 2), MONTHLY, set(), ["2025-11", "2025-12", *YEAR[:10]]),
    (date(2027, 1, 1), MONTHLY, set(), YEAR),
    (date(2026, 12, 31), MONTHLY, set(), ["2025-12", *YEAR[:11]]),
    (date(2026, 11, 2), MONTHLY, {"2026-10", "2026-03"}, ["2025-11", "2025-12", *YEAR[:2],
                                                          *YEAR[3:9]]),
    (date(2026, 11, 2), QUARTERLY, set(), ["2025-Q4", "2026-Q1", "2026-Q2", "2026-Q3"]),
    (date(2027, 1, 1), QUARTERLY, set(), ["2026-Q1", "2026-Q2", "2026-Q3", "2026-Q4"]),
    (date(2026, 12, 31), QUARTERLY, set(), ["2025-Q4", "2026-Q1", "2026-Q2", "2026-Q3"]),
    # A month of it is enough: a quarter never overlaps a month that is declared.
    (date(2026, 11, 2), QUARTERLY, {"2026-08"}, ["2025-Q4", "2026-Q1", "2026-Q2"]),
    (date(2027, 1, 1), MONTHLY, set(YEAR), []),
]  # fmt: skip
EXPECTED = [
    # (declarable, declared, asked for)
    (["2026-08", "2026-09", "2026-10"], set(), ["2026-10"]),
    (["2026-08", "2026-10"], {"2026-09"}, ["2026-10"]),
    (["2026-07", "2026-09", "2026-10"], {"2026-06", "2026-08"}, ["2026-07", "2026-09", "2026-10"]),
    (["2026-08", "2026-09"], {"2026-10"}, []),
    (["2025-12", "2026-01"], {"2025-11"}, ["2025-12", "2026-01"]),
    (["2026-Q2", "2026-Q3"], set(), ["2026-Q3"]),
    (["2025-Q4", "2026-Q2", "2026-Q3"], {"2026-01", "2026-02", "2026-03"}, ["2026-Q2", "2026-Q3"]),
    ([], {"2026-10"}, []),
    ([], set(), []),
]


def declaring(
    periodicity: Periodicity, declared: set[str] | None = None, *changes: Term
) -> Declaring:
    return Declaring(DeclaringTerms(periodicity, changes), declared or set())


@pytest.mark.parametrize(("today", "periodicity", "declared", "codes"), DECLARABLE)
def test_what_ended_within_twelve_months_may_be_declared(
    office: Session, today: date, periodicity: Periodicity, declared: set[str], codes: list[str]
) -> None:
    day = builders.working_day(office, today)
    assert [one.code for one in declarable_periods(declaring(periodicity, declared), day)] == codes


@pytest.mark.parametrize(("declarable", "declared", "codes"), EXPECTED)
def test_who_has_declared_here_is_asked_to_go_on_and_others_for_the_latest_only(
    declarable: list[str], declared: set[str], codes: list[str]
) -> None:
    found = expected_periods(map(period, declarable), declaring(MONTHLY, declared))
    assert [one.code for one in found] == codes


@pytest.mark.parametrize(
    ("code", "periodicity"), [("2026-10", MONTHLY), ("2025-11", MONTHLY), ("2026-Q3", QUARTERLY)]
)
def test_the_period_of_an_address_is_found(
    office: Session, code: str, periodicity: Periodicity
) -> None:
    day = builders.working_day(office, FILED)
    assert declarable_period(
        code, who_declares(periodicity), declaring(periodicity), day
    ) == period(code)


@pytest.mark.parametrize(
    ("code", "periodicity"),
    [
        ("2026-11", MONTHLY),  # it has not ended
        ("2025-10", MONTHLY),  # too long ago
        ("2026-Q3", MONTHLY),
        ("2026-10", QUARTERLY),
        ("2026-Q4", QUARTERLY),
        ("2026-13", MONTHLY),
        ("0000-01", MONTHLY),
        ("", MONTHLY),
        ("٢٠٢٦-١٠", MONTHLY),
        ("2026-10\u0000", MONTHLY),
    ],
)
def test_what_cannot_be_declared_now_is_not_found(
    office: Session, code: str, periodicity: Periodicity
) -> None:
    day = builders.working_day(office, FILED)
    with pytest.raises(NotFound):
        declarable_period(code, who_declares(periodicity), declaring(periodicity), day)


@pytest.mark.parametrize(
    ("code", "periodicity", "declared", "taken"),
    [
        ("2026-10", MONTHLY, {"2026-10"}, ("2026-10",)),
        ("2026-Q3", QUARTERLY, {"2026-08", "2026-09", "2026-10"}, ("2026-08", "2026-09")),
    ],
)
def test_what_is_declared_says_so(
    office: Session,
    code: str,
    periodicity: Periodicity,
    declared: set[str],
    taken: tuple[str, ...],
) -> None:
    day = builders.working_day(office, FILED)
    with pytest.raises(MonthAlreadyDeclared) as caught:
        declarable_period(code, who_declares(periodicity), declaring(periodicity, declared), day)
    assert caught.value.months == taken


PORTAL_UNTIL_JULY = (
    Term("2026-01", MONTHLY, DeclaringPlace.PORTAL),
    Term("2026-07", QUARTERLY, DeclaringPlace.HERE),
)


def test_what_the_portal_has_is_neither_declarable_nor_asked_for(office: Session) -> None:
    day, how = builders.working_day(office, FILED), declaring(MONTHLY, set(), *PORTAL_UNTIL_JULY)
    found = declarable_periods(how, day)
    assert [one.code for one in found] == ["2025-11", "2025-12", "2026-Q3"]
    assert [one.code for one in expected_periods(found, how)] == ["2026-Q3"]
    with pytest.raises(DeclaredElsewhere):
        declarable_period("2026-03", who_declares(MONTHLY), how, day)
    with pytest.raises(NotFound):
        declarable_period("2026-Q1", who_declares(MONTHLY), how, day)


def test_whoever_was_told_to_declare_here_from_a_month_on_is_asked_for_all_since(
    office: Session,
) -> None:
    how = declaring(MONTHLY, set(), Term("2026-08", MONTHLY, DeclaringPlace.HERE))
    found = declarable_periods(how, builders.working_day(office, FILED))
    assert [one.code for one in expected_periods(found, how)] == ["2026-08", "2026-09", "2026-10"]


def test_the_months_are_those_of_the_employer_alone(office: Session) -> None:
    owner, other = builders.employer(office), builders.employer(office)
    day = builders.working_day(office, FILED)
    builders.declaration(office, day, owner)
    builders.declaration(office, day, other, period="2026-09")
    assert load_declaring(office, owner.id).declared == {"2026-10"}


@pytest.mark.parametrize(
    ("today", "in_time", "on_the_fixed_day", "days_left"),
    [
        (date(2026, 11, 2), True, True, 28),
        (date(2026, 11, 19), True, True, 11),
        (date(2026, 11, 30), True, False, 0),
        (date(2026, 12, 1), False, False, -1),
    ],
)
def test_the_day_of_the_debit_follows_from_the_day_of_filing(
    office: Session, today: date, in_time: bool, on_the_fixed_day: bool, days_left: int
) -> None:
    day = builders.working_day(office, today)
    days = obligation(period("2026-10"), day)
    assert days.deadline == COLLECTION
    assert (days.in_time, days.days_left(today)) == (in_time, days_left)
    assert (days.debited_on == COLLECTION) is on_the_fixed_day
    assert days.debited_on >= day.feasible_on


def test_up_to_declare_by_the_debit_falls_on_its_fixed_day_and_not_after(office: Session) -> None:
    october = period("2026-10")
    last = obligation(october, builders.working_day(office, FILED)).declare_by
    after = date.fromordinal(last.toordinal() + 1)
    assert obligation(october, builders.working_day(office, last)).debited_on == COLLECTION
    assert obligation(october, builders.working_day(office, after)).debited_on > COLLECTION
