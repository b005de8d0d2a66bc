"""One debit that left after the backup was taken, brought into line with the sent journal.

Afterwards its dues are bound as they were when it left, and it is `unknown`: no run debits them
again, and the bank's answer finds it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from sqlalchemy import case, insert, select, update
from sqlalchemy.orm import Session

from webapp.domain.statuses import ALLOWED_MOVES, DebitStatus, DueStatus
from webapp.models import (
    Debit,
    DebitLine,
    Due,
    Employer,
    Notice,
    NoticeKind,
    NoticeStatus,
    Subject,
)
from webapp.services.bringing_attempts import bring_attempt, fail_attempts
from webapp.services.events import move_all, move_dues, record
from webapp.services.freeing import cancel_debits, free_lines
from webapp.services.journalling import SentAttempt
from webapp.services.matching_sent import AnyRow, Matched, SentDebit, live_lines
from webapp.services.new_dues import add_dues
from webapp.services.sets import insert_for, upserting
from webapp.services.working_day import WorkingDay

CAUSE = "reconciled"
# Where money has come, a person decides, or a reason is needed.
NOT_ON_THE_WAY = (
    DebitStatus.CANCELLED,
    DebitStatus.SETTLED,
    DebitStatus.DISPUTED,
    DebitStatus.HELD,
)


def apply_match(
    session: Session,
    day: WorkingDay,
    sent: SentDebit,
    matched: Matched,
    files: Mapping[str, tuple[int, date]],
) -> None:
    """Bind what was sent as it was. Inside the caller's transaction.

    `files`: of each bank file, its id and its collection day.
    """
    due_ids = [due.id for due in matched.dues]
    due_ids += add_dues(session, day, matched.late, CAUSE)
    own = matched.debit.id if matched.debit else None
    if not sent.overtaken:
        _withdraw_others(session, day, matched.mandate.id, sent, own, due_ids)
    if own is None:
        debit_id = _insert_debit(session, day, sent, matched.mandate, files)
    else:
        debit_id = own
        fail_attempts(session, day, own)
    _bind(session, day, debit_id, due_ids, overtaken=sent.overtaken)
    owner = _owner(session, matched.mandate.employer_id)
    for attempt in sent.attempts:
        live = attempt is sent.last and not sent.overtaken
        there = {name: file_id for name, (file_id, _) in files.items()}
        bring_attempt(session, day, debit_id, attempt, matched.mandate, owner, there, live=live)
        collect_on = files[attempt.file][1]
        _tell(session, day, debit_id, attempt, matched.mandate, owner, collect_on)
    if own is not None:
        _let_have_left(session, day, own, sent, files[sent.last.file][1])


def _let_have_left(
    session: Session, day: WorkingDay, debit_id: int, sent: SentDebit, collect_on: date
) -> None:
    """Lead a debit that is here from where it stands to where it must be."""
    if sent.overtaken:
        lead(session, day, debit_id, DebitStatus.REFUSED)
        free_lines(session, day, [debit_id])
        return
    session.execute(
        update(Debit)
        .where(Debit.id == debit_id)
        .values(
            amount_centimes=sent.last.amount,
            collect_on=collect_on,
            notice_version=_version(sent.last),
        )
        .execution_options(synchronize_session=False)
    )
    lead(session, day, debit_id, DebitStatus.UNKNOWN)


def lead(session: Session, day: WorkingDay, debit_id: int, target: DebitStatus) -> None:
    """Move a debit to `target` by the shortest way that the rules allow, each step an event."""
    source = session.scalars(select(Debit.status).where(Debit.id == debit_id)).one()
    for step in way(source, target):
        values = {"hold_reason": None} if source is DebitStatus.HELD else {}
        mine = Debit.id == debit_id
        move_all(session, day, Debit, source, step, mine, cause=CAUSE, **values)
        source = step


def way(source: DebitStatus, target: DebitStatus) -> list[DebitStatus]:
    """The states on the shortest way from one to the other, without the first."""
    ways: dict[DebitStatus, list[DebitStatus]] = {source: []}
    waiting = [source]
    while target not in ways:
        one = waiting.pop(0)
        for state in DebitStatus:  # in their order: every time the same way
            allowed = state in ALLOWED_MOVES[DebitStatus][one]
            if allowed and state not in ways and state not in NOT_ON_THE_WAY:
                ways[state] = [*ways[one], state]
                waiting.append(state)
    return ways[target]


def _withdraw_others(
    session: Session,
    day: WorkingDay,
    mandate_id: int,
    sent: SentDebit,
    own: int | None,
    due_ids: Sequence[int],
) -> None:
    """Let go of what the database had meant to do with these dues, or on this day, instead."""
    of_dues = {line.debit_id for line in live_lines(session, DebitLine.due_id.in_(due_ids))}
    same_day = session.scalars(
        select(Debit.id).where(
            Debit.mandate_id == mandate_id,
            Debit.planned_for_on == sent.last.planned_for_on,
            Debit.status != DebitStatus.CANCELLED,
        )
    ).all()
    for debit_id in sorted({*of_dues, *same_day} - {own}):
        mine = Debit.id == debit_id
        if cancel_debits(session, day, mine, cause=CAUSE):
            continue
        fail_attempts(session, day, debit_id)
        lead(session, day, debit_id, DebitStatus.REFUSED)
        free_lines(session, day, [debit_id])
        if debit_id in same_day:  # Its place is taken: it had ended before the other was planned.
            refused, gone = DebitStatus.REFUSED, DebitStatus.CANCELLED
            move_all(session, day, Debit, refused, gone, mine, cause=CAUSE, amount_centimes=0)


def _insert_debit(
    session: Session,
    day: WorkingDay,
    sent: SentDebit,
    mandate: AnyRow,
    files: Mapping[str, tuple[int, date]],
) -> int:
    """The debit as it is since it left; its way until then is in nobody's events."""
    status = DebitStatus.REFUSED if sent.overtaken else DebitStatus.UNKNOWN
    debit_id = session.scalar(
        insert_for(session, Debit)
        .values(
            reference=sent.last.debit,
            employer_id=mandate.employer_id,
            mandate_id=mandate.id,
            status=status,
            planned_for_on=sent.last.planned_for_on,
            collect_on=files[sent.last.file][1],
            amount_centimes=sent.last.amount,
            notice_version=_version(sent.last),
        )
        .returning(Debit.id)
    )
    record(session, day, Subject.DEBIT, [int(debit_id or 0)], None, status, CAUSE)
    return int(debit_id or 0)


