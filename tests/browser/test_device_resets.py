"""Nothing of an employer stays on a device of the fund, by whatever way they leave it."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from shutil import which

import pytest
from playwright.sync_api import Error as PlaywrightError
from playwright.sync_api import Page, Playwright
from sqlalchemy import select

from tests import builders
from tests.browser import tablets
from tests.browser.conftest import MISSING
from tests.browser.nothing_stays import (
    live_at_a_device,
    open_as_people_do,
    what_shows,
    what_stays,
    what_stays_on_disk,
)
from tests.browser.site import MORNING, SECONDS_TO_WAIT, Site
from tests.browser.tablets import Hall, Tablet
from webapp.domain.moment import Moment
from webapp.domain.roles import Scope
from webapp.models import DeviceMode, WebSession
from webapp.services.open_days.device_list import close_device, devices_at
from webapp.views.device_cookie import RULES

AWAY = (RULES.idle_seconds + 1) * 1000
WARNED = (RULES.warning_seconds + 1) * 1000
# Leaves the device, and gives the page that whoever comes next sees.
Leave = Callable[["Device"], Page]


class Device:
    """A tablet with a profile on disk, as it stands in a hall."""

    def __init__(self, playwright: Playwright, program: str, profile: Path, hall: Hall) -> None:
        self.playwright, self.program, self.profile, self.hall = playwright, program, profile, hall
        self.site = hall.site
        self.context = open_as_people_do(playwright, program, profile)
        self.page = self.context.pages[0]
        self.page.clock.install()
        with self.site.session() as session:
            self.day = builders.working_day(session, Moment.at(MORNING).today)
            code = hall.code(session, self.day, DeviceMode.ASSISTED, "Tablette 1")
        self.tablet = Tablet(self.context, self.page, self.site, "ar")
        tablets.open_with(self.tablet, code)

    def start(self) -> Page:
        """The page that the browser of a device opens with."""
        page = self.context.pages[0] if self.context.pages else self.context.new_page()
        page.goto(f"{self.site.address}/ar/device/start")
        return page

    def again(self) -> None:
        """The browser is started once more, on what it has on disk."""
        self.context = open_as_people_do(self.playwright, self.program, self.profile)


@pytest.fixture
def device(playwright: Playwright, tmp_path: Path, site: Site) -> Iterator[Device]:
    program = which("chromium")
    if program is None:
        pytest.skip(MISSING)
    with site.session() as session:
        hall = tablets.hall(site, session, builders.working_day(session, Moment.at(MORNING).today))
    one = Device(playwright, program, tmp_path / "profile", hall)
    yield one
    one.context.close()


def by_the_button(one: Device) -> Page:
    one.page.locator("#finish button").click()
    one.page.wait_for_url("**/device/unlock")
    return one.page


def by_the_button_until_the_network_is_back(one: Device) -> Page:
    one.context.set_offline(True)
    one.page.locator("#finish button").click(no_wait_after=True)
    one.page.locator("#finish").wait_for(state="detached")
    one.context.set_offline(False)
    one.page.clock.run_for(10_000)
    one.page.wait_for_url("**/device/unlock")
    return one.page


def by_the_timer(one: Device) -> Page:
    one.page.clock.fast_forward(AWAY)
    one.page.clock.run_for(WARNED)
    one.page.wait_for_url("**/device/unlock")
    return one.page


def by_the_supervisor(one: Device) -> Page:
    """Who closes the device from the office; the page goes with its own timer."""
    with one.site.session() as session:
        (found,) = devices_at(session, one.day, RULES, one.hall.campaign_id)
        scope = Scope(one.hall.agency_id)
        close_device(session, one.day, scope, one.hall.agent_id, found.reference)
    one.page.clock.fast_forward(AWAY)
    one.page.clock.run_for(WARNED)
    one.page.wait_for_url("**/device")
    return one.page


def by_closing_the_tab(one: Device) -> Page:
    blank = one.context.new_page()
    one.page.close(run_before_unload=True)
    # Its last word is on its way while the next page opens.
    end = time.monotonic() + SECONDS_TO_WAIT
    while _somebody_is_in(one.site) and time.monotonic() < end:
        time.sleep(0.05)
    blank.goto(f"{one.site.address}/ar/activate")
    return blank


def _somebody_is_in(site: Site) -> bool:
    with site.session() as session:
        still = WebSession.ended_at.is_(None), WebSession.case_id.is_not(None)
        return session.scalar(select(WebSession.id).where(*still)) is not None


def by_a_crash(one: Device) -> Page:
    """The browser is killed, and starts again on what it has on disk."""
    for process in _processes(one.profile):
        with suppress(ProcessLookupError):
            os.kill(process, signal.SIGKILL)
    with suppress(PlaywrightError):
        one.context.close()
    one.again()
    return one.start()


def _processes(profile: Path) -> list[int]:
    """The browser of a profile, which this test has started."""
    asked = f"--user-data-dir={profile}".encode()
    found = []
    for line in Path("/proc").glob("[0-9]*/cmdline"):
        with suppress(OSError):
            if asked in line.read_bytes():
                found.append(int(line.parent.name))
    return found


SELDOM = pytest.mark.torture  # as long as the others, and of the same eyes
WAYS = [
    by_the_button,
    pytest.param(by_the_button_until_the_network_is_back, marks=SELDOM),
    by_the_timer,
    pytest.param(by_the_supervisor, marks=SELDOM),
    by_closing_the_tab,
    by_a_crash,
]


@pytest.mark.parametrize("leave", WAYS)
def test_nothing_stays(device: Device, leave: Leave) -> None:
    traces = live_at_a_device(device.tablet, device.site)
    assert traces.seen == set(traces.markers), "what was never there cannot be missed"
    page = leave(device)
    assert not what_stays(page, device.context, traces)
    device.context.close()
    on_disk = what_stays_on_disk(device.profile, traces)
    # An address names the authorisation, and a history keeps addresses: devices keep none.
    assert set().union(*on_disk.values()) <= {"authorisation"}, on_disk


def test_without_a_network_nothing_shows(device: Device) -> None:
    traces = live_at_a_device(device.tablet, device.site)
    device.context.set_offline(True)
    device.page.clock.fast_forward(AWAY)
    device.page.clock.run_for(WARNED)
    device.page.locator("#finish").wait_for(state="detached")
    assert not what_shows(device.page, traces)
