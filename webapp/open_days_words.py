"""What the things of open days are called on pages, on paper, and on a screen in both languages."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from flask_babel import force_locale
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from webapp.catalogs import ARABIC, FRENCH
from webapp.domain.enrolment_cases import CaseFailure, CaseStatus, IdentityPaper
from webapp.domain.open_days import Standing
from webapp.models import DeviceMode

Texts = Mapping[StrEnum, LazyString]
Pair = tuple[str, str]  # in Arabic and in French

STANDINGS: Texts = {
    Standing.NOW: _l("Open days now"),
    Standing.TO_COME: _l("Open days to come"),
    Standing.PAST: _l("Past open days"),
}
MODES: Texts = {
    DeviceMode.ASSISTED: _l("tablet of an agent"),
    DeviceMode.SELF_SERVICE: _l("kiosk for employers"),
    DeviceMode.BOARD: _l("screen on the wall"),
}
FAILURES: Texts = {
    CaseFailure.WRONG_ACCOUNT: _l("Wrong account number"),
    CaseFailure.NO_PAPERS: _l("Papers missing"),
    CaseFailure.NOT_ENTITLED: _l("Not entitled to sign"),
    CaseFailure.NO_CONTACT: _l("No phone or e-mail"),
    CaseFailure.ALREADY_ENROLLED: _l("Already enrolled"),
    CaseFailure.CHANGED_MIND: _l("Changed their mind"),
    CaseFailure.NETWORK: _l("Network failure"),
    CaseFailure.OTHER: _l("Another cause"),
}
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
IDENTITY_PAPERS: Texts = {
    IdentityPaper.NATIONAL_ID: _l("National identity card"),
    IdentityPaper.PASSPORT: _l("Passport"),
    IdentityPaper.DRIVING_LICENCE: _l("Driving licence"),
}
OPEN_DAYS_WORDS = (STANDINGS, MODES, FAILURES, CASE_STATUSES, IDENTITY_PAPERS)

# The columns of every table of cases, by the fields of a tally.
COLUMNS: Mapping[str, LazyString] = {
    "enrolled": _l("Enrolled"),
    "updated": _l("Account changed"),
    "waiting": _l("Under way"),
    "failed": _l("Not enrolled"),
    "abandoned": _l("Left before the end"),
}
# What else stands on the board and on the report.
PARTS: Mapping[str, LazyString] = {
    "title": _l("Report of open days"),
    "open_days": _l("Open days"),
    "agency": _l("Agency"),
    "days": _l("Days"),
    "all": _l("In all"),
    "number": _l("How many"),
    "papers": _l("Signed paper still to come"),
    "middle": _l("Minutes per enrolment (median)"),
    "mean": _l("Minutes per enrolment (mean)"),
    "board_middle": _l("Minutes (median)"),
    "board_mean": _l("Minutes (mean)"),
    "why": _l("Why not enrolled"),
    "hours": _l("By hour"),
    "hour": _l("Hour"),
    "agencies": _l("By agency"),
    "country": _l("Open days over the country"),
    "agents": _l("By agent"),
    "agent": _l("Agent"),
    "alone": _l("The employer alone"),
    "devices": _l("By device"),
    "device": _l("Device"),
    "no_device": _l("Without a device"),
    "by_day": _l("By day"),
    "day": _l("Day"),
    "as_of": _l("Figures of"),
    "away": _l("No network: these are the last figures known"),
    "none": _l("None yet today"),
}


def in_both(text: LazyString | str) -> Pair:
    """A text of ours in Arabic and in French, for screens and papers that show both."""
    said = []
    for language in (ARABIC, FRENCH):
        with force_locale(language.locale):
            said.append(str(text))
    return said[0], said[1]
