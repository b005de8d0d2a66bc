"""A draft keeps what was typed; what was looked at is filed, once, and nothing else is."""

from __future__ import annotations

from collections.abc import Callable
from threading import Barrier
from typing import Any

import pytest
from sqlalchemy import Engine, func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from tests import builders
from tests.services.collecting import AMOUNT, ANNOUNCING, FILED, Desk
from tests.services.people import LONGEST_WAIT, at_once, period, signed_in
from webapp.domain.errors import DraftChanged, KhatwaError, MonthAlreadyDeclared
from webapp.domain.money import Centimes
from webapp.models import (
    Debit,
    Declaration,
    DeclarationDraft,
    DeclarationLine,
    Due,
    Employer,
    Posting,
)
from webapp.services import drafts
from webapp.services.declarations import WorksiteWages
from webapp.services.drafts import Draft, file_draft, is_filed, load_draft, save_draft
from webapp.services.web_sessions import SignedIn
from webapp.services.working_day import WorkingDay

OCTOBER = period("2026-10")
TYPED = {"w1-workers": "5", "w1-leave_base": "1 000 000,00", "w1-weather_base": "ش\u0000"}
WAGES = (WorksiteWages("W1", 5, Centimes(100_000_000), Centimes(100_000_000)),)


@pytest.fixture
def day(office: Session) -> WorkingDay:
    return builders.working_day(office, FILED, "employer")


@pytest.fixture
def owner(office: Session) -> Employer:
    return builders.employer(office)


@pytest.fixture
def who(owner: Employer) -> SignedIn:
    return signed_in(owner)


@pytest.fixture
def seen(office: Session, day: WorkingDay, who: SignedIn) -> Draft:
    """The draft as the employer has just looked at it."""
    save_draft(office, day, who.employer_id, OCTOBER, TYPED, "")
    return loaded(office, who)


def loaded(session: Session, who: SignedIn) -> Draft:
    draft = load_draft(session, who.employer_id, OCTOBER)
    assert draft is not None
    return draft


def count(session: Session, model: type[Any]) -> int:
    session.expire_all()
    return session.scalar(select(func.count()).select_from(model)) or 0


def test_what_was_typed_is_kept_as_it_was_typed(
    office: Session, who: SignedIn, seen: Draft
) -> None:
    assert dict(seen.typed) == TYPED
    assert load_draft(office, who.employer_id, period("2026-09")) is None


def test_a_draft_is_its_employer_s_own(office: Session, seen: Draft) -> None:
    assert load_draft(office, builders.employer(office).id, OCTOBER) is None


def test_typing_on_keeps_the_key_and_changes_the_digest(
    office: Session, day: WorkingDay, who: SignedIn, seen: Draft
) -> None:
    save_draft(office, day, who.employer_id, OCTOBER, TYPED | {"w1-workers": "6"}, seen.digest)
    after = loaded(office, who)
    assert after.typed["w1-workers"] == "6"
    assert after.form_key == seen.form_key and after.digest != seen.digest
    assert count(office, DeclarationDraft) == 1


def test_saving_the_same_again_changes_nothing_that_was_seen(
    office: Session, day: WorkingDay, who: SignedIn, seen: Draft
) -> None:
    save_draft(office, day, who.employer_id, OCTOBER, dict(reversed(TYPED.items())), seen.digest)
    assert loaded(office, who) == seen


def test_the_draft_that_was_seen_is_filed_and_goes(
    office: Session, day: WorkingDay, who: SignedIn, seen: Draft
) -> None:
    filed = file_draft(office, day, who, OCTOBER, seen, WAGES)
    assert office.scalars(select(Declaration.id)).all() == [filed]
    assert office.scalars(select(Due.amount_centimes)).all() == [AMOUNT]
    assert load_draft(office, who.employer_id, OCTOBER) is None
    assert is_filed(office, who.employer_id, seen.form_key)


def test_a_filed_form_is_known_to_its_employer_only(
    office: Session, day: WorkingDay, who: SignedIn, seen: Draft
) -> None:
    file_draft(office, day, who, OCTOBER, seen, WAGES)
    assert not is_filed(office, builders.employer(office).id, seen.form_key)
    assert not is_filed(office, who.employer_id, "")


def file_twice(session: Session, day: WorkingDay, who: SignedIn, seen: Draft) -> None:
    first = file_draft(session, day, who, OCTOBER, seen, WAGES)
    assert file_draft(session, day, who, OCTOBER, seen, WAGES) == first
    assert (count(session, Declaration), count(session, Due)) == (1, 1)
    assert count(session, Posting) == 2


def test_the_same_form_sent_twice_files_once(
    office: Session, day: WorkingDay, who: SignedIn, seen: Draft
) -> None:
    file_twice(office, day, who, seen)


