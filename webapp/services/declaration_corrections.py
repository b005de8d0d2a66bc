"""Correcting a declaration: a new revision, and what is owed brought into line with it.

The former revision stays as it was filed. Each worksite's dues are made to add up to what it owes
by the new one; how, stands in webapp/domain/corrections.py. (design.md §6)
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, exists, or_, select
from sqlalchemy.orm import Session

from webapp.adapters.vault import Vault
from webapp.domain.corrections import NOTHING, Correction, OwedDue, correct
from webapp.domain.due_dates import collection_day, filing_deadline
from webapp.domain.errors import NotFound, RevisionChanged
from webapp.domain.money import Centimes
from webapp.domain.period import Period
from webapp.domain.statuses import DeclarationStatus, DueStatus, PaymentScheduleStatus
from webapp.models import (
    Account,
    Declaration,
    Due,
    DueKind,
    PaymentSchedule,
    ScheduledDue,
    Subject,
    Worksite,
)
from webapp.services.books import Entry, Leg, post
from webapp.services.debit_news import tell_of_changes
from webapp.services.declarations import (
    Filing,
    employers_of,
    insert_lines,
    lines_of,
    worksites_of,
)
from webapp.services.due_changes import ChangedDebit, LockedDue, Part, lock_dues, replace_dues
from webapp.services.events import move_all, record
from webapp.services.sets import insert_keyed
from webapp.services.telling import Tell
from webapp.services.transactions import reading, transaction
from webapp.services.working_day import WorkingDay

SCHEDULED = (
    PaymentScheduleStatus.ACCEPTED,
    PaymentScheduleStatus.COMPLETED,
    PaymentScheduleStatus.BROKEN,
)


@dataclass(frozen=True, slots=True)
class WorksiteEffect:
    """What a correction does to one worksite: its dues, and what they must make (centimes)."""

    worksite: str
    owed: tuple[OwedDue, ...]
    after: Centimes

    @property
    def before(self) -> Centimes:
        """What the worksite's dues add up to now."""
        return Centimes(sum(due.amount for due in self.owed))

    @property
    def correction(self) -> Correction:
        """What changes, what is added, what is credited."""
        return correct(self.owed, self.after)


@dataclass(frozen=True, slots=True)
class Corrected:
    """The new revision and the debits that it has changed."""

    declaration_id: int
    revision: int
    debits: tuple[ChangedDebit, ...] = ()


def latest_revision(session: Session, employer_id: int, period: Period) -> int:
    """The number of the last revision that was filed. Raises NotFound where there is none."""
    with reading(session):
        return _latest(session, employer_id, period).revision


def preview_correction(session: Session, filing: Filing) -> list[WorksiteEffect]:
    """What a correction would do, worksite by worksite; those that it leaves alone are left out.

    Raises NotFound and UnknownWorksite.
    """
    with reading(session):
        employer_id = _owner(session, filing)
        locked = lock_dues(session, *_declared(employer_id, filing.period))
        effects = _effects(session, employer_id, filing, locked)
    return [effect for effect in effects if effect.before != effect.after]


def correct_declaration(
    session: Session, day: WorkingDay, vault: Vault, tell: Tell, filing: Filing, corrects: int
) -> Corrected:
    """File the next revision of a period and bring its dues into line; the same form once.

    `corrects` is the revision that the employer has seen. An announced debit that is lowered, or
    has nothing left, is told of. Raises RevisionChanged, NotFound and UnknownWorksite.
    """
    with transaction(session):
        return add_correction(session, day, vault, tell, filing, corrects)


def add_correction(
    session: Session, day: WorkingDay, vault: Vault, tell: Tell, filing: Filing, corrects: int
) -> Corrected:
    """`correct_declaration` inside the caller's transaction."""
    employer_id = _owner(session, filing)
    # The first revision is the gate: whoever corrects the same period waits here.
    session.execute(
        select(Declaration.id)
        .where(Declaration.employer_id == employer_id, Declaration.period == filing.period.code)
        .order_by(Declaration.revision)
        .with_for_update()
    )
    latest = _latest(session, employer_id, filing.period)
    if latest.form_key == filing.form_key:
        return Corrected(latest.id, latest.revision)
    if latest.revision != corrects:
        raise RevisionChanged(seen=corrects, latest=latest.revision)
    revision = latest.revision + 1
    declaration_id = _insert_revision(session, day, filing, employer_id, revision)
    locked = lock_dues(session, *_declared(employer_id, filing.period))
    effects = _effects(session, employer_id, filing, locked)
    debits = _change(session, day, revision, effects, locked)
    _add(session, day, filing, employer_id, revision, effects)
    tell_of_changes(session, day, vault, tell, employer_id, debits)
    return Corrected(declaration_id, revision, debits)


def _owner(session: Session, filing: Filing) -> int:
    return employers_of(session, [filing])[filing.member_number]


