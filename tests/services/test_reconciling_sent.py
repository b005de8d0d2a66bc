"""What left since the backup, in all its oddities: matched soundly, or listed and blocking."""

from __future__ import annotations

import json
from datetime import date

import pytest
from sqlalchemy import select

from tests import builders
from tests.reliability.invariants import check_tables
from tests.services.collecting import ANNOUNCING, COLLECTION, FILED, FREEZING, Desk
from tests.services.restoring import Station
from webapp.domain.errors import JournalIncomplete, MayStillBeDebited, NotFound, SentNotReconciled
from webapp.domain.obstacles import Obstacle
from webapp.domain.statuses import BankFileStatus, DebitStatus, DueStatus
from webapp.models import Due, DueKind, Restoration
from webapp.services import reconciling_sent
from webapp.services.setting_aside import set_aside

NEXT_DAY = date(2026, 11, 29)
AGAIN = date(2026, 12, 8)  # the second presentation has left by then
LATER = date(2026, 12, 20)


@pytest.fixture
def station(desk: Desk, database_url: str) -> Station:
    desk.file_one()
    return Station(desk, database_url)


def statuses(station: Station) -> list[DebitStatus]:
    return [one.status for one in station.desk.debits()]


def test_a_second_presentation_that_left_since_fails_the_first_and_is_in_doubt(
    station: Station,
) -> None:
    for on in (ANNOUNCING, FREEZING):
        station.work(on)
    path = station.back_up("after-the-first.backup")
    (first,) = station.desk.attempts()
    refused = station.desk.bank.status("", {first.end_to_end_id: "RJCT"}, reason="AM04")
    station.session.rollback()
    station.desk.take_in(refused, COLLECTION)
    station.work_for_weeks(COLLECTION, AGAIN)
    surcharges = select(Due.origin_key, Due.amount_centimes).where(Due.kind == DueKind.SURCHARGE)
    late = station.session.execute(surcharges).all()
    left = len(station.postman.arrived)
    assert late and left == 3  # twice the contribution, and what being late with it cost
    station.restore(path)
    assert station.session.execute(surcharges).all() == []
    station.session.rollback()
    assert station.reconcile().done
    check_tables(station.session)
    assert station.session.execute(surcharges).all() == late
    one, two, _ = station.desk.attempts()
    assert (one.number, two.number) == (1, 2)
    assert one.failed_at is not None and two.failed_at is None
    assert statuses(station) == [DebitStatus.UNKNOWN] * 2
    station.session.rollback()
    station.desk.take_in(refused, AGAIN)
    assert statuses(station) == [DebitStatus.UNKNOWN] * 2  # What was refused is the first one.
    station.session.rollback()
    station.work_for_weeks(AGAIN, LATER)
    assert len(station.postman.arrived) == left


def test_what_was_declared_since_blocks_until_it_is_declared_again(station: Station) -> None:
    path = station.back_up("before.backup")
    day = builders.working_day(station.session, FILED)
    owner = builders.employer(station.session)
    station.session.rollback()
    station.restore(path)  # An empty journal: nothing had left.
    station.desk.journal.path.touch()
    assert station.reconcile().done

    builders.mandate(station.session, day, owner := builders.employer(station.session))
    path = station.back_up("with-mandate.backup")
    builders.declaration(station.session, day, owner)
    for on in (ANNOUNCING, FREEZING):
        station.work(on)
    station.restore(path)
    result = station.reconcile()
    assert not result.done and [one.obstacle for one in result.unmatched] == [Obstacle.NO_DUE]
    assert result.debits_bound == 1  # the other employer's
    with pytest.raises(SentNotReconciled):
        station.send()
    station.session.rollback()
    owner = station.session.merge(owner, load=True)
    builders.declaration(station.session, day, owner)
    assert station.reconcile().done
    check_tables(station.session)
    assert statuses(station) == [DebitStatus.UNKNOWN] * 2
    station.session.rollback()
    station.work_for_weeks(NEXT_DAY, LATER)
    station.check_nobody_is_debited_twice()


def test_under_an_authorisation_signed_since_somebody_answers_by_name(station: Station) -> None:
    path = station.back_up("before.backup")
    station.desk.file_one()
    for on in (ANNOUNCING, FREEZING):
        station.work(on)
    lost = station.desk.attempts()[1].end_to_end_id
    station.restore(path)
    result = station.reconcile()
    assert [one.obstacle for one in result.unmatched] == [Obstacle.NO_MANDATE]
    day = builders.working_day(station.session, NEXT_DAY, "salima")
    for unknown in (station.desk.attempts()[0].end_to_end_id, "KM-NOBODY-261130-1-1"):
        station.session.rollback()
        with pytest.raises(NotFound):
            set_aside(station.session, day, station.desk.journal, unknown)
    set_aside(station.session, day, station.desk.journal, lost)
    result = station.reconcile()
    assert result.done and result.set_aside == 1
    told = [line for line in station.desk.journal.read() if "set_aside" in line]
    assert [(line["set_aside"], line["by"]) for line in told] == [(lost, "salima")]


