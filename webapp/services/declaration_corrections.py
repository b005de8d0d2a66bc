"""Correcting a declaration: a new revision, and what is owed brought into line with it.

The former revision stays as it was filed. Each worksite's dues are made to add up to what it owes
by the new one; how, stands in webapp/domain/corrections.py. (design.md §6)
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from webapp.adapters.vault import Vault
from webapp.domain.due_dates import collection_day, filing_deadline
from webapp.domain.errors import AmountContested, NotFound, RevisionChanged
from webapp.domain.money import Centimes
from webapp.domain.period import Period
from webapp.domain.statuses import DeclarationStatus
from webapp.models import (
    Declaration,
    Due,
    DueKind,
    Subject,
    Worksite,
)
from webapp.services.accrual import accrue_at_filing
from webapp.services.contests.standing import is_contested
from webapp.services.correction_effects import WorksiteEffect, declared_dues, effects_of
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
from webapp.services.late_due_changes import Shift, shift_late_dues
from webapp.services.new_dues import NewDue, add_dues
from webapp.services.sets import insert_keyed
from webapp.services.telling import Tell
from webapp.services.transactions import reading, transaction
from webapp.services.working_day import WorkingDay


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


def correct_declaration(
    session: Session, day: WorkingDay, vault: Vault, tell: Tell, filing: Filing, corrects: int
) -> Corrected:
    """File the next revision of a period and bring its dues into line; the same form once.

    `corrects` is the revision that the employer has seen. An announced debit that is lowered, or
    has nothing left, is told of. Raises RevisionChanged, AmountContested, NotFound and
    UnknownWorksite.
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
    locked = lock_dues(session, *declared_dues(employer_id, filing.period))
    effects = effects_of(session, employer_id, filing, locked)
    _refuse_contested(session, employer_id, filing.period, effects)
    debits = (
        *_change(session, day, revision, effects, locked),
        *_shift_late(session, day, employer_id, filing, revision, effects),
    )
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


def _refuse_contested(
    session: Session, employer_id: int, period: Period, effects: Sequence[WorksiteEffect]
) -> None:
    """What is contested is not corrected as well: it would be given back twice."""
    changing = {effect.worksite for effect in effects if effect.before != effect.after}
    contested = session.scalars(
        select(Worksite.code)
        .join(Due, Due.worksite_id == Worksite.id)
        .where(Due.employer_id == employer_id, Due.period == period.code, is_contested())
    )
    for worksite in contested:
        if worksite in changing:
            raise AmountContested(worksite=worksite)


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
    deadline = filing_deadline(period, day.calendar, day.rules)
    dues = []
    for effect in effects:
        made = effect.correction
        if not (made.added or made.credited):
            continue
        kind = _kind_of(effect)
        of_worksite = f"{filing.member_number}:{period.code}:{revision}:{effect.worksite}"
        dues.append(
            NewDue(
                origin_key=f"{'correction' if made.credited else kind.value}:{of_worksite}",
                kind=kind,
                employer_id=employer_id,
                worksite_id=worksites[employer_id, effect.worksite],
                period=period.code,
                amount_centimes=Centimes(made.added - made.credited),
                legal_due_on=deadline,
                collect_from_on=collection_day(period, day.calendar, day.rules),
                revision=revision,
            )
        )
    ids = add_dues(session, day, dues, "corrected")
    # Declared in time, and honestly corrected: it is paid late, but there is no penalty. [house]
    accrue_at_filing(session, day, ids, [DueKind.SURCHARGE])


def _kind_of(effect: WorksiteEffect) -> DueKind:
    if effect.correction.credited:
        return DueKind.CREDIT
    return DueKind.ADJUSTMENT if effect.owed else DueKind.CONTRIBUTION


def _shift_late(
    session: Session,
    day: WorkingDay,
    employer_id: int,
    filing: Filing,
    revision: int,
    effects: Sequence[WorksiteEffect],
) -> tuple[ChangedDebit, ...]:
    """What being late has cost follows the amounts, but for what was added: that is late anew."""
    worksites = worksites_of(session, [employer_id])
    families: dict[int, set[int]] = defaultdict(set)
    for due_id, worksite_id in session.execute(
        select(Due.id, Due.worksite_id).where(
            Due.employer_id == employer_id,
            Due.period == filing.period.code,
            Due.revision.is_not(None),
        )
    ):
        families[worksite_id or 0].add(due_id)
    return shift_late_dues(
        session,
        day,
        [
            Shift(
                frozenset(families[worksites[employer_id, effect.worksite]]),
                effect.after - effect.before - effect.correction.added,
                f"r{revision}",
            )
            for effect in effects
            if effect.after - effect.before != effect.correction.added
        ],
    )
