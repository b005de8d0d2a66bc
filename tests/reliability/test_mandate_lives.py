"""Random lives of one employer's authorisations: whatever is changed when, the money adds up.

Signing, papers, another account, pauses, revocations, ceilings and exceptions between runs, files
and the bank's answers. Beside the tables it keeps what was announced, and that no debit was frozen
for a mandate that did not allow it.
"""

from __future__ import annotations

import shutil
import tempfile
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule
from hypothesis.stateful import run_state_machine_as_test as live
from sqlalchemy import create_engine, select
from sqlalchemy.orm import Session

from tests import builders, papers
from tests.reliability.completeness import check_nothing_left_out
from tests.reliability.invariants import check_tables
from tests.services.collecting import Desk
from tests.services.living import Life
from webapp.database import configure_engine
from webapp.domain.bank_refusals import BankRefusal
from webapp.domain.errors import KhatwaError
from webapp.domain.period import Period
from webapp.domain.statuses import DebitStatus, MandateStatus
from webapp.models import Attempt, Debit, DebitLine, Due, Mandate, MandateWorksite
from webapp.services.confirmations import confirm, refuse
from webapp.services.confirming_banks import ask_for_paper
from webapp.services.exceptions import move_back
from webapp.services.papers import receive_paper

LIVES, STEPS_PER_LIFE = 8, 30
# Changes that were not refused: lives in which everything is refused prove nothing.
WANTED = 50
FIRST_PERIOD = Period.parse("2026-10")
ENDS = ("revoked", "refused", "replaced", "expired")

picks = st.integers(0, 5)
reasons = st.sampled_from(["", "", "AM04", "AM04", "AC04", "MS03"])
worksites = st.sampled_from([("W1",), ("W2",), ("W1", "W2")])
ceilings = st.sampled_from([None, 1, 12_960_000, 30_000_000])


