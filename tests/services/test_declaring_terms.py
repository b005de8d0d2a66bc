"""How often and where an employer declares: set at the desk, and kept by every filing."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from tests import builders
from tests.services.collecting import FILED
from tests.services.people import at_once
from webapp.domain.declaring import DeclaringPlace, DeclaringTerms, Term
from webapp.domain.errors import DeclaredElsewhere, InvalidTerm, NotFound
from webapp.domain.period import Period, Periodicity
from webapp.domain.roles import Scope
from webapp.models import Declaration, DeclaredMonth, DeclaringTerm, Employer, Event
from webapp.services.declarations import Filing, file_declarations
from webapp.services.declaring_terms import terms_of, terms_of_all
from webapp.services.obligations import declarable_periods, load_declaring
from webapp.services.staff.terms import find_terms, months_to_choose, preview_term, set_term
from webapp.services.transactions import reading

EVERYBODY = Scope(None)
MONTHLY, QUARTERLY = Periodicity.MONTHLY, Periodicity.QUARTERLY
HERE, PORTAL = DeclaringPlace.HERE, DeclaringPlace.PORTAL


def read(session: Session, employer_id: int) -> DeclaringTerms:
    with reading(session):
        return terms_of(session, employer_id)


def set_one(session: Session, owner: Employer, *terms: Term, on: date = FILED) -> None:
    day = builders.working_day(session, on, "staff:7")
    session.rollback()
    for term in terms:
        set_term(session, day, EVERYBODY, owner.id, term)


def test_before_the_first_term_the_register_holds(office: Session) -> None:
    owner = builders.employer(office)
    assert read(office, owner.id) == DeclaringTerms(MONTHLY)


def test_a_term_changes_what_may_be_declared_and_is_an_event(office: Session) -> None:
    owner = builders.employer(office)
    set_one(office, owner, Term("2026-07", QUARTERLY, HERE))
    day = builders.working_day(office, FILED)
    found = declarable_periods(load_declaring(office, owner.id), day)
    assert [one.code for one in found][-2:] == ["2026-06", "2026-Q3"]
    event = office.scalars(select(Event).where(Event.target == "term_set")).one()
    assert (event.actor, event.subject_id) == ("staff:7", owner.id)
    assert event.cause == "2026-07_quarterly_here"
    row = office.scalars(select(DeclaringTerm)).one()
    assert (row.set_by, row.set_at) == ("staff:7", day.now)


def test_what_is_declared_stays_as_it_is(office: Session) -> None:
    owner = builders.employer(office)
    day = builders.working_day(office, FILED)
    builders.declaration(office, day, owner, period="2026-08")
    page = find_terms(office, day, EVERYBODY, owner.id)
    assert page.earliest == "2026-09"
    assert next(one.code for one in months_to_choose(day, page.earliest)) == "2026-09"
    for month in ("2026-08", "2026-07"):
        with pytest.raises(InvalidTerm) as caught:
            set_one(office, owner, Term(month, MONTHLY, PORTAL))
        assert caught.value.reason == "declared"
    set_one(office, owner, Term("2026-09", MONTHLY, PORTAL))


@pytest.mark.parametrize(
    ("term", "reason"),
    [
        (Term("2028-12", MONTHLY, PORTAL), "too_far"),
        (Term("2025-10", MONTHLY, PORTAL), "declared"),
        (Term("2026-11", QUARTERLY, HERE), "inside_a_period"),
        (Term("2026-11", MONTHLY, HERE), "unchanged"),
    ],
)
def test_a_term_that_cannot_be_is_refused_and_nothing_is_written(
    office: Session, term: Term, reason: str
) -> None:
    owner = builders.employer(office)
    with pytest.raises(InvalidTerm) as caught:
        set_one(office, owner, term)
    assert caught.value.reason == reason
    assert read(office, owner.id).changes == ()
    assert office.scalars(select(Event).where(Event.target == "term_set")).all() == []


def test_what_was_set_for_later_goes_and_the_preview_says_so(office: Session) -> None:
    owner = builders.employer(office)
    later, new = Term("2027-01", QUARTERLY, HERE), Term("2026-12", MONTHLY, PORTAL)
    set_one(office, owner, later)
    page = find_terms(office, builders.working_day(office, FILED), EVERYBODY, owner.id)
    preview = preview_term(page, new)
    assert preview.dropped == (later,)
    assert [(one.code, elsewhere) for one, elsewhere in preview.before][:2] == [
        ("2026-12", False), ("2027-Q1", False),
    ]  # fmt: skip
    assert [(one.code, elsewhere) for one, elsewhere in preview.after][:2] == [
        ("2026-12", True), ("2027-01", True),
    ]  # fmt: skip
    set_one(office, owner, new)
    assert read(office, owner.id).changes == (new,)


def test_another_agency_s_employer_is_missing(office: Session) -> None:
    owner = builders.employer(office)
    day, elsewhere = builders.working_day(office, FILED), Scope(owner.agency_id + 1)
    office.rollback()
    with pytest.raises(NotFound):
        find_terms(office, day, elsewhere, owner.id)
    with pytest.raises(NotFound):
        set_term(office, day, elsewhere, owner.id, Term("2027-01", QUARTERLY, HERE))


def test_a_period_of_the_portal_cannot_be_filed_nor_any_other_with_it(office: Session) -> None:
    owner, other = builders.employer(office), builders.employer(office)
    numbers = [owner.member_number, other.member_number]
    set_one(office, owner, Term("2026-10", MONTHLY, PORTAL))
    day = builders.working_day(office, FILED)
    october = Period.parse("2026-10")
    filings = [Filing(number, october, (), f"key-{number}", nil=True) for number in numbers]
    with pytest.raises(DeclaredElsewhere) as caught:
        file_declarations(office, day, filings[::-1])
    assert caught.value.period == "2026-10"
    # A quarter of which one month is the portal's, by another way than the pages.
    with pytest.raises(DeclaredElsewhere):
        file_declarations(office, day, [replace(filings[0], period=Period.parse("2026-Q4"))])
    assert office.scalars(select(Declaration.id)).all() == []
    file_declarations(office, day, [replace(filings[0], period=Period.parse("2026-09"))])
    file_declarations(office, day, filings[1:])
    assert len(office.scalars(select(Declaration.id)).all()) == 2


def test_the_terms_of_many_are_each_one_s_own(office: Session) -> None:
    first, second = builders.employer(office), builders.employer(office)
    term = Term("2027-01", QUARTERLY, HERE)
    set_one(office, second, term)
    registered = {first.id: MONTHLY, second.id: MONTHLY}
    found = terms_of_all(office, registered, list(registered))
    assert found == {
        first.id: DeclaringTerms(MONTHLY), second.id: DeclaringTerms(MONTHLY, (term,)),
    }  # fmt: skip


OCTOBER = Period.parse("2026-10")


def race(office: Session, engine: Engine, owner: Employer) -> tuple[list[bool], bool]:
    """Who of a filing and a term for the same month came through; whether the filing did."""
    number, owner_id = owner.member_number, owner.id
    day = builders.working_day(office, FILED)
    office.rollback()

    def file(session: Session) -> bool:
        filing = Filing(number, OCTOBER, (), f"key-{number}", nil=True)
        try:
            file_declarations(session, day, [filing])
        except DeclaredElsewhere:
            return False
        return True

    def set_portal(session: Session) -> bool:
        try:
            set_term(session, day, EVERYBODY, owner_id, Term("2026-10", MONTHLY, PORTAL))
        except InvalidTerm:
            return False
        return True

    came_through = at_once(engine, [file, set_portal])
    declared = office.scalars(
        select(DeclaredMonth.month).where(DeclaredMonth.employer_id == owner_id)
    ).all()
    office.rollback()
    return came_through, bool(declared)


def test_a_term_and_a_filing_at_the_same_moment_never_both_have_a_month(
    office: Session, engine: Engine
) -> None:
    for _ in range(5):
        owner = builders.employer(office)
        came_through, declared = race(office, engine, owner)
        assert sorted(came_through) == [False, True]
        assert came_through[0] is declared
        assert read(office, owner.id).is_elsewhere(OCTOBER) is not declared
        office.rollback()
