"""Notes about an employer: the list, a new one, and what became of a reminder."""

from __future__ import annotations

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from webapp.audiences import Audience, open_to
from webapp.domain.errors import InvalidNote
from webapp.domain.notes import NoteKind
from webapp.forms.messages import sentence_for
from webapp.forms.notes import NoteForm
from webapp.services.staff.employers import name_of
from webapp.services.staff.notes import NewNote, notes_of, settle_reminder, write_note
from webapp.views import desk
from webapp.views.ids import ID, asked_id
from webapp.views.staff import visitor
from webapp.views.staff.blueprint import show, staff, submitted


@staff.route(f"/employers/<{ID}:employer_id>/notes", methods=["GET", "POST"])
@open_to(Audience.DESK)
def notes(employer_id: int) -> ResponseReturnValue:
    owner = name_of(desk.session(), visitor.who().scope, employer_id)
    form = NoteForm()
    if submitted(form) and _write(form, employer_id):
        flash("note_kept")
        return redirect(url_for("staff.notes", employer_id=employer_id))
    if request.args.get("kind") in set(NoteKind) and request.method == "GET":
        form.kind.typed = request.args["kind"]
    found, more = notes_of(desk.session(), desk.vault(), employer_id, asked_id("before"))
    return show(
        "staff/notes.html", form, owner=owner, notes=found, more=more, today=desk.moment().today
    )


@staff.post("/notes/<reference>/done")
@open_to(Audience.DESK)
def reminder_done(reference: str) -> ResponseReturnValue:
    return _settle(reference, done=True)


@staff.post("/notes/<reference>/again")
@open_to(Audience.DESK)
def reminder_again(reference: str) -> ResponseReturnValue:
    return _settle(reference, done=False)


def _settle(reference: str, *, done: bool) -> ResponseReturnValue:
    who = visitor.who()
    employer_id = settle_reminder(
        desk.session(), desk.working_day(), who.scope, who.staff_id, reference, done=done
    )
    flash("reminder_done" if done else "reminder_again")
    return redirect(url_for("staff.notes", employer_id=employer_id))


def _write(form: NoteForm, employer_id: int) -> bool:
    who = visitor.who()
    note = NewNote(NoteKind(form.kind.data), form.remind_on.data, form.text.data)
    try:
        write_note(
            desk.session(), desk.working_day(), desk.vault(), who.scope, who.staff_id,
            employer_id, note,
        )  # fmt: skip
    except InvalidNote as error:
        form[error.field or "text"].errors = [sentence_for(error)]
        return False
    return True
