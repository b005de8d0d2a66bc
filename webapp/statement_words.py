"""What moved the balance of an account, each in one line of either language; and why it differs."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString
from markupsafe import Markup, escape

from webapp.catalogs import Language, catalog
from webapp.due_words import kind_name
from webapp.formatting import isolated, ltr, period_text
from webapp.models import DueKind
from webapp.services.account_statements import StatementLine
from webapp.services.statement_queries import Movement

Gettext = Callable[[str], str]

# Why what was owed is not received: the reasons of a balance (webapp/domain/balances.py).
DIFFERENCES: Mapping[str, LazyString] = {
    "not_scheduled": _l("not scheduled yet"),
    "under_way": _l("in a debit under way"),
    "refused": _l("refused"),
    "credited": _l("credit not used yet"),
    "contested": _l("contested"),
    "deferred": _l("waits for the end of the payment schedule"),
    "given_back": _l("debited in error and given back"),
    "in_schedule": _l("taken into the payment schedule"),
    "waived": _l("no longer owed"),
    "unexplained": _l("to be looked at by the fund"),
}


def difference_in_words(reason: str) -> LazyString:
    """The filter of templates: why a part of what was owed is not received."""
    return DIFFERENCES[reason]


def movement_line(
    line: StatementLine, language: Language, write: Callable[[object], Markup] = ltr
) -> Markup:
    """What a line of a statement is about, as it stands in a page, or on paper by its `write`."""
    values = _values(line, language) | {"reference": write(line.reference)}
    if line.worksites > 1:
        values["worksites"] = write(line.worksites)
    return escape(_sentence(line, language)) % values


def movement_text(line: StatementLine, language: Language) -> str:
    """The same in plain text, for sheets."""
    values = _values(line, language) | {"reference": isolated(line.reference)}
    return _sentence(line, language) % values


def _values(line: StatementLine, language: Language) -> dict[str, object]:
    return {
        "kind": kind_name(line.kind, language) if line.kind else "",
        "period": period_text(line.period, language) if line.period else "",
        "worksites": line.worksites,
    }


def _sentence(line: StatementLine, language: Language) -> str:
    texts = catalog(language)
    if line.movement in (Movement.CHARGED, Movement.REDUCED) and line.kind is not None:
        if line.kind is DueKind.CREDIT:
            return _of_credit(line, texts.gettext)
        if line.movement is Movement.REDUCED:
            return texts.gettext("%(kind)s, %(period)s: lowered by a correction")
        if line.worksites <= 1:
            return texts.gettext("%(kind)s, %(period)s")
        return texts.ngettext(
            "%(kind)s, %(period)s (%(worksites)s worksite)",
            "%(kind)s, %(period)s (%(worksites)s worksites)",
            line.worksites,
        )
    sentences = _of_credits(texts.gettext) if line.is_credit else _of_dues(texts.gettext)
    return sentences.get(line.movement) or texts.gettext("Another entry of the fund")


def _of_credit(line: StatementLine, gettext: Gettext) -> str:
    if line.amount < 0:
        return gettext("Credit in your favour, %(period)s")
    return gettext("Credit lowered by a correction, %(period)s")


def _of_dues(gettext: Gettext) -> Mapping[Movement, str]:
    """What moves the amounts that an employer owes."""
    return {
        Movement.RECEIVED: gettext("Received by the debit %(reference)s"),
        Movement.RETURNED: gettext("The bank took back the debit %(reference)s"),
        Movement.REFUSED: gettext("Owed again: the debit %(reference)s was refused"),
        Movement.SET_OFF: gettext("Covered by your credit, without a debit"),
        Movement.PAID_ELSEWHERE: gettext("Paid another way"),
        Movement.TAKEN_BACK: gettext("Owed again: the payment made another way did not hold"),
        Movement.WENT_BACK: gettext("Owed again: the bank took back money that you were credited"),
        Movement.RESCHEDULED: gettext("Taken into the payment schedule %(reference)s"),
        Movement.WAIVED: gettext("No longer owed"),
        Movement.CHARGED: gettext("Owed from this day on"),
        Movement.REDUCED: gettext("No longer owed after a correction"),
    }


def _of_credits(gettext: Gettext) -> Mapping[Movement, str]:
    """What moves the money that the fund holds for an employer."""
    return {
        Movement.RECEIVED: gettext(
            "Received by the debit %(reference)s after it was refused: your credit"
        ),
        Movement.RETURNED: gettext("The bank took back the money of the debit %(reference)s"),
        Movement.REFUSED: gettext("Your credit: money of the debit %(reference)s, refused since"),
        Movement.SET_OFF: gettext("Your credit used"),
        Movement.WENT_BACK: gettext("Your credit made good"),
        Movement.PAID_ELSEWHERE: gettext("Paid another way beyond what was owed: your credit"),
        Movement.TAKEN_BACK: gettext("Credit taken back: the payment did not hold"),
        Movement.REFUNDED: gettext("Refunded to you"),
        Movement.IDENTIFIED: gettext(
            "Money that reached the fund without your reference: your credit"
        ),
        Movement.CHARGED: gettext("Your credit lowered"),
        Movement.REDUCED: gettext("Your credit"),
    }
