"""What is never used ends after a warning; whoever uses or keeps it loses nothing."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta

import pytest
from sqlalchemy import event, select, update

from tests import builders, papers
from tests.services.collecting import ANNOUNCING, COLLECTION, FILED, Desk
from tests.services.living import Life
from webapp.domain.errors import MandateNotInForce, NotFound
from webapp.domain.months import add_months
from webapp.domain.statuses import DueStatus, MandateStatus
from webapp.models import Debit, Due, Event, Message
from webapp.services.confirmations import confirm
from webapp.services.confirming_banks import ask_for_paper
from webapp.services.enrolment import read_account
from webapp.services.expiry import expire_mandates, keep_mandate
from webapp.services.freeing import cancel_debits
from webapp.services.papers import receive_paper
from webapp.services.transactions import transaction

END = date(2029, 11, 2)  # 36 months after FILED
WARNING = END - timedelta(days=30)
DAY = timedelta(days=1)
PAPER_DAYS = 20
PAPER_DUE = FILED + timedelta(days=PAPER_DAYS)
PAPER_END = date(2027, 5, 2)  # 6 months after FILED
PAPER_WARNING = PAPER_END - timedelta(days=30)


def step(life: Life, on: date) -> tuple[int, int, int]:
    """That day's step of the run: papers called for, mandates warned of, ended."""
    return tuple(expire_mandates(life.session, life.day(on), builders.VAULT, life.told).values())  # type: ignore[return-value]


def keep(life: Life, on: date) -> None:
    keep_mandate(life.session, life.day(on), life.owner.id, life.reference)


@pytest.fixture
def life(desk: Desk) -> Life:
    return Life(desk)


@pytest.fixture
def waiting(desk: Desk) -> Life:
    """A mandate whose bank asks for the paper."""
    ask_for_paper(desk.session, "001", PAPER_DAYS)
    return Life(desk)


# ── what is never used ───────────────────────────────────────────────────────────────────────


def test_a_mandate_is_warned_of_thirty_days_before_and_ends_after_36_months(life: Life) -> None:
    assert step(life, WARNING - DAY) == (0, 0, 0)
    assert step(life, WARNING) == (0, 1, 0)
    assert life.mandate().expiry_told_on == WARNING
    assert step(life, END - DAY) == (0, 0, 0)
    assert step(life, END) == (0, 0, 1)
    assert life.status() is MandateStatus.EXPIRED
    assert life.told.kinds == ["mandate_expiring", "mandate_expired"]
    assert life.told.values[0] == {
        "reference": life.reference, "last4": life.mandate().account_last4, "until": END,
        "unused": True, "months": 36,
    }  # fmt: skip


def test_a_second_time_on_the_same_day_changes_nothing(life: Life) -> None:
    for on in (WARNING, WARNING, END, END):
        step(life, on)
    assert life.told.kinds == ["mandate_expiring", "mandate_expired"]


def test_nobody_loses_one_unwarned_however_late_the_run_comes(life: Life) -> None:
    late = END + timedelta(days=200)
    assert step(life, late) == (0, 1, 0)
    assert life.told.values[0]["until"] == late + timedelta(days=30)
    assert step(life, late + timedelta(days=29)) == (0, 0, 0)
    assert step(life, late + timedelta(days=30)) == (0, 0, 1)


@pytest.mark.parametrize(
    "signed", [date(2026, 11, 30), date(2026, 8, 31), date(2028, 2, 29), date(2026, 12, 31)]
)
def test_months_end_at_the_end_of_the_month(desk: Desk, signed: date) -> None:
    desk.on = signed
    life = Life(desk)
    end = add_months(signed, 36)
    step(life, end - timedelta(days=30))
    assert step(life, end - DAY)[2] == 0
    assert step(life, end)[2] == 1


