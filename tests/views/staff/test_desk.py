"""The desk's pages: finding, opening, showing an account once, changing a contact."""

from __future__ import annotations

import pytest
from sqlalchemy import select, update

from tests import builders
from tests.services.staff import Colleague
from tests.views.browser import Browser
from tests.views.staff.conftest import Office
from webapp.domain.roles import Role
from webapp.models import Employer, Event, Mandate

PHONE, EMAIL = "0550123456", "salima@example.dz"


@pytest.fixture
def desk(people: Office, agent: Colleague, language: str) -> Browser:
    """An agent of the employers' agency, signed in."""
    return people.browser(agent, language)


@pytest.fixture
def foreign(people: Office, language: str) -> Browser:
    """An agent of another agency, signed in."""
    return people.browser(people.colleague(Role.AGENT, people.agencies()[1]), language)


@pytest.fixture
def owner(people: Office) -> Employer:
    session = people.site.office
    owner = builders.employer(session, phone=PHONE, email=EMAIL, worksites=2)
    session.refresh(owner)
    session.expunge(owner)
    session.rollback()
    return owner


def mandate_of(people: Office, owner: Employer) -> str:
    session = people.site.office
    reference = builders.mandate(session, people.day, owner)
    session.rollback()
    return reference


def acts(people: Office) -> list[tuple[str, str, str]]:
    """What the staff did after signing in."""
    rows = people.site.office.execute(
        select(Event.target, Event.cause, Event.actor)
        .where(Event.actor.like("staff:%"))
        .order_by(Event.id)
    ).all()
    people.site.office.rollback()
    return [tuple(row) for row in rows]


# ── finding ──────────────────────────────────────────────────────────────────────────────────


def test_an_employer_is_found_by_number_and_by_name(desk: Browser, owner: Employer) -> None:
    name = owner.name_ar if desk.language == "ar" else owner.name_fr
    for wanted in (owner.member_number, f" {name[:12]} "):
        sent = desk.send("staff/employers", wanted=wanted)
        page = desk.open(sent.location)
        links = page.root.xpath("//main//table//a/@href")
        assert links == [desk.address(f"staff/employers/{owner.id}")]


def test_nobody_found_is_said_and_what_was_typed_is_kept(desk: Browser) -> None:
    sent = desk.send("staff/employers", wanted="zzz")
    page = desk.open(sent.location)
    assert page.root.xpath("//main//*[contains(@class, 'empty')]")
    assert page.form()["wanted"] == "zzz"


def test_an_empty_search_is_told(desk: Browser) -> None:
    page = desk.refused(desk.send("staff/employers", wanted=" "))
    assert set(page.errors()) == {"wanted"}


@pytest.mark.parametrize(
    "query", ["?wanted=%00", "?wanted=travaux&after=999999999", "?after=-1", "?after=x&wanted=1",
              "?wanted=a&after=99999999999999999999999"],
)  # fmt: skip
def test_any_address_is_answered(desk: Browser, owner: Employer, query: str) -> None:
    assert desk.get(f"staff/employers{query}").status_code in {200, 404}


def test_names_go_on_page_by_page(people: Office, desk: Browser) -> None:
    for _ in range(27):
        builders.employer(people.site.office)
    people.site.office.rollback()
    sent = desk.send("staff/employers", wanted="travaux")
    page = desk.open(sent.location)
    (more,) = page.root.xpath("//main//p[@class='actions']/a/@href")
    rest = desk.open(more)
    seen = [link for one in (page, rest) for link in one.root.xpath("//main//table//a/@href")]
    assert len(seen) == len(set(seen)) == 27


# ── the file ─────────────────────────────────────────────────────────────────────────────────