def _latest(session: Session, employer_id: int, period: Period) -> Declaration:
    found = session.scalar(
        select(Declaration)
        .where(Declaration.employer_id == employer_id, Declaration.period == period.code)
        .order_by(Declaration.revision.desc())
        .limit(1)
        .execution_options(populate_existing=True)
    )
    if found is None:
        raise NotFound(kind="declaration", reference=period.code)
    return found


def _insert_revision(
    session: Session, day: WorkingDay, filing: Filing, employer_id: int, revision: int
) -> int:
    """The new revision with its lines; the one before is corrected from now on."""
    move_all(
        session,
        day,
        Declaration,
        DeclarationStatus.FILED,
        DeclarationStatus.CORRECTED,
        Declaration.employer_id == employer_id,
        Declaration.period == filing.period.code,
        cause="corrected",
    )
    row = {
        "employer_id": employer_id,
        "period": filing.period.code,
        "revision": revision,
        "status": DeclarationStatus.FILED,
        "form_key": filing.form_key,
        "filed_on": day.today,
        "filed_at": day.now,
    }
    ids = insert_keyed(session, Declaration, Declaration.form_key, [row])
    insert_lines(session, ids, lines_of(session, [filing], [employer_id]))
    record(session, day, Subject.DECLARATION, ids, None, DeclarationStatus.FILED, "correction")
    return ids[0]


def _declared(employer_id: int, period: Period) -> tuple[ColumnElement[bool], ...]:
    """What a declared amount stands in: what was made of it and not replaced, or in a schedule."""
    in_schedule = exists().where(
        ScheduledDue.due_id == Due.id,
        PaymentSchedule.id == ScheduledDue.schedule_id,
        PaymentSchedule.status.in_(SCHEDULED),
    )
    return (
        Due.employer_id == employer_id,
        Due.period == period.code,
        Due.revision.is_not(None),
        or_(Due.status != DueStatus.SUPERSEDED, in_schedule),
    )


def _effects(
    session: Session, employer_id: int, filing: Filing, locked: Sequence[LockedDue]
) -> list[WorksiteEffect]:
    mine = Worksite.employer_id == employer_id
    codes = dict(session.execute(select(Worksite.id, Worksite.code).where(mine)).all())
    owed: dict[str, list[OwedDue]] = defaultdict(list)
    for due in locked:
        owed[codes[due.row["worksite_id"]]].append(OwedDue(due.id, due.amount, due.freedom))
    lines = lines_of(session, [filing], [employer_id])
    wanted = {line.wages.worksite: line.made.total for line in lines}
    return [
        WorksiteEffect(code, tuple(owed[code]), wanted.get(code, NOTHING))
        for code in sorted({*owed, *wanted})
    ]


def _change(
    session: Session,
    day: WorkingDay,
    revision: int,
    effects: Sequence[WorksiteEffect],
    locked: Sequence[LockedDue],
) -> tuple[ChangedDebit, ...]:
    """Change the amounts that may change."""
    known = {due.id: due for due in locked}
    changes = [
        (known[due.id], [Part(f"{due.id}:r{revision}", new, revision=revision)] if new else [])
        for effect in effects
        for due, new in effect.correction.changed
    ]
    return replace_dues(session, day, changes, "corrected").debits if changes else ()


def _add(
    session: Session,
    day: WorkingDay,
    filing: Filing,
    employer_id: int,
    revision: int,
    effects: Sequence[WorksiteEffect],
) -> None:
    """What is owed beside the amounts that stay, and what the fund owes."""
    period = filing.period
    worksites = worksites_of(session, [employer_id])
    rows = []
    for effect in effects:
        made = effect.correction
        if not (made.added or made.credited):
            continue
        kind = _kind_of(effect)
        key = f"{filing.member_number}:{period.code}:{revision}:{effect.worksite}"
        rows.append(
            {
                "origin_key": f"{'correction' if made.credited else kind.value}:{key}",
                "employer_id": employer_id,
                "worksite_id": worksites[employer_id, effect.worksite],
                "kind": kind,
                "status": DueStatus.OPEN,
                "period": period.code,
                "revision": revision,
                "amount_centimes": made.added - made.credited,
                "legal_due_on": filing_deadline(period, day.calendar, day.rules),
                "collect_from_on": collection_day(period, day.calendar, day.rules),
            }
        )
    ids = insert_keyed(session, Due, Due.origin_key, rows) if rows else []
    post(
        session,
        day.today,
        [_entry(row, employer_id, id_) for row, id_ in zip(rows, ids, strict=True)],
    )


def _kind_of(effect: WorksiteEffect) -> DueKind:
    if effect.correction.credited:
        return DueKind.CREDIT
    return DueKind.ADJUSTMENT if effect.owed else DueKind.CONTRIBUTION


def _entry(row: Mapping[str, Any], employer_id: int, due_id: int) -> Entry:
    amount = row["amount_centimes"]
    owed = Account.RECEIVABLE if amount > 0 else Account.EMPLOYER_CREDIT
    legs = (
        Leg(owed.value, owed, amount, employer_id, due_id),
        Leg("income", Account.INCOME, -amount, employer_id),
    )
    return Entry(f"due:{row['origin_key']}", legs)
