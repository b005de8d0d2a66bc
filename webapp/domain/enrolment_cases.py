"""How an employer's enrolment with the fund's help goes, and why it may fail. [house]

(design notes §2, §8)
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Final


class CaseStatus(StrEnum):
    """Where a case stands, and who has the device."""

    BEGUN = "begun"  # the agent has it: identity, contact, account
    TURNED = "turned"  # the employer has it: reads and signs
    DRAWN = "drawn"  # signed by drawing; the agent is to confirm it
    HANDED_OVER = "handed_over"  # goes on on the employer's own phone
    ENROLLED = "enrolled"  # a new authorisation
    UPDATED = "updated"  # another account in place of the one before
    FAILED = "failed"  # for a cause
    ABANDONED = "abandoned"  # nobody went on


class CaseFailure(StrEnum):
    """Why an employer left without an authorisation."""

    WRONG_ACCOUNT = "wrong_account"
    NO_PAPERS = "no_papers"
    NOT_ENTITLED = "not_entitled"
    NO_CONTACT = "no_contact"
    ALREADY_ENROLLED = "already_enrolled"
    CHANGED_MIND = "changed_mind"
    NETWORK = "network"
    OTHER = "other"


class IdentityPaper(StrEnum):
    """The paper by which an agent knows who somebody is."""

    NATIONAL_ID = "national_id"
    PASSPORT = "passport"
    DRIVING_LICENCE = "driving_licence"


ON_THE_DEVICE: Final = frozenset({CaseStatus.BEGUN, CaseStatus.TURNED, CaseStatus.DRAWN})
OPEN: Final = ON_THE_DEVICE | {CaseStatus.HANDED_OVER}
SUCCEEDED: Final = frozenset({CaseStatus.ENROLLED, CaseStatus.UPDATED})

_ENDS = frozenset({CaseStatus.FAILED, CaseStatus.ABANDONED})
CASE_MOVES: Final[Mapping[CaseStatus, frozenset[CaseStatus]]] = {
    CaseStatus.BEGUN: _ENDS | {CaseStatus.TURNED, CaseStatus.HANDED_OVER},
    CaseStatus.TURNED: _ENDS | SUCCEEDED | {CaseStatus.DRAWN, CaseStatus.HANDED_OVER},
    CaseStatus.DRAWN: _ENDS | SUCCEEDED,
    CaseStatus.HANDED_OVER: _ENDS | SUCCEEDED,
    CaseStatus.ENROLLED: frozenset(),
    CaseStatus.UPDATED: frozenset(),
    CaseStatus.FAILED: frozenset(),
    CaseStatus.ABANDONED: frozenset(),
}
