"""What the states of the service are called on a screen: one word or sentence for each."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from webapp.data.loader import load_reasons
from webapp.domain.reasons import ActionClass, PlainReason, action_for, plain_reason
from webapp.domain.statuses import MandateStatus
from webapp.domain.words import Word
from webapp.models import HoldReason, NoticeChannel, NoticeStatus
from webapp.services.debit_life import LifeKind

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

LIFE: Texts = {
    LifeKind.TOLD: _l("Notice to you"),
    LifeKind.SENT: _l("Sending to the bank or to Algérie Poste"),
    LifeKind.DEBITED: _l("Debit of your account"),
    LifeKind.SETTLED: _l("Receipt by the fund"),
    LifeKind.REFUSED: _l("Refusal"),
    LifeKind.CANCELLED: _l("Cancellation"),
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


# Where going on needs another account, or the same one signed anew.
NEED_ANOTHER_ACCOUNT = frozenset({ActionClass.STOP, ActionClass.FIX})


def why_refused(code: str | None) -> LazyString:
    """The filter of templates: why a bank refused, from its reason code."""
    return REFUSALS[plain_reason(code, load_reasons())]


def needs_another_account(hold: HoldReason | None, reason_code: str | None) -> bool:
    """Whether the employer can go on only by signing anew."""
    if hold is not None:
        return hold is HoldReason.MANDATE_NOT_ACTIVE
    return action_for(reason_code, load_reasons()) in NEED_ANOTHER_ACCOUNT


def in_words(state: StrEnum) -> LazyString:
    """The filter of templates: what a state, a reason or a channel is called."""
    for texts in (WORDS, MANDATES, HOLDS, CHANNELS, DELIVERIES, LIFE):
        if any(known is state for known in texts):
            return texts[state]
    raise KeyError(state)


def qualifier_in_words(qualifier: str) -> LazyString:
    """The filter of templates: the sentence that narrows one of the six words."""
    return QUALIFIERS[qualifier]