def _bind(
    session: Session, day: WorkingDay, debit_id: int, due_ids: Sequence[int], *, overtaken: bool
) -> None:
    """Let the debit have exactly these dues in its live lines.

    Of one that was overtaken the lines are freed from the beginning: its dues went elsewhere.
    """
    bound = {line.due_id for line in live_lines(session, DebitLine.debit_id == debit_id)}
    stray = bound - set(due_ids)
    if stray and not overtaken:
        mine = (DebitLine.debit_id == debit_id, DebitLine.due_id.in_(stray))
        move_dues(session, DueStatus.SCHEDULED, DueStatus.OPEN, Due.id.in_(stray))
        session.execute(
            update(DebitLine).where(*mine, DebitLine.freed_at.is_(None)).values(freed_at=day.now)
        )
    new = [due_id for due_id in due_ids if due_id not in bound]
    if new:
        freed_at = day.now if overtaken else None
        for due in session.execute(
            select(Due.id, Due.employer_id, Due.amount_centimes).where(Due.id.in_(new))
        ).all():
            session.execute(
                insert(DebitLine).values(
                    debit_id=debit_id,
                    due_id=due.id,
                    employer_id=due.employer_id,
                    amount_centimes=due.amount_centimes,
                    freed_at=freed_at,
                )
            )
    if not overtaken:
        move_dues(session, DueStatus.OPEN, DueStatus.SCHEDULED, Due.id.in_(due_ids))


def _version(attempt: SentAttempt) -> int:
    """Of the notice that told of it; an old line of the journal does not say which."""
    return attempt.told[0] if attempt.told else attempt.number


def _owner(session: Session, employer_id: int) -> AnyRow:
    name = case((Employer.name_fr != "", Employer.name_fr), else_=Employer.name_ar)
    return session.execute(
        select(name.label("name"), Employer.notice_channel, Employer.language).where(
            Employer.id == employer_id
        )
    ).one()


def _tell(
    session: Session,
    day: WorkingDay,
    debit_id: int,
    attempt: SentAttempt,
    mandate: AnyRow,
    owner: AnyRow,
    collect_on: date,
) -> None:
    """The employer had been told: nothing is frozen before its notice was delivered."""
    values = {
        "debit_id": debit_id,
        "version": _version(attempt),
        "kind": NoticeKind.ANNOUNCED if attempt.number == 1 else NoticeKind.RE_PRESENTED,
        "channel": owner.notice_channel,
        "language": owner.language,
        "amount_centimes": attempt.amount,
        "collect_on": collect_on,
        "account_last4": mandate.account_last4,
        "status": NoticeStatus.ACCEPTED,
        "created_at": day.now,
        "accepted_on": attempt.told[1] if attempt.told else day.today,
    }
    changed = ("amount_centimes", "collect_on", "status", "accepted_on")
    key = ("debit_id", "version", "kind")
    session.execute(upserting(session, Notice, key, changed).values(**values))
