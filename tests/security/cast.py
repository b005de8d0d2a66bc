"""The people of the matrix, on one database: two employers, who acts for one, the fund's own.

Everybody asks about the same records: those of the first employer, whose agency is the agent's.
"""

from __future__ import annotations

import shutil
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path

from flask import Flask
from flask.testing import FlaskClient
from itsdangerous import URLSafeTimedSerializer
from sqlalchemy import create_engine, select, update
from sqlalchemy.orm import Session

from tests import builders, open_days
from tests.papers import picture
from tests.services.collecting import ANNOUNCING, FILED, Desk
from tests.services.people import RULES, signed_in
from tests.services.staff import PASSWORD
from tests.views.browser import Clock
from webapp.adapters.passwords import hash_password
from webapp.database import configure_engine
from webapp.domain.instalments import draft_parts
from webapp.domain.moment import Moment
from webapp.domain.money import Centimes
from webapp.domain.notes import NoteKind
from webapp.domain.roles import Role, Scope
from webapp.domain.rules import CollectionRules
from webapp.extensions import db
from webapp.models import (
    Agency,
    BankMessage,
    BankMessageStatus,
    ContestPaper,
    ContestReason,
    CorrectionSubject,
    Delegation,
    Device,
    DueKind,
    Employer,
    Language,
    LocalCode,
    Message,
    MessageStatus,
    PaymentWay,
    Person,
    RequestKind,
    StaffInvitation,
    StaffMember,
    WebSession,
    Worksite,
)
from webapp.services.api_keys import make_key
from webapp.services.bounces import record_bounce
from webapp.services.calendar_feeds import make_feed
from webapp.services.check_codes import code_of
from webapp.services.checking import proof_of
from webapp.services.confirming_banks import ask_for_paper
from webapp.services.contests.opening import Claim, contestable, open_contest
from webapp.services.corrections import ask_for_correction
from webapp.services.delegations import grant
from webapp.services.local_codes import set_local_code
from webapp.services.new_dues import NewDue, add_dues
from webapp.services.open_days.prepared_forms import prepare_forms
from webapp.services.outbox import tell
from webapp.services.papers import receive_paper
from webapp.services.payment_schedules import takeable_dues
from webapp.services.payments import NewPayment, enter_payment
from webapp.services.schedule_proposals import Proposal, propose_schedule
from webapp.services.staff.notes import NewNote, write_note
from webapp.services.staff.office_requests import ask
from webapp.services.transactions import transaction
from webapp.services.web_sessions import digest_of_token
from webapp.services.working_day import WorkingDay, load_calendar

V = builders.VAULT
EMPLOYERS = ("employer", "other_employer", "delegate", "signing_delegate")
STAFF = ("agent_elsewhere", "agent", "supervisor", "collector", "auditor", "administrator")
# A device of the fund in the hands of its agent: nobody is signed in on it.
TABLET = "tablet"
PEOPLE = ("anonymous", *EMPLOYERS, *STAFF, TABLET)
RAW_TOKEN = "the proof that a form is ours"
INVITATION = "an invitation that nobody has taken up"


@dataclass
class Cast:
    """The stage: the application, the database as it is before each question, who holds what."""

    app: Flask
    clock: Clock
    file: Path
    kept: Path
    values: dict[str, str] = field(default_factory=dict)

    def value(self, endpoint: str, name: str) -> str:
        """What stands in an address: by endpoint and name where it differs, else by name."""
        found = self.values.get(f"{endpoint}.{name}") or self.values.get(name)
        assert found, f"say in the cast what <{name}> of {endpoint} is"
        return found

    def set_the_stage(self) -> None:
        """The database as it was built; what the question before has done is undone."""
        log = self.file.with_name(f"{self.file.name}-wal")
        if log.exists() and not log.stat().st_size:
            return  # It has written nothing.
        with self.app.app_context():
            db.session.remove()
            db.engine.dispose()
        for file in self.file.parent.glob(f"{self.file.name}-*"):
            file.unlink()
        shutil.copy(self.kept, self.file)

    def browser_of(self, person: str) -> tuple[FlaskClient, str]:
        """A browser that holds this person's session, and the proof for its forms."""
        client = self.app.test_client()
        with client.session_transaction() as cookie:
            cookie["csrf_token"] = RAW_TOKEN
            if person in EMPLOYERS:
                cookie["_user_id"], cookie["_fresh"] = f"token of {person}", True
            elif person in STAFF:
                cookie["staff"] = f"token of {person}"
        if person == TABLET:
            client.set_cookie("khatwa-device", f"token of {person}")
        signer = URLSafeTimedSerializer(str(self.app.secret_key), salt="wtf-csrf-token")
        return client, str(signer.dumps(RAW_TOKEN))


