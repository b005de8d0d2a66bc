"""The register comes from a sheet: good lines are kept, bad ones are told, nothing comes twice."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from webapp.domain.errors import InvalidRow
from webapp.domain.period import Periodicity
from webapp.models import Agency, Employer, Language, NoticeChannel, Worksite
from webapp.services import register
from webapp.services.register import Changes, RegisterSummary, import_register
from webapp.services.register_lines import COLUMNS

LINE = {
    "member_number": "16/204518",
    "name_ar": "ش.ذ.م.م الأمل للبناء",
    "name_fr": "SARL El Amel Bâtiment",
    "nif": "001216020451812",
    "signatory_name": "محمد بن علي",
    "language": "ar",
    "periodicity": "monthly",
    "notice_channel": "sms",
    "phone": "0550123456",
    "email": "contact@amel.example",
    "wilaya": "16",
    "agency": "",
    "worksite_code": "W1",
    "worksite_name": "ورشة 200 مسكن، عين المالحة",
    "worksite_wilaya": "",
}


def line(**cells: str) -> dict[str, str]:
    return LINE | cells


def write(folder: Path, *lines: dict[str, str], delimiter: str = ",", start: str = "") -> Path:
    rows = [delimiter.join(COLUMNS)]
    rows += [delimiter.join(f'"{cells[column]}"' for column in COLUMNS) for cells in lines]
    path = folder / "register.csv"
    path.write_text(start + "\r\n".join(rows) + "\r\n", encoding="utf-8")
    return path


@pytest.fixture
def take_in(
    office: Session, tmp_path: Path
) -> Callable[..., tuple[RegisterSummary, list[InvalidRow]]]:
    """Import a sheet of these lines: the summary, and the lines that were refused."""

    def take(*lines: dict[str, str]) -> tuple[RegisterSummary, list[InvalidRow]]:
        refused: list[InvalidRow] = []
        return import_register(office, write(tmp_path, *lines), refused.append), refused

    return take


def count(session: Session, model: type[Employer] | type[Worksite]) -> int:
    return session.scalar(select(func.count()).select_from(model)) or 0


def test_each_line_is_a_worksite_of_its_employer(office: Session, take_in: Callable) -> None:
    summary, refused = take_in(line(), line(worksite_code="W2", worksite_wilaya="9"))
    assert refused == []
    assert (summary.lines, summary.employers, summary.worksites) == (2, Changes(1), Changes(2))
    employer = office.scalars(select(Employer)).one()
    assert employer.member_number == "16/204518"
    assert (employer.language, employer.periodicity) == (Language.ARABIC, Periodicity.MONTHLY)
    assert employer.notice_channel is NoticeChannel.SMS
    assert office.get_one(Agency, employer.agency_id).wilaya_code == "16"
    worksites = office.scalars(select(Worksite).order_by(Worksite.code)).all()
    assert [(w.code, w.wilaya_code, w.employer_id) for w in worksites] == [
        ("W1", "16", employer.id),
        ("W2", "09", employer.id),
    ]


def test_the_same_sheet_again_changes_nothing(office: Session, take_in: Callable) -> None:
    sheet = [line(), line(worksite_code="W2"), line(member_number="09/1", wilaya="09")]
    take_in(*sheet)
    summary, _ = take_in(*sheet)
    assert summary.employers == Changes(unchanged=2)
    assert summary.worksites == Changes(unchanged=3)
    assert (count(office, Employer), count(office, Worksite)) == (2, 3)


def test_a_later_sheet_changes_what_it_names_and_leaves_the_rest(
    office: Session, take_in: Callable
) -> None:
    take_in(line(), line(worksite_code="W2"), line(member_number="09/1", wilaya="09"))
    before = office.scalars(select(Employer.id).order_by(Employer.id)).all()
    office.commit()
    new_name = "ورشة 300 مسكن"
    summary, _ = take_in(line(phone="0661123456", worksite_name=new_name))
    assert (summary.employers, summary.worksites) == (Changes(changed=1), Changes(changed=1))
    assert office.scalars(select(Employer.id).order_by(Employer.id)).all() == before
    phone = select(Employer.phone).where(Employer.member_number == "16/204518")
    assert office.scalar(phone) == "0661123456"
    assert set(office.scalars(select(Worksite.name))) == {LINE["worksite_name"], new_name}


@pytest.mark.parametrize(
    ("column", "value", "reason"),
    [
        ("member_number", "abc", "not_a_member_number"),
        ("member_number", "", "not_a_member_number"),
        ("name_ar", "ا" * 141, "too_long"),
        ("nif", "12345", "not_15_or_20_digits"),
        ("language", "en", "not_one_of ar fr"),
        ("periodicity", "", "not_one_of monthly quarterly"),
        ("notice_channel", "fax", "not_one_of sms email portal"),
        ("phone", "0455123456", "not_a_mobile_number"),
        ("phone", "055012345", "not_a_mobile_number"),
        ("email", "amel.example", "not_an_address"),
        ("email", "a@b", "not_an_address"),
        ("email", "a@b.dz, c@d.dz", "not_an_address"),
        ("wilaya", "70", "unknown_wilaya"),
        ("wilaya", "", "unknown_wilaya"),
        ("agency", "Z99", "unknown_agency"),
        ("worksite_code", "", "empty"),
        ("worksite_name", " ", "empty"),
        ("worksite_wilaya", "00", "unknown_wilaya"),
    ],
)
def test_a_bad_cell_is_told_with_its_line_column_value_and_reason(
    office: Session, take_in: Callable, column: str, value: str, reason: str
) -> None:
    good = line(member_number="09/1", wilaya="09")
    summary, refused = take_in(good, line(**{column: value}))
    (row,) = refused
    assert (row.line, row.column, row.value, row.reason) == (3, column, value, reason)
    assert (summary.lines, summary.refused) == (2, 1)
    assert list(office.scalars(select(Employer.member_number))) == ["09/1"]


def test_an_employer_needs_one_name_of_the_two(office: Session, take_in: Callable) -> None:
    _, refused = take_in(
        line(name_ar=""),
        line(member_number="2", name_fr=""),
        line(member_number="3", name_ar="", name_fr="\u200f "),
    )
    assert [row.reason for row in refused] == ["no_name"]
    assert count(office, Employer) == 2


@pytest.mark.parametrize(
    "phone", ["0550123456", "550123456", "+213 550 12 34 56", "00213550123456", "٠٥٥٠١٢٣٤٥٦"]
)
def test_a_phone_is_stored_in_one_way(office: Session, take_in: Callable, phone: str) -> None:
    take_in(line(phone=phone))
    assert office.scalar(select(Employer.phone)) == "0550123456"


def test_contacts_may_be_missing(office: Session, take_in: Callable) -> None:
    _, refused = take_in(line(phone="", email="", nif="", signatory_name=""))
    assert refused == []
    assert office.scalars(select(Employer)).one().phone == ""


def test_an_employer_may_have_no_worksite_yet(office: Session, take_in: Callable) -> None:
    summary, refused = take_in(line(worksite_code="", worksite_name=""))
    assert (refused, summary.worksites) == ([], Changes())
    assert count(office, Employer) == 1


def test_direction_marks_leave_names(office: Session, take_in: Callable) -> None:
    take_in(line(name_fr="\u202eSARL\u2066  El   Amel"))
    assert office.scalar(select(Employer.name_fr)) == "SARL El Amel"


def test_an_employer_whose_lines_contradict_each_other_is_refused_whole(
    office: Session, take_in: Callable
) -> None:
    summary, refused = take_in(
        line(),
        line(member_number="09/1", wilaya="09"),
        line(worksite_code="W2", phone="0661123456"),
        line(worksite_code="W3"),
    )
    assert [(row.line, row.column, row.reason) for row in refused] == [
        (2, "member_number", "other_lines_contradict"),
        (4, "phone", "contradicts_line 2"),
        (5, "member_number", "other_lines_contradict"),
    ]
    assert summary.refused == 3
    assert list(office.scalars(select(Employer.member_number))) == ["09/1"]


def test_a_worksite_told_twice_differently_is_a_contradiction(
    office: Session, take_in: Callable
) -> None:
    _, refused = take_in(line(), line(worksite_name="ورشة أخرى"))
    assert [(row.column, row.reason) for row in refused] == [
        ("member_number", "other_lines_contradict"),
        ("worksite_name", "contradicts_line 2"),
    ]
    assert count(office, Employer) == 0


def test_a_worksite_told_twice_alike_is_one(office: Session, take_in: Callable) -> None:
    summary, refused = take_in(line(), line())
    assert (refused, summary.worksites) == ([], Changes(1))


def test_a_bad_worksite_leaves_its_employer_and_the_other_worksites(
    office: Session, take_in: Callable
) -> None:
    _, refused = take_in(line(), line(worksite_code="W" * 21), line(worksite_code="W3"))
    assert [(row.line, row.reason) for row in refused] == [(3, "too_long")]
    assert set(office.scalars(select(Worksite.code))) == {"W1", "W3"}


def test_the_lines_of_an_employer_may_stand_anywhere(
    office: Session, take_in: Callable, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(register, "LINES_AT_ONCE", 2)
    summary, _ = take_in(
        *(line(member_number=f"{n}", worksite_code=f"W{w}") for w in range(3) for n in range(1, 4))
    )
    assert (summary.employers, summary.worksites) == (Changes(3), Changes(9))
    assert (count(office, Employer), count(office, Worksite)) == (3, 9)


@pytest.mark.parametrize("start", ["", "\ufeff"])
@pytest.mark.parametrize("delimiter", [",", ";"])
def test_sheets_of_every_office_program_are_read(
    office: Session, tmp_path: Path, start: str, delimiter: str
) -> None:
    path = write(tmp_path, line(), delimiter=delimiter, start=start)
    import_register(office, path, lambda row: pytest.fail(str(row)))
    assert office.scalar(select(Employer.name_ar)) == LINE["name_ar"]


def test_lines_are_counted_as_an_editor_shows_them(office: Session, tmp_path: Path) -> None:
    """A cell with a line break, an empty line and a line of empty cells shift no number."""
    path = write(tmp_path, line(worksite_name="ورشة\r\nكبيرة"), line(wilaya="99"))
    text = path.read_text(encoding="utf-8").replace('\n"16/204518"', '\n\n,,,\n"16/204518"', 1)
    path.write_text(text, encoding="utf-8", newline="")
    refused: list[InvalidRow] = []
    import_register(office, path, refused.append)
    expected = 1 + next(n for n, told in enumerate(text.split("\n")) if '"99"' in told)
    assert [row.line for row in refused] == [expected]
    assert office.scalar(select(Worksite.name)) == "ورشة كبيرة"


def test_bytes_that_are_not_utf8_spoil_their_line_alone(office: Session, tmp_path: Path) -> None:
    path = write(tmp_path, line(name_fr="BATIMENT"), line(member_number="2"))
    path.write_bytes(path.read_bytes().replace(b"BATIMENT", b"B\xc2TIMENT"))
    refused: list[InvalidRow] = []
    import_register(office, path, refused.append)
    assert [(row.line, row.column, row.reason) for row in refused] == [(2, "name_fr", "not_utf8")]
    assert list(office.scalars(select(Employer.member_number))) == ["2"]


def test_a_line_with_too_many_cells_is_refused(office: Session, tmp_path: Path) -> None:
    path = write(tmp_path, line())
    path.write_text(path.read_text(encoding="utf-8").rstrip() + ",more\n", encoding="utf-8")
    refused: list[InvalidRow] = []
    import_register(office, path, refused.append)
    assert [(row.line, row.value, row.reason) for row in refused] == [(2, "more", "too_many_cells")]


@pytest.mark.parametrize(
    ("header", "column", "reason"),
    [
        (",".join(COLUMNS[1:]), "member_number", "column_missing"),
        (",".join((*COLUMNS, "phone")), "phone", "column_twice"),
        (",".join((*COLUMNS, "telephone")), "telephone", "column_unknown"),
        ("", "member_number", "column_missing"),
    ],
)
def test_a_sheet_must_name_its_columns(
    office: Session, tmp_path: Path, header: str, column: str, reason: str
) -> None:
    path = tmp_path / "register.csv"
    path.write_text(f"{header}\n", encoding="utf-8")
    with pytest.raises(InvalidRow) as told:
        import_register(office, path, lambda row: None)
    assert (told.value.column, told.value.reason) == (column, reason)


def test_columns_may_stand_in_any_order(office: Session, tmp_path: Path) -> None:
    columns = list(reversed(COLUMNS))
    path = tmp_path / "register.csv"
    row = ",".join(f'"{LINE[column]}"' for column in columns)
    path.write_text(f"{','.join(columns)}\n{row}\n", encoding="utf-8")
    import_register(office, path, lambda row: pytest.fail(str(row)))
    assert office.scalar(select(Employer.member_number)) == "16/204518"
