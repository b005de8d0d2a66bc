"""Authorisations on paper: prepared once for each employer, entered once when they come back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tests import builders, papers
from tests.services.people import RULES, at_once
from webapp.authorisation import FORM_VERSION, form_text
from webapp.domain.errors import (
    AccountAlreadyCollecting,
    InvalidSigningDay,
    MandateAlreadyActive,
    NotFound,
    TooManyForms,
    UnusableScan,
    WrongNumbers,
)
from webapp.domain.money import Centimes
from webapp.domain.roles import Role, Scope
from webapp.domain.statuses import MandateStatus
from webapp.models import (
    Agency,
    Campaign,
    Employer,
    Event,
    Language,
    Mandate,
    MandatePaper,
    MandateSignature,
    Message,
    PreparedForm,
    SigningChannel,
    StaffMember,
)
from webapp.services.confirming_banks import ask_for_paper
from webapp.services.mandate_drafts import find_draft, save_draft
from webapp.services.open_days.form_entry import FilledIn, enter_form, find_form
from webapp.services.open_days.form_list import (
    FormState,
    WantedForms,
    campaigns_to_choose,
    count_forms,
    list_forms,
)
from webapp.services.open_days.prepared_forms import (
    NumberProblem,
    prepare_all,
    prepare_forms,
    sheets_of,
)
from webapp.services.working_day import WorkingDay

PREPARED, SIGNED, ENTERED = date(2026, 11, 2), date(2026, 11, 3), date(2026, 11, 5)
MOST = 500


@dataclass
class Hall:
    """An agency that prepares forms, and enters those that come back."""

    session: Session
    folder: Path
    agency: int
    staff_id: int

    def day(self, on: date = PREPARED) -> WorkingDay:
        return builders.working_day(self.session, on, f"staff:{self.staff_id}")

    def prepare(self, *numbers: str, text: str | None = None, **more: Any) -> list[str]:
        given = {"most": MOST} | more
        text = text or form_text()
        try:
            return prepare_forms(
                self.session, self.day(), Scope(self.agency), self.staff_id, text, numbers, **given
            )
        finally:
            self.session.rollback()

    def prepare_all(self, most: int = MOST) -> list[str]:
        scope = Scope(self.agency)
        return prepare_all(
            self.session, self.day(), scope, self.staff_id, form_text(), most=most
        )  # fmt: skip

    def one(self) -> tuple[int, str]:
        """An employer by id, and the reference of their form."""
        owner = builders.employer(self.session)
        number, owner_id = owner.member_number, owner.id
        return owner_id, self.prepare(number)[0]

    def enter(self, reference: str, session: Session | None = None, **other: Any) -> str:
        agency = other.pop("agency", self.agency)
        on = other.pop("on", ENTERED)
        return enter_form(
            session or self.session, self.day(on) if session is None else other.pop("day"),
            builders.VAULT, self.folder, Scope(agency), self.staff_id, reference,
            replace(FILLED_IN, **({"account": builders.account()} | other)),
        )  # fmt: skip

    def rows(self, model: type[Any]) -> int:
        found = self.session.scalar(select(func.count()).select_from(model)) or 0
        self.session.rollback()
        return int(found)

    def acts(self, owner_id: int) -> list[str]:
        found = self.session.scalars(
            select(Event.target)
            .where(Event.target.like("form_%"), Event.subject_id == owner_id)
            .order_by(Event.id)
        ).all()
        self.session.rollback()
        return list(found)


FILLED_IN = FilledIn(
    account=builders.account(), ceiling=None, covers_arrears=False, signed_on=SIGNED,
    scan=papers.picture(), text_version=FORM_VERSION, device="Firefox",
)  # fmt: skip


@pytest.fixture
def hall(office: Session, tmp_path: Path) -> Hall:
    agencies = office.scalars(select(Agency.id).order_by(Agency.id)).all()
    office.rollback()
    agent = StaffMember(
        reference="KS00000001", email="a@fonds.example", name="سميرة", language=Language.ARABIC,
        role=Role.AGENT, agency_id=agencies[0], password_hash="", totp_secret=b"", totp_step=0,
        created_at=builders.working_day(office, PREPARED).now,
    )  # fmt: skip
    office.add(agent)
    office.flush()
    agent_id = agent.id
    office.commit()
    folder = tmp_path / "scans"
    folder.mkdir()
    return Hall(office, folder, agencies[0], agent_id)


def elsewhere(hall: Hall) -> str:
    """The number of an employer of another agency."""
    owner = builders.employer(hall.session)
    other = hall.session.scalars(select(Agency.id).where(Agency.id != hall.agency)).first()
    owner.agency_id = other  # type: ignore[assignment]
    number = owner.member_number
    hall.session.commit()
    return number


def number_of_new(hall: Hall, *, enrolled: bool = False) -> str:
    owner = builders.employer(hall.session)
    number = owner.member_number
    if enrolled:
        builders.mandate(hall.session, hall.day(), owner)
    hall.session.rollback()
    return number


# ── preparing ────────────────────────────────────────────────────────────────────────────────


def test_printing_again_makes_no_second_form_while_one_is_open(hall: Hall) -> None:
    first, second = number_of_new(hall), number_of_new(hall)
    made = hall.prepare(first, second, first)
    assert [one[:2] for one in made] == ["KF", "KF"]
    assert hall.prepare(second, first) == made[::-1]
    assert hall.rows(PreparedForm) == 2


def test_a_new_wording_is_a_new_form(hall: Hall) -> None:
    number = number_of_new(hall)
    assert hall.prepare(number) != hall.prepare(number, text="another text")


def test_two_who_prepare_the_same_form_at_once_make_one(hall: Hall) -> None:
    number, day = number_of_new(hall), hall.day()
    hall.session.rollback()
    staff, scope = hall.staff_id, Scope(hall.agency)

    def act(session: Session) -> list[str]:
        return prepare_forms(session, day, scope, staff, form_text(), [number], most=MOST)

    first, second = at_once(hall.session.get_bind(), [act, act])  # type: ignore[arg-type]
    assert first == second and hall.rows(PreparedForm) == 1


def test_lines_that_cannot_be_taken_are_named_and_nothing_is_written(hall: Hall) -> None:
    numbers = [number_of_new(hall), "x", elsewhere(hall), "99/999999"]
    numbers.append(number_of_new(hall, enrolled=True))
    with pytest.raises(WrongNumbers) as refused:
        hall.prepare(*numbers)
    named = [(one.line, one.typed, one.problem) for one in refused.value.problems]  # type: ignore[attr-defined]
    assert named == [
        (2, "x", NumberProblem.UNREADABLE),
        (3, numbers[2], NumberProblem.UNKNOWN),
        (4, "99/999999", NumberProblem.UNKNOWN),
        (5, numbers[4], NumberProblem.ENROLLED),
    ]
    assert hall.rows(PreparedForm) == 0


def test_at_most_so_many_are_prepared_at_once(hall: Hall) -> None:
    numbers = [number_of_new(hall) for _ in range(3)]
    with pytest.raises(TooManyForms):
        hall.prepare(*numbers, most=2)
    assert hall.rows(PreparedForm) == 0
    assert len(hall.prepare(*numbers[:2], numbers[0], most=2)) == 2


def test_everybody_is_who_has_neither_an_authorisation_nor_a_form(hall: Hall) -> None:
    elsewhere(hall), number_of_new(hall, enrolled=True), hall.one()
    wanted = {number_of_new(hall) for _ in range(3)}
    first, second, third = (hall.prepare_all(most=2) for _ in range(3))
    assert (len(first), len(second), third) == (2, 1, [])
    sheets = sheets_of(hall.session, hall.day(), Scope(hall.agency), first + second)
    assert {sheet.member_number for sheet in sheets} == wanted


def test_a_sheet_bears_the_employer_and_the_text_and_its_printing_is_an_event(hall: Hall) -> None:
    owner_id, reference = hall.one()
    (sheet,) = sheets_of(hall.session, hall.day(), Scope(hall.agency), [reference])
    assert (sheet.text, sheet.signatory_name) == (form_text(), "محمد بن علي")
    assert hall.acts(owner_id) == ["form_prepared", "form_printed"]
    with pytest.raises(NotFound):
        sheets_of(hall.session, hall.day(), Scope(hall.agency + 1), [reference])
    hall.enter(reference)
    with pytest.raises(NotFound):
        sheets_of(hall.session, hall.day(), Scope(hall.agency), [reference])


# ── entering ─────────────────────────────────────────────────────────────────────────────────


def test_one_act_signs_keeps_the_scan_tells_the_employer_and_marks_the_form(hall: Hall) -> None:
    owner_id, reference = hall.one()
    save_draft(hall.session, hall.day(), builders.VAULT, owner_id, builders.account(), None)
    signed = hall.enter(reference, ceiling=Centimes(5_000_00), covers_arrears=True)
    row = hall.session.execute(
        select(
            Mandate.status, Mandate.signed_on, Mandate.ceiling_centimes, Mandate.covers_arrears,
            MandateSignature.channel, MandateSignature.staff_id, MandateSignature.text_version,
            MandateSignature.text_sha256 == PreparedForm.text_sha256,
            PreparedForm.entered_at.is_not(None), MandatePaper.staff_id,
        )
        .join(MandateSignature, MandateSignature.mandate_id == Mandate.id)
        .join(PreparedForm, PreparedForm.mandate_id == Mandate.id)
        .join(MandatePaper, MandatePaper.mandate_id == Mandate.id)
        .where(Mandate.reference == signed, Mandate.employer_id == owner_id)
    ).one()  # fmt: skip
    assert tuple(row) == (
        MandateStatus.ACTIVE, SIGNED, 5_000_00, True,
        SigningChannel.IMPORT, hall.staff_id, FORM_VERSION, True, True, hall.staff_id,
    )  # fmt: skip
    told = hall.session.scalars(select(Message.kind).where(Message.employer_id == owner_id)).all()
    hall.session.rollback()
    assert list(told) == ["mandate_signed"]
    assert hall.acts(owner_id) == ["form_prepared", "form_entered"]
    draft = find_draft(hall.session, hall.day(ENTERED), builders.VAULT, RULES, owner_id)
    assert draft is None, "what was begun on a phone is over"


def test_entered_twice_it_makes_one_mandate(hall: Hall) -> None:
    _, reference = hall.one()
    signed = hall.enter(reference)
    assert hall.enter(reference) == signed
    assert (hall.rows(Mandate), hall.rows(MandatePaper), hall.rows(Message)) == (1, 1, 1)


def test_two_agents_who_enter_it_at_once_make_one_mandate(hall: Hall) -> None:
    _, reference = hall.one()
    day, account = hall.day(ENTERED), builders.account()
    hall.session.rollback()

    def act(session: Session) -> str:
        return hall.enter(reference, session, day=day, account=account)

    first, second = at_once(hall.session.get_bind(), [act, act])  # type: ignore[arg-type]
    assert first == second
    assert (hall.rows(Mandate), hall.rows(MandatePaper), hall.rows(Message)) == (1, 1, 1)


def enrolled_meanwhile(hall: Hall, owner_id: int) -> dict[str, Any]:
    owner = hall.session.get_one(Employer, owner_id)
    builders.mandate(hall.session, hall.day(), owner)
    return {}


def exception_on_the_account(hall: Hall, owner_id: int) -> dict[str, Any]:
    owner, account = hall.session.get_one(Employer, owner_id), builders.account()
    builders.mandate(hall.session, hall.day(), owner, rib=account, worksites=("W1",))
    return {"account": account}


@pytest.mark.parametrize(
    ("wrong", "error"),
    [
        (lambda *_: {"scan": b""}, UnusableScan),
        (lambda *_: {"signed_on": ENTERED + timedelta(days=1)}, InvalidSigningDay),
        (lambda *_: {"signed_on": PREPARED - timedelta(days=1)}, InvalidSigningDay),
        (lambda hall, _: {"agency": hall.agency + 1}, NotFound),
        (enrolled_meanwhile, MandateAlreadyActive),
        (exception_on_the_account, AccountAlreadyCollecting),
    ],
    ids=["no scan", "to come", "before the form", "elsewhere", "enrolled", "account"],
)
def test_what_cannot_be_entered_writes_nothing(
    hall: Hall, wrong: Callable[[Hall, int], dict[str, Any]], error: type[Exception]
) -> None:
    owner_id, reference = hall.one()
    given = wrong(hall, owner_id)
    hall.session.rollback()
    before = hall.rows(Mandate)
    with pytest.raises(error):
        hall.enter(reference, **given)
    hall.session.rollback()
    assert (hall.rows(Mandate), hall.rows(MandatePaper), hall.rows(Message)) == (before, 0, 0)
    assert hall.acts(owner_id) == ["form_prepared"]
    assert not list(hall.folder.iterdir()), "no scan lies about"


def test_a_bank_that_asks_for_its_own_stamp_is_waited_for(hall: Hall) -> None:
    _, reference = hall.one()
    ask_for_paper(hall.session, "001", 20)
    hall.enter(reference)
    status = hall.session.scalars(select(Mandate.status)).one()
    hall.session.rollback()
    assert (status, hall.rows(MandatePaper)) == (MandateStatus.SIGNED, 1)


def test_the_day_of_signature_is_at_first_that_of_the_open_days(hall: Hall) -> None:
    number = number_of_new(hall)
    with hall.session.begin():
        hall.session.add(
            Campaign(
                reference="KO00000001", agency_id=hall.agency, name_ar="أبواب", name_fr="Portes",
                begins_on=PREPARED, ends_on=SIGNED, created_at=hall.day().now,
                created_by=hall.staff_id,
            )
        )  # fmt: skip
    (reference,) = hall.prepare(number, campaign="KO00000001")
    _, other = hall.one()
    firsts = [
        find_form(hall.session, hall.day(ENTERED), Scope(hall.agency), one).signed_on_at_first
        for one in (reference, other)
    ]
    assert firsts == [SIGNED, ENTERED]
    assert [one.reference for one in campaigns_to_choose(hall.session, Scope(hall.agency))] == [
        "KO00000001"
    ]
    assert not campaigns_to_choose(hall.session, Scope(hall.agency + 1))
    with pytest.raises(NotFound):
        hall.prepare(number, campaign="KO00000002")


# ── the list ─────────────────────────────────────────────────────────────────────────────────


def test_the_list_tells_what_became_of_each_form(hall: Hall) -> None:
    scope = Scope(hall.agency)
    (_, open_), (_, entered), (owner_id, overtaken) = hall.one(), hall.one(), hall.one()
    signed = hall.enter(entered)
    enrolled_meanwhile(hall, owner_id)
    hall.session.rollback()
    rows = list_forms(hall.session, scope, WantedForms())
    states = {one.reference: one.state for one in rows}
    assert states == {
        open_: FormState.OPEN, entered: FormState.ENTERED, overtaken: FormState.OVERTAKEN,
    }  # fmt: skip
    assert count_forms(hall.session, scope) == dict.fromkeys(FormState, 1)
    for reference, state in states.items():
        (row,) = list_forms(hall.session, scope, WantedForms(state))
        assert row.reference == reference
    form = find_form(hall.session, hall.day(), scope, entered)
    assert (form.mandate, form.other) == (signed, "")
    assert find_form(hall.session, hall.day(), scope, overtaken).other
    assert not list_forms(hall.session, Scope(hall.agency + 1), WantedForms())
    assert not list_forms(hall.session, scope, WantedForms(campaign="KO00000009"))
    assert len(list_forms(hall.session, scope, WantedForms(), before=rows[0].id)) == 2
