"""The employer's home at a glance: what went wrong, what to do, what comes next, what was last."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import bindparam, exists, func, select
from sqlalchemy.orm import Session, aliased

from webapp.domain.due_dates import debit_day
from webapp.domain.money import Centimes
from webapp.domain.period import Period
from webapp.domain.statuses import DebitStatus, DueStatus
from webapp.domain.warning_kinds import FOR_INFORMATION, WarningKind
from webapp.models import DebitLine, Due, DueKind
from webapp.services.authorisations import EndedMandate, ended_mandate
from webapp.services.contests.reading import open_contests
from webapp.services.debit_history import WorksiteShare, recent_rows, shares_of, with_periods
from webapp.services.debit_life import DebitRow
from webapp.services.enrolment import Authorisation, authorisation_of
from webapp.services.expiry import ends_on
from webapp.services.obligations import (
    Obligation,
    declarable_periods,
    declaring_of,
    expected_periods,
    obligation,
)
from webapp.services.payment_schedules import Schedule, standing_schedule
from webapp.services.sets import parts
from webapp.services.transactions import reading
from webapp.services.warnings_of import (
    OF_SCHEDULES,
    Warning,
    kind_of_debit,
    kind_of_declaration,
    kind_of_mandate,
    ordered,
)
from webapp.services.web_sessions import SignedIn
from webapp.services.working_day import WorkingDay

DEBITS_LOOKED_AT = 12
LATEST_SHOWN = 3
SHARES_SHOWN = 5

COMING = frozenset({DebitStatus.PLANNED, DebitStatus.ANNOUNCED, DebitStatus.FROZEN})
UNDER_WAY = frozenset(
    {DebitStatus.SENT, DebitStatus.UNKNOWN, DebitStatus.ACCEPTED, DebitStatus.DEBITED}
)

# Put together once, as those of debit_history.
_other = aliased(DebitLine)
STILL_UNPAID = (
    select(DebitLine.debit_id)
    .join(Due, Due.id == DebitLine.due_id)
    .where(
        DebitLine.debit_id.in_(bindparam("debits", expanding=True)),
        Due.status.in_([DueStatus.OPEN, DueStatus.SCHEDULED]),
        ~exists().where(
            _other.due_id == Due.id,
            _other.debit_id != DebitLine.debit_id,
            _other.freed_at.is_(None),
        ),
    )
    .distinct()
)
OPEN_DUES = (
    select(
        Due.collect_from_on,
        Due.legal_due_on,
        Due.barred_mandate_id,
        func.sum(Due.amount_centimes).label("sum"),
    )
    .where(
        Due.employer_id == bindparam("employer_id"),
        Due.status == DueStatus.OPEN,
        # The instalments to come stand in their schedule.
        Due.kind != DueKind.INSTALMENT,
    )
    .group_by(Due.collect_from_on, Due.legal_due_on, Due.barred_mandate_id)
    .order_by(Due.collect_from_on)
)


@dataclass(frozen=True, slots=True)
class Awaiting:
    """What is declared and in no debit yet, in centimes, and the day on which it can be debited.

    Of `not_covered` the authorisation takes nothing: it was due before it was signed, was tried
    for the last time, or there is none in force.
    """

    amount: Centimes
    debited_on: date | None
    not_covered: Centimes


@dataclass(frozen=True, slots=True)
class Share:
    """What a worksite has in a debit, in centimes; without a worksite, what is of the period."""

    worksite: str
    period: Period | None
    amount: Centimes


@dataclass(frozen=True, slots=True)
class BiggestShares:
    """The worksites that make most of a debit; of the others, how many and their sum."""

    rows: tuple[Share, ...]
    others: int
    rest: Centimes


@dataclass(frozen=True, slots=True)
class Overview:
    """Everything on the employer's home, in the order of the page.

    warnings   what costs money first; `troubles` and `to_declare` are among them
    ended      the last authorisation where there is none now, if not the employer ended it
    ends_on    the day on which the authorisation ends by itself, where its employer was told
    """

    warnings: tuple[Warning, ...]
    authorisation: Authorisation | None
    ended: EndedMandate | None
    ends_on: date | None
    schedule: Schedule | None
    troubles: tuple[DebitRow, ...]
    to_declare: tuple[Obligation, ...]
    next_debit: DebitRow | None
    shares: tuple[WorksiteShare, ...]
    awaiting: Awaiting | None
    latest: tuple[DebitRow, ...]

    @property
    def nothing_to_do(self) -> bool:
        """Whether everything goes on by itself."""
        in_force = self.authorisation is not None and self.authorisation.in_force
        uncovered = self.awaiting is not None and self.awaiting.not_covered
        asked = any(one.kind not in FOR_INFORMATION for one in self.warnings)
        return in_force and not uncovered and not asked

    @property
    def biggest_shares(self) -> BiggestShares:
        """The worksites that make most of the next debit, the largest first."""
        sums: dict[tuple[str, Period | None], int] = {}
        for one in self.shares:
            key = (one.worksite, None if one.worksite else one.period)
            sums[key] = sums.get(key, 0) + one.amount
        rows = [Share(name, period, Centimes(sum_)) for (name, period), sum_ in sums.items()]
        rows.sort(key=lambda row: row.amount, reverse=True)
        shown, others = rows[:SHARES_SHOWN], rows[SHARES_SHOWN:]
        return BiggestShares(tuple(shown), len(others), Centimes(sum(row.amount for row in others)))


def look_over(session: Session, day: WorkingDay, who: SignedIn) -> Overview:
    """The state of everything that is the employer's, as of this day."""
    with reading(session):
        authorisation = authorisation_of(session, who.employer_id)
        declaring = declaring_of(session, who.employer_id)
        debits = with_periods(session, recent_rows(session, who.employer_id, DEBITS_LOOKED_AT))
        refused = [row.id for row in debits if row.status is DebitStatus.REFUSED]
        unpaid = still_unpaid(session, refused)
        next_debit = min(
            (row for row in debits if row.status in COMING), key=_day_of, default=None
        ) or next((row for row in debits if row.status in UNDER_WAY), None)
        shares = shares_of(session, next_debit) if next_debit else ()
        awaiting = _awaiting(session, day, who.employer_id, authorisation)
        ended = None if authorisation else ended_mandate(session, who.employer_id)
        schedule = standing_schedule(session, day, who.employer_id)
    periods = expected_periods(declarable_periods(declaring, day), declaring)
    troubles = tuple(row for row in debits if _is_trouble(row, authorisation, unpaid))
    to_declare = tuple(obligation(period, day) for period in periods)
    ends = _ends_on(authorisation, day)
    found = [
        *(Warning(kind_of_debit(row.status), debit=row) for row in troubles),
        *(Warning(kind_of_declaration(days, day.today), days=days) for days in to_declare),
        *map(Warning, _of_authorisation(authorisation, ended, ends, bool(troubles))),
        *([Warning(OF_SCHEDULES[schedule.status])] if schedule else []),
        *(
            Warning(WarningKind.CONTESTED, contest=one)
            for one in open_contests(session, who.employer_id)
        ),
    ]
    return Overview(
        warnings=ordered(found),
        authorisation=authorisation,
        ended=ended,
        ends_on=ends,
        schedule=schedule,
        troubles=troubles,
        to_declare=to_declare,
        next_debit=next_debit,
        shares=shares,
        awaiting=awaiting,
        latest=tuple(row for row in debits if row.status is DebitStatus.SETTLED)[:LATEST_SHOWN],
    )


