"""Each of the 68 reason codes: its sentence, and a button that the employer may follow."""

from __future__ import annotations

import pytest
from flask_babel import force_locale
from sqlalchemy import select, update

from tests.services.collecting import Desk
from tests.views.browser import Browser, Site
from tests.views.test_every_page import ANSWERED, refused
from webapp.catalogs import LANGUAGES
from webapp.data.loader import load_reasons
from webapp.domain.reasons import ActionClass, NextStep
from webapp.domain.statuses import DebitStatus, MandateStatus
from webapp.models import Attempt, Debit, HoldReason, Mandate
from webapp.reason_words import BUTTONS, SENTENCES, explain_reason

ONE_ENGINE = pytest.mark.parametrize("site_url", ["sqlite"], indirect=True)
BUTTON = "//*[contains(@class, 'notice-bad')]//a[contains(@class, 'button')]"
HOSTILE = "<b>PROV\u202e'12"


def as_after(desk: Desk, code: str) -> None:
    """The debit stands as it does after a refusal with this code was followed up."""
    reason = load_reasons().get(code)
    action = reason.action if reason else ActionClass.CONTACT
    suspends = action in {ActionClass.STOP, ActionClass.FIX}
    status, hold = DebitStatus.HELD, HoldReason.BANK_REFUSAL
    if suspends or action is ActionClass.RETRY:
        status, hold = (DebitStatus.REFUSED if suspends else DebitStatus.PLANNED), None
    mandate = MandateStatus.SUSPENDED if suspends else MandateStatus.ACTIVE
    for model, values in (
        (Attempt, {"reason_code": code}),
        (Debit, {"status": status, "hold_reason": hold}),
        (Mandate, {"status": mandate}),
    ):
        desk.session.execute(update(model).values(values))
    desk.session.commit()


@ONE_ENGINE
@pytest.mark.parametrize("visitor", ["ar", "fr"], indirect=True)
def test_each_code_has_its_sentence_and_a_button_to_a_page_of_the_employer(
    site: Site, visitor: Browser
) -> None:
    owner = refused(site.desk, "AC04")
    site.clock.go_to(ANSWERED)
    visitor.enter(owner.member_number)
    [reference] = site.office.scalars(select(Debit.reference)).all()
    site.office.rollback()
    followed: set[tuple[str, bool]] = set()
    for code in SENTENCES:
        as_after(site.desk, code)
        told = explain_reason(code)
        with (
            visitor.client.application.test_request_context(),
            force_locale(LANGUAGES[visitor.language].locale),
        ):
            sentence, label = (" ".join(str(one).split()) for one in (told.sentence, told.button))
        page = visitor.open(f"debits/{reference}")
        assert sentence in page.text_of("//*[contains(@class, 'notice-bad')]"), code
        buttons = {
            " ".join(one.text_content().split()): one.get("href") for one in page.root.xpath(BUTTON)
        }
        address = buttons[label]
        if (address, told.suspends) in followed:
            continue
        followed.add((address, told.suspends))
        there = visitor.client.get(address, follow_redirects=True)
        assert there.status_code == 200, (code, address)
        home = visitor.open("home")
        assert sentence in home.text_of("//main"), code
    # Two buttons lead to the one step, and the agency is asked for in both states.
    assert len(followed) == len(NextStep)
    assert set(BUTTONS) == set(NextStep)


@ONE_ENGINE
def test_a_code_that_nobody_knows_is_shown_as_it_was_told_and_never_as_markup(
    site: Site, visitor: Browser
) -> None:
    owner = refused(site.desk, "AC04")
    site.clock.go_to(ANSWERED)
    as_after(site.desk, HOSTILE)
    visitor.enter(owner.member_number)
    [reference] = site.office.scalars(select(Debit.reference)).all()
    site.office.rollback()
    for place in ("home", f"debits/{reference}"):
        page = visitor.open(place)
        assert HOSTILE in [one.text for one in page.root.xpath("//main//bdi[@dir='ltr']")]
        assert not page.root.xpath("//main//b")
