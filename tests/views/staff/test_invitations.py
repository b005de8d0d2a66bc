"""An invitation: sent by e-mail, opened once, with a password and an app on one page."""

from __future__ import annotations

import base64
import re

from sqlalchemy import select

from tests import builders
from tests.services.staff import PASSWORD, Colleague, code_of
from tests.views.browser import Browser
from tests.views.staff.conftest import Office
from webapp.domain.roles import Role
from webapp.models import StaffInvitation, StaffMember

NEWCOMER = {
    "name": "كريم حدّاد", "email": "Karim@Fonds.Example", "role": "agent", "agency": "0",
    "speaks": "fr",
}  # fmt: skip


def invite(
    people: Office, administrator: Colleague, language: str, **other: str
) -> tuple[Browser, str]:
    """Invite somebody through the pages; the administrator's browser, and the link."""
    browser = people.browser(administrator, language)
    form = browser.open("staff/members/invite").form()
    response = browser.post("staff/members/invite", form | NEWCOMER | other)
    assert response.location == browser.address("staff/members"), browser.page(response).errors()
    return browser, link_of(people)


def link_of(people: Office) -> str:
    found = re.search(r"https?://[^/]+(/\S+)", people.site.messages()[-1]["body"])
    assert found is not None
    return found[1]


def secret_of(page_form: dict[str, str], invitation_id: int) -> str:
    seal = base64.urlsafe_b64decode(page_form["setup"])
    return builders.VAULT.open(seal, f"staff-setup:invitation-{invitation_id}")


def typed_in(people: Office, form: dict[str, str]) -> dict[str, str]:
    invitation = people.site.office.scalars(
        select(StaffInvitation.id).order_by(StaffInvitation.id.desc())
    ).first()
    people.site.office.rollback()
    assert invitation is not None
    code = code_of(secret_of(form, invitation), people.day)
    return form | {"password": PASSWORD, "again": PASSWORD, "code": code}


def test_the_link_comes_by_e_mail_in_the_language_that_was_chosen(
    people: Office, administrator: Colleague, language: str
) -> None:
    _, link = invite(people, administrator, language)
    message = people.site.messages()[-1]
    assert (message["channel"], message["address"]) == ("email", "karim@fonds.example")
    assert "Khatwa" in message["subject"] and "كريم" in message["body"]
    assert link.startswith("/fr/staff/invitations/")
    assert "\n\n\n" not in message["body"]


def test_who_accepts_is_in_and_sees_recovery_codes_once(
    people: Office, administrator: Colleague, language: str
) -> None:
    _, link = invite(people, administrator, language, speaks=language)
    visitor = people.site.browser(language)
    page = visitor.open(link)
    assert page.root.xpath("//*[name()='svg'][@class='qr']")
    response = visitor.post(link, typed_in(people, page.form()))
    shown = visitor.page(response)
    assert response.status_code == 200
    assert len(shown.root.xpath("//ol[contains(@class, 'codes')]/li")) == 10
    assert visitor.open("staff").heading
    assert visitor.get("staff/employers").status_code == 200
    again = people.site.browser(language)
    assert again.open(link, status=410).heading


def test_what_is_wrong_is_said_and_the_same_app_goes_on(
    people: Office, administrator: Colleague, language: str
) -> None:
    _, link = invite(people, administrator, language, speaks=language)
    visitor = people.site.browser(language)
    good = typed_in(people, visitor.open(link).form())
    for fields, wrong in (
        ({"password": "khatwa2026", "again": "khatwa2026"}, {"password"}),
        ({"password": "", "again": ""}, {"password"}),
        ({"again": "another"}, {"again"}),
        ({"code": "000000"}, {"code"}),
        ({"code": ""}, {"code"}),
    ):
        page = visitor.refused(visitor.post(link, good | fields))
        assert set(page.errors()) == wrong
        # A sealed value is the same for the same secret.
        assert page.form()["setup"] == good["setup"]
    forged = visitor.refused(visitor.post(link, good | {"setup": "forged"}))
    assert forged.form()["setup"] not in {"forged", good["setup"]}
    assert visitor.post(link, good).status_code == 200


