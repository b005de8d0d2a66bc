"""The pages of the fund's own people, from the invitation to the audit."""

from __future__ import annotations

import base64
import re
from collections.abc import Callable
from dataclasses import dataclass

from playwright.sync_api import Page
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tests import builders, papers
from tests.browser.contest_pages import answer_a_contest
from tests.browser.journeys import Journey
from tests.browser.open_day_pages import hold_open_days, show_open_days
from tests.services.staff import RULES, Colleague, code_of, join, newcomer
from webapp.domain.file_acts import BY_HAND
from webapp.domain.moment import Moment
from webapp.domain.money import Centimes
from webapp.domain.roles import Role, Scope
from webapp.domain.rules import CollectionRules
from webapp.domain.statuses import BankFileStatus
from webapp.models import (
    BankFile,
    Channel,
    DueKind,
    Employer,
    PaymentWay,
    RequestKind,
    Subject,
)
from webapp.services.confirming_banks import ask_for_paper
from webapp.services.events import record
from webapp.services.new_dues import NewDue, add_dues
from webapp.services.outbox import tell
from webapp.services.payments import NewPayment, enter_payment
from webapp.services.staff.invitations import invite
from webapp.services.staff.office_requests import ask
from webapp.services.working_day import WorkingDay, load_calendar

AGENT_S = (
    ("follow-up", "/staff/follow-up?kind=paper"),
    ("coverage", "/staff/coverage"),
    ("account", "/staff/account"),
    ("password", "/staff/account/password"),
    ("app", "/staff/account/app"),
    ("sessions", "/staff/account/sessions"),
    ("renew-codes", "/staff/account/recovery-codes"),
)
COLLECTOR_S = (
    ("to-come", "/staff/runs/to-come"),
    ("three-ways", "/staff/three-ways?last_on=2027-12-31"),
    ("figures", "/staff/figures"),
)
ADMINISTRATOR_S = (
    ("members", "/staff/members"),
    ("invite", "/staff/members/invite"),
    ("events", "/staff/events"),
    ("breach", "/staff/breach"),
    ("processing", "/staff/processing"),
    ("banks", "/staff/banks"),
    ("channels", "/staff/channels"),
    ("channel", "/staff/channels/BNA"),
    ("rates", "/staff/rates"),
    ("new-rates", "/staff/rates/new"),
    ("new-late-rule", "/staff/rates/late"),
    ("closed-days", "/staff/closed-days"),
    ("new-closed-day", "/staff/closed-days/new"),
    ("local-codes", "/staff/local-codes"),
    ("local-code", "/staff/local-codes/set?channel=BNA&code=PROV"),
    ("agencies", "/staff/agencies"),
    ("new-agency", "/staff/agencies/new"),
    ("wilayas", "/staff/wilayas"),
    ("wilaya", "/staff/wilayas/16"),
    ("devices", "/staff/devices"),
    ("not-theirs", "/staff/employers"),
)


