"""An employer's pause of a mandate: set, undone, ended, and turned by the run on its days."""

from __future__ import annotations

from sqlalchemy import and_, case, exists, or_, select, update
from sqlalchemy.orm import Session

from webapp.adapters.vault import Vault
from webapp.domain.asked_ways import AskedWay, cause_by
from webapp.domain.pause import Pause
from webapp.domain.statuses import (
    DEBIT_STATUSES_BEFORE_FREEZING,
    DebitStatus,
    MandateStatus,
    check_move,
)
from webapp.models import Debit, HoldReason, Mandate, Subject
from webapp.services.events import move_all, record
from webapp.services.freeing import cancel_debits
from webapp.services.open_debits import OpenDebit, Shown, check_shown, open_debits, under
from webapp.services.own_mandates import MandateRow, resumable_mandate
from webapp.services.permission import is_paused, is_paused_on
from webapp.services.planning import ENDED
from webapp.services.signing import lock_employer
from webapp.services.telling import Tell
from webapp.services.transactions import reading, transaction
from webapp.services.working_day import WorkingDay

ACTIVE, SUSPENDED = MandateStatus.ACTIVE, MandateStatus.SUSPENDED
# Asked by every run before it builds anything: most have no pause to turn and nothing to stop.
ANY_PAUSE = select(exists().where(is_paused()))
ANY_STOPPED = select(
    exists().where(
        Debit.status.in_(DEBIT_STATUSES_BEFORE_FREEZING),
        Debit.mandate_id.in_(select(Mandate.id).where(or_(Mandate.status.in_(ENDED), is_paused()))),
    )
)


def pausable_mandate(session: Session, employer_id: int, reference: str) -> MandateRow:
    """The mandate that the employer may suspend, or has suspended.

    Raises NotFound, MandateNotInForce, SuspendedByBank, and IllegalMove for a mandate that waits
    for its bank.
    """
    with reading(session):
        mandate = resumable_mandate(session, employer_id, reference)
    if mandate.pause is None:
        _check_status(mandate)
    return mandate


def preview_pause(session: Session, employer_id: int, reference: str, pause: Pause) -> Shown:
    """The debits inside a pause: those that are made all the same, and those that are cancelled.

    Raises NotFound, MandateNotInForce, SuspendedByBank, and IllegalMove for a mandate that waits
    for its bank.
    """
    with reading(session):
        mandate = resumable_mandate(session, employer_id, reference)
        _check_status(mandate)
        return Shown(mandate, _inside(session, mandate, pause))


def pause_mandate(
    session: Session,
    day: WorkingDay,
    vault: Vault,
    tell: Tell,
    employer_id: int,
    reference: str,
    pause: Pause,
    shown: str,
) -> None:
    """Suspend a mandate from a day on: at once, or by the run of that day.

    What is not in a bank's file and falls inside is cancelled, its dues are open and planned
    again for after the pause; `shown` is the digest of what the employer saw of it. They are
    told; the same pause sent twice is one. Raises InvalidPause, ShownChanged and what
    `preview_pause` raises.
    """
    with transaction(session):
        pause_inside(session, day, vault, tell, employer_id, reference, pause, shown)


def pause_inside(
    session: Session,
    day: WorkingDay,
    vault: Vault,
    tell: Tell,
    employer_id: int,
    reference: str,
    pause: Pause,
    shown: str,
    way: AskedWay | None = None,
) -> bool:
    """`pause_mandate` inside the caller's transaction; whether it changed anything.

    `way` says how the employer asked somebody of the fund for it.
    """
    lock_employer(session, employer_id)
    mandate = resumable_mandate(session, employer_id, reference)
    if mandate.pause == pause:
        return False
    _check_status(mandate)
    pause.check(day.today, day.rules)
    debits = _inside(session, mandate, pause)
    check_shown(shown, debits)
    _set(session, day, mandate, pause, way)
    unsent = [one.id for one in debits if not one.unstoppable]
    cancel_debits(session, day, Debit.id.in_(unsent), cause="paused")
    values = _told(mandate) | {"on": pause.from_on, "until": pause.until_on}
    tell(session, day, vault, employer_id, "mandate_suspended", values)
    return True


def resume_mandate(
    session: Session, day: WorkingDay, vault: Vault, tell: Tell, employer_id: int, reference: str
) -> None:
    """End the employer's pause now, or undo it before it begins; a second time changes nothing.

    They are told; what is owed is planned again by the next run. Raises NotFound,
    MandateNotInForce and SuspendedByBank.
    """
    with transaction(session):
        resume_inside(session, day, vault, tell, employer_id, reference)


