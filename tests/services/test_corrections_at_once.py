"""A correction while a run plans, announces or freezes the same amounts: one waits."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import date
from threading import Thread

import pytest
from sqlalchemy.orm import Session

from tests import builders
from tests.reliability.invariants import check_tables
from tests.services.collecting import ANNOUNCING, FREEZING, Desk
from tests.services.correcting import MILLION, Correcting
from webapp.services.announcing import announce_debits
from webapp.services.declaration_corrections import add_correction
from webapp.services.freezing import freeze_debits
from webapp.services.planning import plan_debits
from webapp.services.working_day import WorkingDay

Phase = Callable[[Session, WorkingDay], int]
# Long enough for the other to come to the lock; what is right does not depend on it.
MEANWHILE = 0.3


# On SQLite every transaction waits for the others.
pytestmark = pytest.mark.parametrize(
    "database_url", [pytest.param("postgresql", marks=pytest.mark.postgresql)], indirect=True
)


@pytest.fixture
def life(desk: Desk) -> Correcting:
    return Correcting(desk)


@pytest.mark.parametrize("base", [MILLION // 2, MILLION * 3 // 2, 0])
@pytest.mark.parametrize(
    ("phase", "on"),
    [(plan_debits, ANNOUNCING), (announce_debits, ANNOUNCING), (freeze_debits, FREEZING)],
)
def test_a_phase_of_the_run_waits_for_a_correction(
    life: Correcting, base: int, phase: Phase, on: date
) -> None:
    if phase is freeze_debits:
        life.desk.run(ANNOUNCING)
    elif phase is announce_debits:
        plan_debits(life.session, life.day(ANNOUNCING))
    day = builders.working_day(life.session, on)
    bases = {"W1": base, "W2": MILLION} if base else {"W2": MILLION}
    add_correction(life.session, day, builders.VAULT, life.told, life.filing(**bases), 1)

    def run() -> None:
        with Session(life.session.get_bind()) as other:
            phase(other, day)

    meanwhile = Thread(target=run)
    meanwhile.start()
    time.sleep(MEANWHILE)
    life.session.commit()
    meanwhile.join(30)
    assert not meanwhile.is_alive()
    check_tables(life.session)
    life.desk.run(on)
    check_tables(life.session)
