"""Every amount that is owed tells where it comes from, how it came about and where it stands."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest

from tests import builders
from tests.services.accounts import (
    LATE,
    Account,
    announces,
    collects,
    declares_late,
    files,
    is_credited,
    is_refused,
    is_refused_and_paid_all_the_same,
    is_surcharged_for_a_month,
    late_rules,
    plans,
    raises_an_announced_amount,
    sends,
    uses_a_part_of_its_credit,
)
from tests.services.collecting import COLLECTION, FILED, Desk
from tests.services.correcting import MILLION, owed_on
from webapp.domain.reckonings import (
    Difference,
    InstalmentOf,
    OfBases,
    OfRate,
    PartOf,
)
from webapp.domain.statuses import DueStatus, PaymentScheduleStatus
from webapp.domain.words import Word
from webapp.models import Due, DueKind, Instalment, PaymentSchedule
from webapp.services.due_origins import OriginKind
from webapp.services.dues import ListedDue, Wanted, list_dues

FULL, HALF, MORE = owed_on(MILLION), owed_on(MILLION // 2), owed_on(MILLION * 3 // 2)
Happens = Callable[[Account], None]


@pytest.fixture
def life(desk: Desk) -> Account:
    late_rules(desk.session)
    return Account(desk)


def of(life: Account, kind: DueKind, on: date | None = None) -> list[ListedDue]:
    return [due for due in life.every_due(on) if due.kind is kind and not due.is_past]


def test_a_contribution_is_the_two_bases_at_the_rates_of_its_period(life: Account) -> None:
    due = of(life, DueKind.CONTRIBUTION)[0]
    assert due.origin.kind is OriginKind.DECLARED and due.origin.revision == 1
    assert isinstance(due.reckoning, OfBases)
    made = due.reckoning
    assert (made.leave_base, made.weather_base) == (MILLION, MILLION)
    assert (made.rates.leave, made.rates.weather_employer) == (12_210, 375)
    assert (due.worksite, due.legal_due_on) == ("ورشة 1", COLLECTION)


def test_what_was_corrected_is_told_by_the_bases_of_its_own_revision(life: Account) -> None:
    life.correct(W1=MILLION // 2, W2=MILLION)
    now, then = of(life, DueKind.CONTRIBUTION), [due for due in life.every_due() if due.is_past]
    changed = next(due for due in now if due.origin.revision == 2)
    assert isinstance(changed.reckoning, OfBases) and changed.amount == HALF
    assert changed.reckoning.leave_base == MILLION // 2
    # The former one is still told by what was declared then.
    assert isinstance(then[0].reckoning, OfBases) and then[0].reckoning.leave_base == MILLION
    assert then[0].standing.qualifier == "replaced"


def test_an_adjustment_is_the_new_amount_less_the_former(life: Account) -> None:
    raises_an_announced_amount(life)
    (due,) = of(life, DueKind.ADJUSTMENT)
    assert due.origin.kind is OriginKind.CORRECTED and due.origin.revision == 2
    assert due.reckoning == Difference(MORE, FULL)  # type: ignore[arg-type]


def test_a_credit_of_a_correction_is_the_new_amount_less_the_former(life: Account) -> None:
    is_credited(life)
    credits = of(life, DueKind.CREDIT)
    assert [due.reckoning for due in credits] == [Difference(HALF, FULL), Difference(0, FULL)]  # type: ignore[arg-type]
    assert {due.origin.kind for due in credits} == {OriginKind.CORRECTED}


def test_a_surcharge_is_a_rate_of_the_amount_that_was_late(life: Account) -> None:
    is_surcharged_for_a_month(life)
    late = of(life, DueKind.SURCHARGE, date(2027, 1, 3))
    made = [due.reckoning for due in late if isinstance(due.reckoning, OfRate)]
    assert {(one.base, one.rate, one.step) for one in made} == {(FULL, 5_000, 0), (FULL, 1_000, 1)}
    assert {due.origin.kind for due in late} == {OriginKind.PAID_LATE}
    about = late[0].origin.about
    assert about is not None
    assert (about.kind, about.period.code) == (DueKind.CONTRIBUTION, "2026-10")
    assert about.worksite == late[0].worksite


def test_a_penalty_is_a_rate_of_what_was_declared_late(life: Account) -> None:
    declares_late(life)
    first = next(due for due in of(life, DueKind.PENALTY) if due.amount == FULL * 15 // 100)
    assert first.origin.kind is OriginKind.DECLARED_LATE
    assert first.reckoning == OfRate(FULL, 15_000, 0)  # type: ignore[arg-type]


def test_a_part_of_a_split_credit_is_the_whole_less_the_other_part(life: Account) -> None:
    uses_a_part_of_its_credit(life)
    parts = [due for due in life.every_due() if isinstance(due.reckoning, PartOf)]
    assert parts
    rows = {row.id: row for row in life.rows()}
    for due in parts:
        predecessor = rows[due.id].predecessor_id
        siblings = [row for row in rows.values() if row.predecessor_id == predecessor]
        assert predecessor is not None
        assert due.reckoning == PartOf(
            rows[predecessor].amount_centimes,  # type: ignore[arg-type]
            sum(row.amount_centimes for row in siblings if row.id != due.id),  # type: ignore[arg-type]
        )
        assert due.origin.kind is OriginKind.CORRECTED


def test_an_instalment_is_numbered_in_its_schedule(life: Account) -> None:
    schedule = PaymentSchedule(
        reference="KS23456789",
        employer_id=life.owner.id,
        status=PaymentScheduleStatus.ACCEPTED,
        principal_centimes=1_000,
        proposed_by="staff:1",
        proposed_at=life.day().now,
    )
    life.session.add(schedule)
    life.session.flush()
    for number, amount in ((1, 333), (2, 333), (3, 334)):
        due = Due(
            origin_key=f"instalment:KS23456789:{number}",
            employer_id=life.owner.id,
            kind=DueKind.INSTALMENT,
            status=DueStatus.OPEN,
            period="2026-10",
            amount_centimes=amount,
            legal_due_on=date(2027, number, 3),
            collect_from_on=date(2027, number, 3),
        )
        life.session.add(due)
        life.session.flush()
        life.session.add(
            Instalment(
                schedule_id=schedule.id,
                number=number,
                employer_id=life.owner.id,
                due_on=due.legal_due_on,
                amount_centimes=amount,
                due_id=due.id,
            )
        )
    life.session.commit()
    told = of(life, DueKind.INSTALMENT)
    assert [(due.origin.number, due.origin.count) for due in told] == [(1, 3), (2, 3), (3, 3)]
    assert {due.origin.reference for due in told} == {"KS23456789"}
    assert [due.reckoning for due in told] == [
        InstalmentOf(1_000, 1_000 - due.amount, 3)  # type: ignore[arg-type]
        for due in told
    ]


def test_money_that_came_after_a_refusal_names_its_debit(life: Account) -> None:
    is_refused_and_paid_all_the_same(life)
    (due,) = (due for due in life.every_due() if due.kind is DueKind.CREDIT)
    assert due.origin.kind is OriginKind.LATE_MONEY
    assert due.origin.reference == life.desk.debits()[0].reference


@pytest.mark.parametrize(
    ("key", "kind", "amount", "cause"),
    [
        ("payment:KP1", DueKind.CREDIT, -5, OriginKind.OVERPAID),
        ("payment-reversed:KP1", DueKind.ADJUSTMENT, 5, OriginKind.PAYMENT_REVERSED),
        ("assessed:2026/17", DueKind.CONTRIBUTION, 5, OriginKind.ASSESSED),
        ("went-back:X", DueKind.ADJUSTMENT, 5, OriginKind.WENT_BACK),
        ("anything", DueKind.ADJUSTMENT, 5, OriginKind.RECORDED),
    ],
)
def test_a_due_is_told_by_what_it_is_named_after(
    life: Account, key: str, kind: DueKind, amount: int, cause: OriginKind
) -> None:
    life.session.add(
        Due(
            origin_key=key,
            employer_id=life.owner.id,
            kind=kind,
            status=DueStatus.OPEN,
            period="2026-07",
            amount_centimes=amount,
            legal_due_on=COLLECTION,
            collect_from_on=COLLECTION,
        )
    )
    life.session.commit()
    (due,) = life.listed(period="2026-07").dues
    assert (due.origin.kind, due.reckoning) == (cause, None)
    if cause is OriginKind.ASSESSED:
        assert due.origin.reference == "2026/17"


@pytest.mark.parametrize(
    ("happens", "word", "qualifier", "on"),
    [
        (files, Word.DECLARED, None, None),
        (plans, Word.SCHEDULED, "notice_to_come", COLLECTION),
        (announces, Word.SCHEDULED, None, COLLECTION),
        (sends, Word.SENT, None, date(2026, 11, 26)),
        (collects, Word.SETTLED, None, COLLECTION),
        (is_refused, Word.REFUSED, None, COLLECTION),
    ],
    ids=lambda one: getattr(one, "__name__", ""),
)
def test_a_due_is_told_by_the_word_of_its_debit_with_its_day(
    life: Account, happens: Happens, word: Word, qualifier: str | None, on: date | None
) -> None:
    happens(life)
    standing = life.every_due()[0].standing
    assert (standing.word, standing.qualifier, standing.on) == (word, qualifier, on)
    debits = [debit.reference for debit in life.desk.debits()]
    assert standing.reference == (debits[0] if on else "")
    assert standing.reason_code == ("AC04" if word is Word.REFUSED else None)


def test_what_a_credit_covered_was_not_debited(life: Account) -> None:
    uses_a_part_of_its_credit(life)
    november = life.listed(period="2026-11").dues
    assert {(due.standing.word, due.standing.qualifier) for due in november
            if due.status is DueStatus.SETTLED} == {(Word.SETTLED, "set_off")}  # fmt: skip


def test_an_open_amount_has_the_day_on_which_it_can_be_debited(life: Account) -> None:
    assert {due.collect_on for due in life.every_due(FILED)} == {COLLECTION}
    # Seven days later than the last feasible one: the first day that leaves room for the notice.
    late = {due.collect_on for due in life.every_due(LATE)}
    assert late == {builders.working_day(life.session, LATE).feasible_on}


def test_without_an_authorisation_an_open_amount_has_no_day(desk: Desk) -> None:
    owner = builders.employer(desk.session)
    day = builders.working_day(desk.session, FILED)
    builders.declaration(desk.session, day, owner)
    (due,) = list_dues(desk.session, day, owner.id, Wanted()).dues
    assert due.collect_on is None
