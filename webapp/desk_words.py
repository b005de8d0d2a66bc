"""What the things of an agency's desk are called on its pages."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from webapp.domain.asked_ways import AskedWay
from webapp.domain.follow_up import FollowUp
from webapp.domain.notes import NoteKind
from webapp.domain.statuses import DeclarationStatus

Texts = Mapping[StrEnum, LazyString]

NOTE_KINDS: Texts = {
    NoteKind.CALL: _l("Call"),
    NoteKind.VISIT: _l("Visit"),
    NoteKind.LETTER: _l("Letter"),
    NoteKind.INTERNAL: _l("Internal"),
}
DECLARATIONS: Texts = {
    DeclarationStatus.FILED: _l("filed"),
    DeclarationStatus.CLOSED: _l("beyond correction"),
}
ASKED_WAYS: Texts = {
    AskedWay.LETTER: _l("By a letter that we received"),
    AskedWay.COUNTER: _l("At the counter, identity paper seen"),
    AskedWay.PHONE: _l("By phone, after we called back"),
}
FOLLOW_UPS: Texts = {
    FollowUp.REMINDER: _l("Reminders due"),
    FollowUp.BEGUN: _l("Authorisations begun and not signed"),
    FollowUp.CASE: _l("Left the open days without signing"),
    FollowUp.PAPER: _l("Papers late, or nearly"),
    FollowUp.ACCOUNT: _l("Accounts refused by the bank"),
    FollowUp.CONTACT: _l("Employers that nobody can reach"),
}
DESK_WORDS = (ASKED_WAYS, FOLLOW_UPS, NOTE_KINDS, DECLARATIONS)
