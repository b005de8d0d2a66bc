"""Money in suspense becomes an employer's credit: one of the office asks, another agrees.

What is asked for is an event of the bank's message, whose cause names the entry and the employer.
The credit's key is the entry: its money is given once, whatever the code above does.
"""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from webapp.domain.errors import NoLongerPossible, NotFound, SecondPersonNeeded
from webapp.domain.money import Centimes
from webapp.domain.period import Period, Periodicity
from webapp.models import (
    Account,
    BankEntry,
    BankMessage,
    Due,
    DueKind,
    Employer,
    EntryOutcome,
    Event,
    Subject,
)
from webapp.services.events import record
from webapp.services.new_dues import NewDue, add_dues
from webapp.services.staff.queue_marks import Ticked, check_mark, entry_cause, mark_of_entry
from webapp.services.suspense_entries import is_first_telling
from webapp.services.transactions import transaction
from webapp.services.working_day import WorkingDay

ASKED = "assignment_asked"
ASSIGNED = "assigned"
DECLINED = "assignment_refused"
FOR = "for:"


def ask_to_assign(session: Session, day: WorkingDay, ticked: Ticked, employer_id: int) -> None:
    """Ask that the money of an entry become this employer's credit; a colleague decides.

    Raises NotFound, ShownChanged, and NoLongerPossible where no money came in or it is given.
    """
    with transaction(session):
        entry = lock_entry(session, ticked)
        if not _may_be_given(session, entry):
            raise NoLongerPossible(reference=str(entry.id))
        owner = session.scalar(select(Employer.id).where(Employer.id == employer_id))
        if owner is None:
            raise NotFound(kind="employer", reference=str(employer_id))
        _record(session, day, entry, ASKED, owner)


def decide_to_assign(session: Session, day: WorkingDay, ticked: Ticked, *, agreed: bool) -> None:
    """Agree that the money is the employer's for whom a colleague asks, or do not.

    Booked suspense / the employer's credit, which is set against what they owe, oldest first.
    Raises NotFound, ShownChanged, SecondPersonNeeded, and NoLongerPossible where nobody asks.
    """
    with transaction(session):
        entry = lock_entry(session, ticked)
        asked = session.get(Event, ticked.mark) if ticked.mark else None
        if asked is None or asked.target != ASKED or not _may_be_given(session, entry):
            raise NoLongerPossible(reference=str(entry.id))
        if asked.actor == day.actor:
            raise SecondPersonNeeded(reference=str(entry.id))
        owner = employer_asked_for(asked.cause)
        if agreed:
            add_dues(session, day, [_credit(day, entry, owner)], ASSIGNED, Account.SUSPENSE)
        _record(session, day, entry, ASSIGNED if agreed else DECLINED, owner)


def lock_entry(session: Session, ticked: Ticked) -> BankEntry:
    """An entry in suspense as it was shown; nobody acts on its message until this transaction
    ends. Raises NotFound and ShownChanged.
    """
    entry = session.scalar(
        select(BankEntry).where(
            BankEntry.id == ticked.id, BankEntry.outcome == EntryOutcome.SUSPENSE
        )
    )
    if entry is None:
        raise NotFound(kind="bank_entry", reference=str(ticked.id))
    message = BankMessage.id == entry.bank_message_id
    session.execute(select(BankMessage.id).where(message).with_for_update()).all()
    mark = select(mark_of_entry(BankEntry.__table__)).where(BankEntry.id == entry.id)
    check_mark(session, mark, ticked)
    return entry


def credit_key(entry_id: object) -> str:
    """The key of the credit that the money of an entry becomes."""
    return f"suspense:{entry_id}"


def employer_asked_for(cause: str) -> int:
    """The employer whom an event of asking names."""
    return int(cause.rpartition(FOR)[2])


def _may_be_given(session: Session, entry: BankEntry) -> bool:
    """Money came in, and it is nobody's yet. What another message has told before is booked under
    that one, and given there.
    """
    given = select(Due.id).where(Due.origin_key == credit_key(entry.id))
    return (
        (entry.moved_centimes or 0) > 0
        and session.scalar(given) is None
        and is_first_telling(session, entry.id)
    )


def _credit(day: WorkingDay, entry: BankEntry, employer_id: int) -> NewDue:
    came_on = entry.booked_on or day.today
    return NewDue(
        origin_key=credit_key(entry.id),
        kind=DueKind.CREDIT,
        employer_id=employer_id,
        worksite_id=None,
        period=Period.containing(came_on, Periodicity.MONTHLY).code,
        amount_centimes=Centimes(-(entry.moved_centimes or 0)),
        legal_due_on=day.today,
        collect_from_on=day.today,
    )


def _record(
    session: Session, day: WorkingDay, entry: BankEntry, target: str, employer_id: int
) -> None:
    cause = entry_cause(entry.id, f"{FOR}{employer_id}")
    record(session, day, Subject.BANK_MESSAGE, [entry.bank_message_id], None, target, cause)
