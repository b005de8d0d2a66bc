"""What a person who acts for employers sees of each: the same as its own home, urgent first."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from sqlalchemy import Engine, event, select

from tests import builders
from tests.services.collecting import AMOUNT, ANNOUNCING, COLLECTION, FILED, Desk
from tests.services.people import signed_in
from tests.services.scheduling import Debtor
from webapp.domain.period import Periodicity
from webapp.domain.warning_kinds import WarningKind, urgency_of
from webapp.models import Employer, Person
from webapp.services.acted_for import ActsFor, acts_for, narrowed
from webapp.services.confirming_banks import ask_for_paper
from webapp.services.delegations import end, grant
from webapp.services.overview import look_over

V = builders.VAULT
EMAIL = "samir@cabinet.example"
ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
# Who acts learns that there is none; why stands on the employer's own home.
AS_ONE = {WarningKind.AUTHORISATION_ENDED: WarningKind.AUTHORISATION_MISSING}
ANSWERED = date(2026, 12, 1)
LATE = date(2026, 12, 7)


def let(desk: Desk, owner: Employer, email: str = EMAIL) -> str:
    day = builders.working_day(desk.session, desk.on)
    return grant(desk.session, day, V, signed_in(owner), "سمير", email, "ar", may_sign=False)


def seen(desk: Desk, email: str = EMAIL) -> list[ActsFor]:
    day = builders.working_day(desk.session, desk.on)
    return list(acts_for(desk.session, day, person_of(desk, email)))


def person_of(desk: Desk, email: str) -> int:
    found = desk.session.scalars(select(Person.id).where(Person.email == email)).one()
    desk.session.rollback()
    return found


def declared(desk: Desk, **mandate: object) -> Employer:
    day = builders.working_day(desk.session, FILED)
    owner = builders.employer(desk.session)
    builders.mandate(desk.session, day, owner, **mandate)  # type: ignore[arg-type]
    builders.declaration(desk.session, day, owner)
    return owner


def refused(desk: Desk, reason: str) -> Employer:
    owner = declared(desk)
    desk.send_all()
    answers = {desk.attempts()[0].end_to_end_id: "RJCT"}
    desk.take_in(desk.bank.status(desk.files()[0].reference, answers, reason=reason), ANSWERED)
    return owner


def signed_anew(desk: Desk) -> Employer:
    owner = refused(desk, "AC04")
    builders.mandate(desk.session, builders.working_day(desk.session, ANSWERED), owner)
    return owner


def presented_again(desk: Desk) -> Employer:
    owner = refused(desk, "AM04")
    desk.run(ANSWERED)
    return owner


def announced(desk: Desk, **mandate: object) -> Employer:
    owner = declared(desk, **mandate)
    desk.run(ANNOUNCING)
    return owner


def waits_for_paper(desk: Desk) -> Employer:
    ask_for_paper(desk.session, "002", 20)
    return declared(desk, rib=builders.account("002"))


def proposed(desk: Desk) -> Employer:
    debtor = Debtor(desk)
    debtor.propose()
    return debtor.owner


KINDS: dict[str, Callable[[Desk], Employer]] = {
    "new": lambda desk: builders.employer(desk.session),
    "declared": declared,
    "announced": announced,
    "on hold": lambda desk: announced(desk, ceiling=1),
    "refused for good": lambda desk: refused(desk, "AC04"),
    "signed anew": signed_anew,
    "presented again": presented_again,
    "waits for its paper": waits_for_paper,
    "a schedule proposed": proposed,
}


@pytest.mark.parametrize("kind", KINDS)
def test_it_says_the_same_as_the_employer_s_home(desk: Desk, kind: str) -> None:
    owner = KINDS[kind](desk)
    let(desk, owner)
    (found,) = seen(desk)
    home = look_over(desk.session, builders.working_day(desk.session, desk.on), signed_in(owner))
    assert found.refused + found.held == len(home.troubles)
    assert found.held == len([one for one in home.troubles if one.hold_reason])
    assert found.periods == len(home.to_declare)
    assert found.to_declare == (home.to_declare[0] if home.to_declare else None)
    assert found.authorised is (home.authorisation is not None)
    coming = home.next_debit.collect_on if home.next_debit and not found.held else None
    assert found.next_on == coming
    kinds = {AS_ONE.get(one.kind, one.kind) for one in home.warnings}
    assert set(found.warnings) == kinds
    assert [urgency_of(one) for one in found.warnings] == sorted(map(urgency_of, kinds))


def test_what_went_wrong_stands_first_then_the_nearest_deadline(desk: Desk) -> None:
    quiet = declared(desk)
    quarterly = builders.employer(desk.session)
    quarterly.periodicity = Periodicity.QUARTERLY  # its deadline has passed in October
    desk.session.commit()
    monthly = builders.employer(desk.session)
    wrong = announced(desk, ceiling=1)
    for owner in (quiet, monthly, quarterly, wrong):
        let(desk, owner)
    order = [one.member_number for one in seen(desk)]
    # A penalty grows on what is late; what is on hold waits.
    assert order == [one.member_number for one in (quarterly, wrong, monthly, quiet)]


@ON_SQLITE
def test_the_next_debit_is_told_with_its_amount(desk: Desk) -> None:
    let(desk, announced(desk))
    (found,) = seen(desk)
    assert (found.next_on, found.next_amount, found.worst) == (COLLECTION, AMOUNT, None)


@ON_SQLITE
def test_one_of_many_is_found_by_its_number_or_a_part_of_its_name(desk: Desk) -> None:
    first, second = builders.employer(desk.session), builders.employer(desk.session)
    first.name_fr, first.name_ar = "SARL Éléphant Bâtiment", "شركة الفيل"
    second.member_number = "16/ABC-7"
    desk.session.commit()
    for owner in (first, second):
        let(desk, owner)
    everybody = seen(desk)
    for wanted, owner in (("elephant", first), ("الفيل", first), ("abc-7", second)):
        assert [one.member_number for one in narrowed(everybody, wanted)] == [owner.member_number]
    assert narrowed(everybody, "nobody at all") == []


def test_nobody_sees_whom_they_act_for_no_more_or_never_did(desk: Desk) -> None:
    mine, ended, other = (builders.employer(desk.session) for _ in range(3))
    let(desk, mine)
    reference = let(desk, ended)
    let(desk, other, "another@cabinet.example")
    end(desk.session, builders.working_day(desk.session, FILED), V, signed_in(ended), reference)
    assert [one.member_number for one in seen(desk)] == [mine.member_number]


def test_for_two_hundred_employers_it_asks_as_often_as_for_two(desk: Desk, engine: Engine) -> None:
    told: list[str] = []

    def note(_c: object, _u: object, statement: str, *_more: object) -> None:
        told.append(statement)

    counts = []
    for size, email in ((2, EMAIL), (200, "big@cabinet.example")):
        for _ in range(size):
            let(desk, builders.employer(desk.session), email)
        person = person_of(desk, email)
        day = builders.working_day(desk.session, LATE)
        told.clear()
        event.listen(engine, "before_cursor_execute", note)
        try:
            assert len(acts_for(desk.session, day, person)) == size
        finally:
            event.remove(engine, "before_cursor_execute", note)
        counts.append(len([one for one in told if one.startswith("SELECT")]))
    assert counts[0] == counts[1] <= 6