@dataclass
class StaffTour:
    """Shows every kind of page of the staff once."""

    journey: Journey
    shown: Callable[[str, Page], None]
    member_number: str
    owner_id: int = 0

    def go(self) -> None:
        with self.journey.site.session() as session:
            day = self._day()
            agency = session.scalars(select(Employer.agency_id)).first()
            assert agency is not None
            agent = join(session, day, Role.AGENT, agency)
            self._let_one_wait(session, day)
            supervisor = join(session, day, Role.SUPERVISOR, agency)
            self._let_one_ask(session, day)
            open_days = hold_open_days(session, day, agency)
            collector = join(session, day, Role.COLLECTOR)
            self._let_one_be_carried(session, day)
            administrator = join(session, day)
            invited = invite(session, day, RULES, newcomer(Role.AUDITOR), None)
        self._take_up(invited.token, invited.invitation_id)
        self._at_the_desk(agent)
        self._with_money(supervisor, open_days)
        self._of_a_collector(collector)
        self._of_an_administrator(administrator)

    def _take_up(self, token: str, invitation_id: int) -> None:
        self.journey.go(f"/staff/invitations/{token}")
        self._show("invitation")
        self.journey.touch("main form button.button")
        self._show("invitation-wrong")
        page = self.journey.page
        seal = base64.urlsafe_b64decode(page.locator("input[name=setup]").input_value())
        secret = builders.VAULT.open(seal, f"staff-setup:invitation-{invitation_id}")
        for name in ("#password", "#again"):
            page.locator(name).fill("une longue phrase à moi")
        page.locator("#code").fill(code_of(secret, self._day()))
        self.journey.touch("main form button.button")
        self._show("recovery-codes")
        self.journey.go(f"/staff/invitations/{token}")
        self._show("invitation-over")
        self._sign_out()

    def _at_the_desk(self, agent: Colleague) -> None:
        self._sign_in(agent, show=True)
        self._show("home")
        self.journey.go("/staff/employers")
        self.journey.page.locator("#wanted").fill(self.member_number)
        self.journey.touch("main form button.button")
        self._show("employers")
        self.journey.touch("main table a")
        self._show("employer")
        file = self.journey.page.url
        self.journey.touch("main a[href$='/contact']")
        self._show("contact")
        self.journey.touch("main form button.button")
        self._show("contact-wrong")
        self.journey.page.goto(file)
        self.journey.touch("main a[href$='/notes']")
        self._show("notes")
        self.journey.touch("main form button.button")
        self._show("notes-wrong")
        self.journey.page.goto(file)
        self.journey.touch("main a[href$='/revoke']")
        self._show("revoke-for")
        self.journey.page.goto(file)
        self.journey.touch("main a[href$='/suspend']")
        self._show("suspend-for")
        self.journey.touch("main form button.button")
        self._show("suspend-for-wrong")
        self.journey.page.goto(file)
        self.journey.touch("main a[href$='/terms']")
        self._show("terms")
        self.journey.page.locator("#from_month").select_option(index=1)
        self.journey.page.locator("#periodicity").select_option("monthly")
        self.journey.page.locator("#where").select_option("portal")
        self.journey.touch("main form button.button")
        self._show("terms-shown")
        self.journey.page.goto(file)
        self.journey.touch("main table a")
        self._show("account-number")
        self.journey.touch("main form button.button")
        self._show("account-number-wrong")
        self.journey.page.locator("#reason").select_option("paper")
        self.journey.touch("main form button.button")
        self._show("account-shown")
        self._papers()
        self._paper_forms()
        self._all(AGENT_S)
        self._sign_out()

    def _let_one_wait(self, session: Session, day: WorkingDay) -> None:
        """An authorisation whose bank asks for the stamped paper."""
        ask_for_paper(session, "001", 20)
        builders.mandate(session, day, builders.employer(session))
        ask_for_paper(session, "001", None)

    def _papers(self) -> None:
        self.journey.go("/staff/papers")
        self._show("papers")
        # The last one is of this tour; those of an earlier one have their scans already.
        self.journey.touch("main table tr:last-child a")
        self._show("paper")
        self.journey.touch("main form button.button")
        self._show("paper-wrong")
        scan = {"name": "scan.png", "mimeType": "image/png", "buffer": papers.picture("PNG")}
        self.journey.page.locator("#scan").set_input_files(scan)
        self.journey.touch("main form button.button")
        self._show("paper-received")
        self.journey.touch("main a[href$='/refuse']")
        self._show("refuse-paper")
        self.journey.touch("main form button.button-danger")
        self._show("refuse-paper-wrong")

    def _paper_forms(self) -> None:
        """An authorisation that is prepared on paper and comes back signed."""
        page = self.journey.page
        self.journey.go("/staff/paper-forms/new")
        page.locator("#numbers").fill("99/999999")
        self.journey.touch("main form button.button")
        self._show("prepare-forms-wrong")
        with self.journey.site.session() as session:
            page.locator("#numbers").fill(builders.employer(session).member_number)
        self.journey.touch("main form button.button")
        self._show("forms-ready")
        self.journey.go("/staff/paper-forms")
        self._show("paper-forms")
        self.journey.touch("main table a")
        self._show("enter-form")
        self.journey.touch("main form button.button")
        self._show("enter-form-wrong")
        page.locator("#account").fill(builders.account().digits)
        scan = {"name": "scan.png", "mimeType": "image/png", "buffer": papers.picture("PNG")}
        page.locator("#scan").set_input_files(scan)
        self.journey.touch("main form button.button")
        self._show("form-entered")

    def _let_one_ask(self, session: Session, day: WorkingDay) -> None:
        """An employer with a surcharge; a payment and a refund that wait for a second person."""
        owner = builders.employer(session)
        self.owner_id, today = owner.id, day.today
        kinds = ((DueKind.SURCHARGE, 100), (DueKind.CREDIT, -100))
        _, credit = add_dues(
            session,
            day,
            [
                NewDue(f"tour:{owner.id}:{kind}", kind, owner.id, None, "2026-09",
                       Centimes(centimes), today, today)
                for kind, centimes in kinds
            ],
        )  # fmt: skip
        session.commit()
        country, paid = Scope(None), Centimes(10**9)
        new = NewPayment(PaymentWay.TRANSFER, f"T{self.owner_id}", today, paid)
        enter_payment(session, day, builders.VAULT, tell, country, self.owner_id, new)
        ask(session, day, builders.VAULT, country, RequestKind.REFUND, credit, "إضراب")

    def _let_one_be_carried(self, session: Session, day: WorkingDay) -> None:
        """A bank file that somebody takes to the bank, with nothing in it."""
        channel = session.scalars(select(Channel).where(Channel.code == "BNA")).one()
        number = 1 + (session.scalar(select(func.max(BankFile.sequence))) or 0)
        file = BankFile(
            reference=f"KHATWA-BNA-{day.today:%Y%m%d}-{number:03}", channel_id=channel.id,
            collect_on=day.today, sequence=number, status=BankFileStatus.UNKNOWN,
            message_format=channel.message_format, name_profile=channel.name_profile,
            transactions=0, total_centimes=0, frozen_by="scheduler", frozen_at=day.now,
        )  # fmt: skip
        session.add(file)
        session.flush()
        sending, told = BankFileStatus.SENDING, BankFileStatus.UNKNOWN
        record(session, day, Subject.BANK_FILE, [file.id], sending, told, BY_HAND)
        session.commit()

    def _with_money(self, supervisor: Colleague, open_days: str) -> None:
        self._sign_in(supervisor)
        self._all((("money-search", "/staff/money"), ("decisions", "/staff/decisions"),
                   ("money", f"/staff/money/{self.owner_id}")))  # fmt: skip
        self.journey.touch("main a[href$='/waiver']")
        self._show("ask-waiver")
        self.journey.go(f"/staff/money/{self.owner_id}/payment")
        self._show("enter-payment")
        self.journey.touch("main form button.button")
        self._show("enter-payment-wrong")
        for name, link in (("payment", "payments"), ("office-request", "requests")):
            self.journey.go(f"/staff/money/{self.owner_id}")
            self.journey.touch(f"main table a[href*='/{link}/']")
            self._show(name)
        answer_a_contest(self.journey, self._show)
        show_open_days(self.journey, self._show, open_days)
        self._sign_out()

    def _of_a_collector(self, collector: Colleague) -> None:
        self._sign_in(collector)
        for name, path in (("run", "/staff/runs"), ("file", "/staff/files")):
            self.journey.go(path)
            self._show(f"{name}s")
            self.journey.touch("main table a")
            self._show(name)
        self.journey.touch("main a[href$='/arrived']")
        self._show("file-act")
        self.journey.touch("main form button.button")
        self._show("file-act-wrong")
        self._all(COLLECTOR_S)
        self._with_queues()
        self.journey.go("/staff/answers")
        self._show("answers")
        self.journey.touch("main table a")
        self._show("answer")
        self._sign_out()

    def _with_queues(self) -> None:
        kinds = ("held", "refused", "money", "reversals", "files")
        pages = ((f"queue-{kind}", f"/staff/queues/{kind}") for kind in kinds)
        self._all((("queues", "/staff/queues"), *pages))
        self.journey.go("/staff/queues/held")
        self.journey.touch("main button.button")
        self._show("queue-wrong")
        self.journey.page.locator("input[name=line]").first.check()
        self.journey.page.locator("#act").select_option("take")
        self.journey.touch("main button.button")
        self._show("queue-review")
        self.journey.touch("main button.button")
        self._show("queue-done")

    def _of_an_administrator(self, administrator: Colleague) -> None:
        self._sign_in(administrator)
        self._show("home-administrator")
        self._all(ADMINISTRATOR_S)
        self.journey.go(f"/staff/members/{administrator.reference}")
        self._show("member")
        self._sign_out()

    def _sign_in(self, who: Colleague, *, show: bool = False) -> None:
        self.journey.go("/staff/sign-in")
        page = self.journey.page
        if show:
            self._show("sign-in")
            self.journey.touch("main form button.button")
            self._show("sign-in-wrong")
        page.locator("#email").fill(who.email)
        page.locator("#password").fill(who.password)
        self.journey.touch("main form button.button")
        if show:
            self._show("code")
        page.locator("#code").fill(who.code(self._day()))
        self.journey.touch("main form button.button")
        page.wait_for_url("**/staff")

    def _all(self, places: tuple[tuple[str, str], ...]) -> None:
        for name, path in places:
            self.journey.go(path)
            self._show(name)

    def _show(self, name: str) -> None:
        assert not re.search(r"/sign-in$", self.journey.page.url) or name.startswith("sign-in")
        self.shown(f"staff-{name}", self.journey.page)

    def _sign_out(self) -> None:
        self.journey.go("/staff")
        self.journey.touch("nav form button")
        self.journey.page.wait_for_url("**/staff/sign-in")

    def _day(self) -> WorkingDay:
        with self.journey.site.session() as session:
            calendar = load_calendar(session)
        return WorkingDay(Moment.at(self.journey.site.now), calendar, CollectionRules(), "tour")
