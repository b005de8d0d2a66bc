"""One employer at a device: one case, one mandate, and nothing of them afterwards."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from tests import builders
from tests.services import devices
from tests.services.collecting import FILED
from tests.services.devices import RULES, V, signature
from tests.services.people import RULES as ACCESS
from tests.services.people import ask, at_once, code_sent, later
from webapp.domain.enrolment_cases import CaseFailure, CaseStatus
from webapp.domain.errors import (
    CodeExpired,
    MandateAlreadyActive,
    NoLongerPossible,
    NotFound,
)
from webapp.domain.roles import Scope
from webapp.domain.statuses import MandateStatus
from webapp.models import (
    Agency,
    CodePurpose,
    DeviceMode,
    DrawnSignature,
    Employer,
    EnrolmentCase,
    Event,
    Mandate,
    MandateSignature,
    Subject,
)
from webapp.services.account_changes import NewAccount, change_account, preview_change
from webapp.services.enrolment import sign_with_code
from webapp.services.open_days.cases import (
    agent_of,
    begin_alone,
    begin_case,
    fail_case,
    is_on_a_device,
    reset_device,
    signed_on_device,
)
from webapp.services.open_days.device_closing import close_device, close_what_was_left
from webapp.services.open_days.drawing import confirm_drawn, draw, read_drawn
from webapp.services.open_days.hand_overs import offer, read_offer, take_over
from webapp.services.outbox import tell
from webapp.services.signing import TypedCode
from webapp.services.web_sessions import find_session
from webapp.services.web_sessions import sign_in as sign_in_with
from webapp.services.working_day import WorkingDay

STROKES = "10,10 20,20 30,10 40,20 50,10"


@pytest.fixture
def day(office: Session) -> WorkingDay:
    return builders.working_day(office, FILED)


@pytest.fixture
def owner(office: Session) -> Employer:
    return builders.employer(office)


@pytest.fixture
def token(office: Session, day: WorkingDay) -> str:
    return devices.opened(office, day)


def status(session: Session, case_id: int) -> CaseStatus:
    found = session.scalars(select(EnrolmentCase.status).where(EnrolmentCase.id == case_id)).one()
    session.rollback()
    return found


def mandates(session: Session) -> int:
    count = session.scalar(select(func.count()).select_from(Mandate)) or 0
    session.rollback()
    return count


def is_open(session: Session, day: WorkingDay, token: str) -> bool:
    return find_session(session, day.now, ACCESS, token) is not None


def sign(session: Session, day: WorkingDay, owner: Employer, token: str) -> str:
    """The employer signs in the session of this token, with a fresh code."""
    who = find_session(session, day.now, ACCESS, token)
    assert who is not None
    asked = ask(session, day, owner.member_number, CodePurpose.SIGN_MANDATE)
    return sign_with_code(
        session, day, V, ACCESS, who, asked.reference, code_sent(asked), signature(owner)
    )


def test_begun_twice_it_is_one_case_that_its_employer_sees(
    office: Session, day: WorkingDay, token: str, owner: Employer
) -> None:
    device = devices.at(office, day, token)
    day = replace(day, actor=device.actor)
    first = begin_case(office, day, device, device.scope, owner.id)
    assert begin_case(office, day, device, device.scope, owner.id) == first
    seen = office.execute(
        select(Event.actor, Event.target, Event.cause).where(Event.subject == Subject.EMPLOYER)
    ).all()
    assert seen == [(device.actor, "opened", "case")]


def test_a_device_serves_one_employer_at_a_time(
    office: Session, day: WorkingDay, token: str, owner: Employer
) -> None:
    devices.begun(office, day, token, owner)
    other, device = builders.employer(office), devices.at(office, day, token)
    with pytest.raises(NoLongerPossible):
        begin_case(office, day, device, device.scope, other.id)


def test_an_employer_of_another_agency_is_not_served(
    office: Session, day: WorkingDay, token: str, owner: Employer
) -> None:
    elsewhere = office.scalars(select(Agency.id).order_by(Agency.id.desc())).first()
    office.rollback()
    with pytest.raises(NotFound):
        begin_case(office, day, devices.at(office, day, token), Scope(elsewhere), owner.id)


def test_the_signature_ends_the_case_in_the_same_act(
    office: Session, day: WorkingDay, token: str, owner: Employer
) -> None:
    case, own = devices.turned(office, day, token, owner)
    reference = sign(office, day, owner, own)
    row = office.execute(
        select(EnrolmentCase.status, EnrolmentCase.ended_at, Mandate.reference).join(
            Mandate, Mandate.id == EnrolmentCase.mandate_id
        )
    ).one()
    assert row == (CaseStatus.ENROLLED, day.now, reference)
    office.rollback()
    device = devices.at(office, day, token)
    assert device.case is None
    assert signed_on_device(office, device.id, reference) == owner.id
    assert agent_of(office, case.id) == device.staff_id


def test_another_account_is_an_update(
    office: Session, day: WorkingDay, token: str, owner: Employer
) -> None:
    old = builders.mandate(office, day, owner)
    case, own = devices.turned(office, day, token, owner)
    who = find_session(office, day.now, ACCESS, own)
    assert who is not None
    asked = ask(office, day, owner.member_number, CodePurpose.SIGN_MANDATE)
    shown = preview_change(office, day, owner.id, old).digest
    new = NewAccount(signature(owner), old, old_account_is_dead=False, shown=shown)
    code = TypedCode(asked.reference, code_sent(asked))
    change_account(office, day, V, ACCESS, tell, who, code, new)
    assert status(office, case.id) is CaseStatus.UPDATED


def test_who_leaves_without_an_authorisation_leaves_the_cause(
    office: Session, day: WorkingDay, token: str, owner: Employer
) -> None:
    case = devices.begun(office, day, token, owner)
    fail_case(office, day, case, CaseFailure.NO_PAPERS)
    assert devices.at(office, day, token).case is None
    with pytest.raises(NoLongerPossible):
        fail_case(office, day, case, CaseFailure.OTHER)


def test_after_a_reset_nothing_of_the_employer_is_open(
    office: Session, day: WorkingDay, token: str, owner: Employer
) -> None:
    case, own = devices.turned(office, day, token, owner)
    assert is_on_a_device(office, case.id)
    reset_device(office, day, devices.at(office, day, token), "idle")
    assert status(office, case.id) is CaseStatus.ABANDONED
    assert not is_open(office, day, own)
    device = devices.at(office, day, token)
    assert device.locked and device.case is None


def test_after_the_signature_a_reset_ends_the_session_and_not_the_case(
    office: Session, day: WorkingDay, token: str, owner: Employer
) -> None:
    case, own = devices.turned(office, day, token, owner)
    sign(office, day, owner, own)
    reset_device(office, day, devices.at(office, day, token), "button")
    assert status(office, case.id) is CaseStatus.ENROLLED
    assert not is_open(office, day, own)


def test_what_the_agent_is_at_waits_behind_the_pin(
    office: Session, day: WorkingDay, token: str, owner: Employer
) -> None:
    case = devices.begun(office, day, token, owner)
    reset_device(office, day, devices.at(office, day, token), "idle")
    device = devices.at(office, day, token)
    assert device.locked and device.case is not None and device.case.id == case.id


def test_who_was_at_a_device_that_is_closed_has_left(
    office: Session, day: WorkingDay, token: str, owner: Employer
) -> None:
    case, own = devices.turned(office, day, token, owner)
    close_device(office, day, devices.at(office, day, token).id)
    assert status(office, case.id) is CaseStatus.ABANDONED
    assert not is_open(office, day, own)


def test_what_was_left_open_is_over_the_day_after(
    office: Session, day: WorkingDay, token: str, owner: Employer
) -> None:
    at_device, _ = devices.turned(office, day, token, owner)
    other = devices.opened(office, day)
    handed = devices.begun(office, day, other, builders.employer(office))
    take_over(office, day, V, RULES, offer(office, day, RULES, handed), "")
    close_what_was_left(office, day)
    assert status(office, at_device.id) is CaseStatus.TURNED
    assert status(office, handed.id) is CaseStatus.HANDED_OVER
    tomorrow = later(day, hours=25)
    close_what_was_left(office, tomorrow)
    for case in (at_device, handed):
        assert status(office, case.id) is CaseStatus.ABANDONED


def drawn(session: Session, day: WorkingDay, token: str, owner: Employer) -> int:
    """The employer has drawn; the case's id."""
    case, _own = devices.turned(session, day, token, owner)
    device = devices.at(session, day, token)
    draw(session, day, V, device, case, signature(owner), STROKES)
    return case.id


