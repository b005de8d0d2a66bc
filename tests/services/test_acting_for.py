"""Somebody of the fund suspends, resumes and revokes for an employer who asked for it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests import builders
from tests.services.collecting import ANNOUNCING, FILED, Desk
from tests.services.staff import join
from webapp.domain.asked_ways import AskedWay
from webapp.domain.errors import InvalidNote, MandateNotInForce, NotFound, ShownChanged
from webapp.domain.notes import NoteKind
from webapp.domain.pause import Pause
from webapp.domain.roles import Role, Scope
from webapp.domain.statuses import DebitStatus, MandateStatus
from webapp.models import Agency, Event, Mandate, Message, Subject
from webapp.services import outbox
from webapp.services.looks import looks
from webapp.services.open_debits import digest_of
from webapp.services.revocations import preview_revocation
from webapp.services.staff.acting import OnBehalf, pause_for, resume_for, revoke_for
from webapp.services.staff.notes import notes_of
from webapp.services.working_day import WorkingDay
from webapp.wording import LOOKS

V = builders.VAULT
NOTHING_SHOWN = digest_of(())
REASON = "توقف النشاط"
Act = Callable[[Session, WorkingDay, OnBehalf, str], None]


def paused(session: Session, day: WorkingDay, by: OnBehalf, reference: str) -> None:
    pause_for(session, day, V, outbox.tell, by, reference, Pause(day.today), NOTHING_SHOWN)


def resumed(session: Session, day: WorkingDay, by: OnBehalf, reference: str) -> None:
    resume_for(session, day, V, outbox.tell, by, reference)


def revoked(session: Session, day: WorkingDay, by: OnBehalf, reference: str) -> None:
    revoke_for(session, day, V, outbox.tell, by, reference, NOTHING_SHOWN)


@pytest.fixture
def by(office: Session) -> OnBehalf:
    agency = office.scalars(select(Agency.id).order_by(Agency.id)).first()
    office.rollback()
    staff = join(office, builders.working_day(office, FILED), Role.AGENT, agency).id
    return OnBehalf(staff, Scope(agency), AskedWay.LETTER, REASON)


@pytest.fixture
def day(office: Session, by: OnBehalf) -> WorkingDay:
    return builders.working_day(office, FILED, f"staff:{by.staff_id}")


@pytest.fixture
def mandate(office: Session) -> tuple[int, str]:
    owner = builders.employer(office)
    first = builders.working_day(office, FILED, f"employer:{owner.id}")
    reference = builders.mandate(office, first, owner)
    owner_id = owner.id
    office.rollback()
    return owner_id, reference


def state(session: Session, reference: str) -> MandateStatus:
    found = session.scalars(select(Mandate.status).where(Mandate.reference == reference)).one()
    session.rollback()
    return found


def causes(session: Session, day: WorkingDay) -> list[str]:
    found = session.scalars(
        select(Event.cause)
        .where(Event.subject == Subject.MANDATE, Event.actor == day.actor)
        .order_by(Event.id)
    ).all()
    session.rollback()
    return list(found)


@pytest.mark.parametrize("way", AskedWay)
def test_the_act_is_done_as_asked_with_the_reason_and_the_employer_sees_it(
    office: Session, day: WorkingDay, by: OnBehalf, mandate: tuple[int, str], way: AskedWay
) -> None:
    owner, reference = mandate
    by = replace(by, way=way)
    for act, status in (
        (paused, MandateStatus.SUSPENDED), (resumed, MandateStatus.ACTIVE),
        (revoked, MandateStatus.REVOKED),
    ):  # fmt: skip
        for _ in range(2):
            act(office, day, by, reference)
            assert state(office, reference) is status
    expected = [f"{act}_by_{way}" for act in ("paused", "resumed", "revoked")]
    assert causes(office, day) == expected and set(expected) <= set(LOOKS)
    notes, _ = notes_of(office, V, owner)
    kinds = {AskedWay.LETTER: NoteKind.LETTER, AskedWay.COUNTER: NoteKind.VISIT}
    assert [(one.kind, one.text) for one in notes] == [(kinds.get(way, NoteKind.CALL), REASON)] * 3
    kinds_told = office.scalars(select(Message.kind).where(Message.employer_id == owner)).all()
    office.rollback()
    assert sorted(kinds_told) == ["mandate_resumed", "mandate_revoked", "mandate_suspended"]
    seen = [one.cause for one in looks(office, owner) if one.mandate == reference]
    assert [one for one in seen if one in expected] == expected[::-1]
    assert {one.role for one in looks(office, owner) if one.cause in expected} == {Role.AGENT}


def test_a_pause_to_come_is_planned_and_undone(
    office: Session, day: WorkingDay, by: OnBehalf, mandate: tuple[int, str]
) -> None:
    later = Pause(day.today.replace(day=28))
    pause_for(office, day, V, outbox.tell, by, mandate[1], later, NOTHING_SHOWN)
    resume_for(office, day, V, outbox.tell, by, mandate[1])
    assert causes(office, day) == ["pause_planned_by_letter", "pause_undone_by_letter"]
    assert state(office, mandate[1]) is MandateStatus.ACTIVE


@pytest.mark.parametrize("act", [paused, revoked])
def test_without_a_reason_that_may_be_kept_nothing_is_done(
    office: Session, day: WorkingDay, by: OnBehalf, mandate: tuple[int, str], act: Act
) -> None:
    for reason in (" ", "00123456789012345678"):
        with pytest.raises(InvalidNote):
            act(office, day, replace(by, reason=reason), mandate[1])
    assert state(office, mandate[1]) is MandateStatus.ACTIVE
    assert causes(office, day) == [] and notes_of(office, V, mandate[0]) == ([], False)


@pytest.mark.parametrize("act", [paused, resumed, revoked])
def test_nobody_acts_for_an_employer_of_another_agency(
    office: Session, day: WorkingDay, by: OnBehalf, mandate: tuple[int, str], act: Act
) -> None:
    assert by.scope.agency_id is not None
    elsewhere = replace(by, scope=Scope(by.scope.agency_id + 1))
    for reference in (mandate[1], "KMNOTHING"):
        with pytest.raises(NotFound):
            act(office, day, elsewhere, reference)
    assert state(office, mandate[1]) is MandateStatus.ACTIVE and causes(office, day) == []


def test_what_was_not_shown_is_not_done(
    office: Session, day: WorkingDay, by: OnBehalf, mandate: tuple[int, str]
) -> None:
    with pytest.raises(ShownChanged):
        revoke_for(office, day, V, outbox.tell, by, mandate[1], "something else")
    with pytest.raises(ShownChanged):
        pause_for(office, day, V, outbox.tell, by, mandate[1], Pause(day.today), "something else")
    revoked(office, day, by, mandate[1])
    with pytest.raises(MandateNotInForce):
        paused(office, day, by, mandate[1])


def test_a_revocation_as_asked_cancels_what_was_shown_and_is_in_no_file(desk: Desk) -> None:
    session = desk.session
    desk.file_one()
    desk.run(ANNOUNCING)
    (debit,) = desk.debits()
    owner, reference = debit.employer_id, debit.reference.partition("-")[0]
    session.rollback()
    staff = join(session, builders.working_day(session, ANNOUNCING), Role.AGENT).id
    day = builders.working_day(session, ANNOUNCING, f"staff:{staff}")
    by = OnBehalf(staff, Scope(None), AskedWay.PHONE, REASON)
    shown = digest_of(preview_revocation(session, owner, reference).debits)
    with pytest.raises(ShownChanged):
        revoke_for(session, day, V, outbox.tell, by, reference, NOTHING_SHOWN)
    assert [one.status for one in desk.debits()] == [DebitStatus.ANNOUNCED]
    session.rollback()
    revoke_for(session, day, V, outbox.tell, by, reference, shown)
    assert [one.status for one in desk.debits()] == [DebitStatus.CANCELLED]
