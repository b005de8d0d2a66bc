"""Two people never overwrite each other's draft: the second is told, and nothing is lost."""

from __future__ import annotations

from dataclasses import replace
from threading import Barrier, BrokenBarrierError
from typing import Any

import pytest
from sqlalchemy import Engine, func, select, update
from sqlalchemy.orm import Session

from tests import builders
from tests.services.collecting import FILED
from tests.services.people import at_once, later, period
from webapp.domain.errors import DraftChanged
from webapp.models import DeclarationDraft, Delegation, Employer, Language, Person
from webapp.services import drafts
from webapp.services.drafts import Draft, add_to_draft, load_draft, name_of_saver, save_draft
from webapp.services.transactions import transaction
from webapp.services.working_day import WorkingDay

OCTOBER = period("2026-10")
MINE, THEIRS = {"w1-workers": "5"}, {"w1-workers": "9"}
SECONDS_TO_MEET = 1.0


@pytest.fixture
def day(office: Session) -> WorkingDay:
    return builders.working_day(office, FILED, "employer:1")


@pytest.fixture
def owner(office: Session) -> Employer:
    return builders.employer(office)


def loaded(session: Session, owner: Employer) -> Draft:
    draft = load_draft(session, owner.id, OCTOBER)
    assert draft is not None
    return draft


def test_what_another_saved_meanwhile_is_not_written_over(
    office: Session, day: WorkingDay, owner: Employer
) -> None:
    save_draft(office, day, owner.id, OCTOBER, {"w1-workers": "1"}, "")
    seen = loaded(office, owner).digest
    save_draft(office, day, owner.id, OCTOBER, THEIRS, seen)
    with pytest.raises(DraftChanged):
        save_draft(office, day, owner.id, OCTOBER, MINE, seen)
    assert dict(loaded(office, owner).typed) == THEIRS


def test_who_saw_no_draft_does_not_write_over_one(
    office: Session, day: WorkingDay, owner: Employer
) -> None:
    save_draft(office, day, owner.id, OCTOBER, THEIRS, "")
    with pytest.raises(DraftChanged):
        save_draft(office, day, owner.id, OCTOBER, MINE, "")
    assert dict(loaded(office, owner).typed) == THEIRS


def test_two_who_typed_the_same_agree(office: Session, day: WorkingDay, owner: Employer) -> None:
    save_draft(office, day, owner.id, OCTOBER, MINE, "", "one page")
    save_draft(office, later(day, minutes=1), owner.id, OCTOBER, MINE, "", "another")
    assert loaded(office, owner).saved_at == day.now


def test_the_page_that_saved_last_goes_on_though_its_answer_was_lost(
    office: Session, day: WorkingDay, owner: Employer
) -> None:
    for typed in ({"w1-workers": "1"}, {"w1-workers": "12"}, MINE):
        save_draft(office, day, owner.id, OCTOBER, typed, "", "a page")
    assert dict(loaded(office, owner).typed) == MINE


def test_a_page_after_which_another_saved_does_not_go_on(
    office: Session, day: WorkingDay, owner: Employer
) -> None:
    save_draft(office, day, owner.id, OCTOBER, {"w1-workers": "1"}, "", "a page")
    save_draft(office, day, owner.id, OCTOBER, THEIRS, loaded(office, owner).digest, "another")
    with pytest.raises(DraftChanged):
        save_draft(office, day, owner.id, OCTOBER, MINE, "", "a page")


def test_no_page_is_not_the_same_page(office: Session, day: WorkingDay, owner: Employer) -> None:
    save_draft(office, day, owner.id, OCTOBER, THEIRS, "")
    with pytest.raises(DraftChanged):
        save_draft(office, day, owner.id, OCTOBER, MINE, "x" * 64, "")


def test_a_draft_of_before_the_pages_is_gone_on_with(
    office: Session, day: WorkingDay, owner: Employer
) -> None:
    save_draft(office, day, owner.id, OCTOBER, THEIRS, "")
    office.execute(update(DeclarationDraft).values(typed='{"w1-workers": "9"}'))
    office.commit()
    save_draft(office, day, owner.id, OCTOBER, MINE, loaded(office, owner).digest)
    assert dict(loaded(office, owner).typed) == MINE


