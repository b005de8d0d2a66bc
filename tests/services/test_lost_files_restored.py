"""A file that counted as lost, and the return to a backup: nothing is sent twice."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from tests.services.collecting import AMOUNT, ANNOUNCING, COLLECTION, FREEZING, Desk
from tests.services.doubting import Lost
from tests.services.restoring import Station
from webapp.domain.statuses import DebitStatus
from webapp.models import EarlierFile
from webapp.services.bank_file_acts import replace_file


@pytest.fixture
def lost(desk: Desk) -> Lost:
    return Lost(desk)


def freeze_in_vain(lost: Lost) -> None:
    """A new file that is replaced before it has left."""
    lost.give_up()
    lost.freeze_again()


STAGES = {
    "announced": lambda lost: None,
    "in_doubt": lambda lost: None,
    "given_up": Lost.give_up,
    "frozen": freeze_in_vain,
}


@pytest.mark.parametrize("stage", STAGES)
def test_what_left_once_more_is_in_doubt_where_it_left_last(
    lost: Lost, database_url: str, stage: str
) -> None:
    station = Station(lost.desk, database_url)
    for _ in range(2):
        lost.desk.file_one()
    lost.desk.run(ANNOUNCING)
    kept = station.back_up("announced.backup") if stage == "announced" else None
    lost.desk.run(FREEZING)
    lost.desk.approve()
    lost.doubt()
    STAGES[stage](lost)
    kept = kept or station.back_up("later.backup")
    if stage in ("announced", "in_doubt"):
        lost.give_up()
    if stage == "frozen":
        replace_file(lost.desk.session, lost.day(), lost.desk.files()[-1].reference)
    if stage == "announced":  # One of the two is not in the new file.
        lost.hold_second()
    lost.send_again()
    ids, brought = lost.ids(), len(lost.bank.brought)
    last = lost.desk.files()[-1].reference
    station.restore(kept)
    assert station.reconcile().done
    lost.check()
    assert sorted(lost.ids()) == sorted(ids)
    by_file = {file.id: file.reference for file in lost.desk.files()}
    stands = {one.end_to_end_id: by_file[one.bank_file_id] for one in lost.desk.attempts()}
    assert stands[ids[0]] == last and lost.states()[0] == {DebitStatus.UNKNOWN}
    (first,) = (file for file in lost.desk.files() if file.collect_on == COLLECTION)
    earlier = select(func.count()).where(EarlierFile.bank_file_id == first.id)
    stood = lost.desk.session.scalar(earlier)
    lost.desk.session.rollback()
    assert stood == (1 if stage == "announced" else 2) and first.transactions == 2
    assert station.reconcile().done  # a second time finds it done
    lost.work_on()
    assert len(lost.bank.brought) == brought
    lost.desk.take_in(lost.desk.bank.settled(dict.fromkeys(ids, AMOUNT)))
    assert lost.states()[0] == {DebitStatus.SETTLED}
    lost.check()
