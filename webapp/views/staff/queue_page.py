"""One queue of the office as a page: its filter, its lines, its sum, and what can be ticked."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from flask import request
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from webapp.domain.office_queues import ACTS_OF, Looked, QueueKind
from webapp.domain.reasons import RefusalCause
from webapp.forms.office_queues import BulkForm, FilterForm
from webapp.models import HoldReason, SuspenseReason
from webapp.services.late_reversals import sum_to_reverse
from webapp.services.staff.debit_queues import Wanted
from webapp.services.staff.queue_lines import QueueReader
from webapp.services.staff.report_tables import names_of_groups
from webapp.views import desk
from webapp.views.ids import asked_id
from webapp.views.staff import visitor
from webapp.views.staff.answers import channel_options
from webapp.views.staff.blueprint import show

KIND = "any(held,refused,money,reversals)"
REASONS = {
    QueueKind.HELD: tuple(one for one in HoldReason if one is not HoldReason.BANK_REFUSAL),
    QueueKind.REFUSED: tuple(RefusalCause),
    QueueKind.MONEY: tuple(SuspenseReason),
    QueueKind.REVERSALS: (),
}
OF_MONEY = ("bank", "reason", "looked", "since", "until")
OF_REQUESTS = ("agency", "wilaya", "since", "until")
FIELDS = {
    QueueKind.HELD: ("bank", "agency", "wilaya", "reason", "looked", "since", "until"),
    QueueKind.REFUSED: ("bank", "agency", "wilaya", "reason", "looked", "since", "until"),
    QueueKind.MONEY: OF_MONEY,
    QueueKind.REVERSALS: OF_REQUESTS,
}


def filter_of(kind: QueueKind) -> FilterForm:
    """The filter as it was sent or, on another page of the queue, as the address has it."""
    if request.method == "POST" and request.endpoint == "staff.queue":
        form = FilterForm()
    else:
        given = {name: request.args.get(name, "") for name in FIELDS[kind]}
        form = FilterForm(MultiDict(given))
    for name, offered in _options(kind).items():
        form[name].offered = offered
    return form


def wanted_by(form: FilterForm) -> Wanted:
    """What the service is asked for; a field with a mistake in it asks for nothing."""
    said = form.said()
    looked = said.pop("looked", None)
    return Wanted(**said, looked=Looked(looked) if looked else None)


def reader(kind: QueueKind) -> QueueReader:
    """The queue as whoever asks may see it."""
    return QueueReader(desk.session(), desk.vault(), visitor.who().scope, kind)


def queue_page(
    kind: QueueKind,
    form: FilterForm,
    bulk: BulkForm,
    ticked: Collection[str] = (),
) -> ResponseReturnValue:
    """The page of a queue; 422 where the filter or the act cannot be taken."""
    bulk.offer(ACTS_OF[kind])
    wanted, queue, before = wanted_by(form), reader(kind), asked_id("before")
    lines, more = queue.page(wanted, before)
    return show(
        "staff/queue.html",
        bulk if any(field.errors for field in bulk) else form,
        kind=kind, filter=form, bulk=bulk, lines=lines, more=more, total=queue.total(wanted),
        fields=FIELDS[kind], asked=form.asked(), ticked=ticked,
        here={} if before is None else {"before": before},
        by_itself=sum_to_reverse(desk.session()) if kind is QueueKind.REVERSALS else None,
    )  # fmt: skip


def _options(kind: QueueKind) -> dict[str, Sequence[tuple[str, object]]]:
    """What each field of the filter offers: a code and its name, or a word of the code."""
    names = names_of_groups(desk.session())
    banks = channel_options() if kind is QueueKind.MONEY else list(names["bank"].items())
    return {
        "bank": banks,
        "agency": list(names["agency"].items()),
        "wilaya": list(names["wilaya"].items()),
        "reason": [(one.value, one) for one in REASONS[kind]],
        "looked": [(one.value, one) for one in Looked],
    }
