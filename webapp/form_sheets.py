"""Sheets (CSV) about prepared forms: the list of them, and member numbers that somebody sends."""

from __future__ import annotations

from collections.abc import Sequence

from flask_babel import gettext as _

from webapp.domain.moment import Moment
from webapp.domain.sheet_text import rows_of_text
from webapp.services.open_days.form_list import FormRow
from webapp.wording import in_words


def headings_of_forms() -> Sequence[str]:
    """The first line of the sheet."""
    return (
        _("Reference of the form"), _("State"), _("Member number"), _("Name in Arabic"),
        _("Name in French"), _("Prepared on"), _("Prepared by"), _("Entered on"),
        _("Authorisation reference"),
    )  # fmt: skip


def row_of_form(row: FormRow) -> tuple[object, ...]:
    """One line of the sheet."""
    entered_on = Moment.at(row.entered_at).today if row.entered_at else ""
    return (
        row.reference, in_words(row.state), row.member_number, row.name_ar, row.name_fr,
        Moment.at(row.made_at).today, row.made_by, entered_on, row.mandate or "",
    )  # fmt: skip


def numbers_of_sheet(content: bytes) -> list[str]:
    """The first cell of each line, without headings: a first one that has no digit.

    Raises UnusableSheet.
    """
    cells = [row.cells[0].strip() if row.cells else "" for row in rows_of_text(content, _any)]
    if cells and not any(sign.isdigit() for sign in cells[0]):
        del cells[0]
    return [cell for cell in cells if cell]


def _any(cells: Sequence[str]) -> bool:
    """Any row of several cells may be the headings: only the first of them counts."""
    return len(cells) > 1