def test_what_is_drawn_signs_nothing_before_the_agent_confirms(
    office: Session, day: WorkingDay, token: str, owner: Employer
) -> None:
    case_id = drawn(office, day, token, owner)
    assert (status(office, case_id), mandates(office)) == (CaseStatus.DRAWN, 0)
    device = devices.at(office, day, token)
    assert device.locked and device.case is not None
    assert read_drawn(office, V, device.case).strokes == STROKES


def test_confirmed_it_waits_for_the_paper_and_debits_nothing(
    office: Session, day: WorkingDay, token: str, owner: Employer
) -> None:
    drawn(office, day, token, owner)
    device = devices.at(office, day, token)
    assert device.case is not None
    reference = confirm_drawn(office, day, V, device, device.case)
    row = office.execute(
        select(Mandate.status, Mandate.paper_due_on, MandateSignature.staff_id).join(
            MandateSignature, MandateSignature.mandate_id == Mandate.id
        )
    ).one()
    assert row.status is MandateStatus.SIGNED
    assert row.paper_due_on is not None
    assert row.staff_id == device.staff_id
    evidence = office.execute(
        select(DrawnSignature.confirmed_at, DrawnSignature.confirmed_by)
    ).one()
    assert evidence == (day.now, device.staff_id)
    office.rollback()
    with pytest.raises(NoLongerPossible):
        confirm_drawn(office, day, V, device, device.case)
    assert mandates(office) == 1
    assert reference


