"""Acts on the ticked lines of a queue: a page to look them over, then each is done or left."""

from __future__ import annotations

import re
from dataclasses import dataclass

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from webapp.audiences import Audience, open_to
from webapp.domain.office_queues import ACTS_OF, BulkAct, LookNote, QueueKind
from webapp.forms.office_queues import BulkForm
from webapp.services.staff.queue_acts import Order, Tools, act_on
from webapp.services.staff.queue_lines import employer_with_number
from webapp.services.staff.queue_marks import Ticked
from webapp.services.sums import Sum
from webapp.views import desk
from webapp.views.ids import LARGEST_ID
from webapp.views.staff import visitor
from webapp.views.staff.blueprint import staff
from webapp.views.staff.queue_page import KIND, filter_of, queue_page, reader

LINE = re.compile(r"([0-9]{1,16})\.([0-9]{1,16})")


@dataclass(frozen=True, slots=True)
class Asked:
    """What was sent: the form, the lines as the page carries them, and the order if it is whole."""

    form: BulkForm
    carried: list[str]
    lines: list[Ticked]
    order: Order | None


@staff.post(f"/queues/<{KIND}:kind>/review")
@open_to(Audience.OFFICE)
def review_lines(kind: str) -> ResponseReturnValue:
    asked = _asked(QueueKind(kind))
    if asked.order is None:
        return _again(QueueKind(kind), asked)
    lines = reader(QueueKind(kind)).these([one.id for one in asked.lines])
    centimes = sum(line.amount for line in lines)
    return render_template(
        "staff/queue_review.html", kind=QueueKind(kind), order=asked.order, form=asked.form,
        lines=lines, carried=asked.carried, total=Sum(len(lines), centimes),
    )  # fmt: skip


@staff.post(f"/queues/<{KIND}:kind>/done")
@open_to(Audience.OFFICE)
@visitor.needs_proof
def act_on_lines(kind: str) -> ResponseReturnValue:
    asked = _asked(QueueKind(kind))
    if asked.order is None:
        return _again(QueueKind(kind), asked)
    names = reader(QueueKind(kind)).names([one.id for one in asked.lines])
    tools = Tools(desk.vault(), desk.tell(), visitor.who().scope)
    outcomes = act_on(desk.session(), desk.working_day(), tools, asked.order, asked.lines)
    return render_template(
        "staff/queue_done.html", kind=QueueKind(kind), order=asked.order, outcomes=outcomes,
        names=names, done=sum(one.problem is None for one in outcomes),
    )  # fmt: skip


@staff.get(f"/queues/<{KIND}:kind>/review")
@open_to(Audience.OFFICE)
def no_review(kind: str) -> ResponseReturnValue:
    """Who comes back to a page that only a form leads to, in the other language perhaps."""
    asked = filter_of(QueueKind(kind)).asked()
    return redirect(url_for("staff.queue", kind=kind, **asked))  # type: ignore[arg-type]


@staff.get(f"/queues/<{KIND}:kind>/done")
@open_to(Audience.OFFICE)
def nothing_done(kind: str) -> ResponseReturnValue:
    return redirect(url_for("staff.queue", kind=kind))


def _asked(kind: QueueKind) -> Asked:
    form = BulkForm()
    form.offer(ACTS_OF[kind])
    carried = list(dict.fromkeys(filter(_is_line, request.form.getlist("line"))))
    lines = [Ticked(*map(int, one.split("."))) for one in carried]
    whole = form.validate() and form.fits(len(lines))
    employer_id = None
    if whole and form.act.data == BulkAct.ASSIGN:
        employer_id = employer_with_number(desk.session(), form.member_number.data)
        if employer_id is None:
            form.employer_unknown()
            whole = False
    if not whole:
        return Asked(form, carried, lines, None)
    note = LookNote(form.note.data) if form.note.data else None
    order = Order(kind, BulkAct(form.act.data), note, employer_id)
    return Asked(form, carried, lines, order)


def _again(kind: QueueKind, asked: Asked) -> ResponseReturnValue:
    """The queue once more, with what must be corrected and the lines still ticked."""
    return queue_page(kind, filter_of(kind), asked.form, ticked=asked.carried)


def _is_line(text: str) -> bool:
    found = LINE.fullmatch(text)
    return found is not None and max(map(int, found.groups())) <= LARGEST_ID
