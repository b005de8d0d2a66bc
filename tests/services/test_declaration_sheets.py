"""Good lines of a sheet go into the draft, wrong ones wait; nothing that was typed is lost."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tests import builders
from tests.services.collecting import FILED
from tests.services.people import period
from webapp.domain.errors import DraftChanged, UnusableSheet
from webapp.domain.sheet_lines import HEADINGS
from webapp.models import Declaration, DeclarationSheet, Employer
from webapp.services.declaration_sheets import (
    WaitingSheet,
    csv_template,
    load_waiting,
    read_sheet,
    take_lines,
    without_lines,
    workbook_template,
)
from webapp.services.drafts import load_draft, save_draft
from webapp.services.working_day import WorkingDay
from webapp.services.worksites import WorksiteName

OCTOBER = period("2026-10")
HEAD = ";".join(HEADINGS["fr"].values())


@pytest.fixture
def day(office: Session) -> WorkingDay:
    return builders.working_day(office, FILED, "employer")


@pytest.fixture
def owner(office: Session) -> Employer:
    return builders.employer(office, worksites=3)


def sheet(*lines: str) -> WaitingSheet:
    return read_sheet("\n".join([HEAD, *lines]).encode(), "x.csv")


def take(
    session: Session,
    day: WorkingDay,
    owner: Employer,
    waiting: WaitingSheet,
    seen: str | None = None,
    **figures: str,
) -> None:
    named = {name.replace("__", "-"): text for name, text in figures.items()}
    take_lines(session, day, owner.id, OCTOBER, waiting, named, seen=seen)


def waits(session: Session, owner: Employer) -> WaitingSheet:
    found = load_waiting(session, owner.id, OCTOBER)
    assert found is not None
    return found


def test_what_waits_is_kept_as_the_sheet_has_it_and_as_it_is_typed(
    office: Session, day: WorkingDay, owner: Employer
) -> None:
    waiting = replace(sheet('W1;"A;5;x', "W2;ورشة;=1+1;5"), taken={7: 9})
    take(office, day, owner, waiting)
    kept = waits(office, owner)
    assert replace(kept, stamp="") == waiting
    assert kept.lines[0].sheet.doubt == "unreadable"
    assert kept.lines[1].typed == {"workers": "=1+1", "leave_base": "5", "weather_base": ""}


def test_good_lines_leave_what_was_typed_for_other_worksites(
    office: Session, day: WorkingDay, owner: Employer
) -> None:
    save_draft(office, day, owner.id, OCTOBER, {"w1-workers": "1", "w2-workers": "2"}, "")
    before = load_draft(office, owner.id, OCTOBER)
    take(office, day, owner, sheet("W9;;5;5"), w2__workers="22", w3__workers="33")
    draft = load_draft(office, owner.id, OCTOBER)
    assert draft is not None and before is not None
    assert draft.typed == {"w1-workers": "1", "w2-workers": "22", "w3-workers": "33"}
    assert draft.form_key == before.form_key and draft.digest != before.digest


def test_a_draft_begins_with_a_sheet(office: Session, day: WorkingDay, owner: Employer) -> None:
    take(office, day, owner, without_lines(sheet("W1;;5;5"), [2]), w1__workers="5")
    draft = load_draft(office, owner.id, OCTOBER)
    assert draft is not None and draft.typed == {"w1-workers": "5"}


def test_nothing_waits_and_nothing_is_filed_when_every_line_was_good(
    office: Session, day: WorkingDay, owner: Employer
) -> None:
    waiting = sheet("W1;;5;5", "W2;;x;5")
    take(office, day, owner, waiting)
    take(office, day, owner, without_lines(waiting, [2, 3]), w1__workers="5")
    assert load_waiting(office, owner.id, OCTOBER) is None
    assert office.scalar(select(func.count()).select_from(Declaration)) == 0


def test_a_new_sheet_takes_the_place_of_the_one_that_waited(
    office: Session, day: WorkingDay, owner: Employer
) -> None:
    take(office, day, owner, sheet("W1;;x;5"))
    take(office, day, owner, sheet("W2;;y;5"))
    assert [line.sheet.cells["code"] for line in waits(office, owner).lines] == ["W2"]
    assert office.scalar(select(func.count()).select_from(DeclarationSheet)) == 1


def test_a_sheet_is_its_employer_s_and_its_period_s_own(
    office: Session, day: WorkingDay, owner: Employer
) -> None:
    take(office, day, owner, sheet("W1;;x;5"))
    other = builders.employer(office)
    assert load_waiting(office, other.id, OCTOBER) is None
    assert load_waiting(office, owner.id, period("2026-09")) is None


@pytest.mark.parametrize("seen", ["", "0" * 64])
def test_what_waits_now_is_not_overwritten_by_who_saw_another(
    office: Session, day: WorkingDay, owner: Employer, seen: str
) -> None:
    take(office, day, owner, sheet("W1;;x;5"))
    stamp = waits(office, owner).stamp
    with pytest.raises(DraftChanged):
        take(office, day, owner, sheet("W2;;y;5"), seen, w1__workers="5")
    assert load_draft(office, owner.id, OCTOBER) is None
    take(office, day, owner, sheet("W2;;y;5"), stamp, w1__workers="5")
    with pytest.raises(DraftChanged):
        take(office, day, owner, sheet("W2;;y;5"), stamp, w1__workers="6")


@pytest.mark.parametrize("language", HEADINGS)
def test_the_template_names_every_worksite_and_reads_back(language: str) -> None:
    worksites = [WorksiteName(1, "W1", "ورشة", "16"), WorksiteName(2, "=x", "-É", "16")]
    made = csv_template(worksites, language), workbook_template(worksites, language, "x")
    for content in made:
        with pytest.raises(UnusableSheet) as refused:  # nobody has filled it in yet
            read_sheet(content, "")
        assert refused.value.reason == "no_lines"


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "empty"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(500), "old_excel"),
        (b"PK\x05\x06" + bytes(18), "unknown_kind"),
        (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj", "no_headings"),
        (b"\x89PNG\r\n\x1a\n\x00", "unknown_kind"),
    ],
)
@pytest.mark.parametrize("name", ["x.csv", "x.xlsx", "", "‮x\0y"])
def test_what_is_no_sheet_is_refused_whatever_its_name(
    content: bytes, reason: str, name: str
) -> None:
    with pytest.raises(UnusableSheet) as refused:
        read_sheet(content, name)
    assert refused.value.reason == reason


def test_a_sheet_of_text_is_read_under_a_wrong_name() -> None:
    assert len(read_sheet(f"{HEAD}\nW1;;5;5".encode(), "x.xlsx").lines) == 1


@given(
    st.binary(max_size=400)
    | st.binary(max_size=200).map(lambda noise: b"PK\x03\x04" + noise)
    | st.text(max_size=200).map(lambda text: f"{HEAD}\n{text}".encode())
    | st.binary(max_size=200).map(lambda noise: HEAD.encode("cp1252") + b"\r\n" + noise)
)
def test_any_bytes_are_read_or_refused_with_a_reason(content: bytes) -> None:
    try:
        found = read_sheet(content, "x")
    except UnusableSheet as error:
        assert error.reason
    else:
        assert found.lines
