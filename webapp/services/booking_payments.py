"""Booking what was paid elsewhere: dues are paid, debits lowered, the rest becomes credit.

What is in a bank file or with the bank stays as it is: money that came in another way for it is
the employer's credit, and nobody is debited twice for long.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import count

from sqlalchemy.orm import Session

from webapp.adapters.vault import Vault
from webapp.domain.allocation import Allocation, Payable, Paying, Share, allocate
from webapp.domain.corrections import Freedom
from webapp.domain.money import Centimes
from webapp.domain.period import Period, Periodicity
from webapp.domain.statuses import DueStatus
from webapp.models import Account, Due, DueKind, Payment
from webapp.services.books import Entry, Leg, post
from webapp.services.changed_debits import ChangedDebit, merged
from webapp.services.credits import settling_leg
from webapp.services.debit_news import tell_of_changes
from webapp.services.due_changes import LockedDue, Part, end_dues, lock_dues, replace_dues
from webapp.services.new_dues import NewDue, add_dues
from webapp.services.paid_in_time import paid_in_time, take_lateness_back
from webapp.services.telling import Tell
from webapp.services.working_day import WorkingDay

CAUSE = "paid_elsewhere"


@dataclass(slots=True)
class _Booked:
    """The dues that each payment pays whole by now: its shares, by the id of their due."""

    shares: list[Share] = field(default_factory=list)
    debits: list[ChangedDebit] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Shared:
    """What is paid, the shares of each employer, and the debits that changed on the way."""

    dues: Sequence[LockedDue]
    made: Sequence[Allocation]
    debits: Sequence[ChangedDebit]


def book_payments(
    session: Session, day: WorkingDay, vault: Vault, tell: Tell, payments: Sequence[Payment]
) -> None:
    """Book payments that are there and count; each pays what its employer owes.

    The dues of its period first, then those that were legally due first, as far as nothing of
    their debit is in a bank file. What was paid in time bears no surcharge, however late it is
    entered. A due that is paid in part is split. Who was told of a debit
    that is lowered or cancelled is told of that. Inside the caller's transaction.
    """
    shared = _share(session, day, payments)
    dues, made = shared.dues, shared.made
    booked = _pay(session, day, dues, [share for one in made for share in one.shares])
    left = {key: rest for one in made for key, rest in one.left.items()}
    _post(session, day, payments, booked.shares)
    add_dues(
        session,
        day,
        [_credit(day, payment, left[payment.reference]) for payment in payments
         if payment.reference in left],
        CAUSE,
        Account.ELSEWHERE,
    )  # fmt: skip
    _tell(session, day, vault, tell, dues, [*shared.debits, *booked.debits])


def _share(session: Session, day: WorkingDay, payments: Sequence[Payment]) -> _Shared:
    """Share the payments among what is owed, and again when less is owed for being late.

    What turns out to have been paid in time takes its surcharges back, which leaves more of the
    payment to the dues after it: each round shares at least as much to those before.
    """
    known: dict[int, int] = {}
    debits: list[ChangedDebit] = []
    for again in count():
        dues = _payable(session, payments)
        made = [
            _allocation(owner, payments, dues)
            for owner in sorted({p.employer_id for p in payments})
        ]
        shares = [share for one in made for share in one.shares]
        in_time = paid_in_time(day, payments, dues, shares)
        more = {due: paid - known.get(due, 0) for due, paid in in_time.items()}
        more = {due: by for due, by in more.items() if by > 0}
        if not more:
            return _Shared(dues, made, debits)
        known |= in_time
        cause = f"in-time:{payments[0].reference}:{again}"
        debits += take_lateness_back(session, day, dues, more, cause)
    raise AssertionError  # Not reached: what is owed is finite.


def _payable(session: Session, payments: Sequence[Payment]) -> list[LockedDue]:
    """What the payments can pay: owed, and in no bank file."""
    return [
        due
        for due in lock_dues(
            session,
            Due.employer_id.in_({payment.employer_id for payment in payments}),
            Due.status.in_([DueStatus.OPEN, DueStatus.SCHEDULED]),
            Due.amount_centimes > 0,
        )
        if due.freedom is not Freedom.FIXED
    ]


def _allocation(owner: int, payments: Sequence[Payment], dues: Sequence[LockedDue]) -> Allocation:
    return allocate(
        [
            Paying(
                payment.reference,
                Centimes(payment.amount_centimes),
                _months(payment.period) if payment.period else frozenset(),
            )
            for payment in payments
            if payment.employer_id == owner
        ],
        [
            Payable(due.id, due.amount, _months(due.row["period"]), due.row["legal_due_on"])
            for due in dues
            if due.row["employer_id"] == owner
        ],
    )


def _months(period: str) -> frozenset[str]:
    return frozenset(Period.parse(period).months)


def _pay(
    session: Session, day: WorkingDay, dues: Sequence[LockedDue], shares: Sequence[Share]
) -> _Booked:
    """Split what is paid in part, then let every paid due leave its debit."""
    mine: dict[int, list[Share]] = defaultdict(list)
    for share in shares:
        mine[share.due_id].append(share)
    known = {due.id: due for due in dues}
    whole = [
        share
        for due_id, some in mine.items()
        for share in some
        if share.amount == known[due_id].amount
    ]
    booked = _Booked(whole)
    split = [
        (known[due_id], _parts(known[due_id], some))
        for due_id, some in mine.items()
        if some[0].amount != known[due_id].amount
    ]
    if split:
        replaced = replace_dues(session, day, split, CAUSE)
        booked.debits += replaced.debits
        booked.shares += [
            Share(replaced.ids[_paid_key(share)], share.key, share.amount)
            for due, _ in split
            for share in mine[due.id]
        ]
    paid = lock_dues(session, Due.id.in_([share.due_id for share in booked.shares]))
    booked.debits += end_dues(session, day, paid, DueStatus.PAID_ELSEWHERE, CAUSE)
    return booked


def _parts(due: LockedDue, shares: Sequence[Share]) -> list[Part]:
    """What each payment pays of a due, and what takes its place in the debit."""
    parts = [Part(_paid_key(share), share.amount, stays=False) for share in shares]
    rest = due.amount - sum(share.amount for share in shares)
    if rest:
        parts.append(Part(f"{due.id}:rest:{shares[0].key}", Centimes(rest)))
    return parts


def _paid_key(share: Share) -> str:
    return f"{share.due_id}:paid:{share.key}"


def _post(
    session: Session, day: WorkingDay, payments: Sequence[Payment], shares: Sequence[Share]
) -> None:
    by_payment: dict[str, list[Share]] = defaultdict(list)
    for share in shares:
        by_payment[share.key].append(share)
    entries = []
    for payment in payments:
        mine, owner = by_payment[payment.reference], payment.employer_id
        total = sum(share.amount for share in mine)
        legs = [settling_leg(share.due_id, share.amount, owner) for share in mine]
        legs.append(Leg("elsewhere", Account.ELSEWHERE, total, owner))
        entries.append(Entry(key_of(payment.reference), tuple(legs)))
    post(session, day.today, entries)


def _credit(day: WorkingDay, payment: Payment, amount: Centimes) -> NewDue:
    """What a payment has left over, which the next debits use first."""
    return NewDue(
        origin_key=key_of(payment.reference),
        kind=DueKind.CREDIT,
        employer_id=payment.employer_id,
        worksite_id=None,
        period=period_of(payment),
        amount_centimes=Centimes(-amount),
        legal_due_on=day.today,
        collect_from_on=day.today,
    )


def key_of(reference: str) -> str:
    """What a payment has caused: its entry in the books, and its credit."""
    return f"payment:{reference}"


def period_of(payment: Payment) -> str:
    """What a payment is for; without a period, the month in which it was paid."""
    return payment.period or Period.containing(payment.paid_on, Periodicity.MONTHLY).code


def _tell(
    session: Session,
    day: WorkingDay,
    vault: Vault,
    tell: Tell,
    dues: Sequence[LockedDue],
    debits: Sequence[ChangedDebit],
) -> None:
    owners: Mapping[int | None, int] = {due.debit_id: due.row["employer_id"] for due in dues}
    for debit in merged(debits):
        tell_of_changes(session, day, vault, tell, owners[debit.id], [debit])