def test_confirmed_twice_at_the_same_moment_it_is_one_mandate(
    engine: Engine, office: Session, day: WorkingDay, token: str, owner: Employer
) -> None:
    drawn(office, day, token, owner)
    device = devices.at(office, day, token)
    case = device.case
    assert case is not None

    def confirm(session: Session) -> bool:
        try:
            return bool(confirm_drawn(session, day, V, device, case))
        except (NoLongerPossible, MandateAlreadyActive):
            return False

    assert sorted(at_once(engine, [confirm, confirm])) == [False, True]
    assert mandates(office) == 1


def test_who_enrolled_meanwhile_is_not_enrolled_again(
    office: Session, day: WorkingDay, token: str, owner: Employer
) -> None:
    drawn(office, day, token, owner)
    builders.mandate(office, day, owner)
    device = devices.at(office, day, token)
    assert device.case is not None
    with pytest.raises(MandateAlreadyActive):
        confirm_drawn(office, day, V, device, device.case)


def test_a_phone_goes_on_and_the_device_is_free(
    office: Session, day: WorkingDay, token: str, owner: Employer
) -> None:
    case, own = devices.turned(office, day, token, owner)
    code = offer(office, day, RULES, case)
    assert read_offer(office, day, code).name_ar == owner.name_ar
    phone = take_over(office, day, V, RULES, code, "Safari")
    assert not is_open(office, day, own)
    device = devices.at(office, day, token)
    assert device.case is None and device.locked
    # The device goes on to the next one; the phone's session is the phone's.
    reset_device(office, day, device, "button")
    sign(office, day, owner, phone)
    reset_device(office, day, devices.at(office, day, token), "button")
    assert is_open(office, day, phone)
    assert status(office, case.id) is CaseStatus.ENROLLED


def test_the_code_lets_in_one_phone_for_minutes(
    office: Session, day: WorkingDay, token: str, owner: Employer
) -> None:
    case = devices.begun(office, day, token, owner)
    old = offer(office, day, RULES, case)
    code = offer(office, day, RULES, case)
    too_late = later(day, minutes=RULES.hand_over_minutes)
    for wrong, when in ((old, day), (code, too_late), ("made up", day)):
        with pytest.raises(CodeExpired):
            take_over(office, when, V, RULES, wrong, "")
    take_over(office, day, V, RULES, code, "")
    with pytest.raises(CodeExpired):
        take_over(office, day, V, RULES, code, "")


def test_of_two_phones_at_the_same_moment_one_is_let_in(
    engine: Engine, office: Session, day: WorkingDay, token: str, owner: Employer
) -> None:
    code = offer(office, day, RULES, devices.begun(office, day, token, owner))

    def takes(session: Session) -> bool:
        try:
            return bool(take_over(session, day, V, RULES, code, ""))
        except (CodeExpired, NoLongerPossible):
            return False

    assert sorted(at_once(engine, [takes, takes])) == [False, True]


def test_a_phone_does_not_go_on_with_what_is_over(
    office: Session, day: WorkingDay, token: str, owner: Employer
) -> None:
    case = devices.begun(office, day, token, owner)
    code = offer(office, day, RULES, case)
    fail_case(office, day, case, CaseFailure.CHANGED_MIND)
    with pytest.raises(NoLongerPossible):
        take_over(office, day, V, RULES, code, "")


def test_alone_at_a_kiosk_the_session_is_bound_to_a_case_without_an_agent(
    office: Session, day: WorkingDay, owner: Employer
) -> None:
    token = devices.opened(office, day, DeviceMode.SELF_SERVICE)
    asked = ask(office, day, owner.member_number)
    own = sign_in_with(office, day, V, ACCESS, asked.reference, code_sent(asked))
    begin_alone(office, day, devices.at(office, day, token), own)
    who = find_session(office, day.now, ACCESS, own)
    case = devices.case_of(office, day, token)
    assert who is not None and who.case_id == case.id
    assert agent_of(office, case.id) is None


def test_nobody_signs_in_alone_on_an_agents_tablet(
    office: Session, day: WorkingDay, token: str, owner: Employer
) -> None:
    asked = ask(office, day, owner.member_number)
    own = sign_in_with(office, day, V, ACCESS, asked.reference, code_sent(asked))
    with pytest.raises(NoLongerPossible):
        begin_alone(office, day, devices.at(office, day, token), own)
