"""Lives of an office that the state machine found to go wrong, each by the name of its rule."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import create_engine
from sqlalchemy.orm import Session

from tests import builders
from tests.databases import sqlite_copy
from tests.services.collecting import ANNOUNCING, FREEZING, Desk
from webapp.database import configure_engine
from webapp.domain.errors import IllegalMove, WorksiteTaken
from webapp.domain.statuses import DebitStatus
from webapp.services.debits import release_debit


@pytest.fixture
def desk(migrated_file: Path, tmp_path: Path) -> Iterator[Desk]:
    engine = configure_engine(create_engine(sqlite_copy(migrated_file, tmp_path)))
    with Session(engine) as session:
        builders.foundations(session)
        yield Desk(session, tmp_path)
    engine.dispose()


@pytest.mark.parametrize(
    ("on", "status"),
    [(ANNOUNCING, DebitStatus.ANNOUNCED), (FREEZING, DebitStatus.FROZEN)],
)
def test_only_a_held_debit_is_released(desk: Desk, on: object, status: DebitStatus) -> None:
    """A frozen debit that was released was planned anew while its file went to the bank."""
    desk.file_one()
    desk.run(ANNOUNCING)
    desk.run(on)
    day = builders.working_day(desk.session, desk.on, "salima")
    with pytest.raises(IllegalMove):
        release_debit(desk.session, day, desk.debits()[0].reference)
    assert desk.debits()[0].status is status


def test_a_worksite_with_a_mandate_of_its_own_is_not_signed_for_twice(desk: Desk) -> None:
    owner = builders.employer(desk.session, worksites=2)
    day = builders.working_day(desk.session, ANNOUNCING, "employer")
    builders.mandate(desk.session, day, owner, worksites=("W2",))
    with pytest.raises(WorksiteTaken):
        builders.mandate(desk.session, day, owner, worksites=("W2",))
