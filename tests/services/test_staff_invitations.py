"""An invitation opens once and for some days; who leaves is out at once; somebody always stays."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import Engine, func, select, text
from sqlalchemy.orm import Session

from tests import builders
from tests.services.collecting import FILED
from tests.services.people import at_once, later
from tests.services.staff import (
    PASSWORD,
    RULES,
    Colleague,
    code_of,
    enter,
    join,
    newcomer,
    seal_of,
    take_up,
    who_is,
)
from webapp.adapters.one_time_passwords import new_secret
from webapp.domain.errors import (
    AlreadyOnStaff,
    InvitationNotOpen,
    KhatwaError,
    LastAdministrator,
    NotFound,
    WeakPassword,
    WrongCredentials,
)
from webapp.domain.roles import Role
from webapp.models import Agency, Event, StaffMember, Subject
from webapp.services.staff.arrivals import accept
from webapp.services.staff.invitations import (
    InvitationToSend,
    find_invitation,
    invite,
    invite_again,
    list_invitations,
    resend,
    withdraw,
)
from webapp.services.staff.members import (
    MEMBERS_ON_A_PAGE,
    find_member,
    give_post,
    let_go,
    list_members,
)
from webapp.services.staff.sessions import find_staff_session
from webapp.services.working_day import WorkingDay


@pytest.fixture
def day(office: Session) -> WorkingDay:
    return builders.working_day(office, FILED, "root")


@pytest.fixture
def samira(office: Session, day: WorkingDay) -> Colleague:
    return join(office, day)


@pytest.fixture
def invitation(office: Session, day: WorkingDay) -> InvitationToSend:
    return invite(office, day, RULES, newcomer(Role.AGENT), None)


def events(session: Session) -> list[tuple[str, int]]:
    rows = session.execute(
        select(Event.target, Event.subject_id)
        .where(Event.subject == Subject.STAFF)
        .order_by(Event.id)
    ).all()
    session.rollback()
    return [(row.target, row.subject_id) for row in rows]


def try_to_take_up(
    session: Session, day: WorkingDay, invitation: InvitationToSend, **other: str
) -> None:
    secret = new_secret()
    seal = seal_of(secret, invitation.invitation_id)
    typed = {"password": PASSWORD, "seal": seal, "code": code_of(secret, day)} | other
    accept(session, day, builders.VAULT, invitation.token, device="", **typed)


def test_the_table_holds_no_token(office: Session, invitation: InvitationToSend) -> None:
    row = office.execute(text("SELECT * FROM staff_invitations")).mappings().one()
    office.rollback()
    assert invitation.token not in " ".join(map(str, row.values()))
    assert invitation.token not in repr(invitation)


def test_an_invitation_makes_a_member_with_the_post_it_names(
    office: Session, day: WorkingDay, invitation: InvitationToSend
) -> None:
    colleague = take_up(office, day, invitation)
    member = find_member(office, colleague.reference)
    assert (member.role, member.email, member.left_at) == (Role.AGENT, invitation.email, None)
    assert not who_is(office, day, colleague.token).waiting
    assert events(office) == [("invited", 0), ("joined", colleague.id)]
    assert enter(office, day, colleague)


@pytest.mark.parametrize("days", [0, 2.99, 3])
def test_an_invitation_is_good_for_three_days(
    office: Session, day: WorkingDay, invitation: InvitationToSend, days: float
) -> None:
    then = later(day, days=days)
    if days < 3:
        assert find_invitation(office, then, invitation.token).name == invitation.name
        return
    for act in (find_invitation, try_to_take_up):
        with pytest.raises(InvitationNotOpen):
            act(office, then, invitation.token if act is find_invitation else invitation)  # type: ignore[operator]
    assert list_invitations(office, then)[0].expired


def test_an_invitation_opens_once(
    office: Session, day: WorkingDay, invitation: InvitationToSend
) -> None:
    take_up(office, day, invitation)
    with pytest.raises(InvitationNotOpen):
        try_to_take_up(office, day, invitation)
    assert list_invitations(office, day) == []


def test_of_two_who_use_a_link_at_once_one_comes_in(
    office: Session, engine: Engine, day: WorkingDay, invitation: InvitationToSend
) -> None:
    def act(session: Session) -> bool:
        try:
            try_to_take_up(session, day, invitation)
        except InvitationNotOpen:
            return False
        return True

    assert sorted(at_once(engine, [act, act])) == [False, True]
    assert office.scalar(select(func.count()).select_from(StaffMember)) == 1


def test_a_withdrawn_invitation_opens_nothing(
    office: Session, day: WorkingDay, samira: Colleague, invitation: InvitationToSend
) -> None:
    withdraw(office, day, invitation.invitation_id, samira.id)
    with pytest.raises(InvitationNotOpen):
        try_to_take_up(office, day, invitation)
    for again in (withdraw, resend):
        with pytest.raises(NotFound):
            args = (RULES,) if again is resend else ()
            again(office, day, *args, invitation.invitation_id, samira.id)  # type: ignore[operator]
    assert events(office)[-1] == ("withdrawn", samira.id)


def test_an_invitation_sent_again_has_another_link_and_the_old_one_opens_nothing(
    office: Session, day: WorkingDay, samira: Colleague, invitation: InvitationToSend
) -> None:
    soon = later(day, days=4)
    newer = resend(office, soon, RULES, invitation.invitation_id, samira.id)
    assert newer.token != invitation.token and not newer.again
    with pytest.raises(InvitationNotOpen):
        find_invitation(office, day, invitation.token)
    assert take_up(office, soon, newer)


@pytest.mark.parametrize(
    ("wrong", "error"),
    [
        ({"password": "short"}, WeakPassword),
        ({"password": "سميرة بوزيد"}, WeakPassword),
        ({"code": "000000"}, WrongCredentials),
        ({"code": ""}, WrongCredentials),
        ({"seal": "forged"}, WrongCredentials),
        ({"seal": ""}, WrongCredentials),
    ],
)
def test_what_is_wrong_uses_nothing_up(
    office: Session,
    day: WorkingDay,
    invitation: InvitationToSend,
    wrong: dict[str, str],
    error: type[KhatwaError],
) -> None:
    with pytest.raises(error):
        try_to_take_up(office, day, invitation, **wrong)
    assert take_up(office, day, invitation)


def test_the_code_of_setting_up_does_not_sign_in_afterwards(
    office: Session, day: WorkingDay, samira: Colleague
) -> None:
    with pytest.raises(WrongCredentials):
        enter(office, day, samira, samira.code(day, -1))


def test_nobody_is_invited_who_works_here(
    office: Session, day: WorkingDay, samira: Colleague
) -> None:
    with pytest.raises(AlreadyOnStaff):
        invite(office, day, RULES, newcomer(email=samira.email), samira.id)


def test_who_is_invited_again_keeps_their_post_and_everything_of_before_ends(
    office: Session, day: WorkingDay, samira: Colleague
) -> None:
    karim = join(office, day, Role.AGENT)
    again = invite_again(office, day, RULES, karim.id, samira.id)
    assert again.again and enter(office, day, karim)
    soon = later(day, minutes=1)
    newer = take_up(office, soon, again, "another long secret")
    newer.password = "another long secret"
    assert newer.id == karim.id
    assert find_member(office, karim.reference).role is Role.AGENT
    assert find_staff_session(office, soon.now, RULES, karim.token) is None
    for old in (karim, newer):
        after = later(soon, minutes=2)
        if old is karim:
            with pytest.raises(WrongCredentials):
                enter(office, after, old)
        else:
            assert enter(office, after, old)
    with pytest.raises(WrongCredentials):
        enter(office, soon, newer, karim.recovery_codes[0])
    assert ("access_renewed", karim.id) in events(office)


# ── posts and leaving ────────────────────────────────────────────────────────────────────────


def test_who_leaves_is_out_at_once(office: Session, day: WorkingDay, samira: Colleague) -> None:
    karim = join(office, day, Role.AGENT)
    again = invite_again(office, day, RULES, karim.id, samira.id)
    let_go(office, day, karim.reference)
    assert find_staff_session(office, day.now, RULES, karim.token) is None
    with pytest.raises(WrongCredentials):
        enter(office, day, karim)
    with pytest.raises(InvitationNotOpen):
        try_to_take_up(office, day, again)
    for act in (
        lambda: let_go(office, day, karim.reference),
        lambda: give_post(office, day, karim.reference, Role.AGENT, None),
        lambda: invite_again(office, day, RULES, karim.id, samira.id),
    ):
        with pytest.raises(NotFound):
            act()


def test_who_has_left_may_come_back_in_another_post(
    office: Session, day: WorkingDay, samira: Colleague
) -> None:
    karim = join(office, day, Role.AGENT)
    let_go(office, day, karim.reference)
    back = join(office, day, Role.AUDITOR, email=karim.email)
    member = find_member(office, back.reference)
    assert back.id == karim.id
    assert (member.role, member.left_at) == (Role.AUDITOR, None)


def test_the_last_administrator_neither_leaves_nor_changes_role(
    office: Session, day: WorkingDay, samira: Colleague
) -> None:
    join(office, day, Role.SUPERVISOR)
    with pytest.raises(LastAdministrator):
        let_go(office, day, samira.reference)
    with pytest.raises(LastAdministrator):
        give_post(office, day, samira.reference, Role.AGENT, None)
    give_post(office, day, samira.reference, Role.ADMINISTRATOR, None)
    nadia = join(office, day)
    let_go(office, day, samira.reference)
    with pytest.raises(LastAdministrator):
        let_go(office, day, nadia.reference)


def test_of_two_last_administrators_who_leave_at_once_one_stays(
    office: Session, engine: Engine, day: WorkingDay, samira: Colleague
) -> None:
    nadia = join(office, day)

    def leaving(who: Colleague) -> Callable[[Session], bool]:
        def act(session: Session) -> bool:
            try:
                let_go(session, day, who.reference)
            except LastAdministrator:
                return False
            return True

        return act

    assert sorted(at_once(engine, [leaving(samira), leaving(nadia)])) == [False, True]


def test_another_post_counts_from_the_next_page_on(
    office: Session, day: WorkingDay, samira: Colleague
) -> None:
    agency = office.scalars(select(Agency.id)).first()
    office.rollback()
    karim = join(office, day, Role.AGENT)
    give_post(office, day, karim.reference, Role.SUPERVISOR, agency)
    who = who_is(office, day, karim.token)
    assert (who.role, who.scope.agency_id) == (Role.SUPERVISOR, agency)
    assert [target for target, _ in events(office)[-2:]] == ["supervisor", "moved"]
    give_post(office, day, karim.reference, Role.AUDITOR, agency)
    assert who_is(office, day, karim.token).scope.agency_id is None


def test_the_staff_is_listed_by_name_page_by_page(
    office: Session, day: WorkingDay, samira: Colleague
) -> None:
    office.add_all(
        StaffMember(
            reference=f"KS{n:08}", email=f"{n}@fonds.example", name=f"A{n // 2:03}", language="ar",
            role=Role.AGENT, password_hash="", totp_secret=b"", totp_step=0, created_at=day.now,
        )
        for n in range(MEMBERS_ON_A_PAGE + 10)
    )  # fmt: skip
    office.commit()
    first, more = list_members(office)
    rest, none = list_members(office, first[-1].reference)
    assert (len(first), more, len(rest), none) == (MEMBERS_ON_A_PAGE, True, 11, False)
    assert len({one.id for one in first + rest}) == MEMBERS_ON_A_PAGE + 11
    with pytest.raises(NotFound):
        list_members(office, "KSNOBODY")