def test_a_debit_is_a_use_whatever_became_of_it(life: Life) -> None:
    life.declare()
    life.desk.send_all()
    sent = life.desk.attempts()[0]
    life.desk.take_in(life.desk.bank.settled({sent.end_to_end_id: sent.amount_centimes}))
    assert step(life, WARNING) == (0, 0, 0)
    end = add_months(COLLECTION, 36)
    assert step(life, end - timedelta(days=31)) == (0, 0, 0)
    assert step(life, end - timedelta(days=30)) == (0, 1, 0)
    assert step(life, end) == (0, 0, 1)


def test_open_dues_keep_it(life: Life) -> None:
    life.declare()
    assert step(life, END) == (0, 0, 0)


def test_a_debit_that_is_not_over_keeps_it(life: Life) -> None:
    life.declare()
    life.desk.send_all()
    assert step(life, END + timedelta(days=400)) == (0, 0, 0)


def test_a_planned_debit_withdraws_the_warning(life: Life, desk: Desk) -> None:
    assert step(life, WARNING)[1] == 1
    later = WARNING + timedelta(days=1)
    life.declare("2029-09", later)
    desk.run(later)
    assert life.mandate().expiry_told_on is None
    assert step(life, END) == (0, 0, 0)
    assert life.status() is MandateStatus.ACTIVE


def test_a_cancelled_debit_is_no_use(life: Life, desk: Desk) -> None:
    life.declare()
    desk.run(ANNOUNCING)
    day = life.day(ANNOUNCING)
    with transaction(life.session):
        cancel_debits(life.session, day, Debit.mandate_id > 0, cause="office")
        paid = {"status": DueStatus.PAID_ELSEWHERE}
        life.session.execute(update(Due).values(paid))
        life.session.execute(update(Debit).values(collect_on=WARNING))
    assert step(life, WARNING) == (0, 1, 0)


def test_what_the_employer_does_with_it_keeps_it(life: Life) -> None:
    later = date(2028, 5, 14)
    life.set_ceiling(5_000_000, later)
    assert step(life, END) == (0, 0, 0)
    assert step(life, add_months(later, 36) - timedelta(days=30)) == (0, 1, 0)


def test_printing_it_does_not(life: Life) -> None:
    read_account(life.session, life.day(END), builders.VAULT, life.owner.id, life.reference)
    assert step(life, WARNING) == (0, 1, 0)


def test_one_button_keeps_it_for_another_36_months(life: Life) -> None:
    step(life, WARNING)
    kept = WARNING + timedelta(days=9)
    keep(life, kept)
    keep(life, kept)
    assert life.mandate().expiry_told_on is None
    causes = life.session.scalars(select(Event.cause).where(Event.target == "kept")).all()
    assert len(causes) == 1
    life.session.rollback()
    assert step(life, END) == (0, 0, 0)
    end = add_months(kept, 36)
    assert step(life, end - timedelta(days=31)) == (0, 0, 0)
    assert step(life, end - timedelta(days=30)) == (0, 1, 0)


def test_only_the_employer_s_own_and_only_while_it_lasts_can_be_kept(life: Life) -> None:
    other = builders.employer(life.session)
    with pytest.raises(NotFound):
        keep_mandate(life.session, life.day(), other.id, life.reference)
    step(life, WARNING)
    step(life, END)
    with pytest.raises(MandateNotInForce):
        keep(life, END)


def test_a_suspended_one_ends_as_well(life: Life) -> None:
    life.pause(FILED + DAY, None)
    step(life, WARNING)
    step(life, END)
    assert life.status() is MandateStatus.EXPIRED
    assert life.mandate().paused_from_on is None


def test_an_exception_lives_by_the_dues_of_its_own_worksites(life: Life) -> None:
    default, exception = life.reference, life.take_out("W2")
    builders.declaration(life.session, life.day(), life.owner, worksites=("W1",))
    assert step(life, WARNING) == (0, 1, 0)
    assert life.mandate(exception).expiry_told_on == WARNING
    assert life.mandate(default).expiry_told_on is None
    step(life, END)
    assert life.status(exception) is MandateStatus.EXPIRED
    builders.declaration(life.session, life.day(), life.owner, period="2026-09", worksites=("W2",))
    life.desk.run(END)
    assert {place[0] for place in life.places()} == {default}