def test_a_file_masks_contacts_and_accounts_and_its_opening_is_an_event(
    people: Office, desk: Browser, owner: Employer, agent: Colleague
) -> None:
    mandate_of(people, owner)
    page = desk.open(f"staff/employers/{owner.id}")
    text = page.response.text
    assert PHONE not in text and EMAIL not in text
    assert PHONE[-2:] in text and "s…@example.dz" in text
    assert acts(people)[-1] == ("opened", "file", f"staff:{agent.id}")


def test_an_employer_of_another_agency_looks_like_one_that_does_not_exist(
    people: Office, foreign: Browser, owner: Employer
) -> None:
    reference = mandate_of(people, owner)
    before = len(acts(people))
    for theirs, missing in (
        (f"employers/{owner.id}", "employers/999999"),
        (f"employers/{owner.id}/contact", "employers/999999/contact"),
        (f"mandates/{reference}/account", "mandates/KMNOTHING/account"),
        ("employers/99999999999999999999", "employers/0"),
    ):
        for place in (theirs, missing):
            foreign.open(f"staff/{place}", status=404)
    assert len(acts(people)) == before


def test_a_supervisor_of_the_whole_country_opens_every_file(
    people: Office, owner: Employer, language: str
) -> None:
    browser = people.browser(people.colleague(Role.SUPERVISOR), language)
    browser.open(f"staff/employers/{owner.id}")


# ── the account number ───────────────────────────────────────────────────────────────────────


def number_of(people: Office, reference: str) -> str:
    sealed = people.site.office.scalars(
        select(Mandate.account).where(Mandate.reference == reference)
    ).one()
    people.site.office.rollback()
    return builders.VAULT.open(sealed, f"mandate:{reference}")


def test_an_account_is_shown_for_a_reason_once_and_leaves_an_event(
    people: Office, desk: Browser, owner: Employer, agent: Colleague
) -> None:
    reference = mandate_of(people, owner)
    digits = number_of(people, reference)
    place = f"staff/mandates/{reference}/account"
    page = desk.open(place)
    assert digits not in page.response.text.replace(" ", "")
    response = desk.post(place, page.form() | {"reason": "bank_query"})
    shown = desk.page(response)
    assert digits in shown.root.text_content().replace(" ", "")
    assert response.headers["Cache-Control"] == "no-store"
    assert acts(people)[-1] == ("account_shown", "bank_query", f"staff:{agent.id}")
    assert digits not in desk.open(place).response.text.replace(" ", "")
    assert [act for act, _, _ in acts(people)].count("account_shown") == 1


@pytest.mark.parametrize("reason", ["", "curiosity"])
def test_without_a_reason_nothing_is_shown(
    people: Office, desk: Browser, owner: Employer, reason: str
) -> None:
    reference = mandate_of(people, owner)
    place = f"staff/mandates/{reference}/account"
    page = desk.refused(desk.send(place, reason=reason))
    assert set(page.errors()) == {"reason"}
    assert "account_shown" not in [act for act, _, _ in acts(people)]


def test_without_a_fresh_proof_nothing_is_shown(
    people: Office, desk: Browser, owner: Employer, agent: Colleague
) -> None:
    reference = mandate_of(people, owner)
    place = f"staff/mandates/{reference}/account"
    form = desk.open(place).form() | {"reason": "paper"}
    people.site.clock.wait(minutes=5)
    asked = desk.page(desk.post(place, form))
    assert "account_shown" not in [act for act, _, _ in acts(people)]
    proved = desk.post(place, asked.form() | {"proof_code": people.code(agent)})
    assert number_of(people, reference) in proved.text.replace(" ", "")


# ── the contact ──────────────────────────────────────────────────────────────────────────────


