"""The states of every subject and the moves between them; whatever is not listed is refused."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from webapp.domain.errors import IllegalMove


class MandateStatus(StrEnum):
    """An employer's authorisation to debit one account."""

    SIGNED = "signed"
    CONFIRMED = "confirmed"  # the bank, or the signed paper, where the channel asks for it
    ACTIVE = "active"
    SUSPENDED = "suspended"
    REVOKED = "revoked"
    REFUSED = "refused"
    REPLACED = "replaced"
    EXPIRED = "expired"


class DeclarationStatus(StrEnum):
    """One revision of the declaration of one employer and period."""

    DRAFT = "draft"
    FILED = "filed"
    CORRECTED = "corrected"  # a later revision took its place
    CLOSED = "closed"


class DueStatus(StrEnum):
    """One amount owed or credited; never partly paid: it is split."""

    OPEN = "open"
    SCHEDULED = "scheduled"
    SETTLED = "settled"
    SUPERSEDED = "superseded"
    CONTESTED = "contested"
    WAIVED = "waived"
    PAID_ELSEWHERE = "paid_elsewhere"
    DEFERRED = "deferred"  # a surcharge that waits for the end of a payment schedule
    GIVEN_BACK = "given_back"  # debited in error: the office gives it up or makes it due again


class DebitStatus(StrEnum):
    """One collection from one account on one day."""

    PLANNED = "planned"
    ANNOUNCED = "announced"
    HELD = "held"
    FROZEN = "frozen"
    SENT = "sent"
    UNKNOWN = "unknown"
    ACCEPTED = "accepted"
    DEBITED = "debited"
    SETTLED = "settled"
    REFUSED = "refused"
    DISPUTED = "disputed"
    CANCELLED = "cancelled"
    REVERSED = "reversed"  # made in error: the fund has asked for the money to go back


class BankFileStatus(StrEnum):
    """A file of debits for a bank; never deleted."""

    FILLING = "filling"  # portion by portion, by a run
    FROZEN = "frozen"
    WRITTEN = "written"
    APPROVED = "approved"
    SENDING = "sending"  # committed before the first byte leaves
    SENT = "sent"
    UNKNOWN = "unknown"  # found in `sending`, or carried by hand: never sent again by itself
    ACKNOWLEDGED = "acknowledged"
    RECONCILED = "reconciled"
    SUPERSEDED = "superseded"


class ReversalStatus(StrEnum):
    """What the fund tells a bank to undo one debit made in error; it leaves once."""

    AGREED = "agreed"  # by two people
    SENDING = "sending"  # committed before the first byte leaves
    SENT = "sent"
    UNKNOWN = "unknown"  # found in `sending`: never sent again by itself
    REFUSED = "refused"  # by the bank
    BOOKED = "booked"  # the money has gone back
    DROPPED = "dropped"  # the money had gone back before it left


class PaymentScheduleStatus(StrEnum):
    """A payment schedule of one employer."""

    PROPOSED = "proposed"
    ACCEPTED = "accepted"
    COMPLETED = "completed"  # its last instalment is settled
    BROKEN = "broken"  # an instalment was missed: the relief is lost
    WITHDRAWN = "withdrawn"  # before it was accepted


class ContestStatus(StrEnum):
    """What an employer objects to of a debit."""

    OPEN = "open"
    UPHELD = "upheld"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"  # by the employer


_M, _D, _U, _B, _F = MandateStatus, DeclarationStatus, DueStatus, DebitStatus, BankFileStatus
_R = ReversalStatus

_MANDATE_ENDS = frozenset({_M.REVOKED, _M.REFUSED, _M.REPLACED, _M.EXPIRED})
_BANK_ANSWERS = frozenset({_B.ACCEPTED, _B.DEBITED, _B.SETTLED, _B.REFUSED})

