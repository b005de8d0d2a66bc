"""A bank that asks for paper: the mandate waits, then its bank says yes or no."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from tests import builders, papers
from tests.services.collecting import ANNOUNCING, COLLECTION, FILED, FREEZING, Desk
from tests.services.living import Life, Told
from tests.services.people import at_once
from tests.services.staff import join
from webapp.domain.bank_refusals import BankRefusal
from webapp.domain.errors import IllegalMove, KhatwaError, NotFound, PaperMissing
from webapp.domain.statuses import DebitStatus, MandateStatus
from webapp.models import Agency, Event, Mandate
from webapp.services import confirmations
from webapp.services.confirmations import (
    confirm,
    count_waiting,
    find_mandate,
    refuse,
    waiting,
)
from webapp.services.confirming_banks import ask_for_paper, ask_for_paper_as, confirming_banks
from webapp.services.papers import receive_paper

PAPER_DAYS = 20
COUNTRY = None


@pytest.fixture
def asking(desk: Desk) -> Desk:
    """The office, where bank 001 asks for the paper."""
    ask_for_paper(desk.session, "001", PAPER_DAYS)
    return desk


@pytest.fixture
def life(asking: Desk) -> Life:
    return Life(asking)


def bring(life: Life, content: bytes | None = None) -> str:
    """Somebody at the desk takes in the stamped paper."""
    folder = life.desk.folder / "scans"
    folder.mkdir(exist_ok=True)
    return receive_paper(
        life.session, life.day(), builders.VAULT, folder, COUNTRY, None, life.reference,
        content or papers.picture(),
    )  # fmt: skip


def say_yes(life: Life, on: date | None = None, agency: int | None = COUNTRY) -> None:
    confirm(life.session, life.day(on), builders.VAULT, agency, life.reference, life.told)


def say_no(
    life: Life, on: date | None = None, agency: int | None = COUNTRY,
    why: BankRefusal = BankRefusal.NO_DEBITS,
) -> None:  # fmt: skip
    refuse(life.session, life.day(on), builders.VAULT, agency, life.reference, why, life.told)


def moves(life: Life) -> list[tuple[str | None, str, str]]:
    rows = life.session.execute(
        select(Event.source, Event.target, Event.cause)
        .where(Event.subject == "mandate")
        .order_by(Event.id)
    ).all()
    life.session.rollback()
    return [tuple(row) for row in rows]


def agencies(life: Life) -> list[int]:
    ids = life.session.scalars(select(Agency.id).order_by(Agency.id).limit(2)).all()
    life.session.rollback()
    return list(ids)


# ── which banks ask ──────────────────────────────────────────────────────────────────────────


def test_a_bank_asks_for_paper_until_it_does_not(desk: Desk) -> None:
    ask_for_paper(desk.session, "004", 10)
    ask_for_paper(desk.session, "001", 20)
    ask_for_paper(desk.session, "004", 15)
    assert confirming_banks(desk.session) == {"001": 20, "004": 15}
    for _ in range(2):
        ask_for_paper(desk.session, "004", None)
    assert confirming_banks(desk.session) == {"001": 20}


def test_who_of_the_staff_changed_a_bank_is_an_event(desk: Desk) -> None:
    day = builders.working_day(desk.session, FILED)
    who = join(desk.session, day)
    ask_for_paper_as(desk.session, day, who.id, "004", 10)
    ask_for_paper_as(desk.session, day, who.id, "004", None)
    causes = desk.session.scalars(select(Event.cause).where(Event.target == "bank_changed")).all()
    assert causes == ["bank_004_10_days", "bank_004_0_days"]
    assert confirming_banks(desk.session) == {}


# ── waiting ──────────────────────────────────────────────────────────────────────────────────


def test_a_mandate_of_such_a_bank_is_born_signed_and_not_active(life: Life) -> None:
    mandate = life.mandate()
    assert mandate.status is MandateStatus.SIGNED
    assert mandate.paper_due_on == FILED + timedelta(days=PAPER_DAYS)
    assert moves(life) == [(None, "signed", "signed")]


def test_a_mandate_of_any_other_bank_is_active_at_once(asking: Desk) -> None:
    life = Life(asking, rib=builders.account("004"))
    assert (life.status(), life.mandate().paper_due_on) == (MandateStatus.ACTIVE, None)


def test_who_signed_before_the_bank_asked_stays_active(desk: Desk) -> None:
    life = Life(desk)
    ask_for_paper(desk.session, "001", PAPER_DAYS)
    assert life.status() is MandateStatus.ACTIVE


def test_nothing_is_collected_while_it_waits(life: Life) -> None:
    life.declare()
    for on in (ANNOUNCING, FREEZING, COLLECTION):
        life.desk.run(on)
    assert life.places() == []
    assert life.dues() == ["open", "open"]


def test_the_most_urgent_stand_first_and_pages_follow_one_another(
    asking: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(confirmations, "ROWS_OF_A_PAGE", 2)
    session, wanted = asking.session, []
    for on in (date(2026, 11, 4), FILED, date(2026, 11, 3), FILED, date(2026, 11, 5)):
        owner = builders.employer(session)
        wanted.append((on, builders.mandate(session, builders.working_day(session, on), owner)))
    seen, after, more = [], 0, True
    while more:
        found = waiting(session, COUNTRY, after)
        page, more = found[:2], len(found) > 2
        seen += page
        after = page[-1].id
    assert [(one.signed_on, one.reference) for one in seen] == sorted(wanted, key=lambda x: x[0])
    assert count_waiting(session, COUNTRY) == 5


def test_a_page_goes_on_behind_one_that_was_confirmed_meanwhile(asking: Desk) -> None:
    first, second = Life(asking), Life(asking)
    seen = waiting(asking.session, COUNTRY)[0].id
    bring(first)
    say_yes(first)
    assert [one.reference for one in waiting(asking.session, COUNTRY, seen)] == [second.reference]


@pytest.mark.parametrize(("wait", "left"), [(0, 20), (20, 0), (21, -1)])
def test_the_days_that_are_left_are_counted(life: Life, wait: int, left: int) -> None:
    (found,) = waiting(life.session, COUNTRY)
    assert found.days_left(FILED + timedelta(days=wait)) == left
    assert (found.waits, found.papers) == (True, 0)


def test_an_agent_sees_the_mandates_of_their_agency_and_no_others(life: Life) -> None:
    own, other = agencies(life)
    (found,) = waiting(life.session, own)
    assert waiting(life.session, other) == []
    assert (count_waiting(life.session, own), count_waiting(life.session, other)) == (1, 0)
    bring(life)
    for act in (
        lambda: find_mandate(life.session, other, life.reference),
        lambda: waiting(life.session, other, found.id),
        lambda: say_yes(life, agency=other),
        lambda: say_no(life, agency=other),
    ):
        with pytest.raises(NotFound):
            act()
    assert life.status() is MandateStatus.SIGNED
    say_yes(life, agency=own)


# ── yes ──────────────────────────────────────────────────────────────────────────────────────


def test_without_the_paper_nothing_is_confirmed(life: Life) -> None:
    with pytest.raises(PaperMissing):
        say_yes(life)
    assert (life.status(), life.told.kinds) == (MandateStatus.SIGNED, [])


def test_a_bank_s_yes_makes_it_active_and_the_employer_is_told(life: Life) -> None:
    bring(life)
    say_yes(life)
    assert life.status() is MandateStatus.ACTIVE
    assert moves(life)[-3:] == [
        (None, "paper_received", "image/jpeg"),
        ("signed", "confirmed", "paper_confirmed"),
        ("confirmed", "active", "confirmed"),
    ]
    assert life.told.kinds == ["mandate_confirmed"]
    assert waiting(life.session, COUNTRY) == []


def test_what_waited_is_collected_from_then_on(life: Life) -> None:
    life.declare()
    life.desk.run(COLLECTION)
    bring(life)
    say_yes(life, COLLECTION)
    life.desk.run(COLLECTION)
    assert life.places() == [(life.reference, DebitStatus.ANNOUNCED, 2)]
    assert min(life.days()) > COLLECTION


def test_a_second_yes_is_refused(life: Life) -> None:
    bring(life)
    say_yes(life)
    with pytest.raises(IllegalMove):
        say_yes(life)
    assert life.told.kinds == ["mandate_confirmed"]


def test_two_agents_at_the_same_moment_confirm_once(life: Life) -> None:
    bring(life)
    day, told = life.day(), Told()
    engine = life.session.get_bind()
    life.session.rollback()

    def attempt(act: object) -> object:
        def run(session: object) -> str:
            try:
                act(session)
            except KhatwaError as error:
                return error.code
            return "done"

        return run

    act = attempt(lambda one: confirm(one, day, builders.VAULT, COUNTRY, life.reference, told))
    answers = at_once(engine, [act, act])
    assert sorted(answers) == ["done", "illegal_move"]
    assert told.kinds == ["mandate_confirmed"]


# ── no ───────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("reason", BankRefusal)
def test_a_bank_s_no_ends_it_with_a_reason(life: Life, reason: BankRefusal) -> None:
    say_no(life, why=reason)
    assert life.status() is MandateStatus.REFUSED
    assert moves(life)[-1] == ("signed", "refused", f"bank_says_{reason.value}")
    assert life.told.kinds == ["mandate_refused"]
    with pytest.raises(IllegalMove):
        say_no(life)


def test_a_late_no_cancels_what_is_in_no_file_and_frees_the_dues(life: Life) -> None:
    bring(life)
    say_yes(life)
    life.declare()
    life.desk.run(ANNOUNCING)
    say_no(life, ANNOUNCING)
    assert life.places() == []
    assert life.dues() == ["open", "open"]
    assert [one.status for one in life.desk.debits()] == [DebitStatus.CANCELLED]


def test_a_late_no_leaves_what_is_in_a_file(life: Life) -> None:
    bring(life)
    say_yes(life)
    life.declare()
    life.desk.send_all()
    say_no(life, FREEZING)
    assert life.places() == [(life.reference, DebitStatus.SENT, 2)]


def test_after_a_no_another_authorisation_can_be_signed(life: Life) -> None:
    say_no(life)
    reference = builders.mandate(life.session, life.day(), life.owner, rib=builders.account("004"))
    assert life.status(reference) is MandateStatus.ACTIVE


def test_a_no_gives_the_worksites_of_an_exception_back(asking: Desk) -> None:
    life = Life(asking, rib=builders.account("004"))
    life.declare()
    default, life.reference = life.reference, life.take_out("W2")
    asking.run(ANNOUNCING)
    assert life.places() == [(default, DebitStatus.ANNOUNCED, 1)]
    say_no(life)
    asking.run(date(2026, 11, 23))
    assert {place[0] for place in life.places()} == {default}
    assert life.dues() == ["scheduled", "scheduled"]


def test_another_account_at_such_a_bank_waits_and_the_old_one_has_ended(asking: Desk) -> None:
    life = Life(asking, rib=builders.account("004"))
    before = life.reference
    life.change()
    assert life.status(before) is MandateStatus.REPLACED
    assert life.status() is MandateStatus.SIGNED
    assert life.session.scalars(
        select(Mandate.paper_due_on).where(Mandate.reference == life.reference)
    ).one()
