"""The copy of an employer's data: all of it, nobody else's, and bounded however much it is."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session
from sqlalchemy.sql.util import find_tables

from tests import builders
from tests.services.collecting import AMOUNT, COLLECTION, FILED, Desk
from tests.services.scheduling import Debtor
from webapp.models import Base, CorrectionSubject, Employer, Event, Mandate, Subject
from webapp.services.corrections import ask_for_correction
from webapp.services.data_exports import NOT_EXPORTED, QUERIES, export_data
from webapp.services.events import record
from webapp.services.looks import LOOKS_ON_A_PAGE
from webapp.services.proof_packs import Plain
from webapp.services.transactions import transaction
from webapp.services.working_day import WorkingDay

V = builders.VAULT
Tables = dict[str, list[Plain]]


def copied(session: Session, day: WorkingDay, employer_id: int) -> Tables:
    tables: Tables = {}

    def take(name: str, rows: Iterable[Plain]) -> None:
        tables[name] = list(rows)

    export_data(session, day, V, employer_id, take)
    return tables


def day_of(session: Session, owner_id: int) -> WorkingDay:
    return builders.working_day(session, date(2026, 12, 2), f"employer:{owner_id}")


def two_employers(desk: Desk) -> tuple[Employer, Employer]:
    """One whose debit was settled and who asked for a correction, and another."""
    desk.file_one()
    desk.send_all()
    desk.take_in(desk.bank.settled({desk.attempts()[0].end_to_end_id: AMOUNT}), COLLECTION)
    desk.session.rollback()
    desk.file_one(period="2026-09")
    mine, other = desk.session.scalars(select(Employer).order_by(Employer.id)).all()
    day = day_of(desk.session, mine.id)
    ask_for_correction(desk.session, day, V, mine.id, CorrectionSubject.NAME, "بناء")
    return mine, other


def test_a_copy_holds_everything_about_the_employer_and_nobody_else(desk: Desk) -> None:
    mine, other = two_employers(desk)
    theirs = desk.session.scalars(
        select(Mandate.reference).where(Mandate.employer_id == other.id)
    ).one()
    strangers = (other.member_number, other.name_fr, theirs)
    tables = copied(desk.session, day_of(desk.session, mine.id), mine.id)
    for name in ("employer", "worksites", "mandates", "signatures", "declarations",
                 "declaration_lines", "dues", "debits", "debit_lines", "attempts",
                 "corrections"):  # fmt: skip
        assert len(tables[name]) == 1, name
    assert set(tables) == {*QUERIES, "looks"} and tables["notices"]
    assert mine.member_number in str(tables)
    assert not [one for one in strangers if one in str(tables)]
    (mandate,), (correction,) = tables["mandates"], tables["corrections"]
    assert len(str(mandate["account"])) == 20 and correction["wish"] == "بناء"
    (attempt,) = tables["attempts"]
    assert attempt["settled_at"] and attempt["debit"] == tables["debits"][0]["reference"]
    steps = [(one["subject"], one["target"]) for one in tables["steps"]]
    for step in (("mandate", "signed"), ("declaration", "filed"), ("debit", "settled")):
        assert step in steps, step


def test_the_copy_and_each_account_in_it_are_looks(desk: Desk) -> None:
    mine, _ = two_employers(desk)
    copied(desk.session, day_of(desk.session, mine.id), mine.id)
    mandate = desk.session.scalars(select(Mandate).where(Mandate.employer_id == mine.id)).one()
    latest = desk.session.execute(
        select(Event.subject, Event.subject_id, Event.target, Event.cause)
        .order_by(Event.id.desc())
        .limit(2)
    ).all()
    assert [tuple(one) for one in latest] == [
        (Subject.MANDATE, mandate.id, mandate.status.value, "account_shown"),
        (Subject.EMPLOYER, mine.id, "exported", "exported"),
    ]


def test_who_looked_is_told_from_the_first_day_on(office: Session) -> None:
    owner_id = builders.employer(office).id
    office.rollback()
    by_staff = builders.working_day(office, FILED, "staff:7")
    often = 2 * LOOKS_ON_A_PAGE + 3
    for _ in range(often):
        with transaction(office):
            record(office, by_staff, Subject.EMPLOYER, [owner_id], None, "opened", "opened")
    assert len(copied(office, day_of(office, owner_id), owner_id)["looks"]) == often


def test_no_table_is_held_in_memory(office: Session) -> None:
    owner_id = builders.employer(office, worksites=3).id
    office.rollback()
    kinds = set()

    def take(name: str, rows: Iterable[Plain]) -> None:
        kinds.add(isinstance(rows, Iterator))
        if name == "worksites":
            assert [row["code"] for row in rows] == ["W1", "W2", "W3"]

    export_data(office, day_of(office, owner_id), V, owner_id, take)
    assert kinds == {True}


def about_employers() -> set[str]:
    """The tables whose rows lead to an employer, by whatever way."""
    about = {"employers"}
    while more := {
        table.name
        for table in Base.metadata.sorted_tables
        if table.name not in about
        and any(key.column.table.name in about for key in table.foreign_keys)
    }:
        about |= more
    return about | {
        table.name for table in Base.metadata.sorted_tables if "employer_id" in table.columns
    }


def test_every_table_about_an_employer_is_in_the_copy_or_has_its_reason() -> None:
    exported = {
        table.name
        for query in QUERIES.values()
        for table in find_tables(query(1), include_joins=True)
    }
    about = about_employers()
    assert {"attempts", "bank_entries", "mandate_papers"} <= about
    assert about <= exported | set(NOT_EXPORTED)
    assert not set(NOT_EXPORTED) & exported
    assert set(NOT_EXPORTED) <= about


@pytest.mark.usefixtures("late_for_free")
def test_a_payment_schedule_is_in_the_copy(desk: Desk) -> None:
    debtor = Debtor(desk)
    reference = debtor.agreed(3)
    tables = copied(desk.session, day_of(desk.session, debtor.owner_id), debtor.owner_id)
    (schedule,) = tables["schedules"]
    assert (schedule["reference"], schedule["status"]) == (reference, "accepted")
    assert [one["number"] for one in tables["instalments"]] == [1, 2, 3]
    assert {one["schedule"] for one in tables["scheduled_dues"]} == {reference}
    assert len(tables["scheduled_dues"]) == 2
