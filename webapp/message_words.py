"""What messages are called, by their kind (templates/messages/), their topic and their state."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from webapp.domain.tellings import Topic, Weight
from webapp.models import MessageStatus

MESSAGES: Mapping[str, LazyString] = {
    "account_changed": _l("Another account"),
    "account_looked_at": _l("Account number looked at"),
    "api_key_made": _l("Key for a software"),
    "ceiling_changed": _l("Another ceiling"),
    "certificate_revoked": _l("Certificate of good standing that holds no more"),
    "contact_changed": _l("Contact changed, to the contact of before"),
    "contest_answered": _l("Answer to a contest"),
    "contest_opened": _l("Contest received"),
    "correction_answered": _l("Answer about a correction"),
    "debit_announced": _l("Notice of a debit"),
    "debit_cancelled": _l("Debit cancelled"),
    "debit_debited": _l("Debit on its way to the fund"),
    "debit_dropped": _l("Debit cancelled, nothing left to debit"),
    "debit_lowered": _l("Debit lowered"),
    "debit_moved": _l("Debit moved, the banks are closed"),
    "debit_re_presented": _l("Notice of a new attempt"),
    "debit_refused": _l("Debit refused"),
    "debit_reversed": _l("Debit made in error, given back"),
    "debit_settled": _l("Debit received"),
    "declaration_due": _l("Reminder to declare"),
    "delegate_added": _l("Somebody new may act for the employer"),
    "delegation_ended": _l("End of a delegation"),
    "delegation_granted": _l("Delegation"),
    "mandate_confirmed": _l("Authorisation confirmed by the bank"),
    "mandate_expired": _l("Authorisation that has ended by itself"),
    "mandate_expiring": _l("Authorisation about to end"),
    "mandate_refused": _l("Authorisation refused by the bank"),
    "mandate_resumed": _l("Authorisation resumed"),
    "mandate_revoked": _l("Authorisation revoked"),
    "mandate_signed": _l("Authorisation signed"),
    "mandate_suspended": _l("Authorisation suspended by its employer"),
    "paper_missing": _l("Paper not received"),
    "schedule_accepted": _l("Payment schedule accepted"),
    "schedule_broken": _l("Payment schedule that has ended, an instalment missing"),
    "schedule_completed": _l("Payment schedule paid in full"),
    "schedule_proposed": _l("Payment schedule proposed"),
    "settings_changed": _l("Where codes and notices go was changed"),
    "staff_invitation": _l("Invitation"),
    "surcharge_added": _l("Charges for lateness"),
}
TOPICS: Mapping[StrEnum, LazyString] = {
    Topic.CODES: _l("Codes to sign in and to sign"),
    Topic.SAFETY: _l("Changes of your contacts and of who may act for you"),
    Topic.AUTHORISATION: _l("Your authorisation: signed, changed, ended, a paper missing"),
    Topic.DEBITS: _l("Notice before a debit; a debit moved, lowered, cancelled or tried again"),
    Topic.REFUSALS: _l("A debit refused, and what to do"),
    Topic.CHARGES: _l("A charge for lateness added"),
    Topic.OFFICE: _l(
        "Answers of the fund: objections, corrections, payment schedules, certificates"
    ),
    Topic.REMINDERS: _l("Reminder to declare: 10 days before, 3 days before, on the last day"),
    Topic.COLLECTED: _l("A debit received by the fund, with its receipt"),
    Topic.LOOKS: _l("An agent of the fund saw your whole account number"),
}
WEIGHTS: Mapping[StrEnum, LazyString] = {
    Weight.NEEDED: _l("Always sent"),
    Weight.WISHED: _l("Sent unless you choose the quiet mode"),
    Weight.ON_REQUEST: _l("Sent only if you ask for it"),
}
STATES: Mapping[StrEnum, LazyString] = {
    MessageStatus.QUEUED: _l("On its way"),
    MessageStatus.ACCEPTED: _l("Message sent"),
    MessageStatus.REFUSED: _l("Not delivered"),
    MessageStatus.BOUNCED: _l("Not delivered"),
    MessageStatus.EXPIRED: _l("Not sent: it was too late"),
}
MESSAGE_WORDS = (TOPICS, WEIGHTS, STATES)


def message_in_words(kind: str) -> LazyString | str:
    """The filter of templates: what a kind of message is called."""
    return MESSAGES.get(kind, kind)
