"""What was typed or sent cannot be read as it must be."""

# ruff: noqa: N818  The names say what happened; "Error" at the end of forty of them says nothing.

from __future__ import annotations

from datetime import date

from webapp.domain.errors.root import KhatwaError


class InvalidInput(KhatwaError):
    """What was typed or sent cannot be read; `field` names the field where one is known."""

    field: str | None = None


class InvalidAmount(InvalidInput):
    """`reason`: empty, not_a_number, ambiguous, negative, too_large or too_many_decimals."""

    reason: str


class InvalidAccountNumber(InvalidInput):
    """Not an account number: letters, or an account of zeros."""


class AccountLength(InvalidAccountNumber):
    """`digits` were counted; a RIB or RIP has 20, a CCP number at most 10 and its key of 2."""

    digits: int


class AccountKey(InvalidAccountNumber):
    """The key does not belong to the account; `expected` holds the keys that would."""

    expected: tuple[str, ...]


class PostalBranch(InvalidAccountNumber):
    """A number of Algérie Poste (bank 007) whose branch is not 99999."""


class InvalidPeriod(InvalidInput):
    """`text` is neither a month (2026-10) nor a quarter (2026-Q4)."""

    text: str


class InvalidCheckCode(InvalidInput):
    """What was typed is not in the form of a code of `length` signs on a paper."""

    length: int


class InvalidMemberNumber(InvalidInput):
    """`text` does not look like a member number of the fund."""

    text: str


class InvalidPause(InvalidInput):
    """`reason`: past, reversed or too_long; of the first or the last day of a pause."""

    reason: str


class InvalidNote(InvalidInput):
    """`reason`: empty, too_long or account; past or too_far of the day to be reminded on."""

    reason: str


class InvalidSchedule(InvalidInput):
    """`reason`: count, too_small, past, not_a_bank_day, order, too_far, empty or sum; `number` is
    the instalment's, 0 for the schedule as a whole."""

    reason: str
    number: int


class InvalidTerm(InvalidInput):
    """`reason`: inside_a_period, declared, unchanged or too_far; of the month of a new term."""

    reason: str


class InvalidRate(InvalidInput):
    """`reason`: empty, not_a_number, too_many_decimals or too_large."""

    reason: str


class InvalidRateDay(InvalidInput):
    """`reason`: not_first_of_month, past or declared; of the day from which new rates hold.

    `earliest` is the first day that would do.
    """

    reason: str
    earliest: date


class InvalidChannel(InvalidInput):
    """A term of a channel (`field`) is none; `most` is the largest number that would do."""

    most: int | None = None


class InvalidClosedDay(InvalidInput):
    """`reason`: past, too_far, closed_already or not_closed; of a day of the bank calendar."""

    reason: str
    day: date


class InvalidCampaign(InvalidInput):
    """`field` with its `reason`, and the `name` of a place; of open days.

    before_first, past, too_long, begun, none, too_many, long, twice, in_use or staff.
    """

    reason: str
    name: str


class InvalidAgency(InvalidInput):
    """`reason`: code, taken, wilaya_code, wilaya_taken or wilaya; of an agency or a wilaya."""

    reason: str


class InvalidLocalCode(InvalidInput):
    """`reason`: empty, too_long, or iso for a code of the standard; of a bank's own reason code."""

    reason: str


class InvalidClosing(InvalidInput):
    """`reason`: to_come, too_long_ago or declared; of the day on which a worksite closes."""

    reason: str


class WrongCode(InvalidInput):
    """Not the code that was sent; `left` tries remain with it."""

    left: int


class WrongCredentials(InvalidInput):
    """E-mail, password or code of the staff: which of them was wrong is told to nobody."""


class WeakPassword(InvalidInput):
    """`reason`: too_short, too_long, common or personal."""

    reason: str


class InvalidRow(InvalidInput):
    """One line of an imported sheet; the other lines are kept."""

    line: int
    column: str
    value: str
    reason: str


class WrongKey(InvalidInput):
    """No key of the programming interface, or one that was revoked: which, is told to nobody."""


class WrongBody(InvalidInput):
    """What a program sent cannot be taken; `problems` tells every place, all at once."""

    problems: tuple[object, ...]


class IdempotencyKeyNeeded(InvalidInput):
    """A program files only under an idempotency key: 1 to 64 letters, digits and - _ . :"""


class UnusableScan(InvalidInput):
    """`reason`: empty, too_large, unknown_kind, broken, too_many_pages, locked, active_content or
    too_many_pixels."""

    reason: str


class UnusableSheet(InvalidInput):
    """`reason`: empty, too_large, unknown_kind, broken, old_excel, locked, macros, entities,
    too_dense, too_many_lines, too_many_columns, no_headings, heading_twice or no_lines.

    `column` names the heading that is meant, where one is.
    """

    reason: str
    column: str = ""


class WrongNumbers(InvalidInput):
    """For some of these numbers no form can be prepared; `problems` tells every line, at once."""

    problems: tuple[object, ...]


class TooManyForms(InvalidInput):
    """More forms than `most` are asked for at once."""

    most: int


class InvalidSigningDay(InvalidInput):
    """`reason`: to_come or before_form; of the day on which a prepared form was signed."""

    reason: str
