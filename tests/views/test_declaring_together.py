"""Two who type at once: the second sees both versions and chooses; nothing is lost unsaid."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from sqlalchemy import select, update

from tests import builders
from tests.views.browser import Browser, Site
from tests.views.pages import Page
from webapp.models import (
    Declaration,
    DeclarationDraft,
    Delegation,
    Employer,
    Language,
    Person,
    Worksite,
)

ONE_ENGINE = pytest.mark.parametrize("site_url", ["sqlite"], indirect=True)
EDIT, BOTH = "declarations/2026-10/edit", "declarations/2026-10/both"
OTHER = {"ar": "fr", "fr": "ar"}


@dataclass
class Two:
    """Two browsers in which the same employer has opened the same declaration."""

    mine: Browser
    theirs: Browser
    worksites: list[int]
    mine_sent: dict[str, str]

    def name(self, place: int, cell: str = "workers") -> str:
        return f"w{self.worksites[place]}-{cell}"

    def send(self, browser: Browser, form: dict[str, str], step: str, **more: str):  # type: ignore[no-untyped-def]
        return browser.post(EDIT, form | more | {"step": step})

    def conflict(self, step: str = "check") -> Page:
        response = self.mine.post(EDIT, self.mine_sent | {"step": step})
        assert response.status_code == 409
        return self.mine.page(response)

    def kept(self) -> list[str]:
        form = self.theirs.open(EDIT).form()
        return [form[self.name(place)] for place in range(len(self.worksites))]


@pytest.fixture
def two(site: Site, browser: Browser, owner: Employer) -> Two:
    """Both opened the page; the other one has saved 9 and 8, and 5 and 8 is typed here."""
    other = site.browser(browser.language)
    site.clock.wait(minutes=2)
    other.enter(owner.member_number)
    query = select(Worksite.id).where(Worksite.employer_id == owner.id).order_by(Worksite.id)
    two = Two(browser, other, list(site.office.scalars(query)), {})
    form, their_form = browser.open(EDIT).form(), other.open(EDIT).form()
    other.post(EDIT, their_form | {two.name(0): "9", two.name(1): "8", "step": "check"})
    two.mine_sent = form | {two.name(0): "5", two.name(1): "8"}
    return two


@pytest.mark.parametrize("step", ["check", "add", "nil", "same", "show"])
def test_both_versions_are_shown_and_nothing_is_overwritten(two: Two, step: str) -> None:
    page = two.conflict(step)
    assert two.kept() == ["9", "8"]
    if step != "nil":  # zeros everywhere differ everywhere
        (only,) = page.root.xpath("//main//fieldset")
        told = " ".join(only.text_content().split())
        assert "5" in told and "9" in told and "ورشة 1" in told
    assert page.root.xpath("//main//time/@datetime")


def test_what_is_chosen_line_by_line_is_kept(two: Two) -> None:
    two.mine_sent[two.name(1)] = "7"
    page = two.conflict()
    choices = {f"keep-{two.worksites[0]}": "mine", f"keep-{two.worksites[1]}": "theirs"}
    answer = two.mine.post(BOTH, page.form() | choices | {"step": "chosen"})
    assert answer.location == two.mine.address(EDIT)
    assert two.kept() == ["5", "8"]


@ONE_ENGINE
@pytest.mark.parametrize(("step", "kept"), [("mine", ["5", "8"]), ("theirs", ["9", "8"])])
def test_one_may_keep_the_whole_of_either(two: Two, step: str, kept: list[str]) -> None:
    page = two.conflict()
    assert two.mine.post(BOTH, page.form() | {"step": step}).status_code == 302
    assert two.kept() == kept


@ONE_ENGINE
def test_a_line_of_which_nothing_is_chosen_is_asked_for(two: Two) -> None:
    page = two.conflict()
    again = two.mine.page(two.mine.post(BOTH, page.form() | {"step": "chosen"}))
    assert again.root.xpath("//p[@class='error']")
    assert two.kept() == ["9", "8"]
    # What was typed is still there to be chosen.
    choice = {f"keep-{two.worksites[0]}": "mine", "step": "chosen"}
    two.mine.post(BOTH, again.form() | choice)
    assert two.kept() == ["5", "8"]


@ONE_ENGINE
def test_of_a_line_that_only_one_has_typed_what_was_typed_is_ticked(two: Two) -> None:
    two.mine_sent |= {two.name(0): "", two.name(1): "7"}
    form = two.conflict().form()
    assert form[f"keep-{two.worksites[0]}"] == "theirs"
    assert f"keep-{two.worksites[1]}" not in form
    form |= {f"keep-{two.worksites[1]}": "mine", "step": "chosen"}
    two.mine.post(BOTH, form)
    assert two.kept() == ["9", "7"]


@ONE_ENGINE
def test_the_page_says_who_saved_meanwhile(site: Site, two: Two, owner: Employer) -> None:
    now, person = site.clock.now, Person(reference="P1", email="a@example.dz", name="")
    person.language, person.created_at = Language.FRENCH, now
    site.office.add(person)
    site.office.flush()
    acts = Delegation(reference="D1", employer_id=owner.id, person_id=person.id, name="Amel")
    acts.may_sign, acts.granted_at = False, now
    site.office.add(acts)
    saved_by = f"person:{person.id}/employer:{owner.id}"
    site.office.execute(update(DeclarationDraft).values(saved_by=saved_by))
    site.office.commit()
    assert "Amel" in two.conflict().text_of("//main//*[contains(@class, 'notice-todo')]")


@ONE_ENGINE
def test_a_version_that_came_while_one_chose_is_shown_too(two: Two) -> None:
    page = two.conflict()
    two.theirs.post(EDIT, two.theirs.open(EDIT).form() | {two.name(0): "77", "step": "check"})
    answer = two.mine.post(BOTH, page.form() | {"step": "mine"})
    assert answer.status_code == 409
    assert "77" in two.mine.page(answer).text_of("//main//fieldset")
    assert two.kept() == ["77", "8"]


@ONE_ENGINE
def test_the_other_language_shows_both_again_and_keeps_neither(two: Two) -> None:
    page = two.conflict()
    for place in (EDIT, BOTH):
        language = OTHER[two.mine.language]
        sent = page.form() | {"language": language}
        answer = two.mine.post(f"/{language}/{place}", sent)
        assert answer.status_code == 409
        two.mine.page(answer)
    assert two.kept() == ["9", "8"]


@ONE_ENGINE
def test_what_is_saved_while_one_types_obeys_the_same_check(two: Two) -> None:
    answer = two.mine.post(EDIT, two.mine_sent | {"step": "totals"})
    assert answer.status_code == 200
    assert 'value="show"' in answer.text, "the way to the page with both"
    assert two.kept() == ["9", "8"]


@ONE_ENGINE
def test_an_old_page_does_not_go_on_after_both_were_made_one(two: Two) -> None:
    page = two.conflict()
    two.mine.post(BOTH, page.form() | {"step": "theirs"})
    two.conflict()
    two.mine.post(BOTH, page.form() | {f"keep-{two.worksites[0]}": "mine", "step": "chosen"})
    two.mine_sent[two.name(1)] = "6"
    two.conflict()
    assert two.kept() == ["5", "8"]


@ONE_ENGINE
def test_the_same_figures_typed_in_another_way_are_no_other_version(two: Two) -> None:
    form = two.theirs.open(EDIT).form()
    two.theirs.post(EDIT, form | {two.name(0, "leave_base"): "1 000,00", "step": "show"})
    two.mine_sent |= {two.name(0): "9", two.name(0, "leave_base"): "1000"}
    assert two.send(two.mine, two.mine_sent, "show").location == two.mine.address(EDIT)


@ONE_ENGINE
def test_one_page_saves_as_often_as_it_likes(browser: Browser) -> None:
    form = browser.open(EDIT).form()
    name = next(name for name in form if name.endswith("-workers"))
    for workers, step in (("1", "totals"), ("12", "totals"), ("123", "show"), ("4", "check")):
        answer = browser.post(EDIT, form | {name: workers, "step": step})
        assert answer.status_code in {200, 422}
        assert browser.open(EDIT).form()[name] == workers


@ONE_ENGINE
def test_what_was_typed_is_found_again_on_another_device(site: Site, two: Two) -> None:
    phone = site.browser(OTHER[two.mine.language])
    site.clock.wait(minutes=2)
    phone.enter(site.office.scalars(select(Employer.member_number)).one())
    page = phone.open(EDIT)
    assert page.form()[two.name(0)] == "9"
    assert page.root.xpath("//main//time/@datetime")


@ONE_ENGINE
def test_what_was_filed_meanwhile_is_shown_as_it_was_filed(site: Site, two: Two) -> None:
    page = two.conflict()
    owner = site.office.scalars(select(Employer)).one()
    day = builders.working_day(site.office, site.clock.now.date())
    builders.declaration(site.office, day, owner)
    site.office.rollback()
    for place in (EDIT, BOTH):
        answer = two.mine.post(place, page.form() | {"step": "mine"})
        assert answer.location == two.mine.address("declarations/2026-10")
        told = two.mine.open("declarations/2026-10").root
        assert told.xpath("//div[@role='status']//*[contains(@class, 'notice-todo')]")
    assert len(site.office.scalars(select(Declaration.id)).all()) == 1