def test_a_contact_that_goes_is_told(
    people: Office, desk: Browser, owner: Employer, agent: Colleague
) -> None:
    place = f"staff/employers/{owner.id}/contact"
    page = desk.open(place)
    assert (page.form()["phone"], page.form()["email"]) == (PHONE, EMAIL)
    sent = desk.post(place, page.form() | {"phone": "+213 660 00 00 01", "checked": "y"})
    assert sent.location == desk.address(f"staff/employers/{owner.id}")
    assert desk.open(sent.location).root.xpath("//*[@role='status']//h2")
    changed = people.site.office.scalars(
        select(Employer.phone).where(Employer.id == owner.id)
    ).one()
    people.site.office.rollback()
    assert changed == "0660000001"
    told = [(one["channel"], one["address"]) for one in people.site.messages()]
    assert told == [("sms", PHONE)]
    assert ("contact_changed", "phone", f"staff:{agent.id}") in acts(people)


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"checked": None}, "checked"),
        ({"phone": "021 12 34 56"}, "phone"),
        ({"email": "nobody"}, "email"),
        ({"phone": "", "email": ""}, "phone"),
    ],
)
def test_a_contact_that_cannot_be_taken_is_told_and_kept(
    people: Office, desk: Browser, owner: Employer, fields: dict[str, str | None], wrong: str
) -> None:
    place = f"staff/employers/{owner.id}/contact"
    typed = desk.open(place).form() | {"checked": "y"} | fields
    page = desk.refused(
        desk.post(place, {name: one for name, one in typed.items() if one is not None})
    )
    assert set(page.errors()) == {wrong}
    if fields.get("phone"):
        assert page.form()["phone"] == fields["phone"]
    assert "contact_changed" not in [act for act, _, _ in acts(people)]


def test_an_employer_without_a_contact_or_a_french_name_is_shown(
    people: Office, desk: Browser, owner: Employer
) -> None:
    people.site.office.execute(update(Employer).values(phone="", email="", name_fr=""))
    people.site.office.commit()
    desk.open(f"staff/employers/{owner.id}")
    desk.open(f"staff/employers/{owner.id}/contact")


# ── notes ────────────────────────────────────────────────────────────────────────────────────


def test_a_note_is_kept_and_its_reminder_dealt_with_and_undone(
    people: Office, desk: Browser, owner: Employer
) -> None:
    place = f"staff/employers/{owner.id}/notes"
    today = people.day.today.isoformat()
    page = desk.open(f"{place}?kind=call")
    assert page.form()["kind"] == "call"
    sent = desk.post(place, page.form() | {"text": "<b>قال نعم</b>", "remind_on": today})
    page = desk.open(sent.location)
    (note,) = page.root.xpath("//ul[@class='notes']/li")
    assert "<b>قال نعم</b>" in note.text_content() and "سميرة بوزيد" in note.text_content()
    for act in ("done", "again"):
        (action,) = page.root.xpath("//ul[@class='notes']//form/@action")
        assert action.endswith(f"/{act}")
        done = desk.post(action, {"csrf_token": page.form()["csrf_token"]})
        page = desk.open(done.location)
        assert page.root.xpath("//*[@role='status']//h2")


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"text": "00100123000000001755 "}, "text"),
        ({"text": " "}, "text"),
        ({"text": "x" * 1001}, "text"),
        ({"kind": "secret"}, "kind"),
        ({"remind_on": "2020-01-01"}, "remind_on"),
        ({"remind_on": "soon"}, "remind_on"),
    ],
)
def test_a_note_that_cannot_be_kept_is_told_and_stays_typed(
    people: Office, desk: Browser, owner: Employer, fields: dict[str, str], wrong: str
) -> None:
    typed = {"kind": "call", "text": "قال نعم", "remind_on": ""} | fields
    page = desk.refused(desk.send(f"staff/employers/{owner.id}/notes", **typed))
    assert set(page.errors()) == {wrong}
    (shown,) = page.root.xpath("//textarea[@name='text']")
    assert shown.text_content().strip() == typed["text"].strip()
    assert "noted" not in [act for act, _, _ in acts(people)]


def test_notes_of_another_agency_are_missing(
    people: Office, foreign: Browser, owner: Employer
) -> None:
    foreign.open(f"staff/employers/{owner.id}/notes", status=404)
