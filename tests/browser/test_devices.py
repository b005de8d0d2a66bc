"""A device of open days: the kiosk, the timer, one's own phone, a call, a screen on the wall."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, expect

from tests import builders
from tests.browser import tablets
from tests.browser.phone import SIZE, Phone
from tests.browser.site import MORNING, Site
from webapp.domain.moment import Moment
from webapp.models import DeviceMode

Open = Callable[[DeviceMode], tablets.Tablet]


@pytest.fixture
def opens(chromium: Browser, site: Site, language: str) -> Iterator[Open]:
    """Opens devices at one hall; none complains of its pages."""
    opened: list[tablets.Tablet] = []
    with site.session() as session:
        day = builders.working_day(session, Moment.at(MORNING).today)
        hall = tablets.hall(site, session, day)

    def open_one(mode: DeviceMode) -> tablets.Tablet:
        with site.session() as session:
            code = hall.code(session, day, mode, f"Tablette {len(opened) + 1}")
        opened.append(tablets.tablet(chromium, site, language, code))
        return opened[-1]

    yield open_one
    for one in opened:
        one.context.close()
        assert not one.complaints


@pytest.fixture
def number(site: Site) -> str:
    with site.session() as session:
        return tablets.employer(session).member_number


def test_alone_at_a_kiosk(opens: Open, site: Site, number: str) -> None:
    one = opens(DeviceMode.SELF_SERVICE)
    one.follow("main .kiosk-language[lang=fr]")
    before = len(site.sent())
    one.type("#member_number", number)
    one.follow("main button[type=submit]")
    one.type("#code", site.newest_code(before))
    one.follow("main button[type=submit]")
    before = len(site.sent())
    one.type("#account", tablets.account())
    one.page.wait_for_selector("#code")
    tablets.sign_with_code(one, site.newest_code(before))
    one.touch("#finish button")
    one.page.wait_for_url("**/device/start")
    assert number not in one.page.content()


def test_one_touch_calls_an_agent(opens: Open) -> None:
    one = opens(DeviceMode.SELF_SERVICE)
    one.follow("main form[action$=call] button")
    expect(one.page.locator("main [role=status]").first).to_be_visible()
    agent = opens(DeviceMode.ASSISTED)
    assert "Tablette 1" in agent.page.locator("main .notice-todo").inner_text()
    agent.follow("main button[value=answer]")
    assert agent.page.locator("main .notice-todo").count() == 0


def test_nobody_there_the_page_asks_and_then_goes(opens: Open, number: str) -> None:
    one = opens(DeviceMode.ASSISTED)
    one.page.clock.install()
    tablets.find(one, number)
    tablets.identify(one, tablets.account())
    one.page.clock.fast_forward(91_000)
    expect(one.page.locator("#still-here")).to_be_visible()
    one.touch("#go-on")
    expect(one.page.locator("#still-here")).to_be_hidden()
    one.page.clock.fast_forward(91_000)
    expect(one.page.locator("#still-here")).to_be_visible()
    one.page.clock.run_for(31_000)
    one.page.wait_for_url("**/device/unlock")
    one.go("/activate")
    one.page.wait_for_url("**/device/*")


@pytest.mark.parametrize("language", ["ar"])
def test_away_for_minutes_the_server_ends_it_whatever_the_page_did(
    opens: Open, site: Site, number: str
) -> None:
    one = opens(DeviceMode.ASSISTED)
    tablets.find(one, number)
    tablets.identify(one, tablets.account())
    one.page.wait_for_url("**/activate")
    site.later(minutes=4)
    one.page.reload()
    one.page.wait_for_url("**/device/unlock")


@pytest.mark.parametrize("language", ["ar"])
def test_the_session_on_a_tablet_opens_nothing_elsewhere(
    opens: Open, chromium: Browser, site: Site, number: str
) -> None:
    one = opens(DeviceMode.ASSISTED)
    tablets.find(one, number)
    tablets.identify(one, tablets.account())
    one.page.wait_for_url("**/activate")
    stolen = [cookie for cookie in one.context.cookies() if cookie["name"] == "khatwa"]
    with chromium.new_context() as elsewhere:
        elsewhere.add_cookies(stolen)  # type: ignore[arg-type]
        page = elsewhere.new_page()
        page.goto(f"{site.address}/ar/activate")
        page.wait_for_url("**/sign-in")


def test_on_ones_own_phone_by_the_code(
    opens: Open, chromium: Browser, site: Site, number: str, language: str
) -> None:
    one = opens(DeviceMode.ASSISTED)
    tablets.find(one, number)
    one.touch("input[name=paper][value=passport]")
    one.type("#account", tablets.account())
    one.follow("main button[value=hand_over]")
    # What the camera reads: the code draws the address that the device was told.
    address = tablets.read_code(one.page)
    phone = Phone(chromium.new_context(viewport=SIZE), site)
    page = phone.open(address)
    page.locator("main button[type=submit]").click()
    page.wait_for_url("**/activate")
    one.page.wait_for_url("**/device/find")
    # The session is for this alone: nothing else of the employer opens.
    page.goto(f"{site.address}/{language}/debits")
    page.wait_for_url("**/activate")
    before = len(site.sent())
    page.locator("main button[value=check]").click()
    page.locator("#quality").select_option("owner")
    page.locator("#entitled").check()
    page.locator("#code").fill(site.newest_code(before))
    page.locator("main button[value=sign]").click()
    page.wait_for_url("**/authorisations/*")
    other = Phone(chromium.new_context(viewport=SIZE), site)
    assert "take-over" in other.open(address).url
    assert other.context.pages[0].locator("main form").count() == 0
    for each in (phone, other):
        each.context.close()
        assert not each.complaints


def test_a_screen_on_the_wall_shows_the_board_and_nothing_else(opens: Open) -> None:
    one = opens(DeviceMode.BOARD)
    one.page.wait_for_url("**/device/board")
    expect(one.page.locator("[data-board]")).to_be_visible()
    assert one.page.locator("a[href], form").count() <= 1  # the way past the head


# What a finger must hit: the buttons, the fields, and the whole line of a box to tick.
TARGETS = "main :is(button, select, .tick, a[class*=button], input:not([type=hidden], .tick *))"
SMALL = f"""[...document.querySelectorAll("{TARGETS}")]
    .filter((one) => one.checkVisibility() && one.getBoundingClientRect().height < 56)
    .map((one) => one.outerHTML.slice(0, 90))"""


@pytest.mark.parametrize("language", ["ar"])
def test_every_target_is_large_enough_for_a_finger(opens: Open, number: str) -> None:
    one = opens(DeviceMode.ASSISTED)
    small = one.page.evaluate(SMALL)
    tablets.find(one, number)
    small += one.page.evaluate(SMALL)
    tablets.identify(one, tablets.account())
    small += one.page.evaluate(SMALL)
    assert not small
