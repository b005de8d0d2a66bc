"""The queues of the office: each thing waits in one of them, and acts on many lines act once."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from sqlalchemy import select, update

from tests import builders
from tests.services.collecting import AMOUNT, ANNOUNCING, COLLECTION, Desk
from webapp.domain.errors import NotFound
from webapp.domain.office_queues import BulkAct, Looked, LookNote, Problem, QueueKind
from webapp.domain.reasons import RefusalCause
from webapp.domain.roles import Scope
from webapp.domain.statuses import DebitStatus
from webapp.models import Agency, Due, Event, HoldReason, Subject
from webapp.services.outbox import tell
from webapp.services.staff.debit_queues import Wanted, debits_in_queue, sum_of_debits
from webapp.services.staff.office_queues import sums_of_queues
from webapp.services.staff.queue_acts import Order, Tools, act_on
from webapp.services.staff.queue_marks import LOOKED_INTO, Ticked
from webapp.services.sums import Sum

HELD, REFUSED = QueueKind.HELD, QueueKind.REFUSED
SALIMA, KARIM = "staff:1", "staff:2"
# What is no matter of locks and windows is asked of one engine.
ONE_ENGINE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@dataclass
class Queue:
    """The office in front of its queues of debits."""

    desk: Desk

    def lines(self, kind: QueueKind = HELD, wanted: Wanted | None = None) -> list[Ticked]:
        found, _ = debits_in_queue(self.desk.session, kind, wanted or Wanted())
        total = sum_of_debits(self.desk.session, kind, wanted or Wanted())
        assert total == Sum(len(found), sum(one.amount for one in found))
        return [Ticked(one.id, one.mark) for one in found]

    def act(
        self, act: BulkAct, lines: list[Ticked], by: str = SALIMA, **more: object
    ) -> list[Problem | None]:
        day = builders.working_day(self.desk.session, ANNOUNCING, by)
        tools = Tools(builders.VAULT, tell, Scope(None))
        order = Order(more.pop("kind", HELD), act, **more)  # type: ignore[arg-type]
        outcomes = act_on(self.desk.session, day, tools, order, lines)
        assert [one.id for one in outcomes] == [one.id for one in lines]
        return [one.problem for one in outcomes]

    def statuses(self) -> list[DebitStatus]:
        found = [one.status for one in self.desk.debits()]
        self.desk.session.rollback()
        return found

    def looks(self) -> list[tuple[str, str]]:
        """Who has looked, and what they noted."""
        told = select(Event.actor, Event.cause).where(
            Event.subject == Subject.DEBIT, Event.target == LOOKED_INTO
        )
        found = [(actor, cause) for actor, cause in self.desk.session.execute(told)]
        self.desk.session.rollback()
        return found


@pytest.fixture
def queue(held: Desk) -> Queue:
    """Three debits above their ceilings, on hold."""
    return Queue(held)


def test_each_line_is_done_or_left_with_its_reason(queue: Queue) -> None:
    lines = queue.lines()
    assert queue.act(BulkAct.LOOK, lines[:1], KARIM, note=LookNote.BANK_ASKED) == [None]
    unknown = Ticked(10**6, 0)
    problems = queue.act(BulkAct.RELEASE, [*lines, unknown])
    assert problems == [Problem.CHANGED, None, None, Problem.GONE]
    assert sorted(queue.statuses()) == ["held", "planned", "planned"]


def test_a_form_that_comes_twice_acts_once(queue: Queue) -> None:
    lines = queue.lines()
    note = {"note": LookNote.EMPLOYER_CALLED}
    assert queue.act(BulkAct.LOOK, lines, **note) == [None] * 3
    assert queue.act(BulkAct.LOOK, lines, **note) == [Problem.CHANGED] * 3
    assert queue.looks() == [(SALIMA, "employer_called")] * 3


def test_a_released_debit_that_is_held_again_is_not_released_by_the_old_form(queue: Queue) -> None:
    lines = queue.lines()
    assert queue.act(BulkAct.RELEASE, lines) == [None] * 3
    queue.desk.run(ANNOUNCING)
    queue.desk.session.rollback()
    assert set(queue.statuses()) == {DebitStatus.HELD}
    assert queue.act(BulkAct.RELEASE, lines) == [Problem.CHANGED] * 3
    assert set(queue.statuses()) == {DebitStatus.HELD}


def test_what_was_looked_into_is_out_of_the_way_until_something_happens(queue: Queue) -> None:
    first, *others = queue.lines()
    queue.act(BulkAct.LOOK, [first], note=LookNote.KEPT_ON_HOLD)
    assert queue.lines() == others
    assert [one.id for one in queue.lines(wanted=Wanted(looked=Looked.DONE))] == [first.id]
    assert len(queue.lines(wanted=Wanted(looked=Looked.ALL))) == 3
    (again,) = queue.lines(wanted=Wanted(looked=Looked.DONE))
    queue.act(BulkAct.TAKE, [again])
    assert [one.id for one in queue.lines(wanted=Wanted(looked=Looked.TAKEN))] == [first.id]
    assert len(queue.lines()) == 3


def test_pages_follow_the_key_and_the_filter(queue: Queue) -> None:
    session = queue.desk.session
    first, more = debits_in_queue(session, HELD, Wanted(), most=2)
    rest, none = debits_in_queue(session, HELD, Wanted(), before=first[-1].id, most=2)
    assert (len(first), more, len(rest), none) == (2, True, 1, False)
    assert not {one.id for one in first} & {one.id for one in rest}
    agency = session.scalars(select(Agency.code).order_by(Agency.id)).first() or ""
    session.rollback()
    for wanted in (
        Wanted(agency=agency), Wanted(wilaya="16"), Wanted(bank="001"),
        Wanted(reason=HoldReason.OVER_CEILING), Wanted(since=COLLECTION, until=COLLECTION),
    ):  # fmt: skip
        assert len(queue.lines(wanted=wanted)) == 3
    for wanted in (
        Wanted(agency="NONE"), Wanted(wilaya="17"), Wanted(bank="007"),
        Wanted(reason=HoldReason.NO_CONTACT), Wanted(until=ANNOUNCING),
    ):  # fmt: skip
        assert queue.lines(wanted=wanted) == []


@ONE_ENGINE
def test_an_act_of_another_queue_is_none(queue: Queue) -> None:
    with pytest.raises(NotFound):
        queue.act(BulkAct.GRANT, queue.lines())


@ONE_ENGINE
@pytest.mark.parametrize(
    ("code", "cause", "held_then"),
    [
        ("AC04", RefusalCause.EMPLOYER, False),
        ("MS03", RefusalCause.BANK, True),
        ("FF01", RefusalCause.TECHNICAL, True),
        ("MS-77", RefusalCause.UNKNOWN, True),
    ],
)
def test_a_refused_debit_waits_by_the_side_of_its_cause(
    sent: Desk, code: str, cause: RefusalCause, held_then: bool
) -> None:
    attempt = sent.attempts()[0].end_to_end_id
    answer = sent.bank.status(sent.files()[0].reference, {attempt: "RJCT"}, reason=code)
    sent.take_in(answer, COLLECTION)
    sent.session.rollback()
    queue = Queue(sent)
    assert queue.lines() == [], "what a bank refused waits in one queue"
    for one in RefusalCause:
        assert len(queue.lines(REFUSED, Wanted(reason=one))) == (one is cause)
    ((line,), _) = debits_in_queue(sent.session, REFUSED, Wanted())
    assert (line.cause, line.code, line.held) == (cause, code, held_then)
    problems = queue.act(BulkAct.RELEASE, queue.lines(REFUSED), kind=REFUSED)
    assert problems == [None if held_then else Problem.NOT_HELD]


def test_a_refused_debit_leaves_when_nobody_owes_its_amount_any_more(sent: Desk) -> None:
    attempt = sent.attempts()[0].end_to_end_id
    answer = sent.bank.status(sent.files()[0].reference, {attempt: "RJCT"}, reason="AC04")
    sent.take_in(answer, COLLECTION)
    sent.session.rollback()
    queue = Queue(sent)
    assert len(queue.lines(REFUSED)) == 1
    sent.session.execute(update(Due).values(status="waived"))
    sent.session.commit()
    assert queue.lines(REFUSED) == []


def test_the_overview_counts_what_nobody_has_looked_into(queue: Queue) -> None:
    session = queue.desk.session
    assert sums_of_queues(session, Scope(None))[HELD] == Sum(3, 3 * AMOUNT)
    queue.act(BulkAct.LOOK, queue.lines()[:1], note=LookNote.NOTHING_TO_DO)
    sums = sums_of_queues(session, Scope(None))
    assert sums.pop(HELD) == Sum(2, 2 * AMOUNT)  # type: ignore[attr-defined]
    assert set(sums.values()) == {Sum()}
