"""What the register of processing calls what is kept, what for, how long, since when and why."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from flask_babel.speaklater import LazyString

from webapp.domain.retention import Ground, Kept, Purpose, Since, Span, Unit

Texts = Mapping[StrEnum, LazyString]

KEPT: Texts = {
    Kept.THROTTLES: _l("Counts of attempts"),
    Kept.UNUSED_CODES: _l("Confirmation codes"),
    Kept.KEPT_FORMS: _l("What was typed when a session ended"),
    Kept.MANDATE_DRAFTS: _l("Authorisations begun and not signed"),
    Kept.DECLARATION_DRAFTS: _l("Declarations begun and not filed"),
    Kept.DECLARATION_SHEETS: _l("Lines of sheets that were not put right"),
    Kept.MESSAGES: _l("Messages sent"),
    Kept.SESSIONS: _l("Sessions and their devices"),
    Kept.STAFF_INVITATIONS: _l("Invitations of the staff"),
    Kept.RECOVERY_CODES: _l("Recovery codes used"),
    Kept.CORRECTION_REQUESTS: _l("Requests for correction"),
    Kept.NOTES: _l("Notes of the agencies"),
    Kept.NEWS: _l("What you were told once"),
    Kept.API_REQUESTS: _l("Answers to accounting software"),
    Kept.MEMBERS: _l("Employers and their worksites"),
    Kept.DELEGATIONS: _l("Who may act for an employer"),
    Kept.STAFF: _l("People of the fund"),
    Kept.SIGNATURES: _l("Signatures and the texts signed"),
    Kept.MANDATE_PAPERS: _l("Signed papers, scanned"),
    Kept.DECLARATIONS: _l("Declarations"),
    Kept.DEBITS: _l("Debits"),
    Kept.NOTICES: _l("Notices"),
    Kept.BANK_MESSAGES: _l("Answers of banks"),
    Kept.BOOKS: _l("Postings"),
    Kept.EVENTS: _l("Events"),
}
PURPOSES: Texts = {
    Purpose.STOP_GUESSING: _l("to stop guessing"),
    Purpose.PROVE_WHO_ACTS: _l("to prove who acts"),
    Purpose.KEEP_WHAT_WAS_TYPED: _l("so that nobody types twice"),
    Purpose.ANSWER_ALIKE: _l("so that what is sent twice is done once"),
    Purpose.REACH_PEOPLE: _l("to reach people"),
    Purpose.SHOW_ACCESS: _l("to show where somebody was signed in"),
    Purpose.ANSWER_RIGHTS: _l("to answer rights over data"),
    Purpose.KNOW_MEMBERS: _l("to know the members"),
    Purpose.PROVE_AUTHORISATION: _l("to prove the authorisation"),
    Purpose.COLLECT: _l("to collect contributions"),
    Purpose.KEEP_BOOKS: _l("to keep the books"),
    Purpose.PROVE_PROCESSING: _l("to prove who read or changed data"),
}
SINCES: Texts = {
    Since.MADE: _l("since it was made"),
    Since.LAST_CHANGE: _l("since the last change"),
    Since.ENDED: _l("since its end"),
    Since.ANSWERED: _l("since the answer"),
    Since.END_OF_MEMBERSHIP: _l("since the end of the membership"),
    Since.END_OF_MANDATE: _l("since the end of the authorisation"),
    Since.END_OF_YEAR: _l("since the end of the accounting year"),
}
GROUNDS: Texts = {
    Ground.OF_NO_MORE_USE: _l("of no use afterwards"),
    Ground.LATE_QUESTIONS: _l("questions come up that late"),
    Ground.COMMERCIAL_RECORDS: _l("commercial records (commercial code, article 12)"),
    Ground.EVIDENCE: _l("evidence, as long as it can be contested"),
    Ground.PERSONAL_DATA: _l("law 18-07 on personal data"),
}


def span_in_words(span: Span) -> str:
    """The filter of templates: how long."""
    if span.unit is Unit.DAYS:
        return str(ngettext("%(num)s day", "%(num)s days", span.number))
    return str(ngettext("%(num)s year", "%(num)s years", span.number))
