"""Why a bank refused or returned a debit, and what the fund does about it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class ActionClass(StrEnum):
    """What follows a refusal."""

    RETRY = "RETRY"  # present it again, told before
    STOP = "STOP"  # never again on this mandate
    FIX = "FIX"  # the account or the mandate must be corrected first
    CONTACT = "CONTACT"  # a person talks to the employer or the bank
    OWN = "OWN"  # the fund's own account or identity is wrong
    TECH = "TECH"  # the file was wrong: a programmer looks
    NONE = "NONE"  # the expected echo of our own request


class Fault(StrEnum):
    """Whose fault a refusal is; only the employer's costs a surcharge."""

    EMPLOYER = "employer"  # of the account, or of what its holder wants
    BANK = "bank"
    FUND = "fund"
    NOBODY = "nobody"


class NextStep(StrEnum):
    """What an employer does about a refusal; each is a button that leads to a page of theirs."""

    FUND_ACCOUNT = "fund_account"
    CHANGE_ACCOUNT = "change_account"
    SIGN_AGAIN = "sign_again"
    ASK_BANK = "ask_bank"
    CONTACT_AGENCY = "contact_agency"
    NOTHING = "nothing"


@dataclass(frozen=True)
class Reason:
    """One ISO 20022 reason code with its official name and its consequence."""

    code: str
    name: str
    action: ActionClass
    fault: Fault
    next_step: NextStep


def action_for(code: str | None, reasons: Mapping[str, Reason]) -> ActionClass:
    """The consequence of a refusal; an unknown or missing code needs a person (CONTACT)."""
    reason = reasons.get(code or "")
    return reason.action if reason else ActionClass.CONTACT


class PlainReason(StrEnum):
    """Why a debit was refused, as an employer is told; one sentence each."""

    INSUFFICIENT_FUNDS = "insufficient_funds"
    ACCOUNT_CLOSED = "account_closed"
    ACCOUNT_BLOCKED = "account_blocked"
    WRONG_ACCOUNT = "wrong_account"
    NO_DEBITS_ON_ACCOUNT = "no_debits_on_account"
    NAME_DIFFERS = "name_differs"
    MANDATE_UNKNOWN = "mandate_unknown"
    OPPOSITION = "opposition"
    REFUND_ASKED = "refund_asked"
    OVER_LIMIT = "over_limit"
    HOLDER_DECEASED = "holder_deceased"
    TECHNICAL = "technical"
    OWN_CODE = "own_code"
    UNSAID = "unsaid"


PLAIN_REASONS: Mapping[str, PlainReason] = {
    code: reason
    for reason, codes in {
        PlainReason.INSUFFICIENT_FUNDS: "AM04",
        PlainReason.ACCOUNT_CLOSED: "AC04 AC05 BE06",
        PlainReason.ACCOUNT_BLOCKED: "AC06 AM07 RR04",
        PlainReason.WRONG_ACCOUNT: "AC01 AC02 AC15 DNOR RC01 RC03 RC08 RR01",
        PlainReason.NO_DEBITS_ON_ACCOUNT: "AC10 AC13 AG01 AG03 SL01 SL11",
        PlainReason.NAME_DIFFERS: "BE01 RR02",
        PlainReason.MANDATE_UNKNOWN: "MD01 MD02 MD16",
        PlainReason.OPPOSITION: "CUST MS02 SL12",
        PlainReason.REFUND_ASKED: "MD06 MD05 UPAY",
        PlainReason.OVER_LIMIT: "AM02 AM09 AM14",
        PlainReason.HOLDER_DECEASED: "MD07",
    }.items()
    for code in codes.split()
}


def plain_reason(code: str | None, reasons: Mapping[str, Reason]) -> PlainReason:
    """What an employer is told about a refusal: a fault of the fund's or a bank's is technical."""
    known = PLAIN_REASONS.get(code or "")
    if known is not None:
        return known
    if code and code not in reasons:
        return PlainReason.OWN_CODE
    action = action_for(code, reasons)
    if action in {ActionClass.OWN, ActionClass.TECH, ActionClass.RETRY}:
        return PlainReason.TECHNICAL
    return PlainReason.UNSAID


class RefusalCause(StrEnum):
    """On whose side the cause of a refusal lies, as an office sorts its refused debits."""

    EMPLOYER = "employers_cause"
    BANK = "banks_cause"
    TECHNICAL = "technical_cause"  # our file or the fund's own account was wrong
    UNKNOWN = "unknown_code"  # no code, or one that stands in no list


# What is nobody's fault, a bank has told.
SIDES: Mapping[Fault, RefusalCause] = {
    Fault.EMPLOYER: RefusalCause.EMPLOYER,
    Fault.BANK: RefusalCause.BANK,
    Fault.NOBODY: RefusalCause.BANK,
    Fault.FUND: RefusalCause.TECHNICAL,
}


def cause_of(code: str | None, reasons: Mapping[str, Reason]) -> RefusalCause:
    """The side of a refusal; the employer's as everywhere else, where surcharges hang on it."""
    reason = reasons.get(code or "")
    return SIDES[reason.fault] if reason else RefusalCause.UNKNOWN


def codes_of(cause: RefusalCause, reasons: Mapping[str, Reason]) -> frozenset[str]:
    """The known codes of a side; of unknown codes there are none."""
    return frozenset(code for code in reasons if cause_of(code, reasons) is cause)


# A bank that refuses a whole file with one of these has had the file before: it speaks of the
# second copy, and the debits of the first one stand.
REASONS_OF_A_SECOND_COPY = frozenset({"AM05", "DUPL", "DU01", "DU02", "DU03", "DU04", "DU05"})