def test_nothing_is_set_aside_that_could_be_debited_again(station: Station) -> None:
    path = station.back_up("before.backup")
    for on in (ANNOUNCING, FREEZING):
        station.work(on)
    (attempt,) = station.desk.attempts()
    reference, amount = attempt.end_to_end_id, attempt.amount_centimes
    station.restore(path)
    journal = station.desk.journal
    lines = [json.dumps(line).replace(str(amount), str(amount + 1)) for line in journal.read()]
    journal.path.write_text("\n".join(lines) + "\n")
    result = station.reconcile()
    assert [one.obstacle for one in result.unmatched] == [Obstacle.DUE_DIFFERS]
    day = builders.working_day(station.session, NEXT_DAY, "salima")
    with pytest.raises(MayStillBeDebited):
        set_aside(station.session, day, journal, reference)


def test_lines_of_earlier_versions_are_read(station: Station) -> None:
    path = station.back_up("before.backup")
    for on in (ANNOUNCING, FREEZING):
        station.work(on)
    journal = station.desk.journal
    old = {"file", "sha256", "count", "total_centimes", "at", "end_to_end_id", "amount_centimes",
           "dues"}  # fmt: skip
    lines = [json.dumps({key: line[key] for key in line if key in old}) for line in journal.read()]
    journal.path.write_text("\n".join(lines) + "\n")
    station.restore(path)
    assert station.reconcile().done
    check_tables(station.session)
    station.work_for_weeks(NEXT_DAY, LATER)
    station.check_nobody_is_debited_twice()


def test_of_a_file_that_certainly_stayed_nothing_is_in_doubt(station: Station) -> None:
    station.work(ANNOUNCING)
    path = station.back_up("before.backup")
    station.postman.accident = "refused"
    with pytest.raises(Exception, match="transport_refused"):
        station.work(FREEZING)
    station.session.rollback()
    assert not station.postman.arrived
    station.restore(path)
    result = station.reconcile()
    assert result.done and (result.journalled, result.debits_bound) == (0, 0)
    assert result.files_removed == 1  # what was written meanwhile
    station.postman.accident = ""
    station.work_for_weeks(FREEZING, LATER)
    station.check_nobody_is_debited_twice()
    assert len(station.postman.arrived) == 1


def test_what_an_interrupted_append_left_has_not_left(station: Station) -> None:
    station.work(ANNOUNCING)
    path = station.back_up("before.backup")
    station.work(FREEZING)
    journal = station.desk.journal
    journal.path.write_text(journal.path.read_text().splitlines()[0] + "\n")
    station.restore(path)
    assert station.reconcile().debits_bound == 0


def test_a_reconciling_that_is_interrupted_is_taken_up_again(
    desk: Desk, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(3):
        desk.file_one()
    station = Station(desk, database_url)
    path = station.back_up("before.backup")
    for on in (ANNOUNCING, FREEZING):
        station.work(on)
    station.restore(path)
    monkeypatch.setattr(reconciling_sent, "DEBITS_AT_ONCE", 1)
    apply, done = reconciling_sent.apply_match, []

    def interrupted(*arguments: object) -> None:
        if done:
            raise KeyboardInterrupt
        apply(*arguments)  # type: ignore[arg-type]
        done.append(1)

    with monkeypatch.context() as patch:
        patch.setattr(reconciling_sent, "apply_match", interrupted)
        with pytest.raises(KeyboardInterrupt):
            station.reconcile()
    station.session.rollback()
    with pytest.raises(SentNotReconciled):
        station.send()
    station.session.rollback()
    result = station.reconcile()
    assert result.done and result.debits_bound == 2
    check_tables(station.session)


def test_another_journal_than_ours_is_refused(station: Station) -> None:
    for on in (ANNOUNCING, FREEZING):
        station.work(on)
    path = station.back_up("after.backup")
    station.restore(path)
    station.desk.journal.path.write_text("")
    with pytest.raises(JournalIncomplete):
        station.reconcile()
    assert station.session.scalar(select(Restoration.reconciled_at)) is None
    station.session.rollback()


def test_a_file_that_never_left_and_holds_what_left_otherwise_is_taken_back(
    station: Station,
) -> None:
    """Frozen before the backup, missed its cut-off, frozen again in another file that left."""
    station.work(ANNOUNCING)
    station.desk.run(FREEZING)
    path = station.back_up("frozen.backup")
    station.work_for_weeks(COLLECTION, LATER)
    assert station.postman.arrived
    station.restore(path)
    result = station.reconcile()
    assert result.done and result.files_taken_back == 1
    files = {one.status for one in station.desk.files()}
    assert files == {BankFileStatus.SUPERSEDED, BankFileStatus.UNKNOWN}
    check_tables(station.session)
    assert set(station.session.scalars(select(Due.status))) == {DueStatus.SCHEDULED}
    station.session.rollback()
    station.work_for_weeks(LATER, date(2027, 1, 7))
    station.check_nobody_is_debited_twice()
