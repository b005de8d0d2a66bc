"""The home tells what went wrong, what to do, what comes next and what was last, and no more."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import select, update

from tests import builders
from tests.services.collecting import AMOUNT, ANNOUNCING, COLLECTION, FILED, FREEZING, Desk
from tests.services.people import signed_in
from webapp.domain.money import Centimes
from webapp.domain.period import Period
from webapp.domain.statuses import DebitStatus, DueStatus, MandateStatus
from webapp.domain.warning_kinds import WarningKind
from webapp.models import Employer, HoldReason, Mandate
from webapp.services.declarations import Filing, WorksiteWages, file_declaration
from webapp.services.overview import Overview, look_over

ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
ANSWERED = date(2026, 12, 1)


@pytest.fixture
def owner(desk: Desk) -> Employer:
    """An employer who has filed October, the only period that is asked for."""
    owner = builders.employer(desk.session)
    builders.declaration(desk.session, builders.working_day(desk.session, FILED), owner)
    return owner


@pytest.fixture
def covered(desk: Desk, owner: Employer) -> Employer:
    """The same with an authorisation in force."""
    builders.mandate(desk.session, builders.working_day(desk.session, FILED), owner)
    return owner


def home(desk: Desk, owner: Employer, on: date | None = None) -> Overview:
    day = builders.working_day(desk.session, on or desk.on)
    who = signed_in(owner)
    desk.session.rollback()
    return look_over(desk.session, day, who)


def refuse(desk: Desk, reason: str, on: date = ANSWERED) -> None:
    """The bank refuses the latest presentation; what follows is decided the same day."""
    attempt = desk.attempts()[-1]
    (file,) = [file for file in desk.files() if file.id == attempt.bank_file_id]
    answer = desk.bank.status(file.reference, {attempt.end_to_end_id: "RJCT"}, reason=reason)
    desk.take_in(answer, on)


def test_without_anything_there_is_the_latest_period_to_declare(desk: Desk) -> None:
    seen = home(desk, builders.employer(desk.session))
    assert [days.period.code for days in seen.to_declare] == ["2026-10"]
    assert (seen.authorisation, seen.next_debit, seen.awaiting) == (None, None, None)
    assert (seen.troubles, seen.shares, seen.latest) == ((), (), ())


def test_without_an_authorisation_what_is_declared_is_covered_by_nothing(
    desk: Desk, owner: Employer
) -> None:
    seen = home(desk, owner)
    assert seen.awaiting is not None
    assert (seen.awaiting.amount, seen.awaiting.not_covered) == (AMOUNT, AMOUNT)
    assert seen.awaiting.debited_on is None
    assert type(seen.awaiting.amount) is type(seen.awaiting.not_covered) is int


def test_an_active_employer_who_has_declared_has_nothing_to_do(
    desk: Desk, covered: Employer
) -> None:
    seen = home(desk, covered)
    assert (seen.troubles, seen.to_declare) == ((), ())
    assert seen.awaiting is not None and seen.awaiting.debited_on == COLLECTION
    assert seen.awaiting.not_covered == 0


def test_what_is_planned_is_next_with_its_worksites(desk: Desk, covered: Employer) -> None:
    desk.run(ANNOUNCING)
    seen = home(desk, covered)
    assert seen.next_debit is not None and seen.awaiting is None
    assert (seen.next_debit.status, seen.next_debit.amount) == (DebitStatus.ANNOUNCED, AMOUNT)
    assert [(one.worksite, one.amount) for one in seen.shares] == [("ورشة 1", AMOUNT)]


def test_what_is_with_the_bank_stays_next_until_it_is_settled(
    desk: Desk, covered: Employer
) -> None:
    desk.send_all()
    seen = home(desk, covered)
    assert seen.next_debit is not None and seen.next_debit.status is DebitStatus.SENT
    desk.take_in(desk.bank.settled({desk.attempts()[0].end_to_end_id: AMOUNT}), COLLECTION)
    seen = home(desk, covered)
    assert seen.next_debit is None
    assert [row.settled_on for row in seen.latest] == [COLLECTION]


def test_a_refusal_for_good_suspends_the_authorisation_and_is_a_trouble(
    desk: Desk, covered: Employer
) -> None:
    desk.send_all()
    refuse(desk, "AC04")
    seen = home(desk, covered)
    assert seen.authorisation is not None
    assert seen.authorisation.status is MandateStatus.SUSPENDED
    (row,) = seen.troubles
    assert (row.status, row.reason_code) == (DebitStatus.REFUSED, "AC04")
    assert seen.next_debit is None
    assert seen.awaiting is not None and seen.awaiting.not_covered == AMOUNT


def test_who_has_signed_anew_since_the_refusal_is_told_of_it_no_more(
    desk: Desk, covered: Employer
) -> None:
    desk.send_all()
    refuse(desk, "AC04")
    day = builders.working_day(desk.session, ANSWERED)
    builders.mandate(desk.session, day, covered, covers_arrears=True)
    seen = home(desk, covered)
    assert seen.troubles == ()
    assert seen.awaiting is not None and seen.awaiting.debited_on is not None
    assert seen.awaiting.not_covered == 0


def test_what_is_paid_another_way_since_the_refusal_is_no_trouble(
    desk: Desk, covered: Employer
) -> None:
    desk.send_all()
    refuse(desk, "AC04")
    for due in desk.dues():
        due.status = DueStatus.PAID_ELSEWHERE
    desk.session.commit()
    assert home(desk, covered).troubles == ()


def test_a_refusal_that_is_tried_again_tells_its_next_day(desk: Desk, covered: Employer) -> None:
    desk.send_all()
    refuse(desk, "AM04")
    seen = home(desk, covered)
    (row,) = seen.troubles
    assert (row.status, row.reason_code, row.attempts) == (DebitStatus.PLANNED, "AM04", 1)
    assert row.collect_on == builders.working_day(desk.session, ANSWERED).feasible_on
    assert seen.next_debit == row


@pytest.mark.parametrize("reason", ["MS03", "MD06"])
def test_a_refusal_that_a_person_must_look_at_is_on_hold(
    desk: Desk, covered: Employer, reason: str
) -> None:
    desk.send_all()
    refuse(desk, reason)
    (row,) = home(desk, covered).troubles
    assert (row.status, row.hold_reason) == (DebitStatus.HELD, HoldReason.BANK_REFUSAL)


def test_a_debit_above_the_ceiling_is_on_hold(desk: Desk, owner: Employer) -> None:
    day = builders.working_day(desk.session, FILED)
    builders.mandate(desk.session, day, owner, ceiling=AMOUNT - 1)
    desk.run(ANNOUNCING)
    seen = home(desk, owner)
    assert [row.hold_reason for row in seen.troubles] == [HoldReason.OVER_CEILING]
    assert seen.next_debit is None


@pytest.mark.usefixtures("late_for_free")
def test_what_was_due_before_the_signature_is_not_covered_unless_ticked(desk: Desk) -> None:
    late = date(2026, 12, 2)
    owner = builders.employer(desk.session)
    day = builders.working_day(desk.session, late)
    builders.declaration(desk.session, day, owner)
    builders.mandate(desk.session, day, owner)
    builders.declaration(desk.session, day, owner, period="2026-11")
    seen = home(desk, owner, late)
    assert seen.awaiting is not None
    assert (seen.awaiting.amount, seen.awaiting.not_covered) == (2 * AMOUNT, AMOUNT)
    desk.session.execute(update(Mandate).values(covers_arrears=True))
    desk.session.commit()
    seen = home(desk, owner, late)
    assert seen.awaiting is not None and seen.awaiting.not_covered == 0


def refuse_until_the_last_attempt(desk: Desk) -> None:
    on = FREEZING
    desk.send_all()
    for _ in range(3):
        refuse(desk, "AM04", on + timedelta(days=1))
        on = desk.debits()[0].collect_on
        for back in range(8, 0, -1):
            desk.run(on - timedelta(days=back))
            desk.approve()
            desk.send()


@pytest.mark.usefixtures("late_for_free")
def test_what_the_last_attempt_has_barred_is_not_promised_again(
    desk: Desk, covered: Employer
) -> None:
    refuse_until_the_last_attempt(desk)
    (due,) = desk.dues()
    assert (len(desk.attempts()), due.status) == (3, DueStatus.OPEN)
    assert due.barred_mandate_id is not None
    desk.session.rollback()
    seen = home(desk, covered)
    assert seen.awaiting is not None and seen.awaiting.debited_on is None


def test_nothing_of_another_employer_is_on_the_home(desk: Desk, covered: Employer) -> None:
    desk.run(ANNOUNCING)
    other = builders.employer(desk.session)
    seen = home(desk, other)
    assert (seen.authorisation, seen.next_debit, seen.troubles, seen.latest) == (None, None, (), ())
    assert desk.session.scalars(select(Mandate.employer_id)).all() == [covered.id]


@ON_SQLITE
def test_what_costs_money_first_stands_first(desk: Desk, covered: Employer) -> None:
    """A refused debit, a late declaration, one on hold, one to be declared."""
    desk.send_all()
    refuse(desk, "AC04")
    found = home(desk, covered, date(2027, 1, 3))
    kinds = [one.kind for one in found.warnings]
    assert kinds == [WarningKind.DEBIT_REFUSED, WarningKind.DECLARATION_LATE,
                     WarningKind.DECLARATION_DUE]  # fmt: skip
    assert [one.days.period.code for one in found.warnings if one.days] == ["2026-11", "2026-12"]
    assert not found.nothing_to_do


@ON_SQLITE
def test_who_has_done_everything_is_warned_of_nothing(desk: Desk, covered: Employer) -> None:
    seen = home(desk, covered)
    assert seen.warnings == () and seen.nothing_to_do


@ON_SQLITE
def test_without_an_authorisation_it_says_so_before_what_is_to_be_declared(desk: Desk) -> None:
    seen = home(desk, builders.employer(desk.session))
    assert [one.kind for one in seen.warnings] == [WarningKind.AUTHORISATION_MISSING,
                                                   WarningKind.DECLARATION_DUE]  # fmt: skip


@ON_SQLITE
def test_of_many_worksites_the_next_debit_names_the_biggest_and_counts_the_others(
    desk: Desk,
) -> None:
    day = builders.working_day(desk.session, FILED)
    owner = builders.employer(desk.session, worksites=9)
    builders.mandate(desk.session, day, owner)
    lines = tuple(
        WorksiteWages(f"W{n}", 1, Centimes(n * 1_000_000), Centimes(n * 1_000_000))
        for n in range(1, 10)
    )
    filing = Filing(owner.member_number, Period.parse("2026-10"), lines, "key")
    file_declaration(desk.session, day, filing)
    desk.run(ANNOUNCING)
    seen = home(desk, owner)
    shown = seen.biggest_shares
    assert [one.worksite for one in shown.rows] == [f"ورشة {n}" for n in (9, 8, 7, 6, 5)]
    assert shown.others == 4 and seen.next_debit is not None
    assert sum(one.amount for one in shown.rows) + shown.rest == seen.next_debit.amount