def test_the_run_itself_warns_through_the_outbox(life: Life, desk: Desk) -> None:
    report = desk.run(WARNING)
    assert report.phases["warned"] == 1
    kinds = life.session.scalars(select(Message.kind)).all()
    assert kinds == ["mandate_expiring"]


# ── a paper that never comes ─────────────────────────────────────────────────────────────────


def test_a_paper_is_called_for_before_its_day_and_after_it_once_each(waiting: Life) -> None:
    for on in (FILED, PAPER_DUE - timedelta(days=8)):
        assert step(waiting, on)[0] == 0
    for on in (PAPER_DUE - timedelta(days=7), PAPER_DUE, PAPER_DUE + DAY, PAPER_DUE + 9 * DAY):
        step(waiting, on)
    assert waiting.told.kinds == ["paper_missing", "paper_missing"]
    assert [(one["until"], one["overdue"]) for one in waiting.told.values] == [
        (PAPER_DUE, False), (PAPER_DUE, True),
    ]  # fmt: skip


def test_nobody_is_called_on_the_day_of_the_signature(desk: Desk) -> None:
    ask_for_paper(desk.session, "001", 1)
    life = Life(desk)
    assert step(life, FILED)[0] == 0
    assert step(life, FILED + DAY)[0] == 1


def test_without_its_paper_it_ends_after_six_months_and_a_warning(waiting: Life) -> None:
    step(waiting, PAPER_DUE + DAY)
    assert step(waiting, PAPER_WARNING - DAY)[1:] == (0, 0)
    assert step(waiting, PAPER_WARNING)[1:] == (1, 0)
    assert step(waiting, PAPER_END - DAY)[1:] == (0, 0)
    assert step(waiting, PAPER_END)[1:] == (0, 1)
    assert waiting.status() is MandateStatus.EXPIRED
    assert waiting.told.kinds[-2:] == ["mandate_expiring", "mandate_expired"]
    assert (waiting.told.values[-1]["unused"], waiting.told.values[-1]["months"]) == (False, 6)


def test_a_paper_that_has_come_is_not_called_for_and_the_bank_may_take_its_time(
    waiting: Life,
) -> None:
    folder = waiting.desk.folder / "scans"
    folder.mkdir()
    step(waiting, PAPER_WARNING)
    receive_paper(
        waiting.session, waiting.day(), builders.VAULT, folder, None, None, waiting.reference,
        papers.pdf(),
    )  # fmt: skip
    assert step(waiting, PAPER_END + timedelta(days=99)) == (0, 0, 0)
    confirm(
        waiting.session, waiting.day(PAPER_END), builders.VAULT, None, waiting.reference,
        waiting.told,
    )  # fmt: skip
    assert waiting.mandate().expiry_told_on is None
    assert waiting.status() is MandateStatus.ACTIVE


def test_open_dues_do_not_keep_what_cannot_collect_them(waiting: Life) -> None:
    waiting.declare()
    step(waiting, PAPER_WARNING)
    assert step(waiting, PAPER_END)[2] == 1


# ── sets ─────────────────────────────────────────────────────────────────────────────────────


def test_the_search_costs_as_much_for_many_mandates_as_for_one(desk: Desk) -> None:
    """What is in use is not looked at one by one."""
    life, told = Life(desk), Counter[str]()
    step_of = "one"
    engine = desk.session.get_bind()
    count = (engine, "before_cursor_execute", lambda *given: told.update([step_of]))
    event.listen(*count)
    step(life, WARNING - DAY)
    step_of = "building"
    for _ in range(20):
        Life(desk)
    step_of = "many"
    step(life, WARNING - DAY)
    event.remove(*count)
    assert told["one"] == told["many"] > 0


def test_many_end_at_once(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("webapp.services.expiry.AT_ONCE", 3)
    lives = [Life(desk) for _ in range(7)]
    assert step(lives[0], WARNING) == (0, 7, 0)
    assert step(lives[0], END) == (0, 0, 7)
    assert {one.status() for one in lives} == {MandateStatus.EXPIRED}