def build(cast: Cast, folder: Path) -> None:
    """Fill the database with everybody and with one record of each kind."""
    engine = configure_engine(create_engine(f"sqlite:///{cast.file}"))
    with Session(engine) as office:
        desk = Desk(office, folder)
        owner, other = _employers(desk)
        _people(office, cast, owner, other)
        _staff(office, cast)
        _records(office, cast, desk, owner, folder / "instance" / "scans")
        _open_days(office, cast)
    engine.dispose()
    cast.values["staff.channel.code"] = "BNA"
    cast.values |= {"agency_id": "1", "wilaya_code": "16"}
    cast.values["staff.file_act.act"] = "approve"
    cast.values |= {"language": "fr", "code": "2026-09", "filename": "css/site.css",
                    "token": INVITATION, "on": "2027-01-12"}  # fmt: skip
    shutil.copy(cast.file, cast.kept)


def _employers(desk: Desk) -> tuple[Employer, Employer]:
    day = builders.working_day(desk.session, FILED)
    owners = []
    for _ in range(2):
        owner = builders.employer(desk.session, worksites=2)
        builders.mandate(desk.session, day, owner)
        builders.declaration(desk.session, day, owner)
        owners.append(owner)
    desk.session.rollback()
    desk.run(ANNOUNCING)
    return owners[0], owners[1]


def _people(office: Session, cast: Cast, owner: Employer, other: Employer) -> None:
    day = builders.working_day(office, ANNOUNCING, f"employer:{owner.id}")
    me = signed_in(owner)
    office.rollback()
    for name, may_sign in (("delegate", False), ("signing_delegate", True)):
        grant(office, day, V, me, name, f"{name}@cabinet.example", "fr", may_sign=may_sign)
    persons = dict(office.execute(select(Person.name, Person.id)).all())
    office.rollback()
    key = make_key(
        office, day, V, RULES, replace(me, proved_at=day.now), "Sage", may_read=True, may_file=True
    )
    cast.values["calendars.feed.token"] = make_feed(
        office, day, RULES, replace(me, proved_at=day.now), Language.ARABIC
    )
    cast.values["employer.revoke_api_key.reference"] = key.split("_")[1]
    cast.values["delegation"] = office.scalars(
        select(Delegation.reference).where(Delegation.person_id == persons["delegate"])
    ).one()
    holders: dict[str, dict[str, int]] = {
        "employer": {"employer_id": owner.id},
        "other_employer": {"employer_id": other.id},
        "delegate": {"employer_id": owner.id, "person_id": persons["delegate"]},
        "signing_delegate": {"employer_id": owner.id, "person_id": persons["signing_delegate"]},
        "employer's phone": {"employer_id": owner.id},
    }
    office.rollback()
    with transaction(office):
        for name, holder in holders.items():
            office.add(_session(cast, name, **holder))


def _session(cast: Cast, name: str, **holder: int) -> WebSession:
    return WebSession(
        token_sha256=digest_of_token(f"token of {name}"),
        device=name,
        started_at=cast.clock.now,
        proved_at=cast.clock.now,
        seen_at=cast.clock.now,
        **holder,
    )


def _staff(office: Session, cast: Cast) -> None:
    agencies = office.scalars(select(Agency.id).order_by(Agency.id).limit(2)).all()
    office.rollback()
    with transaction(office):
        for number, name in enumerate(STAFF):
            role = Role.AGENT if name == "agent_elsewhere" else Role(name)
            bound = role in {Role.AGENT, Role.SUPERVISOR}
            row = StaffMember(
                reference=f"KS{number:08}",
                email=f"{name}@fonds.example",
                name=name,
                language=Language.FRENCH,
                role=role,
                agency_id=agencies[name == "agent_elsewhere"] if bound else None,
                password_hash=hash_password(PASSWORD),
                totp_secret=b"",
                totp_step=0,
                created_at=cast.clock.now,
            )
            office.add(row)
            office.flush()
            office.add(_session(cast, name, staff_id=row.id))
        invitation = StaffInvitation(
            token_sha256=digest_of_token(INVITATION),
            email="new@fonds.example",
            name="New",
            language=Language.FRENCH,
            role=Role.AUDITOR,
            invited_at=cast.clock.now,
            expires_at=cast.clock.now + timedelta(days=2),
        )
        office.add(invitation)
        office.flush()
        cast.values["invitation_id"] = str(invitation.id)
    cast.values["staff.member.reference"] = "KS00000003"
    cast.values["staff.renew_access.reference"] = "KS00000003"
    cast.values["staff.leave.reference"] = "KS00000003"


