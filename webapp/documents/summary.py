"""The yearly summary as a paper: Arabic, then French; each period, and the account of the year."""

from __future__ import annotations

from flask import Flask
from markupsafe import Markup

from webapp.catalogs import Language, catalog
from webapp.documents.check_mark import check_mark, fund_in
from webapp.documents.rendering import BOTH, LEFT_TO_RIGHT, figure, name_in, render
from webapp.domain.balances import Sums
from webapp.formatting import number_of_amount, period_text
from webapp.services.summaries.papers import SummaryPaper


def summary_pdf(app: Flask, paper: SummaryPaper, address: str) -> bytes:
    """The summary; the same one has the same bytes. Raises DocumentsUnavailable.

    `address` is how the service is reached from outside.
    """
    parts = [_part(language, paper, address) for language in BOTH]
    values = {
        "title": f"{parts[0]['title']} · {paper.number}",
        "created": paper.made_at.isoformat(timespec="seconds"),
        "reference": paper.number,
        "parts": parts,
    }
    return render(app, "summary.html", values)


def _part(language: Language, paper: SummaryPaper, address: str) -> dict[str, object]:
    gettext = catalog(language).gettext
    figures = paper.figures
    return {
        "code": language.code,
        "direction": language.direction,
        "title": gettext("Yearly summary %(year)s") % {"year": paper.year},
        "fund": fund_in(language),
        "mark": check_mark(language, paper.code, address),
        "rows": _facts(language, paper),
        "caption": gettext("What was declared for each period, and what became of it (DA)"),
        "headings": _headings(language),
        "lines": [
            [period_text(one.period, language), *_cells(one.sums, one.late, one.refusals)]
            for one in figures.periods
        ],
        "total": [gettext("Total"), *_cells(figures.total, figures.late, figures.refusals)],
        "account_caption": gettext("Your account in these days (DA)"),
        "account": [
            (gettext("Balance before"), _amount(figures.opening)),
            (gettext("Owed in these days"), _amount(figures.charged)),
            (gettext("Received or credited in these days"), _amount(figures.paid)),
            (gettext("Balance after"), _amount(figures.closing)),
        ],
        "sign": gettext("The balance is what you owe; below zero, the fund owes it to you."),
        "note": gettext(
            "The periods of a year are also paid in the year after: the sums of the first table "
            "are as of the day on which this paper was made."
        ),
    }


def _facts(language: Language, paper: SummaryPaper) -> list[tuple[str, Markup]]:
    gettext, figures = catalog(language).gettext, paper.figures
    return [
        (gettext("Enterprise"), name_in(language, paper.name_ar, paper.name_fr)),
        (gettext("Member number"), figure(paper.member_number)),
        (gettext("First day"), figure(f"{figures.first_on:%d/%m/%Y}")),
        (gettext("Last day"), figure(f"{figures.last_on:%d/%m/%Y}")),
        (gettext("Made on"), figure(f"{paper.made_on:%d/%m/%Y}")),
    ]


def _headings(language: Language) -> list[str]:
    gettext = catalog(language).gettext
    return [
        gettext("Period"),
        gettext("Declared"),
        gettext("Added"),
        gettext("of which for being late"),
        gettext("Debited"),
        gettext("Settled"),
        gettext("Paid another way"),
        gettext("Credit to be used"),
        gettext("Difference"),
        gettext("Refusals"),
    ]


def _cells(sums: Sums, late: int, refusals: int) -> list[str]:
    amounts = (
        sums.declared, sums.added, late, sums.debited, sums.settled, sums.elsewhere,
        sums.credited, sums.difference,
    )  # fmt: skip
    # Hundreds of them stand on a paper: a mark keeps each in its order, without an element.
    return [*(LEFT_TO_RIGHT + number_of_amount(one) for one in amounts), str(refusals)]


def _amount(centimes: int) -> Markup:
    return figure(number_of_amount(centimes))
