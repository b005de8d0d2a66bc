"""What the service keeps about people, for what purpose, for how long, and why so long.

One table, which the daily forgetting, its dry run and the register of processing all read (law
18-07, article 12 and following: purpose, storage limited in time). Every span is [house] where no
law fixes it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum


class Kept(StrEnum):
    """A kind of what is kept."""

    THROTTLES = "throttles"
    UNUSED_CODES = "unused_codes"
    KEPT_FORMS = "kept_forms"
    MANDATE_DRAFTS = "mandate_drafts"
    DECLARATION_DRAFTS = "declaration_drafts"
    DECLARATION_SHEETS = "declaration_sheets"
    MESSAGES = "messages"
    SESSIONS = "sessions"
    STAFF_INVITATIONS = "staff_invitations"
    RECOVERY_CODES = "recovery_codes"
    CORRECTION_REQUESTS = "correction_requests"
    NOTES = "notes"
    NEWS = "news"
    API_REQUESTS = "api_requests"
    MEMBERS = "members"
    DELEGATIONS = "delegations"
    STAFF = "staff"
    SIGNATURES = "signatures"
    MANDATE_PAPERS = "mandate_papers"
    DECLARATIONS = "declarations"
    DEBITS = "debits"
    NOTICES = "notices"
    BANK_MESSAGES = "bank_messages"
    BOOKS = "books"
    EVENTS = "events"


class Purpose(StrEnum):
    """What it is kept for."""

    STOP_GUESSING = "stop_guessing"
    PROVE_WHO_ACTS = "prove_who_acts"
    KEEP_WHAT_WAS_TYPED = "keep_what_was_typed"
    ANSWER_ALIKE = "answer_alike"
    REACH_PEOPLE = "reach_people"
    SHOW_ACCESS = "show_access"
    ANSWER_RIGHTS = "answer_rights"
    KNOW_MEMBERS = "know_members"
    PROVE_AUTHORISATION = "prove_authorisation"
    COLLECT = "collect"
    KEEP_BOOKS = "keep_books"
    PROVE_PROCESSING = "prove_processing"


class Since(StrEnum):
    """What the span is counted from."""

    MADE = "made"
    LAST_CHANGE = "last_change"
    ENDED = "ended"
    ANSWERED = "answered"
    END_OF_MEMBERSHIP = "end_of_membership"
    END_OF_MANDATE = "end_of_mandate"
    END_OF_YEAR = "end_of_year"  # of the year in whose books it stands


class Ground(StrEnum):
    """Why so long."""

    OF_NO_MORE_USE = "of_no_more_use"  # [house] nobody needs it afterwards
    LATE_QUESTIONS = "late_questions"  # [house] questions and abuse come up that late
    COMMERCIAL_RECORDS = "commercial_records"  # commercial code art. 12, law 07-11: ten years
    EVIDENCE = "evidence"  # law 15-04: as long as what was signed can be contested
    PERSONAL_DATA = "personal_data"  # law 18-07 and 25-11: the log of processing, rights


class Unit(StrEnum):
    DAYS = "days"
    YEARS = "years"


@dataclass(frozen=True, slots=True)
class Span:
    """How long."""

    number: int
    unit: Unit

    def before(self, now: datetime) -> datetime:
        """The instant so long before `now`; a year before 29 February is 28 February."""
        if self.unit is Unit.DAYS:
            return now - timedelta(days=self.number)
        year = now.year - self.number
        try:
            return now.replace(year=year)
        except ValueError:
            return now.replace(year=year, day=28)

    def __str__(self) -> str:
        one = self.number == 1
        return f"{self.number} {self.unit.value.removesuffix('s') if one else self.unit.value}"


@dataclass(frozen=True, slots=True)
class Retention:
    """One line of the register.

    What is `forgotten` goes by itself, every day. The rest are the fund's records, which no
    program deletes: the database refuses it.
    """

    kept: Kept
    purpose: Purpose
    span: Span
    since: Since
    ground: Ground
    forgotten: bool = True


def _days(number: int) -> Span:
    return Span(number, Unit.DAYS)


def _years(number: int) -> Span:
    return Span(number, Unit.YEARS)


def _record(kept: Kept, purpose: Purpose, since: Since, ground: Ground) -> Retention:
    """What stays for the ten years of the fund's records. (domain notes §6)"""
    return Retention(kept, purpose, _years(10), since, ground, forgotten=False)


