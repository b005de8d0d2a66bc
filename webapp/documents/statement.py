"""The statement of an account as a paper: Arabic, then French, from its first day to its last."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from flask import Flask
from markupsafe import Markup

from webapp.catalogs import Language, catalog
from webapp.documents.rendering import BOTH, figure, name_in, render
from webapp.formatting import number_of_amount
from webapp.services.account_statements import Statement, StatementLine
from webapp.statement_words import movement_line

# A longer statement stands whole in the sheet.
LINES_ON_PAPER = 600
NOTHING = Markup("–")


@dataclass(frozen=True, slots=True)
class StatementPaper:
    """A statement with whose it is, and the instant at which it was made."""

    statement: Statement
    member_number: str
    name_ar: str
    name_fr: str
    made_at: datetime


def statement_pdf(app: Flask, paper: StatementPaper) -> bytes:
    """A statement of account; the same one has the same bytes. Raises DocumentsUnavailable."""
    parts = [_part(language, paper) for language in BOTH]
    values = {
        "title": " · ".join(str(part["title"]) for part in parts),
        "created": paper.made_at.isoformat(timespec="seconds"),
        "reference": paper.member_number,
        "parts": parts,
    }
    return render(app, "statement.html", values)


def _part(language: Language, paper: StatementPaper) -> dict[str, object]:
    words, statement = _words(language), paper.statement
    return {
        "code": language.code,
        "direction": language.direction,
        "title": words["title"],
        "words": words,
        "rows": _facts(language, words, paper),
        "headings": [words[one] for one in ("day", "what", "owed", "paid", "balance")],
        "opening": _edge(statement.first_on, words["before"], statement.opening),
        "lines": [_line(line, language) for line in statement.lines],
        "shortened": words["shortened"] if statement.more else "",
        "closing": _edge(statement.last_on, words["after"], statement.closing),
    }


def _facts(
    language: Language, words: Mapping[str, str], paper: StatementPaper
) -> list[tuple[str, Markup]]:
    statement = paper.statement
    return [
        (words["enterprise"], name_in(language, paper.name_ar, paper.name_fr)),
        (words["member_number"], figure(paper.member_number)),
        (words["first"], _day(statement.first_on)),
        (words["last"], _day(statement.last_on)),
        (words["charged"], _amount(statement.charged)),
        (words["received"], _amount(statement.paid)),
    ]


def _edge(on: date, what: str, balance: int) -> list[object]:
    return [_day(on), what, NOTHING, NOTHING, _amount(balance)]


def _line(line: StatementLine, language: Language) -> list[object]:
    raised, lowered = (line.amount, 0) if line.amount > 0 else (0, -line.amount)
    return [
        _day(line.on),
        movement_line(line, language, figure),
        _amount(raised) if raised else NOTHING,
        _amount(lowered) if lowered else NOTHING,
        _amount(line.balance),
    ]


def _day(on: date) -> Markup:
    return figure(f"{on:%d/%m/%Y}")


def _amount(centimes: int) -> Markup:
    return figure(number_of_amount(centimes))


def _words(language: Language) -> dict[str, str]:
    gettext = catalog(language).gettext
    return {
        "title": gettext("Statement of account"),
        "fund": gettext(
            "National fund for paid leave and bad-weather unemployment in building, public works "
            "and hydraulics (CACOBATPH)"
        ),
        "enterprise": gettext("Enterprise"),
        "member_number": gettext("Member number"),
        "first": gettext("First day"),
        "last": gettext("Last day"),
        "charged": gettext("Owed in these days (DA)"),
        "received": gettext("Received or credited in these days (DA)"),
        "day": gettext("Day"),
        "what": gettext("Wording"),
        "owed": gettext("Owed (DA)"),
        "paid": gettext("Received or credited (DA)"),
        "balance": gettext("Balance (DA)"),
        "before": gettext("Balance before"),
        "after": gettext("Balance after"),
        "sign": gettext("The balance is what you owe; below zero, the fund owes it to you."),
        "shortened": gettext("There are more entries: the sheet (CSV) holds all of them."),
    }
