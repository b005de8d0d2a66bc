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
    DeclaredElsewhere,
    IdempotencyKeyNeeded,
    IdempotencyKeyReused,
    InvalidAccountNumber,
    InvalidAgency,
    InvalidAmount,
    InvalidCampaign,
    InvalidChannel,
    InvalidCheckCode,
    InvalidClosedDay,
    InvalidClosing,
    InvalidLocalCode,
    InvalidMemberNumber,
    InvalidNote,
    InvalidPause,
    InvalidRate,
    InvalidRateDay,
    InvalidSchedule,
    InvalidSigningDay,
    InvalidTerm,
    KeyMayNot,
    KhatwaError,
    LastAdministrator,
    MonthAlreadyDeclared,
    NoSuchContact,
    NotDeclarable,
    NotFound,
    NothingDeclared,
    PaymentKnown,
    PostalBranch,
    SameAccount,
    ScheduleStands,
    ShownChanged,
    TooManyForms,
    TooManyKeys,
    TooManyOpen,
    TooManyTries,
    UnknownWorksite,
    UnusableScan,
    UnusableSheet,
    WeakPassword,
    WorksiteNameTaken,
    WorksiteTaken,
    WrongBody,
    WrongCode,
    WrongKey,
    WrongNumbers,
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


def _channel(error: InvalidChannel) -> Any:
    if error.field == "lead_days":
        return _("Please enter a number of days from 0 to %(most)s.", most=error.most)
    return {
        "host": _("Please enter the name or the address of the server."),
        "port": _("A port is a number from 1 to 65535."),
        "user": _("Please enter the user as the bank has given it."),
        "folder": _("Please enter a folder, without two points (..) in it."),
        "host_key": _("Please enter the whole public key, as the bank has given it."),
    }.get(str(error.field)) or _("Please enter a number from 1 to %(most)s.", most=error.most)


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


def _sheet(error: UnusableSheet) -> Any:
    return {
        "empty": _("Please choose a file."),
        "too_large": _("The file is too large: 5 megabytes at most, 2 for a CSV file."),
        "broken": _("The file is damaged. Please save the sheet again."),
        "old_excel": _(
            "This is an old Excel file, or one with a password. "
            "Please save it as XLSX or CSV, without a password."
        ),
        "locked": _("The file is protected by a password."),
        "macros": _("The file holds a program. Please save it as XLSX or CSV."),
        "entities": _("The file holds more than a sheet. Please save it as XLSX or CSV."),
        "too_dense": _("The file grows too large when it is unpacked."),
        "too_many_lines": _("The sheet has more than 10,000 lines."),
        "too_many_columns": _("The sheet has more than 256 columns."),
        "no_headings": _(
            "The first line does not have the headings of our sheet. "
            "Please copy your figures into it."
        ),
        "heading_twice": _("A heading stands twice in the sheet. Please leave one of them."),
        "no_lines": _("The sheet has no line with figures."),
    }.get(error.reason, _("Only CSV and XLSX files are taken."))


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


def _note(error: InvalidNote) -> Any:
    return {
        "empty": _("Please say it in a few words."),
        "too_long": _("This is too long."),
        "account": _("Please leave the account number out: notes are no place for it."),
        "past": _("A reminder is for today or later."),
    }.get(error.reason, _("This day is too far away. Please choose an earlier one."))


def _schedule(error: InvalidSchedule) -> Any:
    return {
        "count": _("This number of instalments is too small or too large."),
        "too_small": _("The amount is too small to be divided so often."),
        "past": _("This day is too near: the employer must be told of the debit before."),
        "too_far": _("This day is too far away. Please choose an earlier one."),
        "not_a_bank_day": _("Banks do not work on this day."),
        "order": _("This day is not after the one of the instalment before."),
        "empty": _("An instalment is above zero."),
    }.get(error.reason, _("The instalments must make exactly the sum of what is divided."))


def _weak(error: WeakPassword) -> Any:
    return {
        "too_short": _("A password has eight characters at least."),
        "too_long": _("A password has 200 characters at most."),
        "common": _("Too many people use this password: it is guessed first. Choose another one."),
    }.get(
        error.reason,
        _("Leave out your name, your address and the fund's name, or add more of your own."),
    )


