"""Random lives of an office: whatever happens in whatever order, the money adds up."""

from __future__ import annotations

import shutil
import tempfile
from collections import Counter
from pathlib import Path
from typing import ClassVar

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from hypothesis.stateful import run_state_machine_as_test as live

from tests.reliability.living_office import MUST_HAPPEN, LivingOffice
from tests.telling import Tell
from webapp.adapters.messages import Delivery
from webapp.domain.facts import Fact
from webapp.models import RequestKind

EMPLOYERS = 4
STEPS_PER_LIFE = 40
LIVES = 5
STEPS = 150
LIVES_IN_TORTURE = 150
STEPS_IN_TORTURE = 5_000

picks = st.integers(min_value=0, max_value=5)
bases = st.sampled_from([0, 1_000_000, 7_777_777, 100_000_000])
# What a bank tells by itself; a reversal answers a message of the fund's.
TOLD = [fact for fact in Fact if fact is not Fact.REVERSED]
facts = st.sampled_from([*TOLD, Fact.SETTLED, Fact.SETTLED, Fact.REFUSED])
# One reason for each kind of consequence: try again, ask, stop, correct, our own fault.
reasons = st.sampled_from(["AM04", "AM04", "AM04", "MS03", "MD01", "AC01", "FF01", "DUPL"])
accidents = st.sampled_from(["", "", "power cut before", "power cut after", "refused"])
deliveries = st.sampled_from([Delivery.ACCEPTED] * 4 + [Delivery.REFUSED, Delivery.LATER])


def at_the_bank(lives: Lives) -> bool:
    """The bank has something to answer."""
    return bool(lives.office.postman.arrived)


