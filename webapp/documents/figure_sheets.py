"""The figures of an employer as sheets for their accountant: a workbook (XLSX), or CSV."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from webapp.adapters.workbooks import write_workbook
from webapp.catalogs import Language, catalog
from webapp.domain.sheets import sheet_lines
from webapp.formatting import period_text
from webapp.services.figures import Contributions, Figures

WIDTH_OF_CODE, WIDTH_OF_NAME, WIDTH_OF_AMOUNT = 16, 40, 18


def figures_workbook(figures: Figures, language: Language) -> bytes:
    """A line for each worksite and one for their sum; amounts are numbers, in dinars."""
    headings = _headings(figures, language)
    return write_workbook(
        catalog(language).gettext("Contributions"),
        headings,
        [
            [one.code, one.name, *(Decimal(amount) / 100 for amount in (*one.amounts, one.total))]
            for one in _lines(figures, language)
        ],
        right_to_left=language.direction == "rtl",
        widths=[WIDTH_OF_CODE, WIDTH_OF_NAME] + [WIDTH_OF_AMOUNT] * (len(headings) - 2),
    )


def figures_csv(figures: Figures, language: Language) -> str:
    """The same as CSV; no cell of it is run."""
    rows = (
        (one.code, one.name, *map(_number, (*one.amounts, one.total)))
        for one in _lines(figures, language)
    )
    return "".join(sheet_lines(_headings(figures, language), rows))


def _headings(figures: Figures, language: Language) -> list[str]:
    gettext = catalog(language).gettext
    periods = [period_text(period, language) for period in figures.periods]
    return [gettext("Code of the worksite"), gettext("Worksite"), *periods, gettext("In all")]


def _lines(figures: Figures, language: Language) -> list[Contributions]:
    whole = replace(figures.whole, name=catalog(language).gettext("In all"))
    return [*figures.worksites, whole]


def _number(centimes: int) -> str:
    """As a spreadsheet program reads it: no spaces, a comma."""
    return f"{centimes // 100},{centimes % 100:02d}"
