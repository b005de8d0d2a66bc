"""Everything an employer does with an authorisation, through the pages, in both languages."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import func, select, update

from tests import builders
from tests.services.collecting import ANNOUNCING, FREEZING
from tests.views.browser import Browser, Site
from tests.views.pages import Page
from webapp.authorisation import TEXT_VERSION
from webapp.domain.statuses import DebitStatus, MandateStatus
from webapp.forms.activation import QUALITIES
from webapp.models import (
    Debit,
    Employer,
    HoldReason,
    Mandate,
    MandateDraft,
    MandateSignature,
    MandateWorksite,
    Message,
    SignatoryQuality,
    SigningChannel,
)

FIRST, OTHER = builders.account(), builders.account("007")


@pytest.fixture
def reference(site: Site, browser: Browser, owner: Employer) -> str:
    """The owner has a mandate, has declared, and the debit is announced."""
    day = builders.working_day(site.office, date(2026, 11, 2))
    made = builders.mandate(site.office, day, owner, rib=FIRST)
    builders.declaration(site.office, day, owner, worksites=("W1", "W2"))
    site.desk.run(ANNOUNCING)
    site.clock.go_to(ANNOUNCING)
    site.office.rollback()
    browser.enter(owner.member_number)
    return made


def statuses(site: Site) -> list[MandateStatus]:
    site.office.rollback()
    return list(site.office.scalars(select(Mandate.status).order_by(Mandate.id)))


def debits(site: Site) -> list[DebitStatus]:
    site.office.rollback()
    return list(site.office.scalars(select(Debit.status).order_by(Debit.id)))


def to_sign(browser: Browser, page: Page, **fields: str) -> dict[str, str]:
    signs = {"code": browser.site.last_code(), "entitled": "y", "quality": "manager"}
    return page.form() | signs | {"step": "sign"} | fields


def check(browser: Browser, place: str, **fields: str) -> Page:
    response = browser.send(place, step="check", **fields)
    assert response.status_code == 200, browser.page(response).errors()
    return browser.page(response)


# ── evidence and drafts ──────────────────────────────────────────────────────────────────────


def test_every_quality_of_the_form_is_one_that_is_kept() -> None:
    assert {*QUALITIES, "unknown"} == {one.value for one in SignatoryQuality}


def test_who_signed_what_where_and_as_what_is_kept(
    site: Site, visitor: Browser, browser: Browser
) -> None:
    browser.client.environ_base["HTTP_USER_AGENT"] = "Phone\x07 " + "x" * 400
    page = check(browser, "activate", account=FIRST.digits, ceiling="5000")
    browser.post("activate", to_sign(browser, page))
    kept = site.office.scalars(select(MandateSignature)).one()
    assert (kept.quality, kept.channel) == (SignatoryQuality.MANAGER, SigningChannel.SELF)
    assert kept.device.startswith("Phone x") and len(kept.device) == 200
    assert (kept.text_version, kept.ceiling_centimes) == (TEXT_VERSION, 5_000_00)
    assert kept.code_id is not None and kept.person_id is None


def test_the_page_has_four_typed_fields_at_most(
    site: Site, visitor: Browser, browser: Browser
) -> None:
    page = check(browser, "activate", account=FIRST.digits)
    typed = page.root.xpath("//main//input[not(@type='hidden') and not(@type='checkbox')]")
    assert len(typed) <= 4


def test_what_was_begun_comes_back_on_another_device(
    site: Site, visitor: Browser, browser: Browser, owner: Employer
) -> None:
    check(browser, "activate", account=FIRST.digits, ceiling="5000")
    other = site.browser(browser.language)
    other.enter(owner.member_number)
    page = other.open("activate")
    form = page.form()
    assert form["account"].replace(" ", "") == FIRST.digits and form["ceiling"] == "5000,00"
    again = other.post("activate", form | {"step": "anew"})
    assert again.location == other.address("activate")
    assert other.open("activate").form()["account"] == ""
    assert site.office.scalar(select(func.count()).select_from(MandateDraft)) == 0


# ── another account ──────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("dead", [False, True])
def test_the_account_is_changed_in_one_step(
    site: Site, visitor: Browser, browser: Browser, reference: str, dead: bool
) -> None:
    assert browser.get("change-account").location == browser.address(
        f"authorisations/{reference}/change-account"
    )
    place = f"authorisations/{reference}/change-account"
    page = check(browser, place, account=OTHER.digits)
    sent = to_sign(browser, page, **({"old_account_is_dead": "y"} if dead else {}))
    signed = browser.post(place, sent)
    again = browser.post(place, sent)
    assert signed.location == again.location != browser.address(f"authorisations/{reference}")
    assert statuses(site) == [MandateStatus.REPLACED, MandateStatus.ACTIVE]
    assert debits(site) == [DebitStatus.CANCELLED if dead else DebitStatus.ANNOUNCED]
    assert site.office.scalars(select(Message.kind).order_by(Message.id.desc())).first() == (
        "account_changed"
    )
    shown = browser.open(signed.location or "")
    assert OTHER.last4 in shown.text_of("//main")
    browser.open(f"authorisations/{reference}")
    assert len(browser.open("authorisations").root.xpath("//main//section")) == 2
    browser.open("home")
    browser.open(place, status=409)


def test_the_present_account_is_refused_before_a_code_is_sent(
    site: Site, visitor: Browser, browser: Browser, reference: str
) -> None:
    before = len(site.messages())
    place = f"authorisations/{reference}/change-account"
    refused = browser.refused(browser.send(place, step="check", account=FIRST.digits))
    assert "account" in refused.errors() and len(site.messages()) == before


def test_what_changed_meanwhile_is_read_before_it_is_signed(
    site: Site, visitor: Browser, browser: Browser, reference: str
) -> None:
    place = f"authorisations/{reference}/change-account"
    page = check(browser, place, account=OTHER.digits)
    sent = to_sign(browser, page)
    site.desk.run(FREEZING)
    refused = browser.refused(browser.post(place, sent))
    assert "entitled" in refused.errors()
    assert statuses(site) == [MandateStatus.ACTIVE]
    browser.post(place, sent | {"seen": refused.form()["seen"]})
    assert statuses(site) == [MandateStatus.REPLACED, MandateStatus.ACTIVE]


def test_who_has_no_authorisation_has_none_to_change(browser: Browser) -> None:
    assert browser.get("change-account").location == browser.address("activate")


# ── a pause ──────────────────────────────────────────────────────────────────────────────────


def test_a_pause_is_seen_set_and_undone(
    site: Site, visitor: Browser, browser: Browser, reference: str
) -> None:
    place = f"authorisations/{reference}/suspend"
    days = {"from_on": "30/11/2026", "until_on": "2026-12-03"}
    page = check(browser, place, **days)
    assert len(page.root.xpath("//main//tbody/tr")) == 1
    sent = page.form() | {"step": "confirm"}
    for _ in range(2):
        done = browser.post(place, sent)
        assert done.location == browser.address(f"authorisations/{reference}")
    assert statuses(site) == [MandateStatus.ACTIVE] and debits(site) == [DebitStatus.CANCELLED]
    browser.open("home")
    page = browser.open(f"authorisations/{reference}")
    form = page.form(0)
    for _ in range(2):
        browser.post(f"authorisations/{reference}/resume", form)
    assert site.office.scalars(select(Mandate.paused_from_on)).one() is None


def test_a_pause_from_today_suspends_and_is_resumed(
    site: Site, visitor: Browser, browser: Browser, reference: str
) -> None:
    place = f"authorisations/{reference}/suspend"
    page = check(browser, place, from_on=ANNOUNCING.isoformat())
    browser.post(place, page.form() | {"step": "confirm"})
    assert statuses(site) == [MandateStatus.SUSPENDED]
    browser.open("home")
    assert browser.get("activate").status_code == 302
    form = browser.open(f"authorisations/{reference}").form(0)
    browser.post(f"authorisations/{reference}/resume", form)
    assert statuses(site) == [MandateStatus.ACTIVE]


@pytest.mark.parametrize(
    ("days", "field"),
    [
        ({"from_on": ""}, "from_on"),
        ({"from_on": "31/02/2026"}, "from_on"),
        ({"from_on": "soon"}, "from_on"),
        ({"from_on": "2026-11-21"}, "from_on"),
        ({"from_on": "2026-11-30", "until_on": "2026-11-29"}, "until_on"),
        ({"from_on": "2029-11-30"}, "from_on"),
    ],
)
def test_days_that_make_no_pause_are_said_beside_their_field(
    site: Site, visitor: Browser, browser: Browser, reference: str, days: dict[str, str],
    field: str,
) -> None:  # fmt: skip
    place = f"authorisations/{reference}/suspend"
    for step in ("check", "confirm"):
        refused = browser.refused(browser.send(place, step=step, **days))
        assert field in refused.errors()
    assert statuses(site) == [MandateStatus.ACTIVE] and debits(site) == [DebitStatus.ANNOUNCED]


# ── the end ──────────────────────────────────────────────────────────────────────────────────


def test_a_revocation_says_what_follows_and_is_final(
    site: Site, visitor: Browser, browser: Browser, reference: str
) -> None:
    place = f"authorisations/{reference}/revoke"
    page = browser.open(place)
    assert len(page.root.xpath("//main//tbody/tr")) == 1
    for _ in range(2):
        done = browser.post(place, page.form() | {"step": "confirm"})
        assert done.location == browser.address(f"authorisations/{reference}")
    assert statuses(site) == [MandateStatus.REVOKED] and debits(site) == [DebitStatus.CANCELLED]
    for seen in (f"authorisations/{reference}", "home", "authorisations", "activate"):
        browser.open(seen)


def test_a_revocation_of_what_was_not_shown_is_shown_again(
    site: Site, visitor: Browser, browser: Browser, reference: str
) -> None:
    place = f"authorisations/{reference}/revoke"
    form = browser.open(place).form()
    site.desk.run(FREEZING)
    response = browser.post(place, form | {"step": "confirm"})
    assert response.status_code == 422
    assert statuses(site) == [MandateStatus.ACTIVE]
    browser.post(place, browser.page(response).form() | {"step": "confirm"})
    assert statuses(site) == [MandateStatus.REVOKED] and debits(site) == [DebitStatus.FROZEN]


# ── the ceiling ──────────────────────────────────────────────────────────────────────────────


def test_a_ceiling_is_lowered_with_a_button_and_raised_with_a_code(
    site: Site, visitor: Browser, browser: Browser, reference: str
) -> None:
    place = f"authorisations/{reference}/ceiling"
    before = len(site.messages())
    page = check(browser, place, ceiling="1000")
    browser.post(place, page.form() | {"step": "confirm"})
    assert debits(site) == [DebitStatus.HELD] and len(site.messages()) == before
    for seen in ("home", f"authorisations/{reference}", place):
        browser.open(seen)
    page = check(browser, place, ceiling="")
    refused = browser.refused(browser.post(place, to_sign(browser, page, code="")))
    assert "code" in refused.errors()
    sent = to_sign(browser, page)
    for _ in range(2):
        done = browser.post(place, sent)
        assert done.location == browser.address(f"authorisations/{reference}")
    assert debits(site) == [DebitStatus.PLANNED]
    assert site.office.scalar(select(func.count()).select_from(MandateSignature)) == 2


@pytest.mark.parametrize("ceiling", ["0", "x", "1.234.5"])
def test_what_is_no_ceiling_is_said_beside_the_field(
    site: Site, visitor: Browser, browser: Browser, reference: str, ceiling: str
) -> None:
    place = f"authorisations/{reference}/ceiling"
    refused = browser.refused(browser.send(place, step="check", ceiling=ceiling))
    assert "ceiling" in refused.errors()


def test_a_button_raises_no_ceiling(
    site: Site, visitor: Browser, browser: Browser, reference: str
) -> None:
    site.office.execute(update(Mandate).values(ceiling_centimes=1))
    site.office.commit()
    place = f"authorisations/{reference}/ceiling"
    browser.send(place, step="confirm", ceiling="1000", seen="")
    assert site.office.scalars(select(Mandate.ceiling_centimes)).one() == 1


# ── exceptions ───────────────────────────────────────────────────────────────────────────────


def test_a_debit_above_the_ceiling_leads_to_the_ceiling(
    site: Site, visitor: Browser, browser: Browser, reference: str
) -> None:
    held = {"status": DebitStatus.HELD, "hold_reason": HoldReason.OVER_CEILING}
    site.office.execute(update(Debit).values(**held))
    site.office.commit()
    name = site.office.scalars(select(Debit.reference)).one()
    site.office.rollback()
    ceiling = f"/{browser.language}/authorisations/{reference}/ceiling"
    for place in ("home", f"debits/{name}"):
        assert browser.open(place).root.xpath(f"//main//a[@href='{ceiling}']"), place


def test_a_worksite_gets_its_own_account_and_comes_back(
    site: Site, visitor: Browser, browser: Browser, reference: str
) -> None:
    page = check(browser, "exceptions/new", account=OTHER.digits, worksites="W2")
    sent = to_sign(browser, page)
    signed = [browser.post("exceptions/new", sent).location for _ in range(2)]
    assert signed[0] == signed[1]
    place = (signed[0] or "").removeprefix(f"/{browser.language}/")
    for seen in (place, "authorisations", "exceptions/new", "home"):
        browser.open(seen)
    form = browser.open(place).form(0)
    revoke = browser.post(f"{place}/worksites/W2/back", form)
    assert revoke.location == browser.address(f"{place}/revoke")
    browser.post(f"{place}/revoke", browser.open(f"{place}/revoke").form())
    assert statuses(site) == [MandateStatus.ACTIVE, MandateStatus.REVOKED]


def test_one_of_two_worksites_comes_back_with_a_button(
    site: Site, visitor: Browser, browser: Browser, reference: str
) -> None:
    form = browser.open("exceptions/new").form() | {"account": OTHER.digits, "step": "check"}
    both = {**form, "worksites": ["W1", "W2"]}
    page = browser.page(browser.post("exceptions/new", both))  # type: ignore[arg-type]
    sent = to_sign(browser, page) | {"worksites": ["W1", "W2"]}  # type: ignore[dict-item]
    place = browser.post("exceptions/new", sent).location or ""
    form = browser.open(place).form(0)
    for _ in range(2):
        assert browser.post(f"{place}/worksites/W2/back", form).location == place
    assert (
        site.office.scalar(
            select(func.count())
            .select_from(MandateWorksite)
            .where(MandateWorksite.ended_at.is_(None))
        )
        == 1
    )


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"account": OTHER.digits}, "worksites"),
        ({"account": OTHER.digits, "worksites": "W9"}, "worksites"),
        ({"account": FIRST.digits, "worksites": "W2"}, "account"),
        ({"account": "", "worksites": "W2"}, "account"),
    ],
)
def test_what_is_no_exception_is_said_beside_its_field(
    site: Site, visitor: Browser, browser: Browser, reference: str, fields: dict[str, str],
    wrong: str,
) -> None:  # fmt: skip
    refused = browser.refused(browser.send("exceptions/new", step="check", **fields))
    assert wrong in refused.errors()


# ── what is not possible ─────────────────────────────────────────────────────────────────────

PARTS = ["change-account", "suspend", "revoke", "ceiling"]


@pytest.mark.parametrize("status", MandateStatus)
@pytest.mark.parametrize("part", PARTS)
def test_in_every_state_every_page_answers_kindly(
    site: Site, visitor: Browser, browser: Browser, reference: str, status: MandateStatus,
    part: str,
) -> None:  # fmt: skip
    site.office.execute(update(Mandate).values(status=status))
    site.office.commit()
    place = f"authorisations/{reference}/{part}"
    token = {"csrf_token": browser.token_of_session()}
    for response in (
        browser.get(place),
        browser.post(place, token | {"step": "confirm", "from_on": "2026-11-30"}),
        browser.post(f"authorisations/{reference}/resume", token),
    ):
        assert response.status_code in {200, 302, 409, 422}, response.status_code
        if response.status_code != 302:
            browser.page(response)
    browser.open(f"authorisations/{reference}")


@pytest.mark.parametrize("part", [*PARTS, "resume", "worksites/W1/back"])
def test_another_s_authorisation_is_missing(
    site: Site, visitor: Browser, browser: Browser, part: str
) -> None:
    day = builders.working_day(site.office, date(2026, 11, 2))
    theirs = builders.mandate(site.office, day, builders.employer(site.office))
    token = {"csrf_token": browser.token_of_session(), "step": "confirm"}
    posts = [browser.post(f"authorisations/{one}/{part}", token) for one in (theirs, "KM00000000")]
    assert [one.status_code for one in posts] == [404, 404]
    assert statuses(site) == [MandateStatus.ACTIVE]