def _term(error: InvalidTerm) -> Any:
    return {
        "inside_a_period": _(
            "A quarter would be cut. Please choose a month that begins one: January, April, July "
            "or October."
        ),
        "declared": _("This month or a later one is declared already. Please choose a later one."),
        "unchanged": _("They declare like this in that month already."),
    }.get(error.reason, _("This month is too far away."))


def _closing(error: InvalidClosing) -> Any:
    return {
        "to_come": _("This day is to come. Please close the worksite on that day or later."),
        "declared": _(
            "Workers are declared there for a later time. Please choose a later day, or correct "
            "that declaration first."
        ),
    }.get(error.reason, _("This is too long ago. Please choose a day of the last twelve months."))


def _rate(error: InvalidRate) -> Any:
    return {
        "empty": _("Please enter a rate."),
        "too_many_decimals": _("A rate has three decimals at most."),
        "too_large": _("A rate cannot be more than the whole."),
    }.get(error.reason, _("This is not a rate. Write it in figures, like 12,21."))


def _rate_day(error: InvalidRateDay) -> Any:
    earliest = f"{error.earliest:%d/%m/%Y}"
    return {
        "not_first_of_month": _("Please choose the first day of a month."),
        "declared": _(
            "Periods from that day on are declared already. The first day possible is %(day)s.",
            day=earliest,
        ),
    }.get(error.reason, _("Please choose a day that is to come: %(day)s or later.", day=earliest))


def _closed_day(error: InvalidClosedDay) -> Any:
    return {
        "past": _("A day that is past stays as it was. Please choose another day."),
        "too_far": _("The calendar goes eighteen months ahead. Please choose an earlier day."),
        "closed_already": _("This day is closed already. Please choose another day."),
    }.get(error.reason, _("This day is not closed."))


def _campaign(error: InvalidCampaign) -> Any:
    return {
        "before_first": _("The last day is before the first one."),
        "past": _("This day is past. Please choose another one."),
        "too_long": _("Open days last 60 days at most."),
        "begun": _("The open days have begun: their first day stays as it is."),
        "none": _("Please enter at least one place."),
        "too_many": _("Open days have 30 places at most."),
        "long": _("The name of a place is too long."),
        "twice": _("A place stands twice in the list."),
        "in_use": _("A device stands, or has stood, at a place that you took away: it stays."),
    }.get(error.reason, _("Please choose who works there, among the agency's staff."))


def _agency(error: InvalidAgency) -> Any:
    return {
        "code": _("A code has one to ten letters, digits and dashes."),
        "taken": _("Another agency has this code."),
        "wilaya_code": _("Please enter the number of the wilaya, in two digits."),
        "wilaya_taken": _("Another wilaya has this number."),
    }.get(error.reason, _("Please choose one of the list."))


def _local_code(error: InvalidLocalCode) -> Any:
    return {
        "empty": _("Please enter the code as the bank writes it."),
        "too_long": _("A bank's code has 35 characters at most."),
    }.get(error.reason, _("This code is one of the standard: it means what the standard says."))


def _signing_day(error: InvalidSigningDay) -> Any:
    return {
        "to_come": _("This day is to come. Please enter the day that stands on the form."),
    }.get(error.reason, _("The form did not exist on this day. Please enter the day on it."))


