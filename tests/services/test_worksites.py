"""Worksites are numbered one after the other, and the same one is not added twice."""

from __future__ import annotations

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from tests import builders
from tests.services.collecting import FILED
from webapp.models import Worksite
from webapp.services.worksites import add_worksite, open_worksites


def codes(session: Session, employer_id: int) -> list[str]:
    return [one.code for one in open_worksites(session, employer_id)]


def test_worksites_are_numbered_for_each_employer(office: Session) -> None:
    first, second = (builders.employer(office, worksites=0) for _ in range(2))
    for owner in (first, second):
        for name in ("ورشة أ", "ورشة ب", "ورشة ج"):
            add_worksite(office, owner.id, name, "16")
        assert codes(office, owner.id) == ["W01", "W02", "W03"]


def test_a_code_that_the_register_gave_is_not_given_again(office: Session) -> None:
    owner = builders.employer(office, worksites=0)
    office.add_all(
        Worksite(employer_id=owner.id, code=code, name=code, wilaya_code="16")
        for code in ("W03", "W04")
    )
    office.commit()
    for name in ("أ", "ب"):
        add_worksite(office, owner.id, name, "16")
    assert codes(office, owner.id) == ["W03", "W04", "W05", "W06"]


def test_the_code_of_a_closed_worksite_is_not_given_again(office: Session) -> None:
    owner = builders.employer(office, worksites=0)
    closed = add_worksite(office, owner.id, "أ", "16")
    office.execute(update(Worksite).where(Worksite.id == closed).values(closed_on=FILED))
    office.commit()
    opened = add_worksite(office, owner.id, "أ", "16")
    assert opened != closed
    assert codes(office, owner.id) == ["W02"]


@pytest.mark.parametrize("again", ["Cité 500 logements", "  Cité\u00a0500\u200f  logements "])
def test_the_same_name_in_the_same_wilaya_is_the_same_worksite(office: Session, again: str) -> None:
    owner, other = builders.employer(office, worksites=0), builders.employer(office, worksites=0)
    first = add_worksite(office, owner.id, "Cité 500 logements", "16")
    assert add_worksite(office, owner.id, again, "16") == first
    assert add_worksite(office, owner.id, again, "09") != first
    assert add_worksite(office, other.id, again, "16") != first


def test_a_hundred_worksites_have_a_hundred_codes(office: Session) -> None:
    owner = builders.employer(office, worksites=0)
    for number in range(100):
        add_worksite(office, owner.id, f"{number}", "16")
    found = office.scalars(select(Worksite.code).where(Worksite.employer_id == owner.id)).all()
    assert len(set(found)) == 100 and "W100" in found