def file_at_once(session: Session, engine: Engine, act: Callable[[Session], Any]) -> None:
    session.rollback()
    first, second = at_once(engine, [act, act])
    assert first == second
    assert (count(session, Declaration), count(session, Due)) == (1, 1)


def test_the_same_form_sent_twice_at_the_same_moment_files_once(
    office: Session, engine: Engine, day: WorkingDay, who: SignedIn, seen: Draft
) -> None:
    file_at_once(office, engine, lambda s: file_draft(s, day, who, OCTOBER, seen, WAGES))


# Whoever looks for the key in vain is refused by the draft that is gone; without that, by the
# months that are declared. These faults show that the two tests above can fail.


@pytest.fixture
def without_the_key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(drafts, "_filed", lambda *_arguments: None)


@pytest.mark.usefixtures("without_the_key")
def test_without_the_look_at_the_key_the_second_answer_would_be_an_error(
    office: Session, day: WorkingDay, who: SignedIn, seen: Draft
) -> None:
    with pytest.raises(DraftChanged):
        file_twice(office, day, who, seen)


@pytest.mark.usefixtures("without_the_key")
def test_without_key_and_draft_the_months_still_refuse_a_second_declaration(
    office: Session, day: WorkingDay, who: SignedIn, seen: Draft, monkeypatch: pytest.MonkeyPatch
) -> None:
    file_draft(office, day, who, OCTOBER, seen, WAGES)
    save_draft(office, day, who.employer_id, OCTOBER, TYPED, "")
    again = loaded(office, who)
    with pytest.raises(MonthAlreadyDeclared):
        file_draft(office, day, who, OCTOBER, again, WAGES)
    assert count(office, Declaration) == 1


@pytest.mark.usefixtures("without_the_key")
def test_without_the_look_at_the_key_two_at_once_would_not_agree(
    office: Session, engine: Engine, day: WorkingDay, who: SignedIn, seen: Draft
) -> None:
    def act(session: Session) -> object:
        try:
            return file_draft(session, day, who, OCTOBER, seen, WAGES)
        except (KhatwaError, IntegrityError) as error:
            return type(error)

    with pytest.raises(AssertionError):
        file_at_once(office, engine, act)
    assert count(office, Declaration) == 1


def test_what_was_typed_meanwhile_is_not_filed_unseen(
    office: Session, day: WorkingDay, who: SignedIn, seen: Draft
) -> None:
    save_draft(office, day, who.employer_id, OCTOBER, TYPED | {"w1-leave_base": "9"}, seen.digest)
    with pytest.raises(DraftChanged):
        file_draft(office, day, who, OCTOBER, seen, WAGES)
    assert count(office, Declaration) == 0
    assert loaded(office, who).typed["w1-leave_base"] == "9"


def test_without_a_draft_nothing_is_filed(office: Session, day: WorkingDay, who: SignedIn) -> None:
    with pytest.raises(DraftChanged):
        file_draft(office, day, who, OCTOBER, Draft("key", TYPED, "digest"), WAGES)


def test_typing_and_filing_at_the_same_moment_lose_nothing(
    office: Session, engine: Engine, day: WorkingDay, who: SignedIn, seen: Draft
) -> None:
    """What was typed is kept, or whoever typed is told; never filed unseen, never lost unsaid."""
    together = Barrier(2)
    office.rollback()

    def file(session: Session) -> bool:
        together.wait(LONGEST_WAIT)
        try:
            file_draft(session, day, who, OCTOBER, seen, WAGES)
        except DraftChanged:
            return False
        return True

    def save(session: Session) -> bool:
        together.wait(LONGEST_WAIT)
        try:
            save_draft(session, day, who.employer_id, OCTOBER, {"w1-workers": "7"}, seen.digest)
        except DraftChanged:
            return False
        return True

    filed, saved = at_once(engine, [file, save])
    assert filed or saved
    assert count(office, Declaration) == int(filed)
    assert count(office, DeclarationDraft) == int(saved)


@pytest.mark.parametrize("worksites", [0, 1])
def test_a_nil_declaration_makes_no_due_and_no_debit(
    office: Session, desk: Desk, day: WorkingDay, worksites: int
) -> None:
    owner = builders.employer(office, worksites=worksites)
    builders.mandate(office, day, owner)
    who = signed_in(owner)
    save_draft(office, day, who.employer_id, OCTOBER, {}, "")
    nothing = (WorksiteWages("W1", 0, Centimes(0), Centimes(0)),)[:worksites]
    file_draft(office, day, who, OCTOBER, loaded(office, who), nothing)
    desk.run(ANNOUNCING)
    assert (count(office, Declaration), count(office, DeclarationLine)) == (1, worksites)
    assert (count(office, Due), count(office, Debit), count(office, Posting)) == (0, 0, 0)
