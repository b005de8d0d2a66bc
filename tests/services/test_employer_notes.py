"""Notes about employers: sealed, told by events that say nothing of them, in their own agency."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests import builders
from tests.services.collecting import FILED
from tests.services.staff import join
from webapp.domain.errors import InvalidNote, NotFound
from webapp.domain.notes import NoteKind
from webapp.domain.roles import Role, Scope
from webapp.models import Agency, EmployerNote, Event, Subject
from webapp.services.data_exports import export_data
from webapp.services.proof_packs import Plain
from webapp.services.staff.notes import NewNote, notes_of, settle_reminder, write_note
from webapp.services.working_day import WorkingDay

V = builders.VAULT
TEXT = "اتصلنا به، سيمر يوم الأحد"


@pytest.fixture
def scopes(office: Session) -> tuple[Scope, Scope]:
    ours, other = office.scalars(select(Agency.id).order_by(Agency.id).limit(2)).all()
    office.rollback()
    return Scope(ours), Scope(other)


@pytest.fixture
def staff(office: Session) -> int:
    return join(office, builders.working_day(office, FILED), Role.AGENT).id


@pytest.fixture
def day(office: Session, staff: int) -> WorkingDay:
    return builders.working_day(office, FILED, f"staff:{staff}")


def events(session: Session, owner: int) -> list[tuple[str, str, str]]:
    rows = session.execute(
        select(Event.target, Event.cause, Event.actor)
        .where(Event.subject == Subject.EMPLOYER, Event.subject_id == owner)
        .order_by(Event.id)
    ).all()
    session.rollback()
    return [tuple(row) for row in rows]


def test_a_note_is_sealed_listed_the_newest_first_and_told_by_an_event(
    office: Session, day: WorkingDay, staff: int, scopes: tuple[Scope, Scope]
) -> None:
    owner = builders.employer(office).id
    other = builders.employer(office).id
    for kind, text in ((NoteKind.CALL, TEXT), (NoteKind.VISIT, "b")):
        write_note(office, day, V, scopes[0], staff, owner, NewNote(kind, None, text))
    write_note(office, day, V, scopes[0], staff, other, NewNote(NoteKind.INTERNAL, None, "c"))
    (latest, first), more = notes_of(office, V, owner)
    assert (latest.text, latest.kind) == ("b", NoteKind.VISIT)
    assert (first.text, first.author, first.written_at) == (TEXT, "سميرة بوزيد", day.now)
    assert not more and TEXT not in repr(first)
    page, more = notes_of(office, V, owner, most=1)
    assert (len(page), more) == (1, True)
    assert [one.id for one in notes_of(office, V, owner, page[-1].id)[0]] == [first.id]
    sealed = office.scalars(select(EmployerNote.text)).all()
    assert all(TEXT.encode() not in one for one in sealed)
    assert events(office, owner) == [("noted", "call", day.actor), ("noted", "visit", day.actor)]


def test_nothing_is_noted_of_an_employer_of_another_agency(
    office: Session, day: WorkingDay, staff: int, scopes: tuple[Scope, Scope]
) -> None:
    owner = builders.employer(office).id
    note = NewNote(NoteKind.CALL, FILED, "x")
    reference = write_note(office, day, V, scopes[0], staff, owner, note)
    with pytest.raises(NotFound):
        write_note(office, day, V, scopes[1], staff, owner, note)
    with pytest.raises(NotFound):
        settle_reminder(office, day, scopes[1], staff, reference, done=True)
    assert [one.done_at for one in notes_of(office, V, owner)[0]] == [None]


@pytest.mark.parametrize("note", [
    NewNote(NoteKind.CALL, None, "00123456789012345678"),
    NewNote(NoteKind.CALL, date(2026, 1, 1), "x"),
])  # fmt: skip
def test_a_note_with_an_account_or_a_day_that_is_past_is_not_kept(
    office: Session, day: WorkingDay, staff: int, scopes: tuple[Scope, Scope], note: NewNote
) -> None:
    owner = builders.employer(office).id
    with pytest.raises(InvalidNote):
        write_note(office, day, V, scopes[0], staff, owner, note)
    assert notes_of(office, V, owner) == ([], False) and events(office, owner) == []


def test_a_reminder_is_dealt_with_once_and_may_be_undone(
    office: Session, day: WorkingDay, staff: int, scopes: tuple[Scope, Scope]
) -> None:
    owner = builders.employer(office).id
    reference = write_note(
        office, day, V, scopes[0], staff, owner, NewNote(NoteKind.CALL, FILED, "x")
    )
    for done in (True, True, False, False, True):
        assert settle_reminder(office, day, scopes[0], staff, reference, done=done) == owner
        (note,), _ = notes_of(office, V, owner)
        assert note.reminds is not done
        assert (note.done_by, note.done_at) == (("سميرة بوزيد", day.now) if done else ("", None))
    assert [target for target, _, _ in events(office, owner)] == [
        "noted", "reminder_done", "reminder_again", "reminder_done",
    ]  # fmt: skip
    plain = write_note(office, day, V, scopes[0], staff, owner, NewNote(NoteKind.CALL, None, "x"))
    with pytest.raises(NotFound):
        settle_reminder(office, day, scopes[0], staff, plain, done=True)


def test_notes_are_in_the_copy_of_the_employers_data(
    office: Session, day: WorkingDay, staff: int, scopes: tuple[Scope, Scope]
) -> None:
    owner, other = builders.employer(office).id, builders.employer(office).id
    write_note(office, day, V, scopes[0], staff, owner, NewNote(NoteKind.CALL, FILED, TEXT))
    write_note(office, day, V, scopes[0], staff, other, NewNote(NoteKind.CALL, None, "theirs"))
    copied: dict[str, list[Plain]] = {}

    def take(name: str, rows: Iterable[Plain]) -> None:
        copied[name] = list(rows)

    export_data(office, day, V, owner, take)
    (note,) = copied["notes"]
    assert (note["text"], note["kind"], note["remind_on"]) == (TEXT, "call", str(FILED))
    assert [one["what"] for one in copied["looks"]][-1:] == ["noted"]
