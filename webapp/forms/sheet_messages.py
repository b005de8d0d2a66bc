"""What is said about a line of a sheet that cannot be taken in, and what to do about it."""

from __future__ import annotations

from collections.abc import Mapping

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from webapp.domain.errors import InvalidRow

# By the first word of the reason; a second one, a line or a list of words, may follow it.
SENTENCES: Mapping[str, LazyString] = {
    "unreadable": _l("The line cannot be read: a quotation mark is probably not closed."),
    "too_many_cells": _l("The line has more cells than the first line has columns."),
    "not_utf8": _l("The letters cannot be read: please save the sheet as UTF-8."),
    "not_a_member_number": _l("This is not a member number."),
    "unknown_employer": _l("The register has no employer with this member number."),
    "account_key": _l("The key does not match the account number."),
    "account_length": _l("The account number has too few or too many digits."),
    "postal_branch": _l("A postal account number begins with 007 99999."),
    "invalid_account_number": _l("This is not an account number."),
    "not_a_day": _l("This is not a day: please write it like 2019-05-31 or 31/05/2019."),
    "in_the_future": _l("This day has not come yet."),
    "too_long_ago": _l("This day is before the fund was created."),
    "too_long": _l("This is too long."),
    "amount_zero": _l("A ceiling is above zero; leave it empty for none."),
    "amount_ambiguous": _l("This amount can be read in two ways."),
    "not_above_zero": _l("An amount is above zero."),
    "not_a_period": _l("This is not a period: please write it like 2026-10 or 2026-Q4."),
    "empty": _l("This cell must not be empty."),
    "another_amount": _l("This number was taken in before with another amount."),
    "another_due": _l("This number was taken in before for something else."),
    "not_yes_or_no": _l("Please write yes or no."),
    "unknown_worksite": _l("The employer has no worksite with this code."),
    "worksite_taken": _l("This worksite is under another authorisation."),
    "has_a_mandate": _l("The employer already has an authorisation for all worksites."),
    "has_another_mandate": _l("Another authorisation of the employer is on this account."),
}
# About the worksite of a line, to the employer whose sheet it is.
PLACES: Mapping[str, LazyString] = {
    "no_worksite": _l("The line names no worksite."),
    "unknown_worksite": _l("You have no open worksite with this code or name."),
    "two_worksites": _l("The code is of one worksite, the name of another."),
    "several_worksites": _l("Several of your worksites have this code or name."),
    "formula": _l("The code or the name is a formula."),
}
DOUBTS: Mapping[str, LazyString] = {
    "unreadable": SENTENCES["unreadable"],
    "too_many_cells": SENTENCES["too_many_cells"],
    "split_amount": _l("The comma of an amount seems to have made two cells of it."),
}
AMOUNT = _l("This is not an amount.")
ANOTHER = _l("This value cannot be taken.")


def sentence_for_row(row: InvalidRow) -> str:
    """What a person reads about it, in the language of the moment."""
    reason, _space, more = row.reason.partition(" ")
    said = {
        "not_one_of": _("Please write one of these words: %(more)s.", more=more),
        "contradicts_line": _("Line %(more)s has the same account and says otherwise.", more=more),
        "all_taken_by_line": _("Line %(more)s is for all worksites already.", more=more),
        "taken_by_line": _("Line %(more)s is for this worksite already.", more=more),
    }
    other = AMOUNT if reason.startswith("amount_") else ANOTHER
    return str(said.get(reason) or SENTENCES.get(reason, other))


def sentence_for_place(reason: str) -> str:
    """What the employer reads about the worksite of a line."""
    _word, _space, line = reason.partition(" ")
    said = PLACES.get(reason) or _("Line %(more)s is for this worksite already.", more=line)
    return str(said)


def sentence_for_doubt(doubt: str) -> str:
    """Why no figure of a line was taken: its cells may stand under the wrong headings."""
    return str(DOUBTS[doubt])
