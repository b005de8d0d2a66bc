"""An employer's file: the latest of everything, with as many questions for much as for little."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta

from sqlalchemy import event
from sqlalchemy.orm import Session

from tests import builders
from tests.services.collecting import AMOUNT, COLLECTION, FILED, Desk
from tests.services.staff import join
from webapp.domain.account_reasons import AccountReason
from webapp.domain.enrolment_cases import CaseFailure, CaseStatus
from webapp.domain.notes import NoteKind
from webapp.domain.roles import Role, Scope
from webapp.domain.statuses import DeclarationStatus
from webapp.models import (
    Campaign,
    Employer,
    EnrolmentCase,
    Language,
    Mandate,
    NoticeStatus,
)
from webapp.services.staff.accounts import show_account
from webapp.services.staff.employer_file import EmployerFile, open_file
from webapp.services.staff.notes import NewNote, write_note
from webapp.services.working_day import WorkingDay

V = builders.VAULT
COUNTRY = Scope(None)
LATER = date(2026, 12, 2)


def a_case(session: Session, day: WorkingDay, owner: Employer, staff: int, number: int) -> None:
    campaign = session.query(Campaign).first()
    if campaign is None:
        campaign = Campaign(
            reference="KO1", agency_id=owner.agency_id, name_ar="أيام مفتوحة",
            name_fr="Journées portes ouvertes", begins_on=FILED, ends_on=FILED,
            created_at=day.now, created_by=staff,
        )  # fmt: skip
        session.add(campaign)
        session.flush()
    session.add(
        EnrolmentCase(
            reference=f"KC{number}", employer_id=owner.id, campaign_id=campaign.id,
            staff_id=staff, status=CaseStatus.FAILED, cause=CaseFailure.NO_PAPERS,
            language=Language.ARABIC, began_at=day.now + timedelta(minutes=number),
        )
    )  # fmt: skip
    session.commit()


@contextmanager
def counting(session: Session) -> Iterator[list[str]]:
    told: list[str] = []

    def remember(_c: object, _cur: object, statement: str, *_more: object) -> None:
        told.append(statement)

    engine = session.get_bind()
    event.listen(engine, "before_cursor_execute", remember)
    yield told
    event.remove(engine, "before_cursor_execute", remember)


def opened(session: Session, day: WorkingDay, owner_id: int) -> EmployerFile:
    return open_file(session, day, V, COUNTRY, owner_id)


def test_a_file_holds_the_latest_of_everything(desk: Desk) -> None:
    session = desk.session
    desk.file_one()
    desk.send_all()
    desk.take_in(desk.bank.settled({desk.attempts()[0].end_to_end_id: AMOUNT}), COLLECTION)
    session.rollback()
    owner, mandate = session.query(Employer).one(), session.query(Mandate.reference).scalar()
    session.expunge(owner)
    session.rollback()
    staff = join(session, builders.working_day(session, LATER), Role.AGENT).id
    day = builders.working_day(session, LATER, f"staff:{staff}")
    empty = opened(session, day, owner.id)
    assert (empty.notes, empty.cases, empty.looks) == ((), (), ())
    write_note(session, day, V, COUNTRY, staff, owner.id, NewNote(NoteKind.CALL, LATER, "نعم"))
    a_case(session, day, owner, staff, 1)
    show_account(session, day, V, COUNTRY, mandate, AccountReason.PAPER)
    with counting(session) as few:
        file = opened(session, day, owner.id)
    (declared,) = file.declarations
    assert (str(declared.period.code), declared.status) == ("2026-10", DeclarationStatus.FILED)
    assert [one.status for one in file.notices] == [NoticeStatus.ACCEPTED]
    assert file.notices[0].debit == file.debits[0].reference
    assert [one.text for one in file.notes] == ["نعم"]
    (case,) = file.cases
    assert (case.by, case.status, case.cause) == (
        "سميرة بوزيد", CaseStatus.FAILED, CaseFailure.NO_PAPERS,
    )  # fmt: skip
    assert case.campaign_fr == "Journées portes ouvertes"
    assert [(one.target, one.by) for one in file.looks] == [
        ("account_shown", "سميرة بوزيد"), ("opened", "سميرة بوزيد"),
    ]  # fmt: skip
    for number in range(2, 10):
        write_note(session, day, V, COUNTRY, staff, owner.id, NewNote(NoteKind.CALL, None, "x"))
        a_case(session, day, owner, staff, number)
    with counting(session) as many:
        file = opened(session, day, owner.id)
    assert len(many) == len(few)
    assert (len(file.notes), len(file.cases)) == (3, 6)
    assert file.cases[0].reference == "KC9"


def test_who_looked_is_told_of_three_months(office: Session) -> None:
    owner = builders.employer(office).id
    staff = join(office, builders.working_day(office, FILED), Role.AGENT).id
    for on in (FILED, FILED + timedelta(days=60)):
        opened(office, builders.working_day(office, on, f"staff:{staff}"), owner)
    later = builders.working_day(office, FILED + timedelta(days=120), f"staff:{staff}")
    assert len(opened(office, later, owner).looks) == 1