ALLOWED_MOVES: Mapping[type[StrEnum], Mapping[StrEnum, frozenset[StrEnum]]] = {
    MandateStatus: {
        _M.SIGNED: frozenset({_M.CONFIRMED, _M.ACTIVE}) | _MANDATE_ENDS,
        _M.CONFIRMED: frozenset({_M.ACTIVE}) | _MANDATE_ENDS,
        _M.ACTIVE: frozenset({_M.SUSPENDED}) | _MANDATE_ENDS,
        _M.SUSPENDED: frozenset({_M.ACTIVE}) | _MANDATE_ENDS,
        _M.REVOKED: frozenset(),
        _M.REFUSED: frozenset(),
        _M.REPLACED: frozenset(),
        _M.EXPIRED: frozenset(),
    },
    DeclarationStatus: {
        _D.DRAFT: frozenset({_D.FILED}),
        _D.FILED: frozenset({_D.CORRECTED, _D.CLOSED}),
        _D.CORRECTED: frozenset({_D.CLOSED}),
        _D.CLOSED: frozenset(),
    },
    DueStatus: {
        # Relief: cancelled with the last instalment, owed again when one is missed.
        _U.DEFERRED: frozenset({_U.WAIVED, _U.OPEN, _U.SUPERSEDED}),
        # Open to settled without a debit: credits cover it all.
        _U.OPEN: frozenset(set(_U) - {_U.OPEN, _U.GIVEN_BACK}),
        _U.SCHEDULED: frozenset(set(_U) - {_U.SCHEDULED}),
        # Returned after success: with its line freed, or still bound for another attempt.
        _U.SETTLED: frozenset({_U.OPEN, _U.SCHEDULED, _U.GIVEN_BACK}),
        # Debited in error: it never comes back by itself.
        _U.GIVEN_BACK: frozenset({_U.OPEN, _U.WAIVED, _U.SUPERSEDED}),
        # A contest does not stop a debit that has left: its money may still arrive, or be given
        # back. Without a contest the amount is in that debit again, or open.
        _U.CONTESTED: frozenset(set(_U) - {_U.CONTESTED, _U.DEFERRED}),
        # The cheque bounced.
        _U.PAID_ELSEWHERE: frozenset({_U.OPEN}),
        _U.SUPERSEDED: frozenset(),
        _U.WAIVED: frozenset(),
    },
    DebitStatus: {
        # In doubt again: its file, given up as lost, is with the bank after all.
        _B.PLANNED: frozenset({_B.ANNOUNCED, _B.HELD, _B.CANCELLED, _B.UNKNOWN}),
        _B.ANNOUNCED: frozenset({_B.FROZEN, _B.HELD, _B.CANCELLED, _B.PLANNED, _B.UNKNOWN}),
        # Refused once more: the bank's code, which nobody knew, means something now.
        _B.HELD: frozenset({_B.PLANNED, _B.CANCELLED, _B.REFUSED, _B.UNKNOWN}),
        # Its file was taken back: planned anew, or announced still when the day holds.
        _B.FROZEN: frozenset({_B.SENT, _B.UNKNOWN, _B.PLANNED, _B.ANNOUNCED}),
        _B.SENT: frozenset({_B.UNKNOWN, _B.DISPUTED}) | _BANK_ANSWERS,
        # Planned anew: the bank's hour has passed, and two people say that it has not got the file.
        _B.UNKNOWN: frozenset({_B.SENT, _B.PLANNED}) | _BANK_ANSWERS,
        _B.ACCEPTED: frozenset({_B.DEBITED, _B.SETTLED, _B.REFUSED}),
        _B.DEBITED: frozenset({_B.SETTLED, _B.REFUSED, _B.REVERSED}),
        # Returned after success.
        _B.SETTLED: frozenset({_B.REFUSED, _B.DISPUTED, _B.REVERSED}),
        # The next attempt, or the end; money that comes later is the employer's credit.
        _B.REFUSED: frozenset({_B.PLANNED, _B.HELD, _B.CANCELLED}),
        _B.DISPUTED: frozenset({_B.SETTLED, _B.REFUSED, _B.REVERSED}),
        _B.CANCELLED: frozenset(),
        _B.REVERSED: frozenset(),
    },
    PaymentScheduleStatus: {
        PaymentScheduleStatus.PROPOSED: frozenset(
            {PaymentScheduleStatus.ACCEPTED, PaymentScheduleStatus.WITHDRAWN}
        ),
        PaymentScheduleStatus.ACCEPTED: frozenset(
            {PaymentScheduleStatus.COMPLETED, PaymentScheduleStatus.BROKEN}
        ),
        PaymentScheduleStatus.COMPLETED: frozenset(),
        PaymentScheduleStatus.BROKEN: frozenset(),
        PaymentScheduleStatus.WITHDRAWN: frozenset(),
    },
    ContestStatus: {
        ContestStatus.OPEN: frozenset(set(ContestStatus) - {ContestStatus.OPEN}),
        ContestStatus.UPHELD: frozenset(),
        ContestStatus.REJECTED: frozenset(),
        ContestStatus.WITHDRAWN: frozenset(),
    },
    ReversalStatus: {
        _R.AGREED: frozenset({_R.SENDING, _R.DROPPED}),
        # Agreed again only when the transport is certain that no byte has left.
        _R.SENDING: frozenset({_R.SENT, _R.UNKNOWN, _R.AGREED}),
        _R.UNKNOWN: frozenset({_R.SENT, _R.REFUSED, _R.BOOKED}),
        _R.SENT: frozenset({_R.REFUSED, _R.BOOKED}),
        # Money is the stronger word, whatever came first.
        _R.REFUSED: frozenset({_R.BOOKED}),
        _R.BOOKED: frozenset(),
        _R.DROPPED: frozenset(),
    },
    BankFileStatus: {
        _F.FILLING: frozenset({_F.FROZEN, _F.SUPERSEDED}),
        _F.FROZEN: frozenset({_F.WRITTEN, _F.SUPERSEDED}),
        _F.WRITTEN: frozenset({_F.APPROVED, _F.SUPERSEDED}),
        _F.APPROVED: frozenset({_F.SENDING, _F.SUPERSEDED}),
        # Approved again only when the transport is certain that no byte has left.
        _F.SENDING: frozenset({_F.SENT, _F.UNKNOWN, _F.APPROVED}),
        # Superseded after sending: with the bank's written word and two people. With the same,
        # the same file under the same name is sent again: it stays unknown when nothing left.
        _F.UNKNOWN: frozenset({_F.SENT, _F.ACKNOWLEDGED, _F.RECONCILED, _F.SUPERSEDED, _F.SENDING}),
        _F.SENT: frozenset({_F.ACKNOWLEDGED, _F.RECONCILED, _F.UNKNOWN}),
        _F.ACKNOWLEDGED: frozenset({_F.RECONCILED}),
        _F.RECONCILED: frozenset(),
        # In doubt again: given up as lost, and with the bank after all.
        _F.SUPERSEDED: frozenset({_F.UNKNOWN}),
    },
}

