"""Where the amounts of a declaration stand, as programs are told: in the words of the pages."""

from __future__ import annotations

import pytest
from sqlalchemy import update
from sqlalchemy.orm import Session

from tests import builders
from tests.services.collecting import ANNOUNCING, FILED, Desk
from webapp.domain.errors import NotFound
from webapp.domain.statuses import DebitStatus, DueStatus
from webapp.domain.words import Word, word_for
from webapp.models import Debit, Due, Employer, HoldReason
from webapp.services.declaration_standing import find_standing
from webapp.services.working_day import WorkingDay


@pytest.fixture
def owner(office: Session) -> Employer:
    return builders.employer(office)


@pytest.fixture
def day(office: Session) -> WorkingDay:
    return builders.working_day(office, FILED)


def stands(office: Session, day: WorkingDay, owner_id: int) -> list[tuple[Word, str | None]]:
    office.rollback()
    found = find_standing(office, day, owner_id, "2026-10")
    return [(due.word, due.qualifier) for due in found.dues]


@pytest.mark.parametrize("status", DueStatus)
def test_an_amount_without_a_debit_is_told_by_its_own_word(
    office: Session, day: WorkingDay, owner: Employer, status: DueStatus
) -> None:
    builders.declaration(office, day, owner)
    owner_id = owner.id
    office.execute(update(Due).values(status=status))
    office.commit()
    told = [] if status is DueStatus.SUPERSEDED else [word_for(status)]
    assert stands(office, day, owner_id) == told


@pytest.mark.parametrize("status", [one for one in DebitStatus if one is not DebitStatus.CANCELLED])
def test_an_amount_in_a_debit_stands_where_the_debit_does(
    office: Session, day: WorkingDay, owner: Employer, desk: Desk, status: DebitStatus
) -> None:
    owner_id = owner.id
    builders.mandate(office, day, owner)
    builders.declaration(office, day, owner)
    office.rollback()
    desk.run(ANNOUNCING)
    held = HoldReason.BANK_REFUSAL if status is DebitStatus.HELD else None
    office.execute(update(Debit).values(status=status, hold_reason=held))
    office.commit()
    assert stands(office, day, owner_id) == [word_for(status)]
    office.execute(update(Due).values(status=DueStatus.CONTESTED))
    office.commit()
    assert stands(office, day, owner_id) == [(Word.DECLARED, "contested")]


def test_the_day_of_the_debit_is_expected_only_under_an_authorisation_that_covers_it(
    office: Session, day: WorkingDay, owner: Employer
) -> None:
    owner_id = owner.id
    builders.declaration(office, day, owner)
    office.rollback()
    assert find_standing(office, day, owner_id, "2026-10").debit_day is None
    builders.mandate(office, day, owner)
    office.rollback()
    expected = find_standing(office, day, owner_id, "2026-10").debit_day
    assert expected is not None and expected >= day.feasible_on


def test_nothing_of_another_employer_is_told(
    office: Session, day: WorkingDay, owner: Employer
) -> None:
    stranger = builders.employer(office)
    builders.declaration(office, day, stranger)
    owner_id = owner.id
    office.rollback()
    with pytest.raises(NotFound):
        find_standing(office, day, owner_id, "2026-10")
    builders.declaration(office, day, owner)
    assert len(stands(office, day, owner_id)) == 1