def _records(office: Session, cast: Cast, desk: Desk, owner: Employer, scans: Path) -> None:
    day = builders.working_day(office, ANNOUNCING)
    employer_id = owner.id
    debit = next(one for one in desk.debits() if one.employer_id == employer_id)
    reference = debit.reference.partition("-")[0]
    cast.values |= {
        "reference": reference,
        "employer_id": str(employer_id),
        "proof": proof_of(V, reference),
        "employer.debit.reference": debit.reference,
        "employer.receipt.reference": debit.reference,
        "public.check_typed.code": code_of(V, reference),
        "year": "2026",
        "api.debit.reference": debit.reference,
        "api.declaration.code": "2026-10",
        "staff.proof.reference": debit.reference,
        "staff.ask_for_reversal.reference": debit.reference,
        "employer.contest_debit.reference": debit.reference,
        "employer.debit_proof.reference": debit.reference,
        "run_id": "1",
        "employer.end_delegate.reference": cast.values["delegation"],
        "person.choose.reference": cast.values["delegation"],
        "employer.move_worksite_back.code": "W1",
        "employer.declaration.code": "2026-10",
        "employer.correct.code": "2026-10",
        "employer.both_corrections.code": "2026-10",
        "employer.review_correction.code": "2026-10",
        "employer.revisions.code": "2026-10",
        "employer.balance_of_period.code": "2026-10",
        "session_id": str(
            office.scalars(
                select(WebSession.id).where(WebSession.device == "employer's phone")
            ).one()
        ),
    }
    debit_reference = debit.reference
    office.rollback()
    record_bounce(office, day, f"{debit_reference}.1", "5.1.1")
    cast.values["debit_id"] = str(debit.id)
    office.rollback()
    with transaction(office):
        tell(office, day, V, employer_id, "mandate_revoked", {"reference": reference})
        message = office.scalars(select(Message).where(Message.kind == "mandate_revoked")).one()
        message.status = MessageStatus.REFUSED
        cast.values["message_id"] = str(message.id)
    worksite = office.scalars(
        select(Worksite.id).where(Worksite.employer_id == employer_id)
    ).first()
    cast.values["worksite_id"] = str(worksite)
    office.rollback()
    correction = ask_for_correction(office, day, V, employer_id, CorrectionSubject.NAME, "x")
    cast.values["staff.correction.reference"] = correction
    ask_for_paper(office, "002", 20)
    waiting = builders.employer(office)
    paper = builders.mandate(office, day, waiting, rib=builders.account("002"))
    office.rollback()
    for endpoint in ("paper", "confirm_paper", "refuse_paper"):
        cast.values[f"staff.{endpoint}.reference"] = paper
    agent = office.scalars(select(StaffMember.id).where(StaffMember.name == "agent")).one()
    office.rollback()
    note = write_note(
        office, day, V, Scope(None), agent, employer_id, NewNote(NoteKind.CALL, day.today, "x")
    )
    for endpoint in ("reminder_done", "reminder_again"):
        cast.values[f"staff.{endpoint}.reference"] = note
    number = builders.employer(office).member_number
    office.rollback()
    (form,) = prepare_forms(office, day, Scope(None), 1, "text", [number], most=1)
    cast.values["staff.enter_form.reference"] = form
    set_local_code(office, day, 1, "BNA", "PROV", "AM04")
    cast.values["local_code_id"] = str(office.scalars(select(LocalCode.id)).one())
    office.rollback()
    _money(office, cast, day, employer_id)
    schedule = _schedule(office, owner)
    for endpoint in ("staff.schedule", "staff.withdraw", "employer.schedule", "employer.accept"):
        cast.values[f"{endpoint}.reference"] = schedule
    answer = BankMessage(
        channel_code="BNA", message_id="CAST", message_name="camt.054.001.08", sha256="0" * 64,
        status=BankMessageStatus.APPLIED, imported_at=day.now,
    )  # fmt: skip
    with transaction(office):
        office.add(answer)
        office.flush()
        cast.values |= {"bank_message_id": str(answer.id), "kind": "held"}
    scans.mkdir(parents=True, exist_ok=True)
    cast.values["scan"] = receive_paper(office, day, V, scans, None, None, paper, picture())
    _contest(office, cast, employer_id, debit_reference, scans)