def test_a_link_that_was_withdrawn_sent_again_or_is_too_old_opens_nothing(
    people: Office, administrator: Colleague, language: str
) -> None:
    browser, first = invite(people, administrator, language, speaks=language)
    visitor = people.site.browser(language)
    page = browser.open("staff/members")
    resend = next(one for one in page.root.xpath("//form/@action") if one.endswith("/resend"))
    token = str(page.root.xpath("//nav//input[@name='csrf_token']/@value")[0])
    assert browser.post(resend, {"csrf_token": token}).status_code == 302
    second = link_of(people)
    assert second != first
    visitor.open(first, status=410)
    visitor.open(second)
    page = browser.open("staff/members")
    withdraw = next(one for one in page.root.xpath("//form/@action") if one.endswith("/withdraw"))
    assert browser.post(withdraw, {"csrf_token": token}).status_code == 302
    for gone in (second, f"/{language}/staff/invitations/nobody-s"):
        visitor.open(gone, status=410)
    browser.open("staff/members")


def test_a_link_is_too_old_after_three_days(people: Office, administrator: Colleague) -> None:
    _, link = invite(people, administrator, "fr")
    people.site.clock.wait(days=3)
    people.site.browser("fr").open(link, status=410)


def test_whoever_works_here_already_is_not_invited(
    people: Office, administrator: Colleague, language: str
) -> None:
    browser = people.browser(administrator, language)
    form = browser.open("staff/members/invite").form()
    fields = form | NEWCOMER | {"email": administrator.email.upper()}
    page = browser.refused(browser.post("staff/members/invite", fields))
    assert set(page.errors()) == {"email"}
    assert page.form()["name"] == NEWCOMER["name"] and page.form()["role"] == "agent"


def test_bad_input_of_an_invitation_is_said_beside_its_field(
    people: Office, administrator: Colleague, language: str
) -> None:
    browser = people.browser(administrator, language)
    form = browser.open("staff/members/invite").form()
    for name, value in (
        ("name", ""), ("email", "karim"), ("role", ""), ("role", "king"), ("agency", "999999"),
        ("agency", "x"), ("name", "x" * 141),
    ):  # fmt: skip
        page = browser.refused(
            browser.post("staff/members/invite", form | NEWCOMER | {name: value})
        )
        assert set(page.errors()) == {name}


def test_a_renewed_access_keeps_the_post(
    people: Office, administrator: Colleague, agent: Colleague, language: str
) -> None:
    browser = people.browser(administrator, language)
    page = browser.open(f"staff/members/{agent.reference}")
    token = page.form()["csrf_token"]
    place = f"staff/members/{agent.reference}/access"
    assert browser.post(place, {"csrf_token": token}).status_code == 302
    link = link_of(people)
    visitor = people.site.browser("ar")
    people.site.clock.wait(minutes=1)
    page = visitor.open(link)
    assert visitor.post(link, typed_in(people, page.form())).status_code == 200
    role = people.site.office.scalar(select(StaffMember.role).where(StaffMember.id == agent.id))
    assert role is Role.AGENT


# ── posts ────────────────────────────────────────────────────────────────────────────────────


def test_who_leaves_is_out_at_their_next_page(
    people: Office, administrator: Colleague, agent: Colleague, language: str
) -> None:
    theirs, browser = people.browser(agent, language), people.browser(administrator, language)
    theirs.open("staff")
    page = browser.open(f"staff/members/{agent.reference}")
    place = f"staff/members/{agent.reference}/leave"
    assert browser.post(place, {"csrf_token": page.form()["csrf_token"]}).status_code == 302
    assert theirs.get("staff").location == theirs.address("staff/sign-in")
    assert not browser.open(f"staff/members/{agent.reference}").root.xpath("//main//button")


