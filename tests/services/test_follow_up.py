"""The follow-up list: who stands in each kind and who does no more, in the agency's own scope."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import update
from sqlalchemy.orm import Session

from tests import builders
from tests.services.collecting import COLLECTION, FILED, Desk
from tests.services.staff import join
from tests.services.test_employer_file import counting
from webapp.domain.bank_refusals import BankRefusal
from webapp.domain.enrolment_cases import CaseFailure, CaseStatus
from webapp.domain.follow_up import FollowUp
from webapp.domain.notes import NoteKind
from webapp.domain.roles import Role, Scope
from webapp.domain.statuses import MandateStatus
from webapp.models import Agency, Employer, EnrolmentCase, Language, Mandate
from webapp.services.confirmations import refuse
from webapp.services.confirming_banks import ask_for_paper
from webapp.services.mandate_drafts import save_draft
from webapp.services.staff.follow_up import count_follow_up, follow_up
from webapp.services.staff.notes import NewNote, settle_reminder, write_note
from webapp.services.working_day import WorkingDay

V = builders.VAULT
COUNTRY = Scope(None)


@pytest.fixture
def staff(office: Session) -> int:
    return join(office, builders.working_day(office, FILED), Role.AGENT).id


@pytest.fixture
def day(office: Session, staff: int) -> WorkingDay:
    return builders.working_day(office, FILED, f"staff:{staff}")


def owner_of(session: Session) -> int:
    owner = builders.employer(session).id
    session.rollback()
    return owner


def case(
    session: Session,
    day: WorkingDay,
    owner: int,
    status: CaseStatus,
    cause: CaseFailure | None = None,
) -> None:
    session.add(
        EnrolmentCase(
            reference=f"KC{next(builders.numbers):08}", employer_id=owner, status=status,
            cause=cause, language=Language.ARABIC, began_at=day.now,
        )
    )  # fmt: skip
    session.commit()


def listed(session: Session, day: WorkingDay, kind: FollowUp, scope: Scope = COUNTRY) -> list[int]:
    lines, more = follow_up(session, day, scope, kind)
    assert not more and count_follow_up(session, day, scope)[kind] == len(lines)
    return [one.employer_id for one in lines]


def test_who_began_and_did_not_sign(office: Session, day: WorkingDay) -> None:
    owner = owner_of(office)
    save_draft(office, day, V, owner, builders.account(), None)
    assert listed(office, day, FollowUp.BEGUN) == [owner]
    (line,), _ = follow_up(office, day, COUNTRY, FollowUp.BEGUN)
    assert line.on == FILED


def test_who_left_the_open_days_with_nothing(office: Session, day: WorkingDay) -> None:
    failed, gave_up, enrolled, came_back, signed_later, had_one = (
        owner_of(office) for _ in range(6)
    )
    case(office, day, failed, CaseStatus.FAILED, CaseFailure.NO_PAPERS)
    case(office, day, gave_up, CaseStatus.ABANDONED)
    case(office, day, enrolled, CaseStatus.ENROLLED)
    case(office, day, came_back, CaseStatus.ABANDONED)
    case(office, day, came_back, CaseStatus.BEGUN)
    case(office, day, signed_later, CaseStatus.ABANDONED)
    builders.mandate(office, day, office.get_one(Employer, signed_later))
    case(office, day, had_one, CaseStatus.FAILED, CaseFailure.ALREADY_ENROLLED)
    assert listed(office, day, FollowUp.CASE) == [gave_up, failed]
    lines, _ = follow_up(office, day, COUNTRY, FollowUp.CASE)
    assert lines[1].words == (CaseStatus.FAILED, CaseFailure.NO_PAPERS)


def waiting(session: Session, day: WorkingDay, due_on: date) -> tuple[int, str]:
    """An authorisation whose bank asks for the paper, due on a day."""
    ask_for_paper(session, "001", 30)
    owner = builders.employer(session)
    reference = builders.mandate(session, day, owner)
    session.execute(
        update(Mandate).where(Mandate.reference == reference).values(paper_due_on=due_on)
    )
    session.commit()
    return owner.id, reference


def test_whose_paper_is_late_or_nearly(office: Session, day: WorkingDay) -> None:
    late, _ = waiting(office, day, FILED - timedelta(days=1))
    near, _ = waiting(office, day, FILED + timedelta(days=7))
    waiting(office, day, FILED + timedelta(days=8))
    assert listed(office, day, FollowUp.PAPER) == [near, late]


def test_whose_account_the_bank_refused(office: Session, day: WorkingDay) -> None:
    unknown, reference = waiting(office, day, FILED)
    refuse(office, day, V, None, reference, BankRefusal.ACCOUNT_UNKNOWN)
    _, reference = waiting(office, day, FILED)
    refuse(office, day, V, None, reference, BankRefusal.SIGNATURE_DIFFERS)
    again, reference = waiting(office, day, FILED)
    refuse(office, day, V, None, reference, BankRefusal.ACCOUNT_UNKNOWN)
    builders.mandate(office, day, office.get_one(Employer, again))
    assert listed(office, day, FollowUp.ACCOUNT) == [unknown]


@pytest.mark.parametrize(("reason", "is_wrong"), [("AC04", True), ("MD07", False)])
def test_whose_account_the_bank_refuses_to_debit(desk: Desk, reason: str, is_wrong: bool) -> None:
    desk.file_one()
    desk.send_all()
    answers = {desk.attempts()[0].end_to_end_id: "RJCT"}
    desk.take_in(desk.bank.status(desk.files()[0].reference, answers, reason=reason), COLLECTION)
    desk.session.rollback()
    mandate = desk.session.query(Mandate).one()
    suspended, owner = mandate.status is MandateStatus.SUSPENDED, mandate.employer_id
    desk.session.rollback()
    day = builders.working_day(desk.session, COLLECTION)
    assert suspended
    assert listed(desk.session, day, FollowUp.ACCOUNT) == ([owner] if is_wrong else [])


def test_who_cannot_be_reached(office: Session, day: WorkingDay) -> None:
    for phone, email in (("", "a@b.dz"), ("0550123456", "")):
        builders.employer(office, phone=phone, email=email)
    nobody = builders.employer(office, phone="", email="").id
    office.rollback()
    assert listed(office, day, FollowUp.CONTACT) == [nobody]


def test_whose_reminder_is_due(office: Session, day: WorkingDay, staff: int) -> None:
    owner = owner_of(office)
    references = [
        write_note(office, day, V, COUNTRY, staff, owner, NewNote(NoteKind.CALL, on, "x"))
        for on in (FILED, FILED + timedelta(days=1), None)
    ]
    assert listed(office, day, FollowUp.REMINDER) == [owner]
    tomorrow = builders.working_day(office, FILED + timedelta(days=1))
    assert listed(office, tomorrow, FollowUp.REMINDER) == [owner, owner]
    settle_reminder(office, day, COUNTRY, staff, references[0], done=True)
    assert listed(office, day, FollowUp.REMINDER) == []


def test_the_list_is_of_ones_own_agency_goes_on_by_pages_and_asks_twice(
    office: Session, day: WorkingDay
) -> None:
    ours, other = office.query(Agency.id).order_by(Agency.id).limit(2).all()
    ids = [builders.employer(office, phone="", email="").id for _ in range(5)]
    office.rollback()
    assert listed(office, day, FollowUp.CONTACT, Scope(other[0])) == []
    seen, before, more = [], None, True
    while more:
        lines, more = follow_up(office, day, Scope(ours[0]), FollowUp.CONTACT, before, 2)
        seen += [one.employer_id for one in lines]
        before = lines[-1].id
    assert seen == ids[::-1]
    with counting(office) as told:
        for kind in FollowUp:
            follow_up(office, day, COUNTRY, kind)
        count_follow_up(office, day, COUNTRY)
    assert len([one for one in told if one.startswith("SELECT")]) == len(FollowUp) + 1