class MandateLives(RuleBasedStateMachine):
    """One life. `founded` and the count are the same for all lives."""

    founded: Path
    done = 0

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp(prefix="khatwa-mandates-"))
        file = self.folder / "life.sqlite3"
        shutil.copy(self.founded, file)
        self.engine = configure_engine(create_engine(f"sqlite:///{file}"))
        self.session = Session(self.engine)
        self.life = Life(Desk(self.session, self.folder), covers_arrears=True)
        self.period = FIRST_PERIOD
        self.told: dict[int, tuple[date, int]] = {}
        self.known_attempts: set[int] = set()
        self.answered: set[str] = set()

    @property
    def today(self) -> date:
        return self.life.desk.on

    def attempt(self, act: object, *arguments: object, **more: object) -> None:
        """What the rules refuse changes nothing; what they allow is counted."""
        try:
            act(*arguments, **more)  # type: ignore[operator]
        except KhatwaError:
            self.session.rollback()
        else:
            type(self).done += 1

    # What the employer does.

    @rule()
    def declare(self) -> None:
        if self.period.last_day >= self.today:
            return
        self.life.declare(self.period.code, on=self.today)
        self.period = self.period.next()

    @rule()
    def sign(self) -> None:
        def act() -> None:
            self.life.reference = builders.mandate(
                self.session, self.life.day(), self.life.owner, covers_arrears=True
            )

        self.attempt(act)

    @rule(dead=st.booleans())
    def change(self, dead: bool) -> None:
        self.attempt(self.life.change, dead=dead)

    @rule(pick=picks, dead=st.booleans())
    def change_exception(self, pick: int, dead: bool) -> None:
        exception = self.exception(pick)
        if exception:
            self.attempt(self.life.change, dead=dead, reference=exception)

    @rule(begins=st.integers(0, 9), lasts=st.none() | st.integers(0, 12))
    def pause(self, begins: int, lasts: int | None) -> None:
        first = self.today + timedelta(days=begins)
        last = None if lasts is None else first + timedelta(days=lasts)
        self.attempt(self.life.pause, first, last)

    @rule()
    def resume(self) -> None:
        self.attempt(self.life.resume)

    @rule(pick=st.integers(0, 11))
    def revoke(self, pick: int) -> None:
        reference = self.exception(pick) if pick > 1 else self.life.reference if pick else None
        if reference:
            self.attempt(self.life.revoke, reference=reference)

    @rule(ceiling=ceilings)
    def set_ceiling(self, ceiling: int | None) -> None:
        self.attempt(self.life.set_ceiling, ceiling)

    @rule(chosen=worksites)
    def take_out(self, chosen: tuple[str, ...]) -> None:
        self.attempt(self.life.take_out, *chosen)

    @rule(pick=picks, worksite=st.sampled_from(["W1", "W2"]))
    def give_back(self, pick: int, worksite: str) -> None:
        exception = self.exception(pick)
        if exception:
            owner = self.life.owner.id
            self.attempt(move_back, self.session, self.life.day(), owner, exception, worksite)

    # What the fund and the bank do.

    @rule(days=st.none() | st.integers(1, 30))
    def ask(self, days: int | None) -> None:
        """The bank asks for the paper of what is signed from now on, or asks no more."""
        self.attempt(ask_for_paper, self.session, "001", days)

    @rule(pick=picks, agrees=st.sampled_from([True, True, False]))
    def bank_says(self, pick: int, agrees: bool) -> None:
        """Yes, with the paper, to one that waits; no, to any."""
        reference = self.exception(pick) if pick > 2 else self.life.reference
        if reference is None:
            return
        given = (self.session, self.life.day(), builders.VAULT, None, reference)

        def say_yes() -> None:
            receive_paper(
                self.session, self.life.day(), builders.VAULT, self.folder, None, None, reference,
                papers.picture(),
            )  # fmt: skip
            confirm(*given)

        if agrees:
            self.attempt(say_yes)
        else:
            self.attempt(refuse, *given, BankRefusal.NO_DEBITS)

    @rule(days=st.integers(1, 4))
    def run(self, days: int) -> None:
        """A run on each of some days, as it is every day."""
        for _ in range(days):
            self.life.desk.run(self.today)
            self.check_frozen()
            check_nothing_left_out(self.session, self.life.day())
            self.life.desk.on = self.life.day().calendar.add_bank_days(self.today, 1)

    @rule()
    def approve_and_send(self) -> None:
        try:
            self.life.desk.approve()
        except KhatwaError:
            self.session.rollback()
        self.life.desk.send()

    @precondition(lambda self: self.unanswered())
    @rule(pick=picks, reason=reasons)
    def answer(self, pick: int, reason: str) -> None:
        """The bank pays an attempt that has left, or refuses it."""
        waiting = self.unanswered()
        reference, file, amount = waiting[pick % len(waiting)]
        self.answered.add(reference)
        bank = self.life.desk.bank
        if reason:
            message = bank.status(file, {reference: "RJCT"}, reason=reason)
        else:
            message = bank.settled({reference: amount})
        self.life.desk.take_in(message)

    def unanswered(self) -> list[tuple[str, str, int]]:
        files = {one.id: one.reference for one in self.life.desk.files("sent")}
        found = [
            (one.end_to_end_id, files[one.bank_file_id], one.amount_centimes)
            for one in self.life.desk.attempts()
            if one.bank_file_id in files and one.end_to_end_id not in self.answered
        ]
        self.session.rollback()
        return found

    def exception(self, pick: int) -> str | None:
        found = self.session.scalars(
            select(Mandate.reference)
            .where(Mandate.is_default.is_(False), Mandate.status.not_in(ENDS))
            .order_by(Mandate.id)
        ).all()
        self.session.rollback()
        return found[pick % len(found)] if found else None

    # What must hold.

    def check_frozen(self) -> None:
        """Of what was frozen just now: its mandate allowed it, on that day, below its ceiling."""
        self.session.expire_all()
        rows = self.session.execute(
            select(Attempt, Debit, Mandate)
            .join(Debit, Debit.id == Attempt.debit_id)
            .join(Mandate, Mandate.id == Debit.mandate_id)
            .where(Attempt.id.not_in(self.known_attempts))
        ).all()
        for attempt, debit, mandate in rows:
            self.known_attempts.add(attempt.id)
            # The account of before still pays what was announced on it.
            if mandate.status is MandateStatus.REPLACED:
                assert (debit.collect_on, debit.amount_centimes) == self.told[debit.id]
            else:
                first, last = mandate.paused_from_on, mandate.paused_until_on
                inside = (
                    first and first <= debit.collect_on and (not last or last >= debit.collect_on)
                )
                paused = mandate.status is MandateStatus.SUSPENDED and first
                assert (mandate.status is MandateStatus.ACTIVE or paused) and not inside
            ceiling = mandate.ceiling_centimes
            assert ceiling is None or attempt.amount_centimes <= ceiling
        self.session.rollback()

    @invariant()
    def everything_adds_up(self) -> None:
        check_tables(self.session)

    @invariant()
    def what_was_announced_moves_to_no_earlier_day_and_never_grows(self) -> None:
        self.session.expire_all()
        statement = select(Debit).where(Debit.status == DebitStatus.ANNOUNCED)
        for debit in self.session.scalars(statement).all():
            now = (debit.collect_on, debit.amount_centimes)
            told = self.told.setdefault(debit.id, now)
            assert now[0] >= told[0] and now[1] <= told[1]
            self.told[debit.id] = now
        self.session.rollback()

    @invariant()
    def no_due_waits_for_a_mandate_that_is_over(self) -> None:
        """Every due that is open is the default mandate's, or a live exception's."""
        lost = self.session.execute(
            select(Due.id)
            .join(MandateWorksite, MandateWorksite.worksite_id == Due.worksite_id)
            .join(Mandate, Mandate.id == MandateWorksite.mandate_id)
            .where(MandateWorksite.ended_at.is_(None), Mandate.status.in_(ENDS))
        ).all()
        assert not lost
        waiting = self.session.execute(
            select(Debit.reference, Debit.status)
            .join(Mandate, Mandate.id == Debit.mandate_id)
            .join(DebitLine, DebitLine.debit_id == Debit.id)
            .where(
                DebitLine.freed_at.is_(None),
                Mandate.status.in_(("revoked", "refused", "expired")),
                Debit.status.in_(("announced", "held")),
            )
        ).all()
        assert not waiting, waiting
        self.session.rollback()

    def teardown(self) -> None:
        self.session.close()
        self.engine.dispose()
        shutil.rmtree(self.folder)


@pytest.fixture(scope="module")
def founded(migrated_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("mandates") / "founded.sqlite3"
    shutil.copy(migrated_file, path)
    engine = configure_engine(create_engine(f"sqlite:///{path}"))
    with Session(engine) as session:
        builders.foundations(session)
    engine.dispose()
    return path


def test_whatever_an_employer_changes_the_money_adds_up(founded: Path) -> None:
    MandateLives.founded, MandateLives.done = founded, 0
    live(
        MandateLives,
        settings=settings(
            max_examples=LIVES,
            stateful_step_count=STEPS_PER_LIFE,
            suppress_health_check=list(HealthCheck),
            # The same lives every time: whoever changes the code meets what they broke.
            derandomize=True,
            deadline=None,
        ),
    )
    assert MandateLives.done >= WANTED
