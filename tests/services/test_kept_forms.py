"""A form that an expired session interrupted is kept sealed, for its employer alone, once."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from tests import builders
from tests.services.collecting import FILED
from tests.services.people import RULES, later
from webapp.models import KeptForm
from webapp.services.kept_forms import Typed, keep_form, take_kept_form
from webapp.services.working_day import WorkingDay

ACCOUNT = "00100123000000042197"
TYPED: Typed = {"account": [ACCOUNT], "entitled": ["y"], "ceiling": ["١٢٣٫٥", "\u0000ش"]}


@pytest.fixture
def day(office: Session) -> WorkingDay:
    return builders.working_day(office, FILED)


def keep(session: Session, day: WorkingDay, owner: int, typed: Typed = TYPED) -> None:
    keep_form(session, day, builders.VAULT, owner, "activate", typed)


def take(session: Session, day: WorkingDay, owner: int, address: str = "activate") -> Typed | None:
    return take_kept_form(session, day, builders.VAULT, RULES, owner, address)


def test_what_was_typed_comes_back_once(office: Session, day: WorkingDay) -> None:
    owner = builders.employer(office).id
    keep(office, day, owner)
    assert take(office, day, owner) == TYPED
    assert take(office, day, owner) is None


def test_nobody_else_and_no_other_page_gets_it(office: Session, day: WorkingDay) -> None:
    owner, other = builders.employer(office).id, builders.employer(office).id
    keep(office, day, owner)
    assert take(office, day, other) is None
    assert take(office, day, owner, "declarations/2026-10/edit") is None
    assert take(office, day, owner) == TYPED


def test_the_latest_takes_the_place_of_the_one_before(office: Session, day: WorkingDay) -> None:
    owner = builders.employer(office).id
    keep(office, day, owner)
    keep(office, day, owner, {"account": ["2"]})
    assert office.scalar(select(func.count()).select_from(KeptForm)) == 1
    assert take(office, day, owner) == {"account": ["2"]}


@pytest.mark.parametrize(("hours", "kept"), [(8, True), (8.01, False)])
def test_it_is_kept_for_eight_hours(
    office: Session, day: WorkingDay, hours: float, kept: bool
) -> None:
    owner = builders.employer(office).id
    keep(office, day, owner)
    assert (take(office, later(day, hours=hours), owner) is not None) is kept
    assert office.scalar(select(func.count()).select_from(KeptForm)) == 0


def test_the_table_holds_no_account_number_in_clear(office: Session, day: WorkingDay) -> None:
    keep(office, day, builders.employer(office).id)
    row = office.execute(text("SELECT * FROM kept_forms")).mappings().one()
    everything = b" ".join(
        value if isinstance(value, bytes) else str(value).encode() for value in row.values()
    )
    assert ACCOUNT.encode() not in everything and b"ceiling" not in everything


@pytest.mark.parametrize("period", ["2" * 2000, "2026\u0000"])
def test_for_an_address_that_no_page_has_nothing_is_kept(
    office: Session, day: WorkingDay, period: str
) -> None:
    owner = builders.employer(office).id
    keep_form(office, day, builders.VAULT, owner, f"declarations/{period}/edit", TYPED)
    assert office.scalar(select(func.count()).select_from(KeptForm)) == 0
