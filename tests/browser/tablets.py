"""A tablet of an open day: opened by code, in the hands of an agent and of employers by turns."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from io import BytesIO

import zxingcpp
from PIL import Image
from playwright.sync_api import Browser, BrowserContext, Page
from sqlalchemy.orm import Session

from tests import builders, open_days
from tests.browser.phone import MILLISECONDS_TO_WAIT
from tests.browser.site import Site
from webapp.domain.rib import Rib
from webapp.models import Agency, DeviceCode, DeviceMode, Employer, Language
from webapp.services.working_day import WorkingDay

SIZE = {"width": 1080, "height": 1920}
PIN = "2468"
# What somebody types in a second, unhurried. [house]
SIGNS_A_SECOND = 4.0
SECONDS_A_TOUCH = 1.5


@dataclass
class Hall:
    """The open days of an agency, with their agent."""

    site: Site
    campaign_id: int
    reference: str
    agent_id: int
    agency_id: int
    place_id: int

    def code(self, session: Session, day: WorkingDay, mode: DeviceMode, name: str) -> str:
        """A code for one device."""
        digits = f"{next(builders.numbers):08}"
        session.add(
            DeviceCode(
                campaign_id=self.campaign_id,
                place_id=self.place_id,
                staff_id=self.agent_id,
                mode=mode,
                name=name,
                code_hash=builders.VAULT.blind_index(f"device:{digits}"),
                made_at=self.site.now,
                expires_at=self.site.now + timedelta(minutes=15),
            )
        )
        session.commit()
        return digits


def hall(site: Site, session: Session, day: WorkingDay) -> Hall:
    """Open days that begin today."""
    agency = session.query(Agency).order_by(Agency.id).first()
    assert agency is not None
    agent = open_days.member(session, day, agency.id)
    campaign_id, reference, place_id = open_days.campaign(session, day, agency.id, agent)
    return Hall(site, campaign_id, reference, agent, agency.id, place_id)


@dataclass
class Tablet:
    """One device, and what was touched and typed on it for the employer at hand."""

    context: BrowserContext
    page: Page
    site: Site
    language: str
    touches: int = 0
    typed: int = 0
    complaints: list[str] = field(default_factory=list)

    def go(self, path: str) -> None:
        self.page.goto(f"{self.site.address}/{self.language}{path}")

    def touch(self, selector: str) -> None:
        """Touch what does something on the page."""
        self.touches += 1
        self.page.locator(selector).first.click()

    def follow(self, selector: str) -> None:
        """Touch what leads to another page."""
        self.touches += 1
        with self.page.expect_navigation():
            self.page.locator(selector).first.click()

    def type(self, selector: str, text: str) -> None:
        """Touch a field, unless it is typed into already, and type."""
        place = self.page.locator(selector)
        if not place.evaluate("one => one === document.activeElement"):
            self.touches += 1
        self.typed += len(text)
        place.fill(text)

    def seconds(self) -> float:
        """What it takes somebody who types with one finger."""
        return self.touches * SECONDS_A_TOUCH + self.typed / SIGNS_A_SECOND

    def begin_anew(self) -> None:
        self.touches = self.typed = 0


def tablet(chromium: Browser, site: Site, language: str, code: str) -> Tablet:
    """A device that was opened with its code."""
    context = chromium.new_context(viewport=SIZE, has_touch=True)
    context.set_default_timeout(MILLISECONDS_TO_WAIT)
    one = Tablet(context, context.new_page(), site, language)
    one.page.on("pageerror", lambda error: one.complaints.append(str(error)))
    open_with(one, code)
    return one


def open_with(one: Tablet, code: str) -> None:
    """Make a browser a device of the fund."""
    one.go("/device")
    one.type("#opening_code", code)
    one.type("#pin", PIN)
    one.follow("main button[type=submit]")
    one.begin_anew()


def find(one: Tablet, wanted: str) -> None:
    """The agent finds who stands there."""
    one.type("#wanted", wanted)
    one.follow("main button[value=find]")
    one.page.wait_for_url("**/device/case")


def identify(one: Tablet, account: str, *, phone: str | None = None) -> None:
    """The agent has seen the paper, and types the account; a phone where it is another."""
    one.touch("input[name=paper][value=national_id]")
    if phone is not None:
        one.type("#phone", phone)
    one.type("#account", account)
    one.follow("main button[value=turn]")


def sign_with_code(one: Tablet, code: str, quality: str = "manager") -> None:
    """The employer's turn: reads, says as what they sign, ticks, types the code."""
    one.touches += 1
    one.page.locator("#quality").select_option(quality)
    one.touch("#entitled")
    one.type("#code", code)
    one.follow("main button[value=sign]")
    one.page.wait_for_url("**/authorisations/*")


def draw_signature(one: Tablet) -> None:
    """The employer without a phone: reads, ticks and draws."""
    one.touches += 1
    one.page.locator("#quality").select_option("owner")
    one.touch("#entitled")
    box = one.page.locator("#canvas").bounding_box()
    assert box is not None
    one.page.locator("#canvas").scroll_into_view_if_needed()
    box = one.page.locator("#canvas").bounding_box()
    assert box is not None
    one.touches += 1
    mouse = one.page.mouse
    mouse.move(box["x"] + 40, box["y"] + 60)
    mouse.down()
    for step in range(1, 12):
        mouse.move(box["x"] + 40 + step * 20, box["y"] + 60 + (step % 3) * 25)
    mouse.up()
    one.follow("main button[value=sign]")
    one.page.wait_for_url("**/device/confirm")


def confirm_drawn(one: Tablet) -> None:
    """The agent, who saw it."""
    one.touch("#saw")
    one.type("#pin", PIN)
    one.follow("main button[value=confirm]")


def finish(one: Tablet) -> None:
    """The employer is done, and gives the tablet back."""
    one.touch("#finish button")
    one.page.wait_for_url("**/device/unlock")


def unlock(one: Tablet) -> None:
    one.type("#pin", PIN)
    one.follow("main button[value=unlock]")
    one.page.wait_for_url("**/device/find")


def account() -> str:
    """Of no other test."""
    return str(Rib.of("001", "00123", f"{next(builders.numbers):010}").digits)


def employer(session: Session, **more: object) -> Employer:
    """Who comes to the open days."""
    row = builders.employer(session, language=Language.ARABIC, **more)  # type: ignore[arg-type]
    session.commit()
    return row


def read_code(page: Page) -> str:
    """What a phone's camera reads on the screen: an address of the site, without its beginning."""
    picture = Image.open(BytesIO(page.locator(".qr-box").screenshot()))
    (read,) = zxingcpp.read_barcodes(picture)
    return f"/{read.text.split('/', 3)[3]}"
