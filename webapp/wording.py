"""What the states of the service are called on a screen: one word or sentence for each."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from webapp.contest_words import CONTEST_WORDS
from webapp.data.loader import load_reasons
from webapp.desk_words import DESK_WORDS
from webapp.domain.account_reasons import AccountReason
from webapp.domain.bank_refusals import BankRefusal
from webapp.domain.channel_terms import NameProfile, TransportKind
from webapp.domain.declaring import DeclaringPlace
from webapp.domain.period import Periodicity
from webapp.domain.reasons import PlainReason, plain_reason
from webapp.domain.roles import Role
from webapp.domain.statuses import MandateStatus, PaymentScheduleStatus
from webapp.domain.warning_kinds import WarningKind
from webapp.domain.words import Word
from webapp.form_words import FORMS
from webapp.message_words import MESSAGE_WORDS
from webapp.models import (
    CorrectionStatus,
    CorrectionSubject,
    DueKind,
    HoldReason,
    LateKind,
    NoticeChannel,
    NoticeStatus,
    Subject,
    WorksiteChangeKind,
)
from webapp.money_words import MONEY_WORDS
from webapp.office_words import HOLDS_AT_OFFICE, OFFICE_WORDS
from webapp.open_days_words import OPEN_DAYS_WORDS
from webapp.retention_words import GROUNDS, KEPT, PURPOSES, SINCES
from webapp.services.debit_life import Following, LifeKind
from webapp.services.scheduled_dues import InstalmentState

Texts = Mapping[StrEnum, LazyString]

# The six words of an amount, and what narrows them.
WORDS: Texts = {
    Word.DECLARED: _l("declared"),
    Word.SCHEDULED: _l("scheduled"),
    Word.SENT: _l("sent"),
    Word.DEBITED: _l("debited"),
    Word.SETTLED: _l("settled"),
    Word.REFUSED: _l("refused"),
}
QUALIFIERS: Mapping[str, LazyString] = {
    "notice_to_come": _l("The notice will reach you before the debit."),
    "on_hold": _l("On hold: nothing will be debited for now."),
    "about_to_be_sent": _l("It is about to be sent."),
    "cancelled": _l("Cancelled: nothing was debited."),
    "not_confirmed": _l("We are checking with the institution that it has arrived."),
    "accepted": _l("The institution has accepted it."),
    "disputed": _l("You have contested this debit."),
    "replaced": _l("Replaced by another amount."),
    "contested": _l("You have contested this amount."),
    "waived": _l("You no longer owe this amount."),
    "paid_elsewhere": _l("Paid another way."),
    "set_off": _l("A credit covered it: nothing was debited."),
    "deferred": _l("It waits for the end of your payment schedule."),
    "given_back": _l("Debited in error and given back: it is not debited again without a notice."),
    "reversed": _l("Debited in error: the amount has gone back to your account."),
}

MANDATES: Texts = {
    MandateStatus.SIGNED: _l("waiting for the bank's confirmation"),
    MandateStatus.CONFIRMED: _l("confirmed by the bank"),
    MandateStatus.ACTIVE: _l("active"),
    MandateStatus.SUSPENDED: _l("suspended"),
    MandateStatus.REVOKED: _l("revoked"),
    MandateStatus.REFUSED: _l("refused by the bank"),
    MandateStatus.REPLACED: _l("replaced"),
    MandateStatus.EXPIRED: _l("expired"),
}

SCHEDULES: Texts = {
    PaymentScheduleStatus.PROPOSED: _l("waiting for the employer's answer"),
    PaymentScheduleStatus.ACCEPTED: _l("in force"),
    PaymentScheduleStatus.COMPLETED: _l("paid in full"),
    PaymentScheduleStatus.BROKEN: _l("ended, an instalment missing"),
    PaymentScheduleStatus.WITHDRAWN: _l("withdrawn"),
    InstalmentState.TO_COME: _l("to come"),
    InstalmentState.SCHEDULED: _l("scheduled"),
    InstalmentState.PAID: _l("settled"),
    InstalmentState.UNPAID: _l("missed"),
}

# What somebody is warned of, in few words: for a list of many employers.
WARNINGS: Texts = {
    WarningKind.DEBIT_REFUSED: _l("Debit refused"),
    WarningKind.DECLARATION_LATE: _l("Declaration late"),
    WarningKind.SCHEDULE_BROKEN: _l("Payment schedule ended"),
    WarningKind.DEBIT_TRIED_AGAIN: _l("Debit refused, to be presented again"),
    WarningKind.DEBIT_HELD: _l("Debit on hold"),
    WarningKind.AUTHORISATION_ENDED: _l("Authorisation ended"),
    WarningKind.AUTHORISATION_SUSPENDED: _l("Authorisation suspended"),
    WarningKind.AUTHORISATION_MISSING: _l("No authorisation"),
    WarningKind.DECLARATION_DUE: _l("Declaration to file"),
    WarningKind.SCHEDULE_PROPOSED: _l("Payment schedule proposed"),
    WarningKind.PAPER_MISSING: _l("Stamped paper missing"),
    WarningKind.AUTHORISATION_EXPIRING: _l("Authorisation about to end"),
    WarningKind.AUTHORISATION_WAITS: _l("Authorisation waits for the bank"),
    WarningKind.CONTESTED: _l("Amount contested"),
    WarningKind.PAUSED: _l("Debits paused"),
    WarningKind.SCHEDULE_RUNNING: _l("Payment schedule in force"),
}

# Why a debit was refused, and what the employer may do about it.
REFUSALS: Texts = {
    PlainReason.INSUFFICIENT_FUNDS: _l("Insufficient funds"),
    PlainReason.ACCOUNT_CLOSED: _l("Account closed"),
    PlainReason.ACCOUNT_BLOCKED: _l("Account blocked"),
    PlainReason.WRONG_ACCOUNT: _l("Wrong account number"),
    PlainReason.NO_DEBITS_ON_ACCOUNT: _l("The account does not accept debits"),
    PlainReason.NAME_DIFFERS: _l("The account holder is not the enterprise"),
    PlainReason.MANDATE_UNKNOWN: _l("The authorisation is unknown to the bank"),
    PlainReason.OPPOSITION: _l("Opposition of the account holder"),
    PlainReason.REFUND_ASKED: _l("The amount was given back at the account holder's request"),
    PlainReason.OVER_LIMIT: _l("The amount is above what the bank allows"),
    PlainReason.HOLDER_DECEASED: _l("The account holder has died"),
    PlainReason.TECHNICAL: _l("A technical fault that is not yours"),
    PlainReason.OWN_CODE: _l("A code of the bank's own"),
    PlainReason.UNSAID: _l("The bank gave no reason"),
}
HOLDS: Texts = {
    HoldReason.MANDATE_NOT_ACTIVE: _l("The authorisation that it was planned under is not active."),
    HoldReason.OVER_CEILING: _l(
        "The amount exceeds the ceiling that you set. You may raise it, or pay another way."
    ),
    HoldReason.NO_CONTACT: _l(
        "We have no phone number or e-mail address for the notice. Please contact your agency."
    ),
    HoldReason.NOTICE_NOT_DELIVERED: _l(
        "The notice could not be delivered to you. Please have your contact checked by the agency."
    ),
    HoldReason.DUES_CHANGED: _l(
        "The amount has changed since the notice. The agency is looking at it; you need do nothing."
    ),
    HoldReason.BANK_REFUSAL: _l(
        "The bank refused it. The agency is looking at it and will contact you."
    ),
    HoldReason.LATE_MONEY: _l(
        "The amount arrived in the meantime. The agency is checking it; you need do nothing."
    ),
}

DUES: Texts = {
    DueKind.CONTRIBUTION: _l("Contributions"),
    DueKind.SURCHARGE: _l("Late-payment surcharge"),
    DueKind.PENALTY: _l("Late-declaration penalty"),
    DueKind.INSTALMENT: _l("Instalment"),
    DueKind.ADJUSTMENT: _l("Adjustment"),
    DueKind.CREDIT: _l("Credit"),
}
LIFE: Texts = {
    LifeKind.TOLD: _l("Notice to you"),
    LifeKind.SENT: _l("Sending to the bank or to Algérie Poste"),
    LifeKind.DEBITED: _l("Debit of your account"),
    LifeKind.SETTLED: _l("Receipt by the fund"),
    LifeKind.REFUSED: _l("Refusal"),
    LifeKind.GIVEN_BACK: _l("Given back by the fund"),
    LifeKind.CANCELLED: _l("Cancellation"),
}
FOLLOWING: Texts = {
    Following.AWAITED: _l("The answer is awaited"),
    Following.RECEIVED: _l("Nothing more: the amount is received"),
    Following.GIVEN_BACK: _l("The amount has gone back to your account"),
    Following.AGAIN: _l("Presented once more"),
    Following.LOST: _l("Taken back by the fund, and presented anew"),
    Following.OFFICE: _l("The fund looks at it"),
    Following.OVER: _l("Not presented again by this debit"),
}
CHANNELS: Texts = {
    NoticeChannel.SMS: _l("by text message"),
    NoticeChannel.EMAIL: _l("by e-mail"),
    NoticeChannel.PORTAL: _l("in your Khatwa space"),
}
DELIVERIES: Texts = {
    NoticeStatus.QUEUED: _l("On its way"),
    NoticeStatus.ACCEPTED: _l("Notice delivered"),
    NoticeStatus.REFUSED: _l("Notice not delivered"),
    NoticeStatus.BOUNCED: _l("Notice not delivered"),
}

ROLES: Texts = {
    Role.AGENT: _l("Agent"),
    Role.SUPERVISOR: _l("Supervisor"),
    Role.COLLECTOR: _l("Collector"),
    Role.AUDITOR: _l("Auditor"),
    Role.ADMINISTRATOR: _l("Administrator"),
}
ACCOUNT_REASONS: Texts = {
    AccountReason.CONTESTED_DEBIT: _l("A debit is contested"),
    AccountReason.BANK_QUERY: _l("The bank or Algérie Poste asks about it"),
    AccountReason.EMPLOYER_ASKS: _l("The employer asks, and was identified"),
    AccountReason.PAPER: _l("To compare it with the signed paper"),
}
PERIODICITIES: Texts = {
    Periodicity.MONTHLY: _l("every month"),
    Periodicity.QUARTERLY: _l("every quarter"),
}
DECLARING_PLACES: Texts = {
    DeclaringPlace.HERE: _l("here"),
    DeclaringPlace.PORTAL: _l("on the old portal"),
}
WORKSITE_CHANGES: Texts = {
    WorksiteChangeKind.ADDED: _l("added"),
    WorksiteChangeKind.RENAMED: _l("name or wilaya changed"),
    WorksiteChangeKind.CLOSED: _l("worksite closed"),
    WorksiteChangeKind.REOPENED: _l("reopened"),
}
BANK_REFUSALS: Texts = {
    BankRefusal.SIGNATURE_DIFFERS: _l("The signature differs from the bank's specimen"),
    BankRefusal.ACCOUNT_UNKNOWN: _l("The bank does not know the account"),
    BankRefusal.NOT_ENTITLED: _l("The signatory is not entitled to sign"),
    BankRefusal.NO_DEBITS: _l("The account does not accept debits"),
    BankRefusal.OTHER: _l("Another reason"),
}
LATE_KINDS: Texts = {
    LateKind.SURCHARGE: _l("Late-payment surcharge"),
    LateKind.PENALTY: _l("Late-declaration penalty"),
}
SUBJECTS: Texts = {
    Subject.MANDATE: _l("Authorisation"),
    Subject.DECLARATION: _l("Declaration"),
    Subject.DUE: _l("Due"),
    Subject.DEBIT: _l("Debit"),
    Subject.BANK_FILE: _l("Bank file"),
    Subject.BANK_MESSAGE: _l("Answer of a bank"),
    Subject.RUN: _l("Debit run"),
    Subject.EMPLOYER: _l("Employer"),
    Subject.PERSON: _l("Person acting for employers"),
    Subject.STAFF: _l("Staff"),
    Subject.WORKSITE: _l("Worksite"),
    Subject.PAYMENT: _l("Payment made elsewhere"),
    Subject.SCHEDULE: _l("Payment schedule"),
    Subject.REQUEST: _l("Request to a second person"),
    Subject.API_KEY: _l("Key of the programming interface"),
    Subject.RESTORATION: _l("Return to a backup"),
    Subject.CLOSED_DAY: _l("Closed day"),
    Subject.REVERSAL: _l("Debit to give back"),
    Subject.CAMPAIGN: _l("Open days"),
    Subject.DEVICE: _l("Device of open days"),
    Subject.CASE: _l("Enrolment with an agent"),
    Subject.AGENCY: _l("Agency"),
    Subject.WILAYA: _l("Wilaya"),
    Subject.CONTEST: _l("Contest"),
    Subject.CERTIFICATE: _l("Certificate of good standing"),
}
# What people did, as events name it; the states of debits and the like stay in technical words.
ACTS: Mapping[str, LazyString] = {
    "opened": _l("opened a file"),
    "account_shown": _l("looked at an account number"),
    "contact_changed": _l("changed a contact"),
    "signed_in": _l("signed in"),
    "session_ended": _l("ended a session"),
    "password_changed": _l("changed their password"),
    "app_changed": _l("set up another app"),
    "codes_renewed": _l("made new recovery codes"),
    "recovery_code_used": _l("used a recovery code"),
    "invited": _l("invited somebody"),
    "invited_again": _l("renewed an access"),
    "withdrawn": _l("withdrew an invitation or a proposal"),
    "proposed": _l("proposed a payment schedule"),
    "joined": _l("took up their post"),
    "access_renewed": _l("took up a renewed access"),
    "moved": _l("was given another agency"),
    "left": _l("left the fund"),
    "breach_exported": _l("took away the list of a data breach"),
    "paper_received": _l("received a signed paper"),
    "paper_shown": _l("opened a signed paper"),
    "form_prepared": _l("prepared an authorisation on paper"),
    "form_printed": _l("printed an authorisation on paper"),
    "form_entered": _l("entered an authorisation signed on paper"),
    "key_made": _l("made a key for a software"),
    "key_revoked": _l("revoked a key of a software"),
    "bank_changed": _l("changed which banks ask for the paper"),
    "channel_changed": _l("changed the terms of a collecting account"),
    "term_set": _l("changed how often or where an employer declares"),
    "looked_into": _l("looked into a line of a queue"),
    "taken": _l("took care of a line of a queue"),
    "queue_exported": _l("took away the lines of a queue"),
    "assignment_asked": _l("asked to credit an employer from suspense"),
    "assigned": _l("credited an employer from suspense"),
    "assignment_refused": _l("declined a credit from suspense"),
    "rates_changed": _l("changed the contribution rates"),
    "late_rule_changed": _l("changed what being late costs"),
    "local_code_set": _l("said what a bank's code means"),
    "local_code_removed": _l("removed the meaning of a bank's code"),
    "local_code_followed": _l("followed up refusals of a bank's code"),
    "day_closed": _l("closed a bank day"),
    "day_opened": _l("opened a closed day"),
    "day_renamed": _l("corrected a closed day"),
    "worksite_added": _l("added a worksite"),
    "worksite_renamed": _l("changed a worksite"),
    "worksite_closed": _l("closed a worksite"),
    "worksite_reopened": _l("reopened a worksite"),
    "campaign_made": _l("planned open days"),
    "campaign_changed": _l("changed open days"),
    "campaign_ended": _l("ended open days"),
    "open_days_joined": _l("was sent to open days"),
    "open_days_left": _l("was taken off open days"),
    "device_code_made": _l("made the code of a device"),
    "device_closed": _l("closed a device"),
    "agency_added": _l("added an agency"),
    "agency_changed": _l("changed an agency"),
    "wilaya_added": _l("added a wilaya"),
    "wilaya_renamed": _l("renamed a wilaya"),
    "list_exported": _l("took away a list of employers to follow up"),
    "noted": _l("wrote a note"),
    "reminder_done": _l("dealt with a reminder"),
    "reminder_again": _l("opened a reminder again"),
}


TERMS_OF_CHANNELS: Texts = {
    NameProfile.AS_WRITTEN: _l("as they are in the register"),
    NameProfile.LATIN: _l("in plain Latin letters"),
    TransportKind.FOLDER: _l("by a folder, from which somebody carries them"),
    TransportKind.SFTP: _l("by SFTP, to the bank's server"),
}

CORRECTIONS: Texts = {
    CorrectionSubject.NAME: _l("The name of the enterprise"),
    CorrectionSubject.SIGNATORY: _l("The signatory"),
    CorrectionSubject.CONTACT: _l("The phone number or e-mail address"),
    CorrectionSubject.IDENTIFIERS: _l("The member number or tax number"),
    CorrectionSubject.WORKSITES: _l("The worksites"),
    CorrectionSubject.OTHER: _l("Something else"),
    CorrectionStatus.OPEN: _l("not answered yet"),
    CorrectionStatus.DONE: _l("corrected"),
    CorrectionStatus.REFUSED: _l("not corrected"),
}

# What others did with an employer's data: by the cause of the event, else by what came of it.
LOOKS: Mapping[str, LazyString] = {
    "account_shown": _l("The whole account number was shown"),
    "contested_debit": _l("The whole account number was shown, for a contested debit"),
    "bank_query": _l("The whole account number was shown, for a question of the bank"),
    "employer_asks": _l("The whole account number was shown, as you had asked"),
    "paper": _l("The whole account number was shown, for the signed paper"),
    "paper_shown": _l("The signed paper was opened"),
    "paper_received": _l("The signed paper was received"),
    "contest_paper": _l("The evidence of your contest was opened"),
    "form_prepared": _l("An authorisation was prepared on paper for you"),
    "form_printed": _l("An authorisation on paper was printed for you"),
    "form_entered": _l("The authorisation that you signed on paper was entered"),
    "opened": _l("Your file was opened"),
    "noted": _l("A note about you was written"),
    "reminder_done": _l("A reminder about you was dealt with"),
    "reminder_again": _l("A reminder about you was opened again"),
    "person_opened": _l("Began to act for you"),
    "exported": _l("A copy of your data was made"),
    "contact_changed": _l("Your phone number or e-mail address was changed"),
    "settings_changed": _l("Your settings were changed"),
    "delegated": _l("Somebody was let act for you"),
    "undelegated": _l("Somebody acts for you no more"),
    "sessions_ended": _l("Sessions were ended"),
    "correction_asked": _l("A correction was asked for"),
    "correction_done": _l("Your correction was made"),
    "correction_refused": _l("Your request for a correction was answered"),
    "term_set": _l("How often or where you declare was changed"),
    # Worksites.
    "worksite_added": _l("A worksite was added"),
    "worksite_renamed": _l("The name or wilaya of a worksite was changed"),
    "worksite_closed": _l("A worksite was closed"),
    "worksite_reopened": _l("A worksite was reopened"),
    "key_made": _l("A key for a software was made"),
    "key_revoked": _l("A key for a software was revoked"),
    "feed_made": _l("A secret address of your calendar was made"),
    "feed_revoked": _l("The secret address of your calendar was revoked"),
    # The life of an authorisation.
    "signed": _l("The authorisation was signed"),
    "confirmed": _l("The bank's confirmation was recorded"),
    "no_confirmation_needed": _l("The authorisation came into force"),
    "active": _l("The authorisation came into force"),
    "suspended": _l("The authorisation was suspended"),
    "bank_refusal": _l("The authorisation was suspended, for the bank refused a debit"),
    "resumed": _l("The authorisation was resumed"),
    "pause_ended": _l("The authorisation was resumed"),
    "pause_planned": _l("A pause was set"),
    "pause_undone": _l("A pause was undone"),
    "ceiling_lowered": _l("The ceiling was lowered"),
    "ceiling_signed": _l("The ceiling was changed, with a signature"),
    "worksite_given_back": _l("A worksite went back to the main account"),
    "account_changed": _l("The account was changed, by a new authorisation"),
    "revoked": _l("The authorisation was revoked"),
    "refused": _l("The bank's refusal was recorded"),
    "replaced": _l("A new authorisation took its place"),
    "expired": _l("The authorisation ended by itself"),
    "expiry_told": _l("You were told that the authorisation would end"),
    "paper_called": _l("The signed paper was called for"),
    "kept": _l("The authorisation was kept"),
    # What somebody of the fund did because the employer asked for it, and how.
    "paused_by_letter": _l("The authorisation was suspended, as you asked by letter"),
    "paused_by_counter": _l("The authorisation was suspended, as you asked at the counter"),
    "paused_by_phone": _l("The authorisation was suspended, as you asked by phone"),
    "pause_planned_by_letter": _l("A pause was set, as you asked by letter"),
    "pause_planned_by_counter": _l("A pause was set, as you asked at the counter"),
    "pause_planned_by_phone": _l("A pause was set, as you asked by phone"),
    "resumed_by_letter": _l("The authorisation was resumed, as you asked by letter"),
    "resumed_by_counter": _l("The authorisation was resumed, as you asked at the counter"),
    "resumed_by_phone": _l("The authorisation was resumed, as you asked by phone"),
    "pause_undone_by_letter": _l("A pause was undone, as you asked by letter"),
    "pause_undone_by_counter": _l("A pause was undone, as you asked at the counter"),
    "pause_undone_by_phone": _l("A pause was undone, as you asked by phone"),
    "revoked_by_letter": _l("The authorisation was revoked, as you asked by letter"),
    "revoked_by_counter": _l("The authorisation was revoked, as you asked at the counter"),
    "revoked_by_phone": _l("The authorisation was revoked, as you asked by phone"),
    # Certificates of good standing.
    "certificate_issued": _l("A certificate of good standing was issued"),
    "certificate_revoked": _l("The certificate of good standing was ended"),
    # Payment schedules.
    "proposed": _l("A payment schedule was proposed to you"),
    "accepted": _l("The payment schedule was accepted"),
    "withdrawn": _l("The proposal of a payment schedule was withdrawn"),
    "completed": _l("The payment schedule was paid in full"),
    "broken": _l("The payment schedule ended, an instalment missing"),
    # Declarations.
    "filed": _l("A declaration was filed"),
    "corrected": _l("A declaration was corrected"),
    "closed": _l("A declaration was closed"),
}


def why_refused(code: str | None) -> LazyString:
    """The filter of templates: why a bank refused, from its reason code."""
    return REFUSALS[plain_reason(code, load_reasons())]


IN_WORDS = (
    WORDS, DUES, MANDATES, WARNINGS, HOLDS, CHANNELS, DELIVERIES, LIFE, ROLES,
    ACCOUNT_REASONS,
    BANK_REFUSALS, SUBJECTS, SCHEDULES, PERIODICITIES, DECLARING_PLACES, WORKSITE_CHANGES,
    LATE_KINDS, TERMS_OF_CHANNELS,
    KEPT, PURPOSES, SINCES, GROUNDS, CORRECTIONS, FORMS, *MONEY_WORDS, *OFFICE_WORDS,
    *OPEN_DAYS_WORDS,
    *DESK_WORDS, *MESSAGE_WORDS,
    *CONTEST_WORDS, FOLLOWING,
)  # fmt: skip


def act_in_words(target: str) -> LazyString | None:
    """The filter of templates: what somebody did; None where only a technical word is known."""
    return ACTS.get(target)


def in_words(state: StrEnum) -> LazyString:
    """The filter of templates: what a state, a reason or a channel is called."""
    for texts in IN_WORDS:
        if any(known is state for known in texts):
            return texts[state]
    raise KeyError(state)


def hold_at_office(reason: HoldReason) -> LazyString:
    """The filter of templates: why a debit is held, said to the office."""
    return HOLDS_AT_OFFICE[reason]


def look_in_words(target: str, cause: str) -> LazyString | None:
    """For templates: what was done; None where only the words of the record are known."""
    return LOOKS.get(cause) or LOOKS.get(target)


# The first name that a browser gives itself is the one that counts: Edge calls itself Chrome too.
BROWSERS = (
    ("Edg", "Edge"), ("OPR", "Opera"), ("SamsungBrowser", "Samsung Internet"),
    ("Firefox", "Firefox"), ("Chrome", "Chrome"), ("Safari", "Safari"),
)  # fmt: skip
SYSTEMS = (
    ("Android", "Android"), ("iPhone", "iPhone"), ("iPad", "iPad"), ("Windows", "Windows"),
    ("Mac OS", "macOS"), ("Linux", "Linux"),
)  # fmt: skip


def device_in_words(agent: str) -> str:
    """The filter of templates: browser and system, from what a browser says of itself."""
    names = [
        next((name for sign, name in known if sign in agent), "") for known in (BROWSERS, SYSTEMS)
    ]
    return " · ".join(filter(None, names))


def qualifier_in_words(qualifier: str) -> LazyString:
    """The filter of templates: the sentence that narrows one of the six words."""
    return QUALIFIERS[qualifier]
