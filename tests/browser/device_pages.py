"""The pages of a device of open days: a tablet by turns, a kiosk, a screen on the wall."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from playwright.sync_api import Browser, Page

from tests import builders
from tests.browser import tablets
from tests.browser.site import MORNING, Site
from webapp.domain.moment import Moment
from webapp.models import DeviceMode

Shown = Callable[[str, Page], None]


@dataclass
class DeviceTour:
    """Shows every page of a device in one language; each device is a browser of its own."""

    browser: Browser
    site: Site
    language: str
    shown: Shown

    def go(self) -> None:
        with self.site.session() as session:
            day = builders.working_day(session, Moment.at(MORNING).today)
            self.hall = tablets.hall(self.site, session, day)
            self.with_phone = tablets.employer(session).member_number
            self.without = tablets.employer(session, phone="").member_number
        self.of_a_tablet()
        self.of_a_kiosk()
        with self._device(DeviceMode.BOARD) as one:
            one.page.wait_for_url("**/device/board")
            self.shown("device-board", one.page)

    def of_a_tablet(self) -> None:
        with self._device(DeviceMode.ASSISTED) as one:
            self.shown("device-find", one.page)
            one.type("#wanted", "nobody")
            one.follow("main button[value=find]")
            self.shown("device-find-nobody", one.page)
            before = len(self.site.sent())
            tablets.find(one, self.with_phone)
            self.shown("device-case", one.page)
            one.follow("main button[value=turn]")
            self.shown("device-case-wrong", one.page)
            # By its links: who types an address over a page is gone, and the tablet locks.
            one.follow("main a[href$='/case/fail']")
            self.shown("device-fail", one.page)
            one.follow("main a[href$='/device/case']")
            one.touch("input[name=paper][value=passport]")
            one.follow("main button[value=hand_over]")
            self.shown("device-hand-over", one.page)
            address = tablets.read_code(one.page)
            with self._browser() as phone:
                phone.goto(self.site.address + address)
                self.shown("take-over", phone)
                phone.goto(f"{self.site.address}/{self.language}/device/take-over/none")
                self.shown("take-over-none", phone)
            one.follow("main a[href$='/device/case']")
            tablets.identify(one, tablets.account())
            self.shown("device-activate", one.page)
            tablets.sign_with_code(one, self.site.newest_code(before))
            self.shown("device-signed", one.page)
            one.follow("main a[href*='/device/paper/']")
            self.shown("device-paper", one.page)
            tablets.finish(one)
            self.shown("device-locked", one.page)
            tablets.unlock(one)
            tablets.find(one, self.without)
            tablets.identify(one, tablets.account())
            self.shown("device-draw", one.page)
            tablets.draw_signature(one)
            self.shown("device-confirm", one.page)
            tablets.confirm_drawn(one)
            self.shown("device-printed", one.page)

    def of_a_kiosk(self) -> None:
        with self._browser() as page:
            page.goto(f"{self.site.address}/{self.language}/device")
            self.shown("device-opening", page)
        with self._device(DeviceMode.SELF_SERVICE) as one:
            self.shown("device-start", one.page)
            one.follow(f"main .kiosk-language[lang={self.language}]")
            self.shown("device-sign-in", one.page)

    @contextmanager
    def _device(self, mode: DeviceMode) -> Iterator[tablets.Tablet]:
        with self.site.session() as session:
            day = builders.working_day(session, Moment.at(MORNING).today)
            code = self.hall.code(session, day, mode, "Tablette 1")
        one = tablets.tablet(self.browser, self.site, self.language, code)
        yield one
        one.context.close()

    @contextmanager
    def _browser(self) -> Iterator[Page]:
        context = self.browser.new_context(viewport=tablets.SIZE)
        yield context.new_page()
        context.close()
