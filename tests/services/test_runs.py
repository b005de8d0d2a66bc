"""The run from an open due to a file for the bank, and what it refuses to do twice."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tests import builders
from webapp.adapters.messages import Delivery
from webapp.domain.errors import RunInTheFuture, RunInThePast
from webapp.domain.statuses import BankFileStatus, DebitStatus, DueStatus
from webapp.models import (
    Attempt,
    BankFile,
    Debit,
    DebitLine,
    Due,
    Event,
    HoldReason,
    Notice,
    NoticeChannel,
    NoticeStatus,
    Posting,
)
from webapp.services.runs import check_run_day, run_due_debits

FILED = date(2026, 11, 2)
COLLECTION = date(2026, 11, 30)
PLANNING = date(2026, 11, 18)
ANNOUNCING = date(2026, 11, 22)
FREEZING = date(2026, 11, 26)
AMOUNT = 12_960_000


def filed(office: Session, **given: object) -> None:
    """An employer with an active mandate who has filed October 2026."""
    day = builders.working_day(office, FILED)
    owner = builders.employer(office)
    builders.mandate(office, day, owner, **given)
    builders.declaration(office, day, owner)


def run(office: Session, outbox: Path, on: date, provider: builders.Provider | None = None):
    day = builders.working_day(office, on)
    return run_due_debits(office, day, builders.tools(outbox, provider))


def the_debit(office: Session) -> Debit:
    office.expire_all()
    return office.scalars(select(Debit)).one()


def test_a_due_far_away_is_not_planned(office: Session, outbox: Path) -> None:
    filed(office)
    run(office, outbox, date(2026, 11, 4))
    assert office.scalars(select(Debit)).all() == []
    assert office.scalars(select(Due.status)).all() == [DueStatus.OPEN]


def test_a_due_is_planned_announced_and_frozen_on_its_days(office: Session, outbox: Path) -> None:
    filed(office)
    run(office, outbox, PLANNING)
    assert the_debit(office).status is DebitStatus.PLANNED
    assert the_debit(office).collect_on == COLLECTION
    run(office, outbox, ANNOUNCING)
    assert the_debit(office).status is DebitStatus.ANNOUNCED
    run(office, outbox, date(2026, 11, 25))
    assert the_debit(office).status is DebitStatus.ANNOUNCED
    report = run(office, outbox, FREEZING)
    assert the_debit(office).status is DebitStatus.FROZEN
    file = office.scalars(select(BankFile)).one()
    assert file.status is BankFileStatus.WRITTEN
    assert (file.transactions, file.total_centimes) == (1, AMOUNT)
    assert (outbox / f"{file.reference}.xml").stat().st_mode & 0o777 == 0o600
    assert report.places["debit frozen"].centimes == report.declared.centimes == AMOUNT


def test_a_second_run_changes_nothing(office: Session, outbox: Path) -> None:
    filed(office)
    for on in (PLANNING, ANNOUNCING, FREEZING):
        run(office, outbox, on)
        before = everything(office, outbox)
        run(office, outbox, on)
        assert everything(office, outbox) == before


def everything(office: Session, outbox: Path) -> object:
    """Every row that a run may write, and every byte in the outbox."""
    office.expire_all()
    tables = [Debit, DebitLine, Due, Attempt, BankFile, Notice, Event, Posting]
    rows = [office.execute(select(table.__table__).order_by(table.id)).all() for table in tables]
    return rows, {path.name: path.read_bytes() for path in outbox.iterdir()}


def test_one_debit_whatever_the_number_of_worksites(office: Session, outbox: Path) -> None:
    day = builders.working_day(office, FILED)
    owner = builders.employer(office, worksites=3)
    builders.mandate(office, day, owner)
    builders.declaration(office, day, owner, worksites=("W1", "W2", "W3"))
    run(office, outbox, ANNOUNCING)
    debit = the_debit(office)
    assert debit.amount_centimes == 3 * AMOUNT
    assert office.scalar(select(func.count()).select_from(DebitLine)) == 3


def test_a_worksite_with_its_own_mandate_is_debited_under_it(office: Session, outbox: Path) -> None:
    day = builders.working_day(office, FILED)
    owner = builders.employer(office, worksites=2)
    builders.mandate(office, day, owner)
    own = builders.mandate(office, day, owner, worksites=("W2",))
    builders.declaration(office, day, owner, worksites=("W1", "W2"))
    run(office, outbox, ANNOUNCING)
    debits = office.scalars(select(Debit)).all()
    assert sorted(debit.amount_centimes for debit in debits) == [AMOUNT, AMOUNT]
    assert sum(debit.reference.startswith(own) for debit in debits) == 1


def test_what_is_filed_late_is_collected_on_the_feasible_day(office: Session, outbox: Path) -> None:
    owner = builders.employer(office)
    builders.mandate(office, builders.working_day(office, FILED), owner)
    late = builders.working_day(office, date(2026, 11, 30))
    builders.declaration(office, late, owner)
    run(office, outbox, date(2026, 11, 30))
    assert the_debit(office).collect_on == late.feasible_on
    assert the_debit(office).status is DebitStatus.ANNOUNCED


def test_a_missed_run_loses_nothing(office: Session, outbox: Path) -> None:
    filed(office)
    run(office, outbox, date(2027, 3, 1))
    debit = the_debit(office)
    assert debit.collect_on == builders.working_day(office, date(2027, 3, 1)).feasible_on


def test_an_announced_debit_never_grows(office: Session, outbox: Path) -> None:
    day = builders.working_day(office, FILED)
    owner = builders.employer(office)
    builders.mandate(office, day, owner)
    builders.declaration(office, day, owner)
    run(office, outbox, ANNOUNCING)
    builders.declaration(office, builders.working_day(office, ANNOUNCING), owner, period="2026-09")
    run(office, outbox, ANNOUNCING)
    first, second = office.scalars(select(Debit).order_by(Debit.id)).all()
    assert (first.amount_centimes, first.collect_on) == (AMOUNT, COLLECTION)
    assert second.collect_on > COLLECTION


def test_a_planned_debit_takes_what_is_filed_until_it_is_announced(
    office: Session, outbox: Path
) -> None:
    day = builders.working_day(office, FILED)
    owner = builders.employer(office, worksites=1)
    builders.mandate(office, day, owner, covers_arrears=True)
    builders.declaration(office, day, owner, period="2026-10")
    run(office, outbox, PLANNING)
    assert the_debit(office).amount_centimes == AMOUNT


def test_arrears_older_than_the_mandate_wait_unless_ticked(office: Session, outbox: Path) -> None:
    for covers in (False, True):
        owner = builders.employer(office)
        day = builders.working_day(office, FILED)
        builders.mandate(office, day, owner, covers_arrears=covers)
        builders.declaration(office, day, owner, period="2026-08")
    run(office, outbox, FILED)
    assert office.scalar(select(func.count()).select_from(Debit)) == 1


def test_without_a_contact_a_debit_is_held(office: Session, outbox: Path) -> None:
    day = builders.working_day(office, FILED)
    owner = builders.employer(office, phone="")
    builders.mandate(office, day, owner)
    builders.declaration(office, day, owner)
    report = run(office, outbox, ANNOUNCING)
    assert the_debit(office).hold_reason is HoldReason.NO_CONTACT
    assert report.needs_a_person


def test_above_its_ceiling_a_debit_is_held_whole(office: Session, outbox: Path) -> None:
    filed(office, ceiling=AMOUNT - 1)
    run(office, outbox, ANNOUNCING)
    assert the_debit(office).hold_reason is HoldReason.OVER_CEILING
    assert office.scalars(select(Notice)).all() == []


@pytest.mark.parametrize(
    ("answer", "status"),
    [(Delivery.REFUSED, NoticeStatus.REFUSED), (Delivery.LATER, NoticeStatus.QUEUED)],
)
def test_a_debit_whose_notice_was_not_delivered_is_held(
    office: Session, outbox: Path, answer: Delivery, status: NoticeStatus
) -> None:
    filed(office)
    for on in (ANNOUNCING, FREEZING):
        run(office, outbox, on, builders.Provider(answer))
    assert office.scalars(select(Notice.status)).one() is status
    assert the_debit(office).hold_reason is HoldReason.NOTICE_NOT_DELIVERED
    assert office.scalars(select(Attempt)).all() == []


def test_a_notice_accepted_too_late_does_not_count(office: Session, outbox: Path) -> None:
    filed(office)
    run(office, outbox, ANNOUNCING, builders.Provider(Delivery.LATER))
    run(office, outbox, date(2026, 11, 23), builders.Provider(Delivery.ACCEPTED))
    run(office, outbox, FREEZING)
    assert the_debit(office).hold_reason is HoldReason.NOTICE_NOT_DELIVERED


def test_the_notice_tells_amount_day_account_and_worksites(office: Session, outbox: Path) -> None:
    day = builders.working_day(office, FILED)
    owner = builders.employer(
        office, worksites=2, notice_channel=NoticeChannel.EMAIL, email="a@example.dz"
    )
    builders.mandate(office, day, owner)
    builders.declaration(office, day, owner, worksites=("W1", "W2"))
    provider = builders.Provider()
    run(office, outbox, ANNOUNCING, provider)
    (notice,) = provider.sent
    assert (notice.amount, notice.collect_on) == (2 * AMOUNT, COLLECTION)
    assert notice.worksites == ("ورشة 1", "ورشة 2")
    assert len(notice.account_last4) == 4


def test_a_file_nobody_approved_starts_anew_after_the_cut_off(
    office: Session, outbox: Path
) -> None:
    filed(office)
    for on in (ANNOUNCING, FREEZING):
        run(office, outbox, on)
    run(office, outbox, COLLECTION)
    debit = the_debit(office)
    assert office.scalars(select(BankFile.status)).one() is BankFileStatus.SUPERSEDED
    assert debit.status is DebitStatus.ANNOUNCED
    assert debit.collect_on == builders.working_day(office, COLLECTION).feasible_on
    assert debit.notice_version == 2


def test_files_are_split_by_channel_and_by_its_limit(office: Session, outbox: Path) -> None:
    from webapp.models import Channel

    for bank in ("001", "003", "004", "007"):
        filed(office, rib=builders.account(bank))
    office.execute(Channel.__table__.update().values(file_limit=2))
    office.commit()
    for on in (ANNOUNCING, FREEZING):
        run(office, outbox, on)
    counts = office.execute(
        select(Channel.code, BankFile.transactions).join(Channel).order_by(BankFile.reference)
    ).all()
    assert [tuple(row) for row in counts] == [("BNA", 2), ("BNA", 1), ("POST", 1)]


def test_a_run_before_the_last_one_needs_force(office: Session, outbox: Path) -> None:
    run(office, outbox, FREEZING)
    with pytest.raises(RunInThePast):
        check_run_day(office, PLANNING, FREEZING, force=False, dry_run=False)
    check_run_day(office, PLANNING, FREEZING, force=True, dry_run=False)


def test_a_run_after_today_needs_a_dry_run_or_a_demonstration(office: Session) -> None:
    with pytest.raises(RunInTheFuture):
        check_run_day(office, FREEZING, PLANNING, force=False, dry_run=False)
    check_run_day(office, FREEZING, PLANNING, force=False, dry_run=True)
