"""Notes about an employer and their reminders: written, read, dealt with. The text is sealed."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session, aliased

from webapp.adapters.vault import Vault
from webapp.domain.errors import NotFound
from webapp.domain.notes import NoteKind, check_note
from webapp.domain.roles import Scope
from webapp.models import Employer, EmployerNote, StaffMember, Subject
from webapp.services.events import record
from webapp.services.staff.employers import in_scope
from webapp.services.transactions import reading, transaction
from webapp.services.working_day import WorkingDay

NOTES_ON_A_PAGE = 20


@dataclass(frozen=True, slots=True)
class Note:
    """A note, who wrote it and when; of a reminder, its day, and who has dealt with it."""

    id: int
    reference: str
    kind: NoteKind
    written_at: datetime
    author: str
    remind_on: date | None
    done_at: datetime | None
    done_by: str
    text: str = field(repr=False)

    @property
    def reminds(self) -> bool:
        """Whether it reminds still."""
        return self.remind_on is not None and self.done_at is None


@dataclass(frozen=True, slots=True)
class NewNote:
    """What somebody writes of an employer."""

    kind: NoteKind
    remind_on: date | None = None
    text: str = field(default="", repr=False)


def write_note(
    session: Session,
    day: WorkingDay,
    vault: Vault,
    scope: Scope,
    staff_id: int,
    employer_id: int,
    note: NewNote,
) -> str:
    """Keep a note; return its reference. That it was written is an event, never what it says.

    Raises InvalidNote, and NotFound, also for an employer out of scope.
    """
    with transaction(session):
        check_in_scope(session, scope, employer_id)
        return keep_note(session, day, vault, staff_id, employer_id, note)


def keep_note(
    session: Session,
    day: WorkingDay,
    vault: Vault,
    staff_id: int,
    employer_id: int,
    note: NewNote,
) -> str:
    """`write_note` inside the caller's transaction, of an employer in scope."""
    check_note(note.text, note.remind_on, day.today)
    reference = secrets.token_hex(16)
    session.add(
        EmployerNote(
            reference=reference,
            employer_id=employer_id,
            staff_id=staff_id,
            kind=note.kind,
            text=vault.seal(note.text, f"note:{reference}"),
            written_at=day.now,
            remind_on=note.remind_on,
        )
    )
    session.flush()
    record(session, day, Subject.EMPLOYER, [employer_id], None, "noted", note.kind.value)
    return reference


def notes_of(
    session: Session,
    vault: Vault,
    employer_id: int,
    before: int | None = None,
    most: int = NOTES_ON_A_PAGE,
) -> tuple[Sequence[Note], bool]:
    """The notes of an employer, the newest first, and whether there are older ones.

    `before` is the id of the last one seen. Whoever asks may see the employer.
    """
    doer = aliased(StaffMember)
    wanted = (
        select(
            EmployerNote.id,
            EmployerNote.reference,
            EmployerNote.kind,
            EmployerNote.written_at,
            StaffMember.name.label("author"),
            EmployerNote.remind_on,
            EmployerNote.done_at,
            func.coalesce(doer.name, "").label("done_by"),
            EmployerNote.text,
        )
        .join(StaffMember, StaffMember.id == EmployerNote.staff_id)
        .outerjoin(doer, doer.id == EmployerNote.done_by)
        .where(EmployerNote.employer_id == employer_id)
    )
    if before is not None:
        wanted = wanted.where(EmployerNote.id < before)
    with reading(session):
        rows = session.execute(wanted.order_by(EmployerNote.id.desc()).limit(most + 1)).all()
    notes = [
        Note(**row._asdict() | {"text": vault.open(row.text, f"note:{row.reference}")})
        for row in rows[:most]
    ]
    return notes, len(rows) > most


def settle_reminder(
    session: Session, day: WorkingDay, scope: Scope, staff_id: int, reference: str, *, done: bool
) -> int:
    """Say that a reminder was dealt with, or that it was not after all; return the employer's id.

    A second time changes nothing. Raises NotFound for a note without a reminder, and out of scope.
    """
    with transaction(session):
        found = session.execute(
            select(EmployerNote.id, EmployerNote.employer_id)
            .join(Employer, Employer.id == EmployerNote.employer_id)
            .where(
                EmployerNote.reference == reference,
                EmployerNote.remind_on.is_not(None),
                *in_scope(scope),
            )
        ).first()
        if found is None:
            raise NotFound(kind="note", reference=reference)
        open_still = EmployerNote.done_at.is_(None)
        changed = session.scalar(
            update(EmployerNote)
            .where(EmployerNote.id == found.id, open_still if done else ~open_still)
            .values(done_at=day.now if done else None, done_by=staff_id if done else None)
            .returning(EmployerNote.id)
            .execution_options(synchronize_session=False)
        )
        if changed is not None:
            target = "reminder_done" if done else "reminder_again"
            record(session, day, Subject.EMPLOYER, [found.employer_id], None, target, "reminder")
    return int(found.employer_id)


def check_in_scope(session: Session, scope: Scope, employer_id: int) -> None:
    """Inside the caller's transaction. Raises NotFound, also for an employer out of scope."""
    mine = select(Employer.id).where(Employer.id == employer_id, *in_scope(scope))
    if session.scalar(mine) is None:
        raise NotFound(kind="employer", reference=str(employer_id))
