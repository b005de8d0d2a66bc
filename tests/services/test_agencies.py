"""Agencies and wilayas are kept by administrators, each change an event; pages read the table."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests import builders, open_days
from webapp.data.loader import load_wilayas
from webapp.domain.agencies import AgencyTerms, WilayaTerms
from webapp.domain.errors import InvalidAgency, NotFound
from webapp.models import Agency, Event, Subject, Wilaya
from webapp.services.agencies import (
    add_agency,
    change_agency,
    find_agency,
    list_agencies_with_counts,
)
from webapp.services.reference_data import load_reference_data
from webapp.services.register import load_agencies
from webapp.services.staff.report_tables import Name, names_of_groups
from webapp.services.wilayas import add_wilaya, list_wilayas, rename_wilaya
from webapp.services.working_day import WorkingDay

NEW = AgencyTerms("R01", "الوكالة الجهوية", "Agence régionale", "16")


@pytest.fixture
def day(office: Session) -> WorkingDay:
    return builders.working_day(office, date(2026, 11, 24), "staff:1")


def events(office: Session, subject: Subject) -> list[tuple[int, str, str]]:
    rows = office.execute(
        select(Event.subject_id, Event.target, Event.cause)
        .where(Event.subject == subject)
        .order_by(Event.id)
    ).all()
    office.rollback()
    return [(row.subject_id, row.target, row.cause) for row in rows]


def test_an_agency_is_added_and_changed(office: Session, day: WorkingDay) -> None:
    added = add_agency(office, day, replace(NEW, code=" r01 "))
    assert find_agency(office, added).terms == NEW
    other = AgencyTerms("R02", "وكالة", "Agence", "31")
    change_agency(office, day, added, other)
    change_agency(office, day, added, other)  # nothing differs: nothing is told
    assert find_agency(office, added).terms == other
    assert events(office, Subject.AGENCY) == [
        (added, "agency_added", "R01"),
        (added, "agency_changed", "code,name_ar,name_fr,wilaya_code"),
    ]


@pytest.mark.parametrize(
    ("field", "reason", "other"),
    [
        ("code", "code", {"code": ""}),
        ("code", "code", {"code": "A_1"}),
        ("code", "code", {"code": "A" * 11}),
        ("code", "taken", {"code": "A16"}),
        ("wilaya", "wilaya", {"wilaya_code": "77"}),
    ],
)
def test_an_agency_that_cannot_be_is_refused(
    office: Session, day: WorkingDay, field: str, reason: str, other: dict[str, str]
) -> None:
    there = add_agency(office, day, NEW)
    wrong = replace(NEW, **({"code": "R02"} | other))
    for act in (
        lambda: add_agency(office, day, wrong),
        lambda: change_agency(office, day, there, wrong),
    ):
        with pytest.raises(InvalidAgency) as refused:
            act()
        assert (refused.value.field, refused.value.reason) == (field, reason)
    with pytest.raises(NotFound):
        change_agency(office, day, 10**6, NEW)


def test_agencies_are_listed_with_their_employers_and_who_works_there(
    office: Session, day: WorkingDay
) -> None:
    first = office.scalars(select(Agency.id).order_by(Agency.id)).first()
    office.rollback()
    assert first is not None
    for _ in range(2):
        builders.employer(office)
    open_days.member(office, day, first)
    gone = open_days.member(office, day, first)
    office.get_one(open_days.StaffMember, gone).left_at = day.now
    office.commit()
    listed = {one.id: (one.employers, one.staff) for one in list_agencies_with_counts(office)}
    assert listed.pop(first) == (2, 1)
    assert set(listed.values()) == {(0, 0)}


def test_the_table_starts_with_the_wilayas_of_the_sheet_and_keeps_what_was_changed(
    office: Session, day: WorkingDay
) -> None:
    assert [one.code for one in list_wilayas(office)] == list(load_wilayas())
    rename_wilaya(office, day, WilayaTerms("16", "الجزائر العاصمة", "Alger-Centre"))
    office.delete(office.get_one(Wilaya, "69"))
    office.commit()
    load_reference_data(office, [2026])
    kept = {one.code: one.name_fr for one in list_wilayas(office)}
    assert kept["16"] == "Alger-Centre" and "69" in kept


def test_wilayas_are_added_and_renamed(office: Session, day: WorkingDay) -> None:
    new = WilayaTerms("70", "ولاية", "Nouvelle")
    add_wilaya(office, day, new)
    rename_wilaya(office, day, replace(new, name_fr="Autre"))
    rename_wilaya(office, day, replace(new, name_fr="Autre"))  # nothing differs
    assert list_wilayas(office)[-1] == replace(new, name_fr="Autre")
    assert events(office, Subject.WILAYA) == [
        (70, "wilaya_added", "70"),
        (70, "wilaya_renamed", "70"),
    ]
    for code, reason in (("70", "wilaya_taken"), ("00", "wilaya_code"), ("A", "wilaya_code")):
        with pytest.raises(InvalidAgency) as refused:
            add_wilaya(office, day, replace(new, code=code))
        assert refused.value.reason == reason
    with pytest.raises(NotFound):
        rename_wilaya(office, day, replace(new, code="71"))


def test_the_register_and_reports_know_a_wilaya_that_was_added(
    office: Session, day: WorkingDay
) -> None:
    assert "70" not in load_agencies(office).wilayas
    add_wilaya(office, day, WilayaTerms("70", "ولاية", "Nouvelle"))
    assert "70" in load_agencies(office).wilayas
    assert names_of_groups(office)["wilaya"]["70"] == Name("ولاية", "Nouvelle")