def _contest(office: Session, cast: Cast, employer_id: int, debit: str, scans: Path) -> None:
    """One amount of two is contested, with a photo."""
    day = builders.working_day(office, ANNOUNCING, f"employer:{employer_id}")
    dues = contestable(office, day, employer_id, debit).dues
    claim = Claim("cast", frozenset({dues[0].due_id}), ContestReason.OTHER, "x", picture())
    contest = open_contest(office, day, V, tell, scans, employer_id, debit, claim)
    for endpoint in ("employer.contest", "employer.take_back_contest", "staff.contest",
                     "staff.contest_proof"):  # fmt: skip
        cast.values[f"{endpoint}.reference"] = contest
    cast.values["paper"] = office.scalars(select(ContestPaper.reference)).one()
    office.rollback()


def _open_days(office: Session, cast: Cast) -> None:
    """Open days of the agent's agency at which the agent works, with a device."""
    day = WorkingDay(
        Moment.at(cast.clock.now), load_calendar(office), CollectionRules(), "scheduler"
    )
    agent = office.execute(
        select(StaffMember.id, StaffMember.agency_id).where(StaffMember.name == "agent")
    ).one()
    office.rollback()
    campaign, reference, _place = open_days.campaign(office, day, agent.agency_id, agent.id)
    device_id, cast.values["device"] = open_days.device(office, day, campaign, agent.id)
    office.execute(
        update(Device)
        .where(Device.id == device_id)
        .values(token_sha256=digest_of_token(f"token of {TABLET}"))
    )
    office.commit()
    for endpoint in (
        "campaign", "change_campaign", "end_campaign", "close_device_here", "board",
        "day_report", "day_report_document", "day_report_sheet",
    ):  # fmt: skip
        cast.values[f"staff.{endpoint}.reference"] = reference


def _schedule(office: Session, owner: Employer) -> str:
    """A payment schedule that waits for the employer's answer."""
    day = builders.working_day(office, ANNOUNCING)
    builders.declaration(office, day, owner, period="2026-06")
    owner_id = owner.id
    office.rollback()
    (due,) = takeable_dues(office, day, Scope(None), owner_id)
    parts = draft_parts(Centimes(due.amount), 2, day.feasible_on, day.calendar, day.rules)
    proposal = Proposal(owner_id, (due.id,), parts)
    return propose_schedule(office, day, V, tell, Scope(None), proposal)


def _money(office: Session, cast: Cast, day: WorkingDay, employer_id: int) -> None:
    """A surcharge, a credit and a penalty; a payment and a waiver that wait for somebody else."""
    with transaction(office):
        surcharge, credit, penalty = add_dues(
            office,
            day,
            [
                NewDue(f"cast:{kind}", kind, employer_id, None, "2026-09", Centimes(centimes),
                       day.today, day.today)
                for kind, centimes in ((DueKind.SURCHARGE, 100), (DueKind.CREDIT, -100),
                                       (DueKind.PENALTY, 100))
            ],
        )  # fmt: skip
    country = Scope(None)
    new = NewPayment(PaymentWay.CHEQUE, "1", day.today, Centimes(10**9))
    payment, _ = enter_payment(office, day, V, tell, country, employer_id, new)
    request = ask(office, day, V, country, RequestKind.WAIVER, penalty, "x")
    cast.values |= {
        "staff.ask_for_waiver.due_id": str(surcharge),
        "staff.ask_for_refund.due_id": str(credit),
        "staff.collect_again.due_id": str(surcharge),
        "staff.payment.reference": payment,
        "staff.reverse_payment.reference": payment,
        "staff.office_request.reference": request,
        "staff.withdraw_request.reference": request,
    }
