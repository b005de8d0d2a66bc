"""An employer reads all of their debits, page after page, and nobody else's."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from tests import builders
from tests.services.closing import PLANNING
from tests.services.collecting import AMOUNT, ANNOUNCING, COLLECTION, FILED, FREEZING, Desk
from tests.services.correcting import MILLION, Correcting, owed_on
from webapp.domain.errors import NotFound
from webapp.domain.statuses import DebitStatus
from webapp.models import Debit, DebitLine, Employer, Mandate
from webapp.services.debit_history import DEBITS_ON_A_PAGE, find_debit, list_debits
from webapp.services.debit_life import LifeKind
from webapp.services.debits import cancel_debit

MANY = 60


@pytest.fixture
def owner(desk: Desk) -> Employer:
    """An employer with two worksites and one announced debit."""
    day = builders.working_day(desk.session, FILED)
    owner = builders.employer(desk.session, worksites=2)
    builders.mandate(desk.session, day, owner)
    builders.declaration(desk.session, day, owner, worksites=("W1", "W2"))
    desk.run(ANNOUNCING)
    return owner


def add_debits(session: Session, owner: Employer, days: list[date]) -> None:
    """Debits on these days, several on one day among them."""
    mandate = session.scalars(select(Mandate).where(Mandate.employer_id == owner.id)).one()
    session.add_all(
        Debit(
            reference=f"KM-{owner.id}-{number}",
            employer_id=owner.id,
            mandate_id=mandate.id,
            status=DebitStatus.SETTLED,
            planned_for_on=COLLECTION + timedelta(days=number + 1),
            collect_on=on,
            amount_centimes=number + 1,
            notice_version=1,
        )
        for number, on in enumerate(days)
    )
    session.commit()


def pages(session: Session, owner: Employer) -> list[list[str]]:
    found: list[list[str]] = []
    more, before = True, None
    while more:
        rows, more = list_debits(session, owner.id, before)
        found.append([row.reference for row in rows])
        before = rows[-1].reference if rows else None
    return found


@pytest.mark.parametrize("count", [0, 1, 23, 24, 25, 47, 48, 49, MANY])
def test_paging_neither_loses_nor_repeats_a_debit(office: Session, count: int) -> None:
    owner, other = builders.employer(office), builders.employer(office)
    day, random = builders.working_day(office, FILED), Random(count)
    days = [COLLECTION + timedelta(days=random.randrange(7)) for _ in range(count)]
    for one in (owner, other):
        builders.mandate(office, day, one)
        add_debits(office, one, days)
    found = pages(office, owner)
    shown = [reference for page in found for reference in page]
    assert sorted(shown) == sorted(f"KM-{owner.id}-{n}" for n in range(count))
    assert [len(page) for page in found[:-1]] == [DEBITS_ON_A_PAGE] * (len(found) - 1)
    assert len(found) == max(1, -(-count // DEBITS_ON_A_PAGE))


def test_the_latest_comes_first(office: Session) -> None:
    owner, day = builders.employer(office), builders.working_day(office, FILED)
    builders.mandate(office, day, owner)
    add_debits(office, owner, [COLLECTION, COLLECTION + timedelta(days=2), COLLECTION])
    rows, _ = list_debits(office, owner.id)
    assert [row.amount for row in rows] == [2, 3, 1]


def test_a_debit_names_its_periods_worksites_and_amounts(desk: Desk, owner: Employer) -> None:
    (row,), more = list_debits(desk.session, owner.id)
    assert not more
    assert ([one.code for one in row.periods], row.amount) == (["2026-10"], 2 * AMOUNT)
    page = find_debit(desk.session, owner.id, row.reference)
    assert page.debit == row
    assert [(one.worksite, one.amount) for one in page.shares] == [
        ("ورشة 1", AMOUNT),
        ("ورشة 2", AMOUNT),
    ]
    assert [one.told_on for one in page.notices] == [ANNOUNCING]
    assert page.attempts == ()


def test_of_the_account_only_the_last_four_digits_are_told(desk: Desk, owner: Employer) -> None:
    mandate = desk.session.scalars(select(Mandate)).one()
    rows, _ = list_debits(desk.session, owner.id)
    assert rows[0].account_last4 == mandate.account_last4
    digits = builders.VAULT.open(mandate.account, f"mandate:{mandate.reference}")
    assert digits not in repr(find_debit(desk.session, owner.id, rows[0].reference))


@pytest.mark.parametrize("reference", ["of another", "KM-MISSING", "", "ش"])
def test_a_debit_of_another_or_of_nobody_is_not_found(
    desk: Desk, owner: Employer, reference: str
) -> None:
    other = builders.employer(desk.session)
    wanted = desk.debits()[0].reference if reference == "of another" else reference
    with pytest.raises(NotFound):
        find_debit(desk.session, other.id, wanted)
    with pytest.raises(NotFound):
        list_debits(desk.session, other.id, wanted)
    assert list_debits(desk.session, other.id) == ([], False)


def test_a_cancelled_debit_tells_what_it_was(desk: Desk, owner: Employer) -> None:
    day = builders.working_day(desk.session, ANNOUNCING, "salima")
    reference = desk.debits()[0].reference
    cancel_debit(desk.session, day, reference)
    page = find_debit(desk.session, owner.id, reference)
    assert (page.debit.status, page.debit.amount) == (DebitStatus.CANCELLED, 2 * AMOUNT)
    assert type(page.debit.amount) is int, "an amount is a whole number, on every database"
    assert [one.amount for one in page.shares] == [AMOUNT, AMOUNT]
    assert [moment.kind for moment in page.life] == [LifeKind.TOLD, LifeKind.CANCELLED]


def test_the_whole_way_is_told_with_its_days(desk: Desk, owner: Employer) -> None:
    desk.run(FREEZING)
    desk.approve()
    desk.send()
    desk.take_in(desk.bank.settled({desk.attempts()[0].end_to_end_id: 2 * AMOUNT}), COLLECTION)
    page = find_debit(desk.session, owner.id, desk.debits()[0].reference)
    assert [(moment.kind, moment.on) for moment in page.life] == [
        (LifeKind.TOLD, ANNOUNCING),
        (LifeKind.SENT, FREEZING),
        (LifeKind.SETTLED, COLLECTION),
    ]
    assert page.debit.settled_on == COLLECTION


@pytest.mark.parametrize("status", [one for one in DebitStatus if one is not DebitStatus.HELD])
def test_a_debit_is_found_in_every_status(desk: Desk, owner: Employer, status: DebitStatus) -> None:
    desk.session.execute(update(Debit).values(status=status))
    desk.session.commit()
    page = find_debit(desk.session, owner.id, desk.debits()[0].reference)
    assert page.debit.status is status
    assert page.life


@pytest.mark.parametrize("fate", ["cancelled", "undone"])
def test_of_a_debit_that_ended_what_a_correction_took_out_before_is_not_told(
    desk: Desk, fate: str
) -> None:
    """The amounts on its page are those that were debited, or were to be."""
    life = Correcting(desk)
    desk.run(PLANNING)
    life.correct(PLANNING + timedelta(days=1), W1=MILLION, W2=MILLION // 2)
    debit = desk.debits()[0].reference
    if fate == "cancelled":
        cancel_debit(desk.session, life.day(PLANNING + timedelta(days=2)), debit)
    else:
        desk.run(ANNOUNCING)
        desk.session.execute(update(Debit).values(status=DebitStatus.REVERSED))
        live = DebitLine.freed_at.is_(None)
        desk.session.execute(update(DebitLine).where(live).values(freed_at=life.day().now))
        desk.session.commit()
    page = find_debit(desk.session, life.owner.id, debit)
    assert sum(share.amount for share in page.shares) == owed_on(MILLION) + owed_on(MILLION // 2)
    assert len(page.shares) == 2
