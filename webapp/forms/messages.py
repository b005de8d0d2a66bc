"""What is said beside a field whose content cannot be taken: one sentence per error."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from math import ceil
from typing import Any

from flask_babel import gettext as _
from flask_babel import ngettext

from webapp.domain.errors import (
    AccountAlreadyCollecting,
    AccountKey,
    AccountLength,
    AlreadyActs,
    AlreadyOnStaff,
    CodeExpired,
    InvalidAccountNumber,
    InvalidAmount,
    InvalidMemberNumber,
    InvalidPause,
    KhatwaError,
    LastAdministrator,
    NoSuchContact,
    PaymentKnown,
    PostalBranch,
    SameAccount,
    ShownChanged,
    TooManyOpen,
    TooManyTries,
    UnknownWorksite,
    UnusableScan,
    WeakPassword,
    WorksiteTaken,
    WrongCode,
)

# Flask-Babel is published without types: what it returns is text all the same.
Sentence = Callable[[Any], Any]

# The limits whose end means that another code is sent.
CODES = ("resend", "codes")


def _amount(error: InvalidAmount) -> Any:
    return {
        "empty": _("Please enter an amount."),
        "ambiguous": _("This amount can be read in two ways. Write it like 1296000,00."),
        "negative": _("An amount cannot be below zero."),
        "too_large": _("This amount is too large."),
        "too_many_decimals": _("An amount has two decimals at most."),
    }.get(error.reason, _("This is not an amount. Write it in figures, like 1296000,00."))


def _length(error: AccountLength) -> Any:
    if not error.digits:
        return _("Please enter the account number.")
    return ngettext(
        "An account number has 20 digits, or is a CCP number with its key; you typed %(num)s.",
        "An account number has 20 digits, or is a CCP number with its key; you typed %(num)s.",
        error.digits,
    )


def _scan(error: UnusableScan) -> Any:
    return {
        "empty": _("Please choose a file."),
        "too_large": _("The file is larger than 10 megabytes."),
        "too_many_pages": _("The paper has more than 10 pages."),
        "too_many_pixels": _("The picture is too large. Please scan with fewer dots."),
        "locked": _("The file is protected by a password."),
        "active_content": _("The file holds a program. Please scan the paper again."),
        "broken": _("The file is damaged. Please scan the paper again."),
    }.get(error.reason, _("Only PDF, JPEG and PNG files are taken."))


def _wrong_code(error: WrongCode) -> Any:
    if not error.left:
        return _("The code is not correct. Please ask for a new one.")
    return ngettext(
        "The code is not correct. You may try %(num)s more time.",
        "The code is not correct. You may try %(num)s more times.",
        error.left,
    )


def _too_many(error: TooManyTries) -> Any:
    if error.seconds <= 90 and error.what.startswith(CODES):
        return ngettext(
            "Another code can be sent in %(num)s second.",
            "Another code can be sent in %(num)s seconds.",
            error.seconds,
        )
    minutes = ceil(error.seconds / 60)
    return ngettext(
        "Too many attempts. Please try again in %(num)s minute.",
        "Too many attempts. Please try again in %(num)s minutes.",
        minutes,
    )


def _pause(error: InvalidPause) -> Any:
    return {
        "past": _("A pause begins today or later."),
        "reversed": _("The last day cannot be before the first."),
    }.get(error.reason, _("This day is too far away. Please choose an earlier one."))


def _weak(error: WeakPassword) -> Any:
    return {
        "too_short": _("A password has eight characters at least."),
        "too_long": _("A password has 200 characters at most."),
        "common": _("Too many people use this password: it is guessed first. Choose another one."),
    }.get(
        error.reason,
        _("Leave out your name, your address and the fund's name, or add more of your own."),
    )


# The first that fits, from the narrow errors to the wide ones.
SENTENCES: Mapping[type[KhatwaError], Sentence] = {
    AccountLength: _length,
    AccountKey: lambda _error: _("The key does not match the number. Please check every digit."),
    PostalBranch: lambda _error: _("A postal account number begins with 007 99999."),
    InvalidAccountNumber: lambda _error: _("This is not an account number: digits only, please."),
    InvalidAmount: _amount,
    InvalidMemberNumber: lambda _error: _(
        "A member number holds digits, strokes and dashes only. "
        "It stands on your affiliation papers."
    ),
    WrongCode: _wrong_code,
    CodeExpired: lambda _error: _("This code is no longer valid. Please ask for a new one."),
    TooManyTries: _too_many,
    InvalidPause: _pause,
    SameAccount: lambda _error: _(
        "This is the account of your present authorisation. Please enter another one."
    ),
    ShownChanged: lambda _error: _(
        "Something has changed since this page was shown. Please read it again, then confirm."
    ),
    WorksiteTaken: lambda _error: _(
        "One of these worksites is debited from another account already. Please choose others."
    ),
    UnknownWorksite: lambda _error: _("Please choose among your worksites."),
    WeakPassword: _weak,
    AlreadyOnStaff: lambda _error: _("Somebody with this address works for the fund already."),
    LastAdministrator: lambda _error: _(
        "This is the last administrator. Please make somebody else one first."
    ),
    AccountAlreadyCollecting: lambda _error: _(
        "You already have an authorisation on this account. Please enter another one."
    ),
    UnusableScan: _scan,
    AlreadyActs: lambda _error: _("This person acts for you already."),
    NoSuchContact: lambda _error: _("We have no such contact of yours. Your agency can add it."),
    PaymentKnown: lambda _error: _(
        "A payment with this number has been entered already. For a cheque, add the bank's code."
    ),
    TooManyOpen: lambda _error: _(
        "Your other requests are still open. Please wait for the answers."
    ),
}


def sentence_for(error: KhatwaError) -> str:
    """What a person reads about an error beside a field. Raises KeyError for one unforeseen."""
    for kind, sentence in SENTENCES.items():
        if isinstance(error, kind):
            return str(sentence(error))
    raise KeyError(error.code)
