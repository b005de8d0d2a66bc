"""Before the one step an employer learns what will happen; afterwards they see what was signed."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from tests import builders
from tests.services.collecting import AMOUNT, COLLECTION, FILED, Desk
from tests.services.living import Life
from tests.services.people import signed_in
from webapp.domain.errors import NotFound
from webapp.domain.statuses import MandateStatus
from webapp.models import Event, Mandate, NoticeChannel, Worksite
from webapp.services.enrolment import (
    default_authorisation,
    find_authorisation,
    prepare_enrolment,
    read_account,
)

# The deadline of October falls on Monday, 30 November 2026.
AFTER_THE_DEADLINE = date(2026, 12, 2)
LAST_DAY = date(2026, 11, 30)
# That of September fell on Monday, 2 November, after the holiday of the first.
FIRST_WEEK = date(2026, 11, 3)


def test_who_has_declared_nothing_is_told_the_debit_of_the_period_to_declare(
    office: Session,
) -> None:
    owner = builders.employer(office)
    day = builders.working_day(office, FIRST_WEEK)
    seen = prepare_enrolment(office, day, signed_in(owner))
    assert (seen.first_debit.period.code, seen.first_debit.on) == ("2026-10", COLLECTION)
    assert seen.arrears == 0


def test_the_period_before_counts_as_long_as_it_is_in_time(office: Session) -> None:
    owner = builders.employer(office)
    day = builders.working_day(office, FILED)
    seen = prepare_enrolment(office, day, signed_in(owner))
    assert (seen.first_debit.period.code, seen.first_debit.on) == ("2026-09", day.feasible_on)


def test_who_declares_too_late_for_the_fixed_day_is_told_the_first_feasible_one(
    office: Session,
) -> None:
    owner = builders.employer(office)
    day = builders.working_day(office, LAST_DAY)
    seen = prepare_enrolment(office, day, signed_in(owner))
    assert (seen.first_debit.period.code, seen.first_debit.on) == ("2026-10", day.feasible_on)
    assert seen.first_debit.on > COLLECTION


def test_who_has_declared_is_told_the_debit_of_what_is_open(office: Session) -> None:
    owner, day = builders.employer(office), builders.working_day(office, FILED)
    builders.declaration(office, day, owner)
    seen = prepare_enrolment(office, day, signed_in(owner))
    assert (seen.first_debit.period.code, seen.first_debit.on) == ("2026-10", COLLECTION)
    assert seen.arrears == 0


@pytest.mark.usefixtures("late_for_free")
def test_who_owes_only_what_is_late_is_told_the_debit_of_the_next_period(
    office: Session,
) -> None:
    owner, day = builders.employer(office), builders.working_day(office, AFTER_THE_DEADLINE)
    builders.declaration(office, day, owner, period="2026-09")
    builders.declaration(office, day, owner, period="2026-10")
    seen = prepare_enrolment(office, day, signed_in(owner))
    assert seen.first_debit.period.code == "2026-11"
    assert seen.arrears == 2 * AMOUNT
    assert type(seen.arrears) is int, "an amount is a whole number, on every database"


def test_what_is_held_under_a_suspended_mandate_counts_among_what_is_late(desk: Desk) -> None:
    """A new signature frees it, and takes it only where it is ticked."""
    life = Life(desk, ceiling=1)
    life.declare()
    desk.run(date(2026, 11, 22))
    desk.session.execute(update(Mandate).values(status=MandateStatus.SUSPENDED))
    desk.session.commit()
    day = builders.working_day(desk.session, AFTER_THE_DEADLINE)
    seen = prepare_enrolment(desk.session, day, signed_in(life.owner))
    assert seen.arrears == 2 * AMOUNT


def test_when_every_declarable_period_is_late_the_present_one_is_named(office: Session) -> None:
    owner, day = builders.employer(office), builders.working_day(office, FILED)
    builders.declaration(office, day, owner)
    office.execute(update(Mandate).values(covers_arrears=True))
    office.commit()
    later = builders.working_day(office, date(2026, 12, 1))
    builders.declaration(office, later, owner, period="2026-11")
    seen = prepare_enrolment(office, later, signed_in(owner))
    assert seen.first_debit.period.code == "2026-11"
    assert seen.arrears == AMOUNT


def test_only_open_worksites_are_counted(office: Session) -> None:
    owner = builders.employer(office, worksites=3)
    builders.employer(office, worksites=5)
    office.execute(
        update(Worksite)
        .where(Worksite.employer_id == owner.id, Worksite.code == "W2")
        .values(closed_on=FILED)
    )
    office.commit()
    day = builders.working_day(office, FILED)
    assert prepare_enrolment(office, day, signed_in(owner)).worksites == 2


def test_the_channels_of_notice_and_code_are_named_with_the_end_of_the_contact(
    office: Session,
) -> None:
    owner = builders.employer(
        office, notice_channel=NoticeChannel.EMAIL, phone="0550123456", email="salima@example.dz"
    )
    seen = prepare_enrolment(office, builders.working_day(office, FILED), signed_in(owner))
    assert seen.notice_channel is seen.code_channel is NoticeChannel.EMAIL
    assert seen.code_address == "s…@example.dz"


def test_the_authorisation_shows_the_last_four_digits_only(office: Session) -> None:
    owner, rib = builders.employer(office), builders.account()
    day = builders.working_day(office, FILED)
    reference = builders.mandate(office, day, owner, rib=rib, ceiling=5_000_00)
    found = find_authorisation(office, owner.id, reference)
    assert found == default_authorisation(office, owner.id)
    assert (found.account_last4, found.ceiling) == (rib.last4, 5_000_00)
    assert rib.digits not in repr(found)


@pytest.mark.parametrize(
    ("covers_arrears", "legal_due_on", "collected"),
    [
        (False, date(2026, 11, 1), False),
        (False, FILED, True),
        (True, date(2026, 11, 1), True),
    ],
)
def test_what_was_due_before_the_signature_is_collected_only_when_ticked(
    office: Session, covers_arrears: bool, legal_due_on: date, collected: bool
) -> None:
    owner, day = builders.employer(office), builders.working_day(office, FILED)
    reference = builders.mandate(office, day, owner, covers_arrears=covers_arrears)
    assert find_authorisation(office, owner.id, reference).collects(legal_due_on) is collected


@pytest.mark.parametrize("status", sorted(set(MandateStatus) - {MandateStatus.ACTIVE}))
def test_only_an_active_authorisation_is_in_force(office: Session, status: MandateStatus) -> None:
    owner, day = builders.employer(office), builders.working_day(office, FILED)
    reference = builders.mandate(office, day, owner, covers_arrears=True)
    office.execute(update(Mandate).values(status=status))
    office.commit()
    found = find_authorisation(office, owner.id, reference)
    assert not found.in_force and not found.collects(COLLECTION)


def test_reading_the_whole_account_leaves_an_event(office: Session) -> None:
    owner, rib = builders.employer(office), builders.account()
    day = builders.working_day(office, FILED, "employer:7")
    reference = builders.mandate(office, day, owner, rib=rib)
    assert read_account(office, day, builders.VAULT, owner.id, reference) == rib
    event = office.scalars(select(Event).where(Event.cause == "account_shown")).one()
    assert event.actor == "employer:7"
    assert rib.digits not in repr(vars(event))


@pytest.mark.parametrize("reference", ["of another", "KM-MISSING"])
def test_the_mandate_of_another_is_not_found_and_leaves_no_event(
    office: Session, reference: str
) -> None:
    owner, other = builders.employer(office), builders.employer(office)
    day = builders.working_day(office, FILED)
    theirs = builders.mandate(office, day, other)
    wanted = theirs if reference == "of another" else reference
    with pytest.raises(NotFound):
        find_authorisation(office, owner.id, wanted)
    with pytest.raises(NotFound):
        read_account(office, day, builders.VAULT, owner.id, wanted)
    assert not office.scalars(select(Event).where(Event.cause == "account_shown")).all()
