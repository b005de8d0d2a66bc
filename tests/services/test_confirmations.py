"""Banks that confirm on paper: what waits, the scans, yes or no; and what nobody uses ends."""

from __future__ import annotations

import io
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from pypdf import PdfWriter
from pypdf.generic import DictionaryObject, NameObject, TextStringObject
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests import builders
from tests.services.collecting import ANNOUNCING, FILED, Desk
from webapp.adapters.scans import LARGEST, MOST_PAGES, media_type_of
from webapp.domain.bank_refusals import BankRefusal
from webapp.domain.errors import NotFound, PaperMissing, UnusableScan
from webapp.domain.months import months_before
from webapp.domain.statuses import DebitStatus, MandateStatus
from webapp.models import Employer, Event, Mandate, MandatePaper, Message
from webapp.services.confirmations import (
    ask_for_paper,
    confirm,
    confirming_banks,
    count_waiting,
    find_waiting,
    papers_of,
    read_paper,
    receive_paper,
    refuse,
    waiting,
)
from webapp.services.expiry import expire_mandates, keep_mandate
from webapp.services.transactions import transaction

V = builders.VAULT
BANK = "001"


def picture(kind: str = "JPEG", size: tuple[int, int] = (40, 30)) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, "white").save(out, kind)
    return out.getvalue()


def document(pages: int = 1, password: str = "", script: str = "") -> bytes:
    writer = PdfWriter()
    for _ in range(pages):
        writer.add_blank_page(100, 100)
    if script:
        action = DictionaryObject()
        action[NameObject("/S")] = NameObject("/JavaScript")
        action[NameObject("/JS")] = TextStringObject(script)
        writer.root_object[NameObject("/OpenAction")] = action
    if password:
        writer.encrypt(password)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


@pytest.fixture
def scans(tmp_path: Path) -> Path:
    folder = tmp_path / "scans"
    folder.mkdir()
    return folder


@pytest.fixture
def signed(office: Session) -> tuple[Employer, str]:
    """A mandate on an account of a bank that asks for the paper."""
    ask_for_paper(office, BANK, 20)
    owner = builders.employer(office)
    reference = builders.mandate(office, builders.working_day(office, FILED), owner)
    office.rollback()
    return owner, reference


def status(office: Session, reference: str) -> MandateStatus:
    office.rollback()
    return office.scalars(select(Mandate.status).where(Mandate.reference == reference)).one()


def agency_of(office: Session) -> int:
    found = office.scalars(select(Employer.agency_id)).first()
    office.rollback()
    assert found is not None
    return found


# ── what a scan is ───────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (picture("JPEG"), "image/jpeg"),
        (picture("PNG"), "image/png"),
        (document(), "application/pdf"),
        (document(MOST_PAGES), "application/pdf"),
    ],
    ids=["jpeg", "png", "pdf", "many pages"],
)
def test_a_scan_is_told_by_its_content(content: bytes, kind: str) -> None:
    assert media_type_of(content) == kind


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "empty"),
        (b"MZ\x90\x00" + bytes(200), "unknown_kind"),
        (b"<svg xmlns='http://www.w3.org/2000/svg' onload='x()'/>", "unknown_kind"),
        (picture("GIF"), "unknown_kind"),
        (picture("BMP"), "unknown_kind"),
        (picture("JPEG", (400, 400))[:-400], "broken"),
        (picture("PNG")[:60], "broken"),
        (b"%PDF-1.7\n" + bytes(100), "broken"),
        (document()[:200], "broken"),
        (document(MOST_PAGES + 1), "too_many_pages"),
        (document(password="secret"), "locked"),
        (document(script="app.alert(1)"), "active_content"),
        (picture() + bytes(LARGEST), "too_large"),
    ],
    ids=["nothing", "exe", "svg", "gif", "bmp", "half jpeg", "half png", "no pdf", "half pdf",
         "long", "locked", "script", "large"],
)  # fmt: skip
def test_what_is_no_scan_of_a_paper_is_refused_with_its_reason(content: bytes, reason: str) -> None:
    with pytest.raises(UnusableScan) as refusal:
        media_type_of(content)
    assert refusal.value.reason == reason


def test_a_bomb_is_refused_before_it_is_unpacked() -> None:
    header = b"\x00\x00\xea\x60\x00\x00\xea\x60\x08\x02\x00\x00\x00"  # 60,000 by 60,000
    small = picture("PNG")
    bomb = small[:16] + header + small[29:]
    with pytest.raises(UnusableScan):
        media_type_of(bomb)


@given(st.binary(max_size=400), st.integers(0, 300), st.booleans())
def test_no_bytes_break_the_look_into_a_scan(noise: bytes, place: int, pdf: bool) -> None:
    whole = document() if pdf else picture("PNG")
    try:
        kind = media_type_of(whole[:place] + noise + whole[place + len(noise) :])
    except UnusableScan:
        return
    assert kind in {"application/pdf", "image/png", "image/jpeg"}


