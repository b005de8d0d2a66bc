"""The life of one debit as its employer reads it: what happened with its day, then what is to come.

Knows no database: rows come in, moments go out.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from webapp.domain.money import Centimes
from webapp.domain.period import Period
from webapp.domain.statuses import DEBIT_STATUSES_BEFORE_FREEZING, DebitStatus
from webapp.models import HoldReason, NoticeChannel, NoticeStatus


@dataclass(frozen=True, slots=True)
class DebitRow:
    """A debit in one line. `reason_code` and `attempts` speak of the presentations to the bank."""

    id: int
    reference: str
    status: DebitStatus
    hold_reason: HoldReason | None
    collect_on: date
    amount: Centimes
    bank_code: str
    account_last4: str
    mandate_reference: str
    attempts: int
    reason_code: str | None
    settled_on: date | None
    refused_on: date | None
    periods: tuple[Period, ...] = ()

    @property
    def has_receipt(self) -> bool:
        """Whether its money has come and is still the fund's."""
        paid = self.status in {DebitStatus.SETTLED, DebitStatus.DISPUTED}
        return paid and self.settled_on is not None and self.refused_on is None


@dataclass(frozen=True, slots=True)
class NoticeRow:
    """What the employer was told before the debit, and whether it arrived."""

    channel: NoticeChannel
    status: NoticeStatus
    told_on: date
    amount: Centimes
    collect_on: date


@dataclass(frozen=True, slots=True)
class AttemptRow:
    """One presentation to the bank with the Algiers days of what became known of it."""

    number: int
    sent_on: date | None
    accepted_on: date | None
    debited_on: date | None
    settled_on: date | None
    refused_on: date | None
    given_back_on: date | None
    reason_code: str | None


class Following(StrEnum):
    """What follows a presentation to the bank, as an employer is told."""

    AWAITED = "awaited"  # the bank has not answered
    RECEIVED = "received"
    GIVEN_BACK = "given_back"
    AGAIN = "again"  # another presentation, made or to come
    LOST = "lost"  # it never left, or never arrived: the fund's own matter
    OFFICE = "office"  # the office looks at it
    OVER = "over"  # this debit presents it no more


class LifeKind(StrEnum):
    """What can happen to a debit, as an employer is told."""

    TOLD = "told"
    SENT = "sent"
    DEBITED = "debited"
    SETTLED = "settled"
    REFUSED = "refused"
    GIVEN_BACK = "given_back"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class LifeMoment:
    """One moment; `on` is an Algiers day, None for what has none yet."""

    kind: LifeKind
    on: date | None
    state: str


DELIVERED = frozenset({NoticeStatus.QUEUED, NoticeStatus.ACCEPTED})
# The way of a debit that nothing stops; the bank need not tell of the account being debited.
WAY = (LifeKind.TOLD, LifeKind.SENT, LifeKind.SETTLED)
# Nothing more is to come, or nobody can say when.
STOPPED = frozenset(
    {DebitStatus.REFUSED, DebitStatus.SETTLED, DebitStatus.HELD, DebitStatus.REVERSED}
)


def life_of(
    debit: DebitRow, notices: Sequence[NoticeRow], attempts: Sequence[AttemptRow]
) -> list[LifeMoment]:
    """The moments of a debit, oldest first; while it goes on, also those still to come."""
    past = [(notice.told_on, LifeKind.TOLD) for notice in notices if notice.status in DELIVERED]
    for attempt in attempts:
        days = (
            (attempt.sent_on, LifeKind.SENT),
            (attempt.debited_on, LifeKind.DEBITED),
            (attempt.settled_on, LifeKind.SETTLED),
            (attempt.refused_on, LifeKind.REFUSED),
            (attempt.given_back_on, LifeKind.GIVEN_BACK),
        )
        past += [(on, kind) for on, kind in days if on is not None]
    # Whoever is told on the day of a refusal is told of the attempt after it.
    refused = {on for on, kind in past if kind is LifeKind.REFUSED}
    order = sorted(past, key=lambda one: (one[0], _rank(one[0], one[1], refused)))
    moments = [LifeMoment(kind, on, _state(kind)) for on, kind in order]
    if debit.status is DebitStatus.CANCELLED:
        return [*moments, LifeMoment(LifeKind.CANCELLED, None, "refused")]
    if debit.status in STOPPED:
        return moments
    return moments + _to_come(debit, moments)


def _to_come(debit: DebitRow, moments: Sequence[LifeMoment]) -> list[LifeMoment]:
    """What follows the last moment on the way; after a refusal the way begins again."""
    again = [moment.kind for moment in moments]
    if LifeKind.REFUSED in again:
        again = again[len(again) - again[::-1].index(LifeKind.REFUSED) :]
    days = {LifeKind.SETTLED: debit.collect_on}
    return [LifeMoment(kind, days.get(kind), "pending") for kind in WAY if kind not in again]


def _state(kind: LifeKind) -> str:
    return "refused" if kind is LifeKind.REFUSED else "done"


def _rank(on: date, kind: LifeKind, refused: set[date]) -> int:
    """The place of a moment among those of its day."""
    after_all = kind is LifeKind.TOLD and on in refused
    return len(LifeKind) if after_all else list(LifeKind).index(kind)


def following(debit: DebitRow, attempts: Sequence[AttemptRow], one: AttemptRow) -> Following:
    """What follows one of a debit's presentations; of the last one, what its debit waits for."""
    if one.given_back_on is not None:
        return Following.GIVEN_BACK
    failed = one.refused_on is not None
    if one.settled_on is not None and not failed:
        return Following.RECEIVED
    last = one.number == max(attempt.number for attempt in attempts)
    if not last:
        return Following.AGAIN if failed else Following.LOST
    if debit.status is DebitStatus.HELD:
        return Following.OFFICE
    if debit.status in DEBIT_STATUSES_BEFORE_FREEZING:
        return Following.AGAIN if failed else Following.LOST
    if failed or debit.status is DebitStatus.CANCELLED:
        return Following.OVER
    return Following.AWAITED
