"""The columns of a sheet are known by their headings, its lines by their row."""

from __future__ import annotations

import pytest

from webapp.catalogs import LANGUAGES, catalog
from webapp.domain.errors import UnusableSheet
from webapp.domain.sheet_lines import HEADINGS, Column, Sheet, letter, read_lines
from webapp.domain.sheet_text import Row

FR, AR = (list(HEADINGS[language].values()) for language in ("fr", "ar"))


def read(*rows: list[str], delimiter: str = "") -> Sheet:
    return read_lines(Row(tuple(row), delimiter) for row in rows)


@pytest.mark.parametrize("heads", [FR, AR, [*AR[:2], *FR[2:]]])
def test_the_headings_are_known_in_both_languages(heads: list[str]) -> None:
    (line,) = read(heads, ["W1", "A", "5", "10", "7"]).lines
    cells = ["W1", "A", "5", "10", "7"]
    assert line.cells == dict(zip((column.value for column in Column), cells, strict=True))


def test_columns_stand_in_any_order_between_others() -> None:
    sheet = read(["", FR[3], "Remarque", FR[2], FR[1]], ["x", "10", "y", "5", "A"])
    assert sheet.places == {"leave_base": "B", "workers": "D", "name": "E"}
    assert sheet.lines[0].cells["leave_base"] == "10"
    assert sheet.lines[0].cells["weather_base"] == sheet.lines[0].cells["code"] == ""


def test_headings_are_known_without_accents_capitals_and_signs() -> None:
    heads = ["CODE DU CHANTIER", "nom", "NOMBRE de travailleurs", "ASSIETTE CONGES PAYES DA"]
    assert read(heads, ["W1", "", "5", "10"]).lines[0].cells["leave_base"] == "10"


def test_the_headings_may_stand_under_the_name_of_the_firm() -> None:
    sheet = read(["SARL Travaux"], [], FR, [], ["W1", "", "5", "10"])
    assert [line.number for line in sheet.lines] == [5]


def test_a_line_without_figures_is_left_out_and_counted() -> None:
    sheet = read(FR, ["W1", "A", "5", "10"], ["W2", "B"], ["", " "], ["W3", "C", "0", "0"])
    assert [line.number for line in sheet.lines] == [2, 5]
    assert sheet.empty == 1


@pytest.mark.parametrize("missing", [2, 3])
def test_without_the_headings_that_are_needed_nothing_is_read(missing: int) -> None:
    heads = [*FR]
    heads[missing] = "?"
    for rows in ([heads, ["W1", "A", "5", "10"]], [], [["W1", "A", "5", "10"]], [["?"], *FR[2:]]):
        with pytest.raises(UnusableSheet) as refused:
            read(*rows)
        assert refused.value.reason == "no_headings"


def test_a_heading_that_stands_twice_is_refused_by_name() -> None:
    with pytest.raises(UnusableSheet) as refused:
        read([*FR, AR[3]], ["W1", "A", "5", "10"])
    assert (refused.value.reason, refused.value.column) == ("heading_twice", "leave_base")


def test_a_sheet_without_a_figure_is_refused() -> None:
    with pytest.raises(UnusableSheet) as refused:
        read(FR, ["W1", "A"])
    assert refused.value.reason == "no_lines"


def test_of_a_line_of_text_with_more_cells_than_headings_no_figure_is_taken() -> None:
    row = ["W1", "A", "5", "1000", "00", "1000", "00"]
    (line,) = read(FR, row, delimiter=";").lines
    assert line.doubt == "too_many_cells" and line.raw == "W1 | A | 5 | 1000 | 00 | 1000 | 00"
    assert [line.cells[one] for one in ("code", "workers", "leave_base")] == ["W1", "", ""]
    # In a workbook each cell has its own place: what stands beside the table is a remark.
    assert not read(FR, ["W1", "A", "5", "1000", "", "", "!"]).lines[0].doubt


@pytest.mark.parametrize("centimes", ["00", "50", "٥٠"])
def test_an_amount_that_its_comma_split_is_not_declared_as_two(centimes: str) -> None:
    row = ["W1", "A", "5", "1000", centimes]
    assert read(FR, row, delimiter=",").lines[0].doubt == "split_amount"
    assert not read(FR, row, delimiter=";").lines[0].doubt
    assert not read(FR, [*row[:4], "500"], delimiter=",").lines[0].doubt


def test_a_cell_that_is_too_long_is_not_cut_to_fit() -> None:
    (line,) = read(FR, ["W1", "A", "5" * 100_000, "10"]).lines
    assert len(line.cells["workers"]) == 201


def test_columns_are_called_as_programs_call_them() -> None:
    assert [letter(n) for n in (0, 25, 26, 51, 52, 255)] == ["A", "Z", "AA", "AZ", "BA", "IV"]


@pytest.mark.parametrize("language", HEADINGS)
def test_the_headings_are_the_words_of_the_form(language: str) -> None:
    """Who knows the page knows the sheet."""
    said = catalog(LANGUAGES[language]).gettext
    labels = {
        Column.NAME: "Name of the worksite",
        Column.WORKERS: "Number of workers",
        Column.LEAVE_BASE: "Base for paid leave, in dinars",
        Column.WEATHER_BASE: "Base for bad weather, in dinars",
    }
    for column, label in labels.items():
        assert HEADINGS[language][column] == said(label)
