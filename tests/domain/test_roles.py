"""Each role has its rights and no others; an agency binds the desk only."""

from __future__ import annotations

import pytest

from webapp.domain.roles import ROLES_WITH, Right, Role, Scope, may, rights_of, scope_of

DESK = {
    Right.SEE_EMPLOYERS, Right.SHOW_ACCOUNT, Right.CHANGE_CONTACT, Right.ANSWER_CORRECTIONS,
    Right.ENROL,
}  # fmt: skip
EXPECTED = {
    Role.AGENT: DESK,
    Role.SUPERVISOR: DESK
    | {
        Right.AGREE_SCHEDULES,
        Right.ANSWER_CONTESTS,
        Right.ASK_FOR_WAIVERS,
        Right.BOOK_PAYMENTS,
        Right.HOLD_OPEN_DAYS,
    },
    Role.COLLECTOR: {
        Right.ANSWER_CONTESTS,
        Right.BOOK_PAYMENTS,
        Right.COLLECT,
        Right.MANAGE_CALENDAR,
        Right.MANAGE_CODES,
    },
    Role.AUDITOR: {Right.READ_EVENTS},
    Role.ADMINISTRATOR: {
        Right.READ_EVENTS,
        Right.MANAGE_STAFF,
        Right.MANAGE_BANKS,
        Right.MANAGE_RATES,
        Right.MANAGE_CALENDAR,
        Right.MANAGE_CODES,
        Right.MANAGE_AGENCIES,
    },
}


def test_every_right_is_somebody_s() -> None:
    assert set(ROLES_WITH) == set(Right)
    assert all(ROLES_WITH.values())


@pytest.mark.parametrize("role", Role)
def test_a_role_has_its_rights_and_no_others(role: Role) -> None:
    assert rights_of(role) == EXPECTED[role]
    assert {right for right in Right if may(role, right)} == EXPECTED[role]


@pytest.mark.parametrize("role", Role)
def test_an_agency_binds_agents_and_supervisors(role: Role) -> None:
    bound = role in {Role.AGENT, Role.SUPERVISOR}
    assert scope_of(role, 7) == Scope(7 if bound else None)
    assert scope_of(role, None) == Scope(None)