def _ends_on(found: Authorisation | None, day: WorkingDay) -> date | None:
    """The day on which an authorisation ends by itself, of which its employer was told."""
    if found is None or found.ended or found.expiry_told_on is None:
        return None
    return ends_on(found.expiry_told_on, day)


def _of_authorisation(
    found: Authorisation | None, ended: EndedMandate | None, ends: date | None, troubled: bool
) -> Iterator[WarningKind]:
    """What the home says of the authorisation; a refused debit says by itself what suspended it."""
    kind = kind_of_mandate(
        found.status if found else None,
        paused=found is not None and found.paused_from_on is not None,
        waits_for_paper=found is not None and found.waits_for_paper,
    )
    if kind is WarningKind.AUTHORISATION_MISSING and ended:
        yield WarningKind.AUTHORISATION_ENDED
    elif kind and not (kind is WarningKind.AUTHORISATION_SUSPENDED and troubled):
        yield kind
    if ends and kind is not WarningKind.PAPER_MISSING:
        yield WarningKind.AUTHORISATION_EXPIRING


def _is_trouble(row: DebitRow, authorisation: Authorisation | None, unpaid: set[int]) -> bool:
    """On hold, refused and still unpaid, or about to be tried again after a refusal.

    Whoever has signed anew since the refusal has done what was asked: what is still unpaid then
    stands with what awaits its debit.
    """
    if row.status is DebitStatus.REFUSED:
        signed_anew = (
            authorisation is not None
            and authorisation.in_force
            and authorisation.reference != row.mandate_reference
        )
        return row.id in unpaid and not signed_anew
    return row.status is DebitStatus.HELD or (row.status in COMING and row.reason_code is not None)


def _day_of(row: DebitRow) -> date:
    return row.collect_on


def still_unpaid(session: Session, debits: Sequence[int]) -> set[int]:
    """Of these debits, those with a due that is still neither paid nor in another debit.

    Inside the caller's transaction.
    """
    return {
        debit for part in parts(debits) for debit in session.scalars(STILL_UNPAID, {"debits": part})
    }


def _awaiting(
    session: Session, day: WorkingDay, employer_id: int, authorisation: Authorisation | None
) -> Awaiting | None:
    rows = session.execute(OPEN_DUES, {"employer_id": employer_id}).all()
    amount = sum(int(row.sum) for row in rows)
    if amount <= 0:
        return None
    taken = [
        row
        for row in rows
        if authorisation
        and authorisation.collects(row.legal_due_on)
        # After the last attempt only another authorisation brings it back.
        and row.barred_mandate_id != authorisation.id
    ]
    first = min((row.collect_from_on for row in taken), default=None)
    return Awaiting(
        amount=Centimes(amount),
        debited_on=first and debit_day(first, day.today, day.calendar, day.rules),
        not_covered=Centimes(amount - sum(int(row.sum) for row in taken)),
    )