# ── waiting for a bank ───────────────────────────────────────────────────────────────────────


def test_a_mandate_on_a_careful_bank_waits_and_collects_nothing(desk: Desk) -> None:
    ask_for_paper(desk.session, BANK, 20)
    desk.file_one()
    desk.run(ANNOUNCING)
    assert desk.debits() == []
    (mandate,) = desk.session.scalars(select(Mandate)).all()
    assert (mandate.status, mandate.paper_due_on) == (
        MandateStatus.SIGNED,
        FILED + timedelta(days=20),
    )
    desk.session.rollback()
    (one,) = waiting(desk.session, None)
    folder = desk.folder / "scans"
    folder.mkdir()
    day = builders.working_day(desk.session, ANNOUNCING, "staff:1")
    receive_paper(desk.session, day, V, folder, None, None, one.reference, picture())
    confirm(desk.session, day, V, None, one.reference)
    assert status(desk.session, one.reference) is MandateStatus.ACTIVE
    desk.run(ANNOUNCING)
    assert [debit.status for debit in desk.debits()] == [DebitStatus.ANNOUNCED]


def test_a_bank_that_asks_no_more_is_asked_no_more(office: Session) -> None:
    ask_for_paper(office, BANK, 20)
    ask_for_paper(office, BANK, 30)
    assert confirming_banks(office) == {BANK: 30}
    ask_for_paper(office, BANK, None)
    assert confirming_banks(office) == {}
    day = builders.working_day(office, FILED)
    reference = builders.mandate(office, day, builders.employer(office))
    assert status(office, reference) is MandateStatus.ACTIVE


def test_a_scan_is_kept_sealed_once_and_each_look_is_an_event(
    office: Session, scans: Path, signed: tuple[Employer, str]
) -> None:
    _, reference = signed
    day = builders.working_day(office, FILED, "staff:1")
    content = picture()
    first = receive_paper(office, day, V, scans, None, None, reference, content)
    assert receive_paper(office, day, V, scans, None, None, reference, content) == first
    assert len(office.scalars(select(MandatePaper.id)).all()) == 1
    office.rollback()
    (file,) = scans.iterdir()
    assert content[:40] not in file.read_bytes()
    assert file.stat().st_mode & 0o777 == 0o600
    assert read_paper(office, day, V, scans, None, first) == ("image/jpeg", content)
    assert office.scalars(select(Event.target).order_by(Event.id.desc())).first() == "paper_shown"
    office.rollback()
    (paper,) = papers_of(office, find_waiting(office, None, reference).id)
    assert (paper.reference, paper.size) == (first, len(content))


def test_a_scan_that_cannot_be_taken_leaves_nothing(
    office: Session, scans: Path, signed: tuple[Employer, str]
) -> None:
    day = builders.working_day(office, FILED)
    with pytest.raises(UnusableScan):
        receive_paper(office, day, V, scans, None, None, signed[1], b"MZ")
    assert list(scans.iterdir()) == []
    assert office.scalars(select(MandatePaper.id)).all() == []


def test_another_agency_s_papers_are_missing(
    office: Session, scans: Path, signed: tuple[Employer, str]
) -> None:
    reference, agency = signed[1], agency_of(office)
    day = builders.working_day(office, FILED)
    paper = receive_paper(office, day, V, scans, agency, None, reference, picture())
    assert [count_waiting(office, one) for one in (None, agency, agency + 1)] == [1, 1, 0]
    assert waiting(office, agency + 1) == []
    for act in (
        lambda: find_waiting(office, agency + 1, reference),
        lambda: receive_paper(office, day, V, scans, agency + 1, None, reference, picture()),
        lambda: read_paper(office, day, V, scans, agency + 1, paper),
        lambda: confirm(office, day, V, agency + 1, reference),
        lambda: refuse(office, day, V, agency + 1, reference, BankRefusal.OTHER),
    ):
        with pytest.raises(NotFound):
            act()
    assert status(office, reference) is MandateStatus.SIGNED


def test_without_a_paper_nothing_is_confirmed(
    office: Session, signed: tuple[Employer, str]
) -> None:
    with pytest.raises(PaperMissing):
        confirm(office, builders.working_day(office, FILED), V, None, signed[1])
    assert status(office, signed[1]) is MandateStatus.SIGNED


def test_a_confirmed_mandate_has_been_through_both_states_and_its_employer_knows(
    office: Session, scans: Path, signed: tuple[Employer, str]
) -> None:
    day = builders.working_day(office, FILED)
    receive_paper(office, day, V, scans, None, None, signed[1], document())
    confirm(office, day, V, None, signed[1])
    moves = office.execute(select(Event.source, Event.target).order_by(Event.id)).all()
    assert [tuple(move) for move in moves][-2:] == [
        ("signed", "confirmed"),
        ("confirmed", "active"),
    ]
    assert office.scalars(select(Message.kind)).all() == ["mandate_confirmed"]
    office.rollback()
    for again in (
        lambda: confirm(office, day, V, None, signed[1]),
        lambda: refuse(office, day, V, None, signed[1], BankRefusal.OTHER),
    ):
        with pytest.raises(NotFound):
            again()


