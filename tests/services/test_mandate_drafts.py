"""What was typed for an authorisation that was not signed: sealed, for a day, on any device."""

from __future__ import annotations

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests import builders
from tests.services.collecting import FILED, Desk
from tests.services.living import Life
from tests.services.people import RULES, ask, code_sent, later, signed_in
from webapp.domain.money import Centimes
from webapp.models import CodePurpose, Employer, Language, MandateDraft
from webapp.services.enrolment import sign_with_code
from webapp.services.forgetting import forget_old
from webapp.services.mandate_drafts import find_draft, save_draft, start_anew
from webapp.services.mandates import Signature
from webapp.services.working_day import WorkingDay

RIB = builders.account()


@pytest.fixture
def day(office: Session) -> WorkingDay:
    return builders.working_day(office, FILED, "employer")


@pytest.fixture
def owner(office: Session, day: WorkingDay) -> Employer:
    """Somebody who has begun."""
    owner = builders.employer(office)
    save_draft(office, day, builders.VAULT, owner.id, RIB, Centimes(5_000_00))
    return owner


def found(session: Session, day: WorkingDay, owner: Employer) -> object:
    return find_draft(session, day, builders.VAULT, RULES, owner.id)


def test_what_was_begun_comes_back_for_a_day(
    office: Session, day: WorkingDay, owner: Employer
) -> None:
    begun = find_draft(office, later(day, hours=23), builders.VAULT, RULES, owner.id)
    assert begun is not None
    assert (begun.account, begun.ceiling, begun.saved_at) == (RIB, 5_000_00, day.now)
    assert found(office, later(day, hours=RULES.draft_hours), owner) is None


def test_the_number_is_sealed_and_opens_as_no_other_draft(
    office: Session, day: WorkingDay, owner: Employer
) -> None:
    row = office.scalars(select(MandateDraft)).one()
    assert RIB.digits.encode() not in row.account
    other = builders.employer(office)
    save_draft(office, day, builders.VAULT, other.id, RIB, None)
    rows = office.scalars(select(MandateDraft)).all()
    assert rows[0].account != rows[1].account and rows[0].reference != rows[1].reference


def test_typing_again_takes_the_place_of_what_was_typed(
    office: Session, day: WorkingDay, owner: Employer
) -> None:
    other = builders.account()
    save_draft(office, later(day, hours=1), builders.VAULT, owner.id, other, None)
    begun = find_draft(office, later(day, hours=1), builders.VAULT, RULES, owner.id)
    assert begun is not None and (begun.account, begun.ceiling) == (other, None)


def test_starting_anew_deletes_it(office: Session, day: WorkingDay, owner: Employer) -> None:
    start_anew(office, owner.id)
    assert office.scalars(select(MandateDraft)).all() == []


def test_what_is_signed_is_a_draft_no_more(
    office: Session, day: WorkingDay, owner: Employer
) -> None:
    asked = ask(office, day, owner.member_number, CodePurpose.SIGN_MANDATE)
    what = Signature(owner.member_number, RIB, "أرخّص", Language.ARABIC)
    sign_with_code(
        office, day, builders.VAULT, RULES, signed_in(owner), asked.reference, code_sent(asked),
        what,
    )  # fmt: skip
    assert office.scalars(select(MandateDraft)).all() == []


def test_a_change_that_is_signed_leaves_no_draft(desk: Desk) -> None:
    life = Life(desk)
    save_draft(life.session, life.day(), builders.VAULT, life.owner.id, RIB, None)
    life.change()
    assert life.session.scalars(select(MandateDraft)).all() == []


def test_the_old_ones_are_forgotten(office: Session, day: WorkingDay, owner: Employer) -> None:
    forget_old(office, later(day, hours=RULES.draft_hours - 1))
    assert len(office.scalars(select(MandateDraft)).all()) == 1
    forget_old(office, later(day, hours=RULES.draft_hours + 1))
    assert office.scalars(select(MandateDraft)).all() == []