def resume_inside(
    session: Session,
    day: WorkingDay,
    vault: Vault,
    tell: Tell,
    employer_id: int,
    reference: str,
    way: AskedWay | None = None,
) -> bool:
    """`resume_mandate` inside the caller's transaction; whether it changed anything."""
    lock_employer(session, employer_id)
    mandate = resumable_mandate(session, employer_id, reference)
    if mandate.pause is None:
        return False
    if mandate.status is SUSPENDED:
        move_all(
            session, day, Mandate, SUSPENDED, ACTIVE, Mandate.id == mandate.id,
            cause=cause_by("resumed", way), paused_from_on=None, paused_until_on=None,
        )  # fmt: skip
    else:
        _write(session, day, mandate, None, cause_by("pause_undone", way))
    tell(session, day, vault, employer_id, "mandate_resumed", _told(mandate) | {"on": day.today})
    return True


def turn_pauses(session: Session, day: WorkingDay) -> dict[str, int]:
    """Begin the pauses whose first day has come, and end those whose last day has passed.

    Returns how many mandates were suspended and resumed.
    """
    over = and_(is_paused(), Mandate.paused_until_on < day.today)
    with transaction(session):
        if not session.scalar(ANY_PAUSE):
            return {"suspended": 0, "resumed": 0}
        begun = move_all(
            session, day, Mandate, ACTIVE, SUSPENDED, is_paused_on(day.today),
            cause="pause_began",
        )  # fmt: skip
        ended = move_all(
            session, day, Mandate, SUSPENDED, ACTIVE, over, cause="pause_ended",
            paused_from_on=None, paused_until_on=None,
        )  # fmt: skip
        # Of a pause without a single run inside it, nothing but its days is left.
        session.execute(
            update(Mandate)
            .where(Mandate.status == ACTIVE, over)
            .values(paused_from_on=None, paused_until_on=None)
            .execution_options(synchronize_session=False)
        )
    return {"suspended": len(begun), "resumed": len(ended)}


def cancel_stopped(session: Session, day: WorkingDay) -> int:
    """Cancel the debits that may not go on since their mandate ended or is paused; how many.

    They came back since: their file was never sent, the bank refused them, the office released
    them. Their dues are open, for the mandate that takes them now. What was announced under a
    mandate whose place another took goes on.
    """
    with transaction(session):
        return _cancel_stopped(session, day) if session.scalar(ANY_STOPPED) else 0


def _cancel_stopped(session: Session, day: WorkingDay) -> int:
    ended = select(Mandate.id).where(Mandate.status.in_(ENDED))
    gone = select(Mandate.id).where(
        Mandate.status.in_(ENDED), Mandate.status != MandateStatus.REPLACED
    )
    earliest = case((Debit.collect_on < day.feasible_on, day.feasible_on), else_=Debit.collect_on)
    paused = (
        select(Mandate.id)
        .where(Mandate.id == Debit.mandate_id, is_paused_on(earliest))
        .correlate(Debit)
        .exists()
    )
    some = select(Mandate.id).where(is_paused())
    waiting = or_(
        Debit.status == DebitStatus.PLANNED, Debit.hold_reason == HoldReason.MANDATE_NOT_ACTIVE
    )
    cancelled = cancel_debits(
        session,
        day,
        or_(
            and_(waiting, Debit.mandate_id.in_(ended)),
            and_(Debit.status == DebitStatus.ANNOUNCED, Debit.mandate_id.in_(gone)),
        ),
        cause="mandate_ended",
    )
    cancelled += cancel_debits(
        session,
        day,
        Debit.mandate_id.in_(some),
        paused,
        cause="paused",
        sources=(DebitStatus.PLANNED, DebitStatus.ANNOUNCED),
    )
    return len(cancelled)


def _check_status(mandate: MandateRow) -> None:
    """Only an active mandate can be suspended. Raises IllegalMove."""
    check_move(mandate.status, SUSPENDED)


def _told(mandate: MandateRow) -> dict[str, object]:
    return {"reference": mandate.reference, "last4": mandate.account_last4}


def _inside(session: Session, mandate: MandateRow, pause: Pause) -> tuple[OpenDebit, ...]:
    found = open_debits(session, under(mandate))
    return tuple(one for one in found if one.collect_on in pause and not one.with_the_office)


def _set(
    session: Session, day: WorkingDay, mandate: MandateRow, pause: Pause, way: AskedWay | None
) -> None:
    if not pause.begins_by(day.today):
        _write(session, day, mandate, pause, cause_by("pause_planned", way))
        return
    move_all(
        session, day, Mandate, ACTIVE, SUSPENDED, Mandate.id == mandate.id,
        cause=cause_by("paused", way),
        paused_from_on=pause.from_on, paused_until_on=pause.until_on,
    )  # fmt: skip


def _write(
    session: Session, day: WorkingDay, mandate: MandateRow, pause: Pause | None, cause: str
) -> None:
    """Change the days of an active mandate's pause, with an event of what was done."""
    session.execute(
        update(Mandate)
        .where(Mandate.id == mandate.id, Mandate.status == ACTIVE)
        .values(paused_from_on=pause and pause.from_on, paused_until_on=pause and pause.until_on)
        .execution_options(synchronize_session=False)
    )
    record(session, day, Subject.MANDATE, [mandate.id], ACTIVE, ACTIVE, cause)