def test_a_bank_s_no_ends_the_mandate_and_makes_room_for_another(
    office: Session, signed: tuple[Employer, str]
) -> None:
    day = builders.working_day(office, FILED)
    refuse(office, day, V, None, signed[1], BankRefusal.SIGNATURE_DIFFERS)
    assert status(office, signed[1]) is MandateStatus.REFUSED
    assert office.scalars(select(Message.kind)).all() == ["mandate_refused"]
    office.rollback()
    assert builders.mandate(office, day, signed[0], rib=builders.account("007"))


# ── what nobody uses ─────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("day", "months", "before"),
    [
        (date(2026, 11, 30), 36, date(2023, 11, 30)),
        (date(2026, 3, 31), 1, date(2026, 2, 28)),
        (date(2028, 2, 29), 12, date(2027, 2, 28)),
        (date(2026, 1, 15), 13, date(2024, 12, 15)),
    ],
)
def test_months_are_counted_back_by_the_calendar(day: date, months: int, before: date) -> None:
    assert months_before(day, months) == before


@given(st.dates(date(2001, 1, 1), date(2090, 1, 1)), st.integers(0, 200))
def test_so_many_months_before_is_never_too_late(day: date, months: int) -> None:
    found = months_before(day, months)
    assert (day.year - found.year) * 12 + day.month - found.month == months
    assert found.day == day.day or (found + timedelta(days=1)).day == 1


def on(office: Session, day: date) -> dict[str, int]:
    counts = expire_mandates(office, builders.working_day(office, day), V)
    office.rollback()
    return counts


def test_an_unused_mandate_ends_after_its_warning(office: Session) -> None:
    day = builders.working_day(office, date(2023, 11, 2))
    reference = builders.mandate(office, day, builders.employer(office))
    office.rollback()
    assert on(office, date(2026, 10, 2)) == {"warned": 0, "expired": 0}
    assert on(office, date(2026, 10, 3)) == {"warned": 1, "expired": 0}
    assert on(office, date(2026, 10, 4)) == {"warned": 0, "expired": 0}
    assert office.scalars(select(Message.kind)).all() == ["mandate_expiring"]
    office.rollback()
    assert on(office, date(2026, 11, 1)) == {"warned": 0, "expired": 0}
    assert on(office, date(2026, 11, 2)) == {"warned": 0, "expired": 1}
    assert status(office, reference) is MandateStatus.EXPIRED


def test_who_keeps_it_or_uses_it_keeps_it(office: Session) -> None:
    day = builders.working_day(office, date(2023, 11, 2))
    owner = builders.employer(office)
    reference = builders.mandate(office, day, owner)
    office.rollback()
    assert on(office, date(2026, 10, 3))["warned"] == 1
    later = builders.working_day(office, date(2026, 10, 10), f"employer:{owner.id}")
    with pytest.raises(NotFound):
        keep_mandate(office, later, owner.id + 1, reference)
    keep_mandate(office, later, owner.id, reference)
    assert on(office, date(2026, 11, 20)) == {"warned": 0, "expired": 0}
    assert on(office, date(2029, 9, 10))["warned"] == 1
    assert status(office, reference) is MandateStatus.ACTIVE


def test_what_is_owed_keeps_a_mandate_alive(office: Session) -> None:
    day = builders.working_day(office, date(2023, 11, 2))
    owner = builders.employer(office)
    builders.mandate(office, day, owner)
    builders.declaration(office, builders.working_day(office, FILED), owner)
    office.rollback()
    assert on(office, date(2026, 12, 20)) == {"warned": 0, "expired": 0}


def test_a_paper_that_never_comes_is_asked_for_twice_and_then_the_mandate_ends(
    office: Session, signed: tuple[Employer, str]
) -> None:
    due = FILED + timedelta(days=20)
    assert on(office, due - timedelta(days=8)) == {"warned": 0, "expired": 0}
    assert on(office, due - timedelta(days=7))["warned"] == 1
    assert on(office, due)["warned"] == 0
    assert on(office, due + timedelta(days=1))["warned"] == 1
    assert on(office, due + timedelta(days=2))["warned"] == 0
    assert on(office, date(2027, 5, 1))["expired"] == 0
    assert on(office, date(2027, 5, 2))["expired"] == 1
    assert status(office, signed[1]) is MandateStatus.EXPIRED
    with transaction(office):
        assert office.scalars(select(Message.kind)).all() == ["paper_missing"] * 2