class Lives(RuleBasedStateMachine):
    """One life of an office. `founded` and the counts are the same for all lives."""

    founded: Path
    lived = 0
    steps = 0
    # How often what the events tell has happened: their subject and target.
    happened: ClassVar[Counter[tuple[str, str]]] = Counter()

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp(prefix="khatwa-life-"))
        self.office = LivingOffice(self.founded, self.folder)
        self.employers = 0
        type(self).lived += 1

    @initialize(
        count=st.integers(min_value=1, max_value=3),
        base=st.integers(1, 9),
        covers_arrears=st.booleans(),
        in_parts=st.sampled_from([True, True, False]),
    )
    def begin(self, count: int, base: int, covers_arrears: bool, in_parts: bool) -> None:
        for number in range(count):
            self.join(worksites=2, reachable=True)
            self.office.sign(number, None, "001", (), covers_arrears=covers_arrears)
            self.office.file(number, base * 1_000_000)
        if in_parts:
            self.office.schedule(0, 2)

    @precondition(lambda self: self.employers < EMPLOYERS)
    @rule(worksites=st.just(2), reachable=st.sampled_from([True, True, True, False]))
    def join(self, worksites: int, reachable: bool) -> None:
        self.office.join(worksites, reachable=reachable)
        self.employers += 1

    @rule(
        pick=picks,
        ceiling=st.sampled_from([None, None, 2_000_000]),
        bank=st.sampled_from(["001", "007"]),
        worksites=st.sampled_from([(), (), ("W2",)]),
        covers_arrears=st.booleans(),
    )
    def sign(
        self, pick: int, ceiling: int | None, bank: str, worksites: tuple[str, ...],
        covers_arrears: bool,
    ) -> None:  # fmt: skip
        self.office.sign(pick, ceiling, bank, worksites, covers_arrears=covers_arrears)

    @rule(pick=picks, base=st.sampled_from([1_000_000, 7_777_777, 100_000_000]))
    def file(self, pick: int, base: int) -> None:
        self.office.file(pick, base)

    @rule(pick=picks, first=bases, second=bases)
    def correct(self, pick: int, first: int, second: int) -> None:
        self.office.correct(pick, first, second)

    @rule(
        pick=picks,
        centimes=st.sampled_from([1, 3_333_333, 12_960_000, 150_000_000]),
        of_a_period=st.booleans(),
        days_ago=st.sampled_from([0, 30, 90]),
    )
    def pay_elsewhere(self, pick: int, centimes: int, of_a_period: bool, days_ago: int) -> None:
        self.office.pay_elsewhere(pick, centimes, of_a_period=of_a_period, days_ago=days_ago)

    @precondition(lambda self: self.office.waiting_payments())
    @rule(pick=picks, booked=st.booleans())
    def decide_payment(self, pick: int, booked: bool) -> None:
        self.office.decide_payment(pick, booked=booked)

    @precondition(lambda self: self.office.booked_payments())
    @rule(pick=picks)
    def reverse_payment(self, pick: int) -> None:
        self.office.reverse_payment(pick)

    @rule(pick=picks, kind=st.sampled_from([RequestKind.WAIVER, RequestKind.REFUND]))
    def ask(self, pick: int, kind: RequestKind) -> None:
        self.office.ask(pick, kind)

    @precondition(lambda self: self.office.open_requests())
    @rule(pick=picks, granted=st.booleans())
    def decide_request(self, pick: int, granted: bool) -> None:
        self.office.decide_request(pick, granted=granted)

    @rule(pick=picks, count=st.integers(min_value=2, max_value=4))
    def schedule(self, pick: int, count: int) -> None:
        self.office.schedule(pick, count)

    @rule(days=st.integers(min_value=1, max_value=9))
    def wait(self, days: int) -> None:
        self.office.wait(days)

    @rule(delivery=deliveries)
    def run(self, delivery: Delivery) -> None:
        self.office.run(delivery)

    @rule(after=st.integers(0, 40))
    def stop_a_run(self, after: int) -> None:
        self.office.stop_a_run(after)

    @rule()
    def approve(self) -> None:
        self.office.approve()

    @rule(accident=accidents)
    def send(self, accident: str) -> None:
        self.office.send(accident)

    @rule(days=st.integers(min_value=1, max_value=3))
    def work_for_days(self, days: int) -> None:
        for _ in range(days):
            self.office.work_for_a_day()

    @rule(fact=st.sampled_from([Fact.SETTLED, Fact.REFUSED]))
    def work_for_a_month(self, fact: Fact) -> None:
        self.office.work_for_a_month(fact)

    @rule(accident=accidents)
    def work_until_something_leaves(self, accident: str) -> None:
        self.office.work_until_something_leaves(accident)

    @precondition(at_the_bank)
    @rule(pick=picks, fact=facts, reason=reasons)
    def answer(self, pick: int, fact: Fact, reason: str) -> None:
        self.office.answer(pick, fact, reason)

    @precondition(at_the_bank)
    @rule(pick=picks, told=st.permutations(TOLD), count=st.integers(2, 5), reason=reasons)
    def answer_in_some_order(self, pick: int, told: list[Fact], count: int, reason: str) -> None:
        for fact in told[:count]:
            self.office.answer(pick, fact, reason)

    @precondition(at_the_bank)
    @rule(fact=facts, reason=reasons)
    def answer_everything(self, fact: Fact, reason: str) -> None:
        self.office.answer_everything(fact, reason)

    @precondition(lambda self: self.office.messages)
    @rule(pick=picks)
    def repeat_a_message(self, pick: int) -> None:
        self.office.repeat(pick)

    @precondition(at_the_bank)
    @rule(pick=picks, reason=reasons)
    def refuse_a_file(self, pick: int, reason: str) -> None:
        self.office.refuse_file(pick, reason)

    @precondition(at_the_bank)
    @rule(centimes=st.integers(min_value=1, max_value=10**9))
    def pay_what_nobody_asked_for(self, centimes: int) -> None:
        self.office.pay_what_nobody_asked_for(centimes)

    @rule(pick=picks, granted=st.sampled_from([True, True, False]))
    def undo(self, pick: int, granted: bool) -> None:
        self.office.undo(pick, granted=granted)

    @rule(pick=picks, accident=accidents, told=st.permutations(["undone", "declined", "returned"]))
    def debit_in_error(self, pick: int, accident: str, told: list[str]) -> None:
        self.office.work_until_something_leaves()
        self.office.answer_everything(Fact.SETTLED, "AM04")
        self.office.undo(pick, granted=True)
        self.office.send_reversals(accident)
        for answer in told[:2]:
            if answer == "returned":
                self.office.answer(pick, Fact.RETURNED, "AM04")
            elif self.office.asked_back():
                self.answer_a_reversal(pick, answer == "declined")

    @rule(accident=accidents)
    def send_reversals(self, accident: str) -> None:
        self.office.send_reversals(accident)

    @precondition(lambda self: self.office.asked_back())
    @rule(pick=picks, refused=st.booleans())
    def answer_a_reversal(self, pick: int, refused: bool) -> None:
        if refused:
            self.office.refuse_to_give_back(pick)
        else:
            self.office.give_back(pick)

    @rule(pick=picks)
    def collect_again(self, pick: int) -> None:
        self.office.collect_again(pick)

    @precondition(lambda self: self.office.in_doubt())
    @rule(pick=picks)
    def confirm(self, pick: int) -> None:
        self.office.confirm(pick)

    @rule(accident=st.sampled_from(["power cut before", "power cut after"]))
    def lose_a_file(self, accident: str) -> None:
        self.office.lose_a_file(accident)

    @precondition(lambda self: self.office.held())
    @rule(pick=picks)
    def release(self, pick: int) -> None:
        self.office.release(pick)

    @rule(pick=picks)
    def release_any(self, pick: int) -> None:
        self.office.release_any(pick)

    @rule(pick=picks)
    def cancel(self, pick: int) -> None:
        self.office.cancel(pick)

    @rule(pick=picks)
    def bounce(self, pick: int) -> None:
        self.office.bounce(pick)

    @rule(pick=picks, ahead=st.integers(min_value=0, max_value=12), opened=st.booleans())
    def change_the_calendar(self, pick: int, ahead: int, opened: bool) -> None:
        if opened:
            self.office.open_a_day(pick)
        else:
            self.office.close_a_day(ahead)

    @invariant()
    def everything_adds_up(self) -> None:
        type(self).steps += 1
        self.office.check()

    def teardown(self) -> None:
        try:
            self.happened.update(self.office.happened())
            self.happened["bank_file", "lost"] += self.office.lost
            self.office.check_the_end()
        finally:
            self.office.close()
            shutil.rmtree(self.folder)