RETENTIONS = (
    Retention(
        Kept.THROTTLES, Purpose.STOP_GUESSING, _days(2), Since.MADE, Ground.OF_NO_MORE_USE
    ),
    # A code that signed is evidence: it is kept with its signature.
    Retention(
        Kept.UNUSED_CODES, Purpose.PROVE_WHO_ACTS, _days(2), Since.MADE, Ground.OF_NO_MORE_USE
    ),
    Retention(
        Kept.KEPT_FORMS, Purpose.KEEP_WHAT_WAS_TYPED, _days(2), Since.MADE, Ground.OF_NO_MORE_USE
    ),
    Retention(
        Kept.MANDATE_DRAFTS, Purpose.KEEP_WHAT_WAS_TYPED, _days(1), Since.LAST_CHANGE,
        Ground.OF_NO_MORE_USE,
    ),
    Retention(
        Kept.DECLARATION_DRAFTS, Purpose.KEEP_WHAT_WAS_TYPED, _years(1), Since.LAST_CHANGE,
        Ground.OF_NO_MORE_USE,
    ),
    Retention(
        Kept.DECLARATION_SHEETS, Purpose.KEEP_WHAT_WAS_TYPED, _years(1), Since.LAST_CHANGE,
        Ground.OF_NO_MORE_USE,
    ),
    Retention(Kept.MESSAGES, Purpose.REACH_PEOPLE, _days(90), Since.MADE, Ground.LATE_QUESTIONS),
    Retention(Kept.SESSIONS, Purpose.SHOW_ACCESS, _years(1), Since.ENDED, Ground.LATE_QUESTIONS),
    Retention(
        Kept.STAFF_INVITATIONS, Purpose.PROVE_WHO_ACTS, _years(1), Since.ENDED,
        Ground.LATE_QUESTIONS,
    ),
    Retention(
        Kept.RECOVERY_CODES, Purpose.PROVE_WHO_ACTS, _years(1), Since.ENDED, Ground.LATE_QUESTIONS
    ),
    Retention(
        Kept.CORRECTION_REQUESTS, Purpose.ANSWER_RIGHTS, _years(3), Since.ANSWERED,
        Ground.PERSONAL_DATA,
    ),
    Retention(Kept.NOTES, Purpose.KNOW_MEMBERS, _years(3), Since.MADE, Ground.LATE_QUESTIONS),
    # What is told once is of that year: nothing older is found anew.
    Retention(Kept.NEWS, Purpose.REACH_PEOPLE, _years(2), Since.MADE, Ground.OF_NO_MORE_USE),
    # The program's own promise: what is sent again within a week is answered alike.
    Retention(
        Kept.API_REQUESTS, Purpose.ANSWER_ALIKE, _days(7), Since.MADE, Ground.OF_NO_MORE_USE
    ),
    _record(Kept.MEMBERS, Purpose.KNOW_MEMBERS, Since.END_OF_MEMBERSHIP, Ground.COMMERCIAL_RECORDS),
    _record(Kept.DELEGATIONS, Purpose.PROVE_WHO_ACTS, Since.ENDED, Ground.EVIDENCE),
    _record(Kept.STAFF, Purpose.PROVE_WHO_ACTS, Since.ENDED, Ground.EVIDENCE),
    _record(Kept.SIGNATURES, Purpose.PROVE_AUTHORISATION, Since.END_OF_MANDATE, Ground.EVIDENCE),
    _record(
        Kept.MANDATE_PAPERS, Purpose.PROVE_AUTHORISATION, Since.END_OF_MANDATE, Ground.EVIDENCE
    ),
    _record(Kept.DECLARATIONS, Purpose.COLLECT, Since.END_OF_YEAR, Ground.COMMERCIAL_RECORDS),
    _record(Kept.DEBITS, Purpose.COLLECT, Since.END_OF_YEAR, Ground.COMMERCIAL_RECORDS),
    _record(Kept.NOTICES, Purpose.REACH_PEOPLE, Since.END_OF_YEAR, Ground.EVIDENCE),
    _record(Kept.BANK_MESSAGES, Purpose.COLLECT, Since.END_OF_YEAR, Ground.COMMERCIAL_RECORDS),
    _record(Kept.BOOKS, Purpose.KEEP_BOOKS, Since.END_OF_YEAR, Ground.COMMERCIAL_RECORDS),
    _record(Kept.EVENTS, Purpose.PROVE_PROCESSING, Since.END_OF_YEAR, Ground.PERSONAL_DATA),
)  # fmt: skip


def retention_of(kept: Kept) -> Retention:
    """The line of the register for a kind."""
    return next(line for line in RETENTIONS if line.kept is kept)
