"""Filing: dues, amounts, days and postings; a month is declared once."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tests import builders
from webapp.domain.errors import MonthAlreadyDeclared, NotFound, NothingDeclared, UnknownWorksite
from webapp.domain.money import Centimes
from webapp.domain.period import Period
from webapp.models import (
    Account,
    ContributionRate,
    Declaration,
    DeclarationLine,
    DeclaredMonth,
    Due,
    Employer,
    Posting,
)
from webapp.services.books import balances
from webapp.services.declarations import (
    FIRST_REVISION,
    Filing,
    WorksiteWages,
    file_declarations,
)

TODAY = date(2026, 11, 2)
MILLION = 100_000_000


def declare(office: Session, owner: Employer, **given: object) -> int:
    return builders.declaration(office, builders.working_day(office, TODAY), owner, **given)


def test_the_worked_example_of_the_fund(office: Session) -> None:
    declare(office, builders.employer(office), base=MILLION)
    line = office.scalars(select(DeclarationLine)).one()
    assert line.leave_centimes == 12_210_000
    assert line.weather_employer_centimes == line.weather_worker_centimes == 375_000
    assert office.scalars(select(Due.amount_centimes)).one() == 12_960_000


def test_the_two_bases_count_apart(office: Session) -> None:
    owner = builders.employer(office)
    wages = WorksiteWages("W1", 9, Centimes(MILLION), Centimes(MILLION // 2))
    filing = Filing(owner.member_number, Period.parse("2026-10"), (wages,), "form")
    file_declarations(office, builders.working_day(office, TODAY), [filing])
    assert office.scalars(select(Due.amount_centimes)).one() == 12_210_000 + 2 * 187_500


def test_a_due_knows_its_deadline_and_its_collection_day(office: Session) -> None:
    declare(office, builders.employer(office), period="2026-09")
    due = office.scalars(select(Due)).one()
    # 30 October 2026 is a Friday, and 1 November a holiday.
    assert (due.collect_from_on, due.legal_due_on) == (date(2026, 10, 29), date(2026, 11, 2))


def test_a_due_knows_the_revision_that_made_it(office: Session) -> None:
    declare(office, builders.employer(office))
    assert office.scalars(select(Due.revision)).one() == FIRST_REVISION


def test_the_rates_of_the_period_apply_whenever_it_is_filed(office: Session) -> None:
    office.add(
        ContributionRate(
            valid_from=date(2026, 10, 1), leave=20_000, weather_employer=0, weather_worker=0
        )
    )
    office.commit()
    declare(office, builders.employer(office), period="2026-09", base=MILLION)
    declare(office, builders.employer(office), period="2026-10", base=MILLION)
    amounts = office.scalars(select(Due.amount_centimes).order_by(Due.id)).all()
    assert amounts == [12_960_000, 20_000_000]


def test_a_nil_line_makes_no_due(office: Session) -> None:
    declare(office, builders.employer(office), base=0)
    assert office.scalars(select(Due)).all() == []
    assert office.scalar(select(func.count()).select_from(DeclarationLine)) == 1


def test_filing_books_receivable_against_income(office: Session) -> None:
    declare(office, builders.employer(office, worksites=2), worksites=("W1", "W2"))
    found = balances(office)
    assert found[Account.RECEIVABLE] == -found[Account.INCOME] == 2 * 12_960_000
    assert office.scalar(select(func.sum(Posting.amount_centimes))) == 0


@pytest.mark.parametrize(
    ("first", "second"),
    [("2026-10", "2026-10"), ("2026-10", "2026-Q4"), ("2026-Q4", "2026-12")],
)
def test_a_month_is_declared_once_in_a_month_or_in_a_quarter(
    office: Session, first: str, second: str
) -> None:
    owner = builders.employer(office)
    declare(office, owner, period=first)
    with pytest.raises(MonthAlreadyDeclared):
        declare(office, owner, period=second)
    assert office.scalar(select(func.count()).select_from(Declaration)) == 1


def test_a_quarter_takes_three_months(office: Session) -> None:
    declare(office, builders.employer(office), period="2026-Q3")
    months = office.scalars(select(DeclaredMonth.month).order_by(DeclaredMonth.month)).all()
    assert months == ["2026-07", "2026-08", "2026-09"]


def test_the_same_form_sent_twice_files_once(office: Session) -> None:
    owner = builders.employer(office)
    first = declare(office, owner, form_key="the-form")
    assert declare(office, owner, form_key="the-form") == first
    assert office.scalar(select(func.count()).select_from(Declaration)) == 1


def test_one_wrong_declaration_files_none_of_them(office: Session) -> None:
    owner = builders.employer(office)
    period = Period.parse("2026-10")
    good = Filing(
        owner.member_number,
        period,
        (WorksiteWages("W1", 1, Centimes(MILLION), Centimes(MILLION)),),
        "a",
    )
    day = builders.working_day(office, TODAY)
    for wrong, error in (
        (Filing("99/999999", period, good.lines, "b"), NotFound),
        (Filing(owner.member_number, period.next(), (), "c"), NothingDeclared),
        (
            Filing(
                owner.member_number,
                period.next(),
                (WorksiteWages("W9", 1, Centimes(1), Centimes(1)),),
                "d",
            ),
            UnknownWorksite,
        ),
        (Filing(owner.member_number, period, good.lines, "e"), MonthAlreadyDeclared),
    ):
        with pytest.raises(error):
            file_declarations(office, day, [good, wrong])
    assert office.scalars(select(Declaration)).all() == []
    assert office.scalars(select(Posting)).all() == []