MANDATE_STATUSES_ALLOWING_DEBIT = frozenset({MandateStatus.ACTIVE})

# A debit that still stands in the way of another one for the same mandate and day.
LIVE_DEBIT_STATUSES = frozenset(set(DebitStatus) - {DebitStatus.CANCELLED})

# What such a debit collects has not been received yet, and is not free.
DEBIT_STATUSES_BEFORE_SETTLEMENT = LIVE_DEBIT_STATUSES - {
    DebitStatus.SETTLED,
    DebitStatus.REVERSED,
}

# Of these the fund may ask the money to go back: it has left the employer's account.
REVERSIBLE_DEBIT_STATUSES = frozenset({DebitStatus.DEBITED, DebitStatus.SETTLED})

# A reversal that the bank may know of.
LEFT_REVERSAL_STATUSES = frozenset(
    set(ReversalStatus) - {ReversalStatus.AGREED, ReversalStatus.DROPPED}
)

# Nothing of these is in a bank's file: a person can cancel them.
DEBIT_STATUSES_BEFORE_FREEZING = (DebitStatus.PLANNED, DebitStatus.ANNOUNCED, DebitStatus.HELD)

# Of these no byte has left: they can be changed.
UNSENT_DEBIT_STATUSES = frozenset({*DEBIT_STATUSES_BEFORE_FREEZING, DebitStatus.FROZEN})


def check_move(source: StrEnum, target: StrEnum) -> None:
    """Raise IllegalMove unless a subject in `source` may go to `target`.

    Staying is not a move. Two states of different subjects never agree, even when they share a
    word ("refused").
    """
    moves = ALLOWED_MOVES.get(type(source), {})
    if type(source) is not type(target) or target not in moves.get(source, ()):
        subject = type(source).__name__.removesuffix("Status")
        raise IllegalMove(subject=subject, source=source.value, target=target.value)
