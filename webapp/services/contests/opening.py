"""Contesting amounts of a debit: what may be contested, and what it does at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, exists, func, or_, select
from sqlalchemy.orm import Session, aliased

from webapp.adapters.vault import Vault
from webapp.domain.contests import ContestEffect, answer_by, contestable_until, effect_of
from webapp.domain.errors import NoLongerPossible, NotFound
from webapp.domain.moment import Moment
from webapp.domain.money import Centimes
from webapp.domain.period import Period
from webapp.domain.statuses import (
    DEBIT_STATUSES_BEFORE_FREEZING,
    ContestStatus,
    DebitStatus,
    DueStatus,
)
from webapp.models import (
    Attempt,
    Contest,
    ContestLine,
    ContestReason,
    Debit,
    DebitLine,
    Due,
    DueKind,
    Subject,
    Worksite,
)
from webapp.services.contests.evidence import keep_evidence
from webapp.services.contests.standing import is_contested
from webapp.services.debit_news import tell_of_changes
from webapp.services.due_changes import ChangedDebit, end_dues, lock_dues
from webapp.services.events import move_all, record
from webapp.services.references import new_contest_reference
from webapp.services.sets import insert_rows
from webapp.services.telling import Tell
from webapp.services.transactions import reading, transaction
from webapp.services.working_day import WorkingDay

# An instalment was agreed by both; a credit is nothing that is collected.
NEVER_CONTESTED = (DueKind.CREDIT, DueKind.INSTALMENT)


@dataclass(frozen=True, slots=True)
class ContestableDue:
    """One amount under a debit that may be contested, in centimes, and what that would do."""

    due_id: int
    kind: DueKind
    period: Period
    worksite: str
    amount: Centimes
    effect: ContestEffect


@dataclass(frozen=True, slots=True)
class Contestable:
    """What of a debit may be contested today, until when, and by when it would be answered.

    `until_on` is none while the money has not been received.
    """

    reference: str
    collect_on: date
    dues: tuple[ContestableDue, ...]
    until_on: date | None
    answer_by_on: date

    def total(self, effect: ContestEffect) -> Centimes:
        """The sum of the amounts on which a contest has this effect, in centimes."""
        return Centimes(sum(due.amount for due in self.dues if due.effect is effect))


@dataclass(frozen=True, slots=True)
class Claim:
    """What an employer contests: these dues, why, in their own words, with or without evidence.

    `form_key` names the page that it was written on.
    """

    form_key: str
    due_ids: frozenset[int]
    reason: ContestReason
    words: str
    evidence: bytes = b""


def contestable(session: Session, day: WorkingDay, employer_id: int, reference: str) -> Contestable:
    """What of an employer's debit may be contested; no dues where nothing may, or no longer.

    Raises NotFound, also for somebody else's.
    """
    with reading(session):
        debit = session.execute(_debit(employer_id, reference)).first()
        if debit is None:
            raise NotFound(kind="debit", reference=reference)
        return _contestable(session, day, debit)


def open_contest(
    session: Session,
    day: WorkingDay,
    vault: Vault,
    tell: Tell,
    folder: Path,
    employer_id: int,
    reference: str,
    claim: Claim,
) -> str:
    """Contest amounts of a debit; the reference of the contest, of one page always the same.

    What has not left for the bank leaves its debit, which is lowered or cancelled; an employer who
    knew of it is told. The evidence is sealed into `folder`. Raises NotFound, also for somebody
    else's debit; NoLongerPossible when one of the dues may not be contested any more; UnusableScan.
    """
    with transaction(session):
        # The debit is the gate: the bank's answers, and the same form once more, wait here.
        debit = session.execute(_debit(employer_id, reference).with_for_update(of=Debit)).first()
        if debit is None:
            raise NotFound(kind="debit", reference=reference)
        known = session.scalar(
            select(Contest.reference).where(
                Contest.form_key == claim.form_key, Contest.employer_id == employer_id
            )
        )
        if known is not None:
            return known
        offered = {due.due_id: due for due in _contestable(session, day, debit).dues}
        if not claim.due_ids or not claim.due_ids <= offered.keys():
            raise NoLongerPossible(reference=reference)
        chosen = [offered[due_id] for due_id in sorted(claim.due_ids)]
        contest = _insert(session, day, vault, employer_id, debit.id, claim, chosen)
        if claim.evidence:
            keep_evidence(session, day, vault, folder, contest.id, claim.evidence)
        changed = _take_out(session, day, chosen)
        tell_of_changes(session, day, vault, tell, employer_id, changed)
        values = {
            "reference": contest.reference,
            "amount": sum(due.amount for due in chosen),
            "answer_by": contest.answer_by_on,
        }
        tell(session, day, vault, employer_id, "contest_opened", values)
        return contest.reference


def _debit(employer_id: int, reference: str) -> Any:
    settled_at = (
        select(func.max(Attempt.settled_at))
        .where(Attempt.debit_id == Debit.id, Attempt.returned_at.is_(None))
        .correlate(Debit)
        .scalar_subquery()
    )
    return select(
        Debit.id, Debit.reference, Debit.status, Debit.collect_on, settled_at.label("settled_at")
    ).where(Debit.employer_id == employer_id, Debit.reference == reference)


def _contestable(session: Session, day: WorkingDay, debit: Row[*tuple[Any, ...]]) -> Contestable:
    until_on = None
    if debit.status is DebitStatus.SETTLED:
        until_on = contestable_until(_day(debit.settled_at), day.rules)
    over = until_on is not None and day.today > until_on
    return Contestable(
        reference=debit.reference,
        collect_on=debit.collect_on,
        dues=() if over else _dues(session, debit),
        until_on=until_on,
        answer_by_on=answer_by(day.today, day.calendar, day.rules),
    )


def _dues(session: Session, debit: Row[*tuple[Any, ...]]) -> tuple[ContestableDue, ...]:
    rows = session.execute(
        select(Due.id, Due.kind, Due.status, Due.period, Due.amount_centimes, Worksite.name)
        .join(DebitLine, DebitLine.due_id == Due.id)
        .outerjoin(Worksite, Worksite.id == Due.worksite_id)
        .where(
            DebitLine.debit_id == debit.id,
            # A refused debit has let go of what it does not collect any more.
            or_(DebitLine.freed_at.is_(None), Due.status == DueStatus.OPEN),
            Due.kind.not_in(NEVER_CONTESTED),
            ~is_contested(),
            ~_is_answered(),
            ~_is_credited(),
        )
        .order_by(Due.period, Worksite.id, Due.id)
    )
    found = {}
    for row in rows:
        effect = effect_of(row.status, debit.status)
        if effect is not None:
            amount, period = Centimes(row.amount_centimes), Period.parse(row.period)
            found[row.id] = ContestableDue(row.id, row.kind, period, row.name or "", amount, effect)
    return tuple(found.values())


def _is_answered() -> ColumnElement[bool]:
    """The office has answered about it: it is not asked again and again."""
    return exists().where(ContestLine.due_id == Due.id, ContestLine.upheld.is_not(None))


def _is_credited() -> ColumnElement[bool]:
    """The employer has a credit for it, or a later revision has lowered what it stands for."""
    credit = aliased(Due)
    corrected = and_(
        credit.employer_id == Due.employer_id,
        credit.worksite_id == Due.worksite_id,
        credit.period == Due.period,
        credit.revision > Due.revision,
    )
    mine = or_(credit.about_due_id == Due.id, corrected)
    return exists().where(credit.kind == DueKind.CREDIT, mine)


def _insert(
    session: Session,
    day: WorkingDay,
    vault: Vault,
    employer_id: int,
    debit_id: int,
    claim: Claim,
    chosen: Sequence[ContestableDue],
) -> Contest:
    reference = new_contest_reference()
    contest = Contest(
        reference=reference,
        employer_id=employer_id,
        debit_id=debit_id,
        form_key=claim.form_key,
        reason=claim.reason,
        status=ContestStatus.OPEN,
        words=vault.seal(claim.words, words_context(reference)),
        answer=b"",
        opened_at=day.now,
        answer_by_on=answer_by(day.today, day.calendar, day.rules),
    )
    session.add(contest)
    session.flush()
    lines = [
        {
            "contest_id": contest.id,
            "employer_id": employer_id,
            "due_id": due.due_id,
            "amount_centimes": due.amount,
        }
        for due in chosen
    ]
    insert_rows(session, ContestLine, lines)
    record(session, day, Subject.CONTEST, [contest.id], None, ContestStatus.OPEN, claim.reason)
    return contest


def _take_out(
    session: Session, day: WorkingDay, chosen: Sequence[ContestableDue]
) -> tuple[ChangedDebit, ...]:
    """Let the dues be contested: out of a debit that has not left, in their place in another."""
    locked = lock_dues(session, Due.id.in_([due.due_id for due in chosen]))
    leaving = [
        due
        for due in locked
        if due.row["status"] is DueStatus.OPEN or due.debit_status in DEBIT_STATUSES_BEFORE_FREEZING
    ]
    changed = end_dues(session, day, leaving, DueStatus.CONTESTED, "contested") if leaving else ()
    staying = [due.id for due in locked if due not in leaving]
    scheduled, contested = DueStatus.SCHEDULED, DueStatus.CONTESTED
    move_all(session, day, Due, scheduled, contested, Due.id.in_(staying), cause="contested")
    return changed


def words_context(reference: str) -> str:
    """What the words of an employer are sealed for."""
    return f"contest:{reference}"


def _day(instant: datetime | None) -> date | None:
    return None if instant is None else Moment.at(instant).today