def save_both(session: Session, engine: Engine, day: WorkingDay, owner_id: int, seen: str) -> None:
    """Two sessions save another text over the same draft at the same moment."""
    session.rollback()

    def save(one: Session, typed: dict[str, str], page: str) -> dict[str, str] | None:
        try:
            save_draft(one, day, owner_id, OCTOBER, typed, seen, page)
        except DraftChanged:
            return None
        return typed

    told = at_once(engine, [lambda s: save(s, MINE, "mine"), lambda s: save(s, THEIRS, "theirs")])
    (kept,) = [typed for typed in told if typed is not None]
    session.expire_all()
    draft = load_draft(session, owner_id, OCTOBER)
    assert draft is not None and dict(draft.typed) == kept
    assert session.scalar(select(func.count()).select_from(DeclarationDraft)) == 1


@pytest.fixture
def who_have_both_read(monkeypatch: pytest.MonkeyPatch) -> None:
    """Both have read the draft before either writes, where the database lets them."""
    together, follows, insert = Barrier(2), drafts._follows, drafts._insert

    def meet() -> None:
        try:
            together.wait(SECONDS_TO_MEET)
        except BrokenBarrierError:  # SQLite lets one in at a time
            together.reset()

    def follow(*arguments: Any) -> bool:
        meet()
        return follows(*arguments)

    def put(*arguments: Any) -> bool:
        meet()
        return insert(*arguments)

    monkeypatch.setattr(drafts, "_follows", follow)
    monkeypatch.setattr(drafts, "_insert", put)


@pytest.mark.usefixtures("who_have_both_read")
@pytest.mark.parametrize("begun", [True, False])
def test_of_two_who_save_at_the_same_moment_one_is_told(
    office: Session, engine: Engine, day: WorkingDay, owner: Employer, begun: bool
) -> None:
    owner_id, seen = owner.id, ""
    if begun:
        save_draft(office, day, owner_id, OCTOBER, {"w1-workers": "1"}, "", "before")
        seen = loaded(office, owner).digest
    save_both(office, engine, day, owner_id, seen)


def test_the_person_who_saved_is_known_by_the_name_that_the_employer_gave_them(
    office: Session, day: WorkingDay, owner: Employer
) -> None:
    person = Person(
        reference="P1", email="a@example.dz", name="", language=Language.FRENCH, created_at=day.now
    )
    office.add(person)
    office.flush()
    office.add(
        Delegation(
            reference="D1", employer_id=owner.id, person_id=person.id, name="Amel", may_sign=False,
            granted_at=day.now,
        )
    )  # fmt: skip
    office.commit()
    actor = f"person:{person.id}/employer:{owner.id}"
    save_draft(office, replace(day, actor=actor), owner.id, OCTOBER, MINE, "")
    assert name_of_saver(office, owner.id, loaded(office, owner)) == "Amel"
    assert name_of_saver(office, builders.employer(office).id, loaded(office, owner)) == ""


def test_the_employer_itself_needs_no_name(
    office: Session, day: WorkingDay, owner: Employer
) -> None:
    save_draft(office, day, owner.id, OCTOBER, MINE, "")
    draft = loaded(office, owner)
    assert (draft.saved_by, draft.saved_at) == ("employer:1", day.now)
    assert name_of_saver(office, owner.id, draft) == ""


def test_what_came_from_a_sheet_is_not_written_over_by_an_open_page(
    office: Session, day: WorkingDay, owner: Employer
) -> None:
    save_draft(office, day, owner.id, OCTOBER, MINE, "", "a page")
    with transaction(office):
        add_to_draft(office, day, owner.id, OCTOBER, THEIRS)
    with pytest.raises(DraftChanged):
        save_draft(office, day, owner.id, OCTOBER, {"w1-workers": "55"}, "", "a page")
    assert dict(loaded(office, owner).typed) == THEIRS


def test_what_was_typed_over_an_earlier_revision_gives_way(
    office: Session, day: WorkingDay, owner: Employer
) -> None:
    save_draft(office, day, owner.id, OCTOBER, THEIRS, "", "a page", 1)
    save_draft(office, day, owner.id, OCTOBER, THEIRS, "", "another", 2)
    assert loaded(office, owner).corrects == 2
    for earlier in (None, 1):
        with pytest.raises(DraftChanged):
            save_draft(office, day, owner.id, OCTOBER, MINE, "", "another", earlier)
    assert dict(loaded(office, owner).typed) == THEIRS


def test_corrections_obey_the_same_check(office: Session, day: WorkingDay, owner: Employer) -> None:
    save_draft(office, day, owner.id, OCTOBER, THEIRS, "", "a page", 1)
    with pytest.raises(DraftChanged):
        save_draft(office, day, owner.id, OCTOBER, MINE, "", "another", 1)
    save_draft(office, day, owner.id, OCTOBER, MINE, loaded(office, owner).digest, "another", 1)
    assert (dict(loaded(office, owner).typed), loaded(office, owner).corrects) == (MINE, 1)