# The first that fits, from the narrow errors to the wide ones.
SENTENCES: Mapping[type[KhatwaError], Sentence] = {
    AccountLength: _length,
    AccountKey: lambda _error: _("The key does not match the number. Please check every digit."),
    PostalBranch: lambda _error: _("A postal account number begins with 007 99999."),
    InvalidAccountNumber: lambda _error: _("This is not an account number: digits only, please."),
    InvalidChannel: _channel,
    InvalidAmount: _amount,
    InvalidMemberNumber: lambda _error: _(
        "A member number holds digits, strokes and dashes only. "
        "It stands on your affiliation papers."
    ),
    InvalidCheckCode: lambda error: _(
        "The code has %(num)s letters and digits, in groups of four. Please check what you typed.",
        num=error.length,
    ),
    WrongCode: _wrong_code,
    CodeExpired: lambda _error: _("This code is no longer valid. Please ask for a new one."),
    TooManyTries: _too_many,
    InvalidPause: _pause,
    InvalidNote: _note,
    InvalidSchedule: _schedule,
    ScheduleStands: lambda _error: _(
        "This employer has a payment schedule already. It must end, or be withdrawn, first."
    ),
    InvalidTerm: _term,
    InvalidRate: _rate,
    InvalidRateDay: _rate_day,
    InvalidClosedDay: _closed_day,
    InvalidClosing: _closing,
    InvalidLocalCode: _local_code,
    InvalidCampaign: _campaign,
    InvalidAgency: _agency,
    SameAccount: lambda _error: _(
        "This is the account of your present authorisation. Please enter another one."
    ),
    ShownChanged: lambda _error: _(
        "Something has changed since this page was shown. Please read it again, then confirm."
    ),
    WorksiteTaken: lambda _error: _(
        "One of these worksites is debited from another account already. Please choose others."
    ),
    WorksiteNameTaken: lambda _error: _(
        "You have an open worksite of this name in this wilaya already. Please give another name."
    ),
    DeclaredElsewhere: lambda _error: _("This period is declared on the old portal, not here."),
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
    UnusableSheet: _sheet,
    WrongNumbers: lambda error: ngettext(
        "%(num)s line cannot be taken. No form was prepared.",
        "%(num)s lines cannot be taken. No form was prepared.",
        len(error.problems),
    ),
    TooManyForms: lambda error: ngettext(
        "At most %(num)s form is prepared at once.",
        "At most %(num)s forms are prepared at once.",
        error.most,
    ),
    InvalidSigningDay: _signing_day,
    AlreadyActs: lambda _error: _("This person acts for you already."),
    NoSuchContact: lambda _error: _("We have no such contact of yours. Your agency can add it."),
    PaymentKnown: lambda _error: _(
        "A payment with this number has been entered already. For a cheque, add the bank's code."
    ),
    TooManyOpen: lambda _error: _(
        "Your other requests are still open. Please wait for the answers."
    ),
    TooManyKeys: lambda error: ngettext(
        "You have %(num)s key already. Please revoke one that you no longer use.",
        "You have %(num)s keys already. Please revoke one that you no longer use.",
        error.most,
    ),
}

# What only programs are told.
SENTENCES_FOR_PROGRAMS: Mapping[type[KhatwaError], Sentence] = {
    WrongKey: lambda _error: _("This key opens nothing. Its employer can make another one."),
    KeyMayNot: lambda _error: _("Its employer did not give this key the right to do that."),
    IdempotencyKeyNeeded: lambda _error: _(
        "The header Idempotency-Key is missing, or is not 1 to 64 letters, digits and signs - _ . :"
    ),
    IdempotencyKeyReused: lambda _error: _(
        "This idempotency key came before with another body. Nothing was done."
    ),
    WrongBody: lambda _error: _("Some of what was sent must be corrected. Nothing was done."),
    NotDeclarable: lambda _error: _(
        "This period cannot be declared now: it is not over, too old, or not one of yours."
    ),
    MonthAlreadyDeclared: lambda _error: _("This period is declared already."),
    NothingDeclared: lambda _error: _(
        "There is no worksite in this declaration. If nobody worked, say so with nil."
    ),
    NotFound: lambda _error: _("There is nothing here, or it is not yours."),
}


def sentence_for(error: KhatwaError) -> str:
    """What a person reads about an error beside a field. Raises KeyError for one unforeseen."""
    return _sentence(error, SENTENCES)


def sentence_for_program(error: KhatwaError) -> str:
    """What a program is told about an error: what the pages say, and what only programs meet.

    Raises KeyError for one unforeseen.
    """
    return _sentence(error, {**SENTENCES_FOR_PROGRAMS, **SENTENCES})


def _sentence(error: KhatwaError, sentences: Mapping[type[KhatwaError], Sentence]) -> str:
    for kind, sentence in sentences.items():
        if isinstance(error, kind):
            return str(sentence(error))
    raise KeyError(error.code)