def many_lives(
    founded: Path, lives: int, wanted: int, tell: Tell, **more: bool
) -> Counter[tuple[str, str]]:
    """Let that many offices live, and tell how many steps it were; at least as many as wanted."""
    Lives.founded, Lives.lived, Lives.steps = founded, 0, 0
    Lives.happened.clear()
    live(
        Lives,
        settings=settings(
            max_examples=lives,
            stateful_step_count=STEPS_PER_LIFE,
            suppress_health_check=list(HealthCheck),
            **more,
        ),
    )
    lost = Lives.happened["bank_file", "lost"]
    tell(f"{Lives.lived} lives of an office, {Lives.steps} steps, {lost} files lost")
    assert Lives.steps >= wanted
    return Lives.happened


def test_whatever_happens_the_money_adds_up(founded: Path, tell: Tell) -> None:
    # The same lives every time: whoever changes the code meets what they broke, no more.
    many_lives(founded, LIVES, STEPS, tell, derandomize=True)


@pytest.mark.torture
def test_whatever_happens_for_long_the_money_adds_up(founded: Path, tell: Tell) -> None:
    happened = many_lives(founded, LIVES_IN_TORTURE, STEPS_IN_TORTURE, tell)
    never = [one for one in MUST_HAPPEN if not happened[one]]
    assert not never, f"in no life: {never}"