def test_the_last_administrator_stays(
    people: Office, administrator: Colleague, language: str
) -> None:
    browser = people.browser(administrator, language)
    place = f"staff/members/{administrator.reference}"
    page = browser.open(place)
    form = page.form(0)
    assert form["role"] == "administrator"
    refused = browser.refused(browser.post(place, form | {"role": "agent"}))
    assert set(refused.errors()) == {"role"}
    browser.post(f"{place}/leave", {"csrf_token": form["csrf_token"]})
    assert browser.open("staff/members").root.xpath("//*[@role='status']//h2")


def test_another_role_counts_at_the_next_page(
    people: Office, administrator: Colleague, agent: Colleague, language: str
) -> None:
    theirs, browser = people.browser(agent, language), people.browser(administrator, language)
    place = f"staff/members/{agent.reference}"
    form = browser.open(place).form(0)
    assert browser.post(place, form | {"role": "auditor"}).status_code == 302
    assert theirs.get("staff/employers").status_code == 403
    theirs.open("staff/events")


def test_a_member_that_does_not_exist_is_missing(
    people: Office, administrator: Colleague, language: str
) -> None:
    browser = people.browser(administrator, language)
    token = browser.open("staff/members/invite").form()["csrf_token"]
    browser.open("staff/members/KSNOBODY", status=404)
    for place in ("members/KSNOBODY/leave", "members/KSNOBODY/access", "invitations/9/withdraw"):
        assert browser.post(f"staff/{place}", {"csrf_token": token}).status_code == 404


def test_an_administrative_act_needs_a_fresh_proof_and_loses_nothing(
    people: Office, administrator: Colleague, language: str
) -> None:
    browser = people.browser(administrator, language)
    form = browser.open("staff/members/invite").form()
    people.site.clock.wait(minutes=5)
    asked = browser.page(browser.post("staff/members/invite", form | NEWCOMER))
    carried = asked.form()
    assert NEWCOMER.items() <= carried.items()
    before = len(people.site.messages())
    wrong = browser.refused(
        browser.post("staff/members/invite", carried | {"proof_code": "000000"})
    )
    assert NEWCOMER.items() <= wrong.form().items()
    assert len(people.site.messages()) == before
    good = wrong.form() | {"proof_code": people.code(administrator)}
    assert browser.post("staff/members/invite", good).location == browser.address("staff/members")
    assert len(people.site.messages()) == before + 1


def test_a_page_of_weight_opens_after_the_proof(
    people: Office, administrator: Colleague, language: str
) -> None:
    browser = people.browser(administrator, language)
    people.site.clock.wait(minutes=5)
    place = f"staff/members/{administrator.reference}"
    response = people.prove(browser, administrator, place)
    assert response.location == browser.address(place)
    assert browser.open(place).form(0)["role"] == "administrator"


def test_a_recovery_code_is_no_fresh_proof(
    people: Office, administrator: Colleague, language: str
) -> None:
    browser = people.browser(administrator, language)
    people.site.clock.wait(minutes=5)
    page = browser.open("staff/members/invite")
    typed = page.form() | {"proof_code": administrator.recovery_codes[0]}
    assert browser.post("staff/members/invite", typed).status_code == 422


def test_the_other_language_shows_what_was_typed_and_does_nothing(
    people: Office, administrator: Colleague, language: str
) -> None:
    browser = people.browser(administrator, language)
    form = browser.open("staff/members/invite").form() | NEWCOMER
    other = "fr" if language == "ar" else "ar"
    place = f"/{other}/staff/members/invite"
    shown = browser.page(browser.post(place, form | {"language": other})).form()
    assert NEWCOMER.items() <= shown.items()
    people.site.clock.wait(minutes=5)
    asked = browser.page(browser.post(place, form | {"language": other}))
    assert NEWCOMER.items() <= asked.form().items(), "the page of the code carries it along"
    assert people.site.messages() == []
