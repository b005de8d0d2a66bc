"""What devices, cases of enrolment and why they fail are called."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from webapp.domain.enrolment_cases import CaseFailure, CaseStatus, IdentityPaper
from webapp.models import DeviceMode

Texts = Mapping[StrEnum, LazyString]

CASE_STATUSES: Texts = {
    CaseStatus.BEGUN: _l("with the agent"),
    CaseStatus.TURNED: _l("with the employer"),
    CaseStatus.DRAWN: _l("signature to be confirmed"),
    CaseStatus.HANDED_OVER: _l("goes on on the employer's phone"),
    CaseStatus.ENROLLED: _l("enrolled"),
    CaseStatus.UPDATED: _l("account changed"),
    CaseStatus.FAILED: _l("ended without an authorisation"),
    CaseStatus.ABANDONED: _l("abandoned"),
}
CASE_FAILURES: Texts = {
    CaseFailure.WRONG_ACCOUNT: _l("The account number is wrong"),
    CaseFailure.NO_PAPERS: _l("No identity paper"),
    CaseFailure.NOT_ENTITLED: _l("Not entitled to sign"),
    CaseFailure.NO_CONTACT: _l("Cannot be reached"),
    CaseFailure.ALREADY_ENROLLED: _l("Already enrolled"),
    CaseFailure.CHANGED_MIND: _l("Does not wish to go on"),
    CaseFailure.NETWORK: _l("The network is down"),
    CaseFailure.OTHER: _l("Another reason"),
}
IDENTITY_PAPERS: Texts = {
    IdentityPaper.NATIONAL_ID: _l("National identity card"),
    IdentityPaper.PASSPORT: _l("Passport"),
    IdentityPaper.DRIVING_LICENCE: _l("Driving licence"),
}
DEVICE_MODES: Texts = {
    DeviceMode.ASSISTED: _l("Agent's tablet"),
    DeviceMode.SELF_SERVICE: _l("Kiosk"),
    DeviceMode.BOARD: _l("Board on a wall screen"),
}
CASE_WORDS = (CASE_STATUSES, CASE_FAILURES, IDENTITY_PAPERS, DEVICE_MODES)
