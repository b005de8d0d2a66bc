"""What people of the fund work as, what each role may do, and for which employers. [house]

(design notes §2, §8)
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    AGENT = "agent"  # serves employers of an agency
    SUPERVISOR = "supervisor"  # answers for an agency's agents
    COLLECTOR = "collector"  # runs debits, files and answers
    AUDITOR = "auditor"  # sees who did what, and changes nothing
    ADMINISTRATOR = "administrator"  # staff, banks, settings


class Right(StrEnum):
    """One thing that some of the staff may do."""

    SEE_EMPLOYERS = "see_employers"
    SHOW_ACCOUNT = "show_account"
    ENROL = "enrol"
    HOLD_OPEN_DAYS = "hold_open_days"
    CHANGE_CONTACT = "change_contact"
    ANSWER_CORRECTIONS = "answer_corrections"
    ASK_FOR_WAIVERS = "ask_for_waivers"
    BOOK_PAYMENTS = "book_payments"
    ANSWER_CONTESTS = "answer_contests"
    AGREE_SCHEDULES = "agree_schedules"
    COLLECT = "collect"
    READ_EVENTS = "read_events"
    MANAGE_STAFF = "manage_staff"
    MANAGE_BANKS = "manage_banks"
    MANAGE_RATES = "manage_rates"
    MANAGE_CALENDAR = "manage_calendar"
    MANAGE_CODES = "manage_codes"
    MANAGE_AGENCIES = "manage_agencies"


DESK = frozenset({Role.AGENT, Role.SUPERVISOR})
SUPERVISION = frozenset({Role.SUPERVISOR})
OFFICE = frozenset({Role.COLLECTOR})
MONEY = SUPERVISION | OFFICE
AUDIT = frozenset({Role.AUDITOR, Role.ADMINISTRATOR})
ADMINISTRATION = frozenset({Role.ADMINISTRATOR})
CALENDAR = OFFICE | ADMINISTRATION

ROLES_WITH: Mapping[Right, frozenset[Role]] = {
    Right.SEE_EMPLOYERS: DESK,
    Right.SHOW_ACCOUNT: DESK,
    Right.ENROL: DESK,
    Right.HOLD_OPEN_DAYS: SUPERVISION,
    Right.CHANGE_CONTACT: DESK,
    Right.ANSWER_CORRECTIONS: DESK,
    Right.ASK_FOR_WAIVERS: SUPERVISION,
    Right.BOOK_PAYMENTS: MONEY,
    Right.ANSWER_CONTESTS: MONEY,
    Right.AGREE_SCHEDULES: SUPERVISION,
    Right.COLLECT: OFFICE,
    Right.READ_EVENTS: AUDIT,
    Right.MANAGE_STAFF: ADMINISTRATION,
    Right.MANAGE_BANKS: ADMINISTRATION,
    Right.MANAGE_RATES: ADMINISTRATION,
    Right.MANAGE_CALENDAR: CALENDAR,
    Right.MANAGE_CODES: CALENDAR,
    Right.MANAGE_AGENCIES: ADMINISTRATION,
}

# Whose work is bound to the agency they were given; the others work for the whole country.
ROLES_OF_AN_AGENCY = DESK


@dataclass(frozen=True, slots=True)
class Scope:
    """The employers somebody may see: those of one agency, or without one all of them."""

    agency_id: int | None


def may(role: Role, right: Right) -> bool:
    """Whether a role has a right."""
    return role in ROLES_WITH[right]


def rights_of(role: Role) -> frozenset[Right]:
    """Everything a role may do."""
    return frozenset(right for right in Right if may(role, right))


def scope_of(role: Role, agency_id: int | None) -> Scope:
    """For whom somebody works: an agency binds agents and supervisors only."""
    return Scope(agency_id if role in ROLES_OF_AN_AGENCY else None)
