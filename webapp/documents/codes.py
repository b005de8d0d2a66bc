"""The words of the code as a proof and a copy say them: states, kinds, ways, steps."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache

from webapp.catalogs import Language, catalog

Words = Mapping[str, str]
Gettext = Callable[[str], str]


@cache
def codes(language: Language) -> Mapping[str, Words]:
    """For each group, what its words are called."""
    gettext = catalog(language).gettext
    return {
        **_states(gettext),
        **_kinds(gettext),
        "step": _steps(gettext),
        "hold": _holds(gettext),
        "role": _roles(gettext),
    }


def _states(gettext: Gettext) -> dict[str, Words]:
    return {
        "debit": {
            "planned": gettext("scheduled"), "announced": gettext("announced"),
            "held": gettext("on hold"), "frozen": gettext("in a bank file"),
            "sent": gettext("sent"), "unknown": gettext("sending not confirmed"),
            "accepted": gettext("accepted by the bank"), "debited": gettext("debited"),
            "settled": gettext("settled"), "refused": gettext("refused"),
            "disputed": gettext("contested"), "cancelled": gettext("cancelled"),
            "reversed": gettext("debited in error and given back"),
        },
        "mandate": {
            "signed": gettext("waiting for the bank's confirmation"),
            "confirmed": gettext("confirmed by the bank"), "active": gettext("active"),
            "suspended": gettext("suspended"), "revoked": gettext("revoked"),
            "refused": gettext("refused by the bank"), "replaced": gettext("replaced"),
            "expired": gettext("expired"),
        },
        "file": {
            "filling": gettext("being put together"), "frozen": gettext("put together"),
            "written": gettext("written"),
            "approved": gettext("approved by a second person"), "sending": gettext("being sent"),
            "sent": gettext("sent"), "unknown": gettext("sending not confirmed"),
            "acknowledged": gettext("acknowledged by the bank"),
            "reconciled": gettext("answered in full"),
            "superseded": gettext("replaced by another file"),
        },
        "delivery": {
            "queued": gettext("on its way"), "accepted": gettext("delivered"),
            "refused": gettext("not delivered"), "bounced": gettext("came back"),
            "expired": gettext("out of time"),
        },
        "declaration": {
            "draft": gettext("draft"), "filed": gettext("filed"),
            "corrected": gettext("replaced by a correction"), "closed": gettext("closed"),
        },
        "due": {
            "open": gettext("to be paid"), "scheduled": gettext("scheduled"),
            "settled": gettext("settled"), "superseded": gettext("replaced by another amount"),
            "contested": gettext("contested"), "waived": gettext("no longer owed"),
            "paid_elsewhere": gettext("paid another way"),
            "deferred": gettext("waiting for the end of a payment schedule"),
            "given_back": gettext("debited in error and given back"),
        },
        "schedule": {
            "proposed": gettext("waiting for the employer's answer"),
            "accepted": gettext("in force"), "completed": gettext("paid in full"),
            "broken": gettext("ended, an instalment missing"), "withdrawn": gettext("withdrawn"),
        },
        "payment": {
            "waiting": gettext("waiting for a second person"), "booked": gettext("booked"),
            "refused": gettext("not taken"), "reversed": gettext("taken back"),
        },
        "payment_way": {
            "cheque": gettext("by cheque"), "transfer": gettext("by transfer"),
            "counter": gettext("at the counter"), "portal": gettext("on the old portal"),
        },
        "correction": {
            "open": gettext("not answered yet"), "done": gettext("corrected"),
            "refused": gettext("not corrected"),
        },
    }  # fmt: skip


def _kinds(gettext: Gettext) -> dict[str, Words]:
    return {
        "due_kind": {
            "contribution": gettext("contribution"), "adjustment": gettext("adjustment"),
            "surcharge": gettext("late-payment surcharge"),
            "penalty": gettext("late-declaration penalty"), "instalment": gettext("instalment"),
            "credit": gettext("credit in your favour"),
        },
        "notice_kind": {
            "debit_announced": gettext("notice before the debit"),
            "debit_re_presented": gettext("notice before another try"),
            "debit_moved": gettext("notice of another day, the banks being closed"),
        },
        "note_kind": {
            "call": gettext("call"), "visit": gettext("visit"), "letter": gettext("letter"),
            "internal": gettext("internal"),
        },
        "fact": {
            "accepted": gettext("accepted by the bank"),
            "debited": gettext("debited from the account"),
            "settled": gettext("received by the fund"), "refused": gettext("refused"),
            "returned": gettext("returned by the bank"),
            "reversed": gettext("given back by the fund"),
        },
        "outcome": {
            "pending": gettext("not taken in yet"), "applied": gettext("recorded"),
            "known": gettext("known already"), "noted": gettext("noted, moves nothing"),
            "suspense": gettext("a person must look"),
        },
        "signing": {
            "self": gettext("on the signatory's own device"),
            "kiosk": gettext("on a device of the fund, beside an agent"),
            "import": gettext("on paper"),
        },
        "channel": {
            "sms": gettext("by text message"), "email": gettext("by e-mail"),
            "portal": gettext("in your Khatwa space"),
        },
        "quality": {
            "owner": gettext("owner of the enterprise"),
            "manager": gettext("manager of the enterprise"),
            "proxy": gettext("holder of a power of attorney"),
            "unknown": gettext("not asked at the time"),
        },
        "language": {"ar": gettext("Arabic"), "fr": gettext("French")},
        "periodicity": {"monthly": gettext("monthly"), "quarterly": gettext("quarterly")},
        "subject": {
            "mandate": gettext("Authorisation"), "declaration": gettext("Declaration"),
            "debit": gettext("Debit"), "employer": gettext("Employer"),
        },
        "correction_subject": {
            "name": gettext("The name of the enterprise"), "signatory": gettext("The signatory"),
            "contact": gettext("The phone number or e-mail address"),
            "identifiers": gettext("The member number or tax number"),
            "worksites": gettext("The worksites"), "other": gettext("Something else"),
        },
        "yes_no": {"True": gettext("yes"), "False": gettext("no")},
    }  # fmt: skip


def _steps(gettext: Gettext) -> Words:
    """The states that a mandate, a declaration or a debit moves between, each for itself."""
    return {
        "planned": gettext("scheduled"), "announced": gettext("announced"),
        "held": gettext("on hold"), "frozen": gettext("in a bank file"), "sent": gettext("sent"),
        "unknown": gettext("sending not confirmed"), "accepted": gettext("accepted by the bank"),
        "debited": gettext("debited"), "settled": gettext("settled"),
        "refused": gettext("refused"), "disputed": gettext("contested"),
        "cancelled": gettext("cancelled"), "signed": gettext("signed"),
        "reversed": gettext("debited in error and given back"),
        "confirmed": gettext("confirmed by the bank"), "active": gettext("active"),
        "suspended": gettext("suspended"), "revoked": gettext("revoked"),
        "replaced": gettext("replaced"), "expired": gettext("expired"),
        "filed": gettext("filed"), "corrected": gettext("replaced by a correction"),
        "closed": gettext("closed"),
    }  # fmt: skip


def _holds(gettext: Gettext) -> Words:
    return {
        "mandate_not_active": gettext("authorisation not active"),
        "over_ceiling": gettext("above the ceiling"),
        "no_contact": gettext("no contact for the notice"),
        "notice_not_delivered": gettext("notice not delivered"),
        "dues_changed": gettext("amount changed since the notice"),
        "bank_refusal": gettext("refused"),
        "late_money": gettext("money arrived in the meantime"),
    }


def _roles(gettext: Gettext) -> Words:
    return {
        "employer": gettext("Employer"), "person": gettext("Person acting for employers"),
        "staff": gettext("Staff"), "service": gettext("the service itself"),
        "agent": gettext("Agent"), "supervisor": gettext("Supervisor"),
        "collector": gettext("Collector"), "auditor": gettext("Auditor"),
        "administrator": gettext("Administrator"),
    }  # fmt: skip
