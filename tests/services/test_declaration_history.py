"""An employer reads what they have declared, and in which debit it stands."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from tests import builders
from tests.services.collecting import AMOUNT, ANNOUNCING, COLLECTION, FILED, Desk
from tests.services.people import period
from webapp.domain.errors import NotFound
from webapp.domain.statuses import DebitStatus, DueStatus
from webapp.services.contributions import contributions_of
from webapp.services.debits import cancel_debit
from webapp.services.declaration_history import (
    find_declaration,
    list_declarations,
    list_draft_periods,
)
from webapp.services.drafts import save_draft


def test_declarations_are_listed_by_period_the_latest_first(office: Session) -> None:
    owner, other = builders.employer(office, worksites=2), builders.employer(office)
    day = builders.working_day(office, FILED)
    for code in ("2026-08", "2026-10", "2026-09"):
        builders.declaration(office, day, owner, period=code, worksites=("W1", "W2"))
    builders.declaration(office, day, other)
    rows = list_declarations(office, owner.id)
    assert [row.period.code for row in rows] == ["2026-10", "2026-09", "2026-08"]
    assert {(row.worksites, row.total, row.filed_on) for row in rows} == {(2, 2 * AMOUNT, FILED)}
    assert all(type(row.total) is int for row in rows), "whole numbers, on every database"


def test_a_declaration_tells_its_lines_and_what_each_makes(office: Session) -> None:
    owner, day = builders.employer(office, worksites=2), builders.working_day(office, FILED)
    builders.declaration(office, day, owner, worksites=("W1", "W2"))
    page = find_declaration(office, owner.id, "2026-10")
    assert [line.worksite for line in page.lines] == ["ورشة 1", "ورشة 2"]
    assert [line.leave + line.weather for line in page.lines] == [AMOUNT, AMOUNT]
    assert page.total == 2 * AMOUNT == sum(line.total for line in page.lines)
    assert (page.filed_on, page.filed_at, page.collect_from_on) == (FILED, day.now, COLLECTION)
    assert page.due_statuses == {DueStatus.OPEN}
    assert page.debits == ()


def test_what_was_filed_is_what_was_shown_before_filing(office: Session) -> None:
    owner, day = builders.employer(office), builders.working_day(office, FILED)
    shown = contributions_of(office, period("2026-10"), [(5, 12_345_67, 10_000_01)])
    builders.declaration(office, day, owner, base=12_345_67)
    (made,) = contributions_of(office, period("2026-10"), [(5, 12_345_67, 12_345_67)])
    assert find_declaration(office, owner.id, "2026-10").total == made.total
    assert shown[0].total < made.total


def test_the_debit_of_a_declaration_is_named_unless_it_was_cancelled(desk: Desk) -> None:
    desk.file_one()
    desk.run(ANNOUNCING)
    (debit,) = desk.debits()
    owner_id, reference = debit.employer_id, debit.reference
    page = find_declaration(desk.session, owner_id, "2026-10")
    assert [(one.reference, one.status) for one in page.debits] == [
        (reference, DebitStatus.ANNOUNCED)
    ]
    desk.session.rollback()
    cancel_debit(desk.session, builders.working_day(desk.session, ANNOUNCING), reference)
    assert find_declaration(desk.session, owner_id, "2026-10").debits == ()


@pytest.mark.parametrize("code", ["2026-09", "2026-13", "", "2026-Q4", "ش"])
def test_a_period_without_a_declaration_is_not_found(office: Session, code: str) -> None:
    owner, other = builders.employer(office), builders.employer(office)
    day = builders.working_day(office, FILED)
    builders.declaration(office, day, owner)
    with pytest.raises(NotFound):
        find_declaration(office, owner.id, code)
    with pytest.raises(NotFound):
        find_declaration(office, other.id, "2026-10")


def test_the_periods_that_were_begun_are_those_of_the_employer(office: Session) -> None:
    owner, other = builders.employer(office), builders.employer(office)
    day = builders.working_day(office, FILED)
    save_draft(office, day, owner.id, period("2026-10"), {}, "")
    save_draft(office, day, other.id, period("2026-09"), {}, "")
    assert list_draft_periods(office, owner.id) == {"2026-10"}
