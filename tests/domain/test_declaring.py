"""Which periods an employer declares: whole ones, without gap or overlap, whatever the terms."""

from __future__ import annotations

import itertools
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webapp.domain.declaring import DeclaringPlace, DeclaringTerms, Term
from webapp.domain.errors import InvalidTerm
from webapp.domain.period import Period, Periodicity

MONTHLY, QUARTERLY = Periodicity.MONTHLY, Periodicity.QUARTERLY
HERE, PORTAL = DeclaringPlace.HERE, DeclaringPlace.PORTAL
YEAR = (date(2026, 1, 1), date(2026, 12, 31))

MONTHS = st.builds("{}-{:02}".format, st.integers(2024, 2027), st.integers(1, 12))
TERMS = st.builds(Term, MONTHS, st.sampled_from(Periodicity), st.sampled_from(DeclaringPlace))
# Whatever stands in the table: two terms never share a month there.
ANY_TERMS = st.builds(
    DeclaringTerms,
    st.sampled_from(Periodicity),
    st.lists(TERMS, max_size=6, unique_by=lambda term: term.from_month).map(sorted).map(tuple),
)
DAYS = st.dates(date(2023, 6, 1), date(2028, 6, 30))


def codes(terms: DeclaringTerms, first: date = YEAR[0], last: date = YEAR[1]) -> list[str]:
    return [period.code for period in terms.periods(first, last)]


def test_without_a_term_the_register_holds_and_the_place_is_here() -> None:
    assert codes(DeclaringTerms(QUARTERLY)) == ["2026-Q1", "2026-Q2", "2026-Q3", "2026-Q4"]
    assert not DeclaringTerms(QUARTERLY).is_elsewhere(Period.parse("2026-Q1"))


def test_from_its_month_on_a_term_holds_and_before_it_nothing_changes() -> None:
    terms = DeclaringTerms(QUARTERLY).changed(Term("2026-07", MONTHLY, HERE))
    assert codes(terms) == [
        "2026-Q1", "2026-Q2", "2026-07", "2026-08", "2026-09", "2026-10", "2026-11", "2026-12",
    ]  # fmt: skip
    back = terms.changed(Term("2026-10", QUARTERLY, PORTAL))
    assert codes(back)[-4:] == ["2026-07", "2026-08", "2026-09", "2026-Q4"]
    elsewhere = [period.code for period in back.periods(*YEAR) if back.is_elsewhere(period)]
    assert elsewhere == ["2026-Q4"]


@pytest.mark.parametrize(
    ("register", "new"),
    [
        (QUARTERLY, Term("2026-08", MONTHLY, HERE)),  # inside a quarter of before
        (MONTHLY, Term("2026-08", QUARTERLY, HERE)),  # its own first quarter would be cut
        (QUARTERLY, Term("2026-08", QUARTERLY, PORTAL)),
        (QUARTERLY, Term("2026-09", MONTHLY, PORTAL)),
    ],
)
def test_a_term_that_would_cut_a_quarter_is_refused(register: Periodicity, new: Term) -> None:
    with pytest.raises(InvalidTerm) as caught:
        DeclaringTerms(register).changed(new)
    assert caught.value.reason == "inside_a_period"


def test_a_monthly_employer_may_change_the_place_in_any_month() -> None:
    terms = DeclaringTerms(MONTHLY).changed(Term("2026-08", MONTHLY, PORTAL))
    assert next(p.code for p in terms.periods(*YEAR) if terms.is_elsewhere(p)) == "2026-08"


def test_a_term_takes_the_place_of_all_that_was_set_from_its_month_on() -> None:
    terms = DeclaringTerms(MONTHLY).changed(Term("2026-10", QUARTERLY, HERE))
    again = terms.changed(Term("2026-07", MONTHLY, PORTAL))
    assert again.changes == (Term("2026-07", MONTHLY, PORTAL),)


def test_what_changes_nothing_is_no_term() -> None:
    terms = DeclaringTerms(MONTHLY)
    with pytest.raises(InvalidTerm) as caught:
        terms.changed(Term("2026-07", MONTHLY, HERE))
    assert caught.value.reason == "unchanged"
    later = terms.changed(Term("2026-10", QUARTERLY, HERE))
    # The same as now, but what was set for later goes.
    assert later.changed(Term("2026-07", MONTHLY, HERE)).at("2026-12").periodicity is MONTHLY


@pytest.mark.parametrize(
    ("changes", "declared", "first"),
    [
        ((), set(), None),
        ((), {"2026-05", "2026-03"}, "2026-03"),
        ((Term("2026-01", MONTHLY, PORTAL),), set(), None),
        ((Term("2026-01", MONTHLY, PORTAL), Term("2026-04", MONTHLY, HERE)), set(), "2026-04"),
        ((Term("2026-04", MONTHLY, HERE),), {"2026-06"}, "2026-04"),
        ((Term("2026-07", MONTHLY, HERE),), {"2026-06"}, "2026-06"),
    ],
)
def test_who_declared_here_or_was_told_to_is_asked_from_then_on(
    changes: tuple[Term, ...], declared: set[str], first: str | None
) -> None:
    assert DeclaringTerms(MONTHLY, changes).asked_from(declared) == first


def test_the_next_period_that_is_declared_here() -> None:
    terms = DeclaringTerms(
        MONTHLY, (Term("2026-01", MONTHLY, PORTAL), Term("2027-04", QUARTERLY, HERE))
    )
    assert terms.next_here(date(2026, 11, 2)).code == "2027-Q2"
    never = DeclaringTerms(MONTHLY, (Term("2026-01", MONTHLY, PORTAL),))
    assert never.next_here(date(2026, 11, 2)).code == "2026-11"


@given(ANY_TERMS, DAYS, DAYS)
def test_every_day_lies_in_exactly_one_period(
    terms: DeclaringTerms, one: date, other: date
) -> None:
    first, last = min(one, other), max(one, other)
    periods = list(terms.periods(first, last))
    assert periods[0].first_day <= first and periods[-1].last_day >= last
    for before, after in itertools.pairwise(periods):
        assert after.first_day == before.last_day + timedelta(days=1)
    assert all(map(terms.is_period, periods))


@given(ANY_TERMS, DAYS)
def test_a_period_lies_whole_under_one_place_and_one_periodicity(
    terms: DeclaringTerms, day: date
) -> None:
    period = terms.period_containing(day)
    assert period.first_day <= day <= period.last_day
    in_force = [terms.at(month) for month in period.months]
    assert all(term.declares_like(in_force[0]) for term in in_force)
    if period.periodicity is QUARTERLY:
        assert in_force[0].periodicity is QUARTERLY


@given(st.sampled_from(Periodicity), st.lists(TERMS, max_size=8), DAYS)
def test_terms_that_were_taken_leave_every_quarter_whole_and_what_was_before_alone(
    register: Periodicity, wanted: list[Term], day: date
) -> None:
    terms = DeclaringTerms(register)
    for new in wanted:
        before = terms
        try:
            terms = terms.changed(new)
        except InvalidTerm:
            continue
        first = Period.parse(new.from_month).first_day
        kept = list(before.periods(date(2023, 1, 1), first - timedelta(days=1)))
        assert list(terms.periods(date(2023, 1, 1), first - timedelta(days=1))) == kept
    # Nothing has fallen apart: each period is of the kind that its term says.
    period = terms.period_containing(day)
    assert period.periodicity is terms.at(period.months[0]).periodicity
