"""Every error that the service raises, as one tree.

    KhatwaError
    ├── InvalidInput
    │   ├── InvalidAmount
    │   ├── InvalidAccountNumber
    │   │   ├── AccountLength
    │   │   ├── AccountKey
    │   │   └── PostalBranch
    │   ├── InvalidPeriod
    │   ├── InvalidMemberNumber
    │   ├── InvalidPause
    │   ├── InvalidSchedule
    │   ├── InvalidTerm
    │   ├── InvalidRate
    │   ├── InvalidRateDay
    │   ├── InvalidChannel
    │   ├── InvalidClosedDay
    │   ├── InvalidClosing
    │   ├── WrongCode
    │   ├── WrongCredentials
    │   ├── WeakPassword
    │   ├── InvalidRow
    │   ├── WrongKey
    │   ├── WrongBody
    │   ├── IdempotencyKeyNeeded
    │   ├── UnusableScan
    │   └── UnusableSheet
    ├── RuleRefused
    │   ├── IllegalMove
    │   ├── MonthAlreadyDeclared
    │   ├── DeclaredElsewhere
    │   ├── AccountAlreadyCollecting
    │   ├── CodeExpired
    │   ├── TooManyTries
    │   ├── DraftChanged
    │   ├── RevisionChanged
    │   ├── MandateAlreadyActive
    │   ├── MandateNotInForce
    │   ├── SameAccount
    │   ├── SuspendedByBank
    │   ├── ShownChanged
    │   ├── CodeNeeded
    │   ├── WorksiteTaken
    │   ├── LastWorksite
    │   ├── WorksiteNameTaken
    │   ├── InvitationNotOpen
    │   ├── AlreadyOnStaff
    │   ├── LastAdministrator
    │   ├── UnknownWorksite
    │   ├── NothingDeclared
    │   ├── SecondPersonNeeded
    │   ├── NotADemonstration
    │   ├── RunAlreadyInProgress
    │   ├── RunInThePast
    │   ├── RunInTheFuture
    │   ├── AlreadyActs
    │   ├── TooManyOpen
    │   ├── MayNotSign
    │   ├── OwnAffair
    │   ├── NoSuchContact
    │   ├── PaperMissing
    │   ├── ScheduleStands
    │   ├── ScheduleOvertaken
    │   ├── CutOffPassed
    │   ├── ChannelTaken
    │   ├── KeyStillInUse
    │   ├── NotDeclarable
    │   ├── KeyMayNot
    │   ├── TooManyKeys
    │   ├── IdempotencyKeyReused
    │   ├── UnknownPosting
    │   ├── PaymentKnown
    │   ├── NoLongerPossible
    │   ├── AlreadyDone
    │   ├── SentNotReconciled
    │   ├── MayStillBeDebited
    │   ├── BackupExists
    │   ├── BackupNotForHere
    │   ├── DatabaseNotEmpty
    │   └── DatabaseInUse
    ├── NotFound
    ├── BankMessageError
    │   ├── UnreadableMessage
    │   ├── ForbiddenDoctype
    │   ├── UnsupportedMessage
    │   ├── MessageChanged
    │   ├── TotalsDiffer
    │   └── SchemaViolation
    ├── IntegrityAlarm
    │   ├── BooksUnbalanced
    │   ├── EventsTampered
    │   ├── RunDoesNotAddUp
    │   ├── FileAltered
    │   ├── JournalDamaged
    │   ├── JournalIncomplete
    │   ├── BackupDamaged
    │   └── SealBroken
    ├── TransportRefused
    ├── DeliveryUnknown
    ├── DemonstrationBankFailed
    ├── DocumentsUnavailable
    ├── DatabaseProgramMissing
    ├── DatabaseProgramFailed
    └── UnsafeConfiguration

An error carries what it is about as keyword parameters: in `params` and as attributes. Its text
is for logs; what a person reads is chosen elsewhere by `code`. No parameter ever holds a whole
account number.
"""

# ruff: noqa: N818  The names say what happened; "Error" at the end of forty of them says nothing.

from __future__ import annotations

import re
from datetime import date
from typing import ClassVar


class KhatwaError(Exception):
    """The root. `code` is the name of the class in snake_case, stable enough for tables."""

    code: ClassVar[str] = "khatwa_error"

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        cls.code = re.sub(r"(?<!^)(?=[A-Z])", "_", cls.__name__).lower()

    def __init__(self, **params: object) -> None:
        if "code" in params:
            raise TypeError("`code` names the error itself")
        super().__init__()
        self.params = params
        self.__dict__.update(params)

    def __str__(self) -> str:
        about = ", ".join(f"{name}={value}" for name, value in self.params.items())
        return f"{self.code}: {about}" if about else self.code


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


class InvalidMemberNumber(InvalidInput):
    """`text` does not look like a member number of the fund."""

    text: str


class InvalidPause(InvalidInput):
    """`reason`: past, reversed or too_long; of the first or the last day of a pause."""

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


class RuleRefused(KhatwaError):
    """Readable, but a rule of the fund forbids it."""


class IllegalMove(RuleRefused):
    """A `subject` cannot go from the state `source` to `target`."""

    subject: str
    source: str
    target: str


class MonthAlreadyDeclared(RuleRefused):
    """The employer already declared one of these `months`."""

    member_number: str
    months: tuple[str, ...]


class DeclaredElsewhere(RuleRefused):
    """The employer declares a month of this `period` on the old portal."""

    member_number: str
    period: str


class AccountAlreadyCollecting(RuleRefused):
    """Another mandate of this employer already collects from this account."""


class CodeExpired(RuleRefused):
    """The code is too old, used, or was tried too often: only a new one helps."""


class TooManyTries(RuleRefused):
    """Tried too often; `seconds` must pass first. `what` names the limit."""

    what: str
    seconds: int


class DraftChanged(RuleRefused):
    """The draft is not what the employer has just looked at: somebody typed meanwhile."""


class RevisionChanged(RuleRefused):
    """The revision that was `seen` is not the `latest`: somebody corrected the period meanwhile."""

    seen: int
    latest: int


class MandateAlreadyActive(RuleRefused):
    """The employer already has a default mandate."""


class MandateNotInForce(RuleRefused):
    """Only a mandate under which debits may be made, now or later, can be changed like this."""

    reference: str


class SameAccount(RuleRefused):
    """The new account is the one that the mandate has already."""


class SuspendedByBank(RuleRefused):
    """A bank refused: the employer does not resume the mandate, but signs anew."""

    reference: str


class ShownChanged(RuleRefused):
    """What follows is not what the employer was shown: something happened meanwhile."""


class CodeNeeded(RuleRefused):
    """This change of a mandate is signed with a fresh code."""


class WorksiteTaken(RuleRefused):
    """The `worksite` is debited under another exception."""

    worksite: str


class LastWorksite(RuleRefused):
    """An exception without a worksite is no exception: it is revoked."""


class WorksiteNameTaken(RuleRefused):
    """The employer has an open worksite of that name in that wilaya."""


class InvitationNotOpen(RuleRefused):
    """The invitation was used, withdrawn, or is too old."""


class AlreadyOnStaff(RuleRefused):
    """Somebody with this e-mail address works for the fund already."""


class LastAdministrator(RuleRefused):
    """Without this one nobody could administer the staff any more."""


class UnknownWorksite(RuleRefused):
    """No `worksite` of this employer has that code."""


class NothingDeclared(RuleRefused):
    """A declaration without a single line."""


class SecondPersonNeeded(RuleRefused):
    """Whoever made it cannot approve it."""


class NotADemonstration(RuleRefused):
    """The database holds more than a demonstration."""


class RunAlreadyInProgress(RuleRefused):
    """Another run holds the lock."""


class RunInThePast(RuleRefused):
    """A run for a day before the last run."""


class RunInTheFuture(RuleRefused):
    """A run for a day that has not come."""


class AlreadyActs(RuleRefused):
    """That person acts for the employer already."""


class TooManyOpen(RuleRefused):
    """At most so many (`most`) may wait for an answer at once."""

    most: int


class MayNotSign(RuleRefused):
    """Who acts for the employer has not the right to sign for it."""


class OwnAffair(RuleRefused):
    """The employer does this itself: nobody who acts for it may, whatever their rights."""


class NoSuchContact(RuleRefused):
    """The employer has no contact of that `channel` on file."""

    channel: str


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


class PaperMissing(RuleRefused):
    """A mandate is confirmed when its stamped paper is here."""

    reference: str


class ScheduleStands(RuleRefused):
    """The employer has a payment schedule (`reference`) already: one at a time."""

    reference: str


class ScheduleOvertaken(RuleRefused):
    """What the schedule (`reference`) takes up, or its days, no longer stand as proposed."""

    reference: str


class CutOffPassed(RuleRefused):
    """The bank no longer takes files for that collection day."""


class ChannelTaken(RuleRefused):
    """The `channel` has that account, or takes one of those banks."""

    channel: str


class KeyStillInUse(RuleRefused):
    """The `key` is the `current` one, or has sealed what was `found`: it cannot be taken away."""

    key: str
    current: bool
    found: dict[str, int]


class NotDeclarable(RuleRefused):
    """The employer may not declare this `period` now: not over, too long ago, or not theirs."""

    period: str


class KeyMayNot(RuleRefused):
    """The key of a program was not given this right: `may_read` or `may_file`."""

    right: str


class TooManyKeys(RuleRefused):
    """An employer has at most so many (`most`) keys at once."""

    most: int


class IdempotencyKeyReused(RuleRefused):
    """The same idempotency key came before with another body."""


class UnknownPosting(RuleRefused):
    """There is no posting `after`; the `last` one comes before it: the database is an older one."""

    after: int
    last: int


class PaymentKnown(RuleRefused):
    """That payment has been entered: the same `way` and `number`."""

    way: str
    number: str


class NoLongerPossible(RuleRefused):
    """A payment, request or due (`reference`) is not as it was: it is decided, paid or replaced."""

    reference: str


class AlreadyDone(RuleRefused):
    """The one-time `key` of this request was used before."""

    key: str


class SentNotReconciled(RuleRefused):
    """A backup of the instant `backup_at` was restored, and nobody has looked yet what was sent
    since: a run or a sending could debit somebody again."""

    backup_at: object


class MayStillBeDebited(RuleRefused):
    """What was sent under `end_to_end_id` is not set aside while the `dues` can be debited."""

    end_to_end_id: str
    dues: tuple[str, ...]


class BackupExists(RuleRefused):
    """There is a file called `name` already: no backup is ever overwritten."""

    name: str


class BackupNotForHere(RuleRefused):
    """`reason`: engine (a backup of the other kind of database) or revision (tables that this
    version of the service does not know); `found` says which."""

    reason: str
    found: str


class DatabaseNotEmpty(RuleRefused):
    """A backup takes the place of a database with content only when that is asked for."""


class DatabaseInUse(RuleRefused):
    """Another process works with the database, whose file cannot be exchanged now."""


class NotFound(KhatwaError):
    """No `kind` has that `reference`, or it belongs to somebody else."""

    kind: str
    reference: str


class BankMessageError(KhatwaError):
    """A message from or to a bank that cannot be taken; `file` names it where one is known."""

    file: str | None = None


class UnreadableMessage(BankMessageError):
    """Truncated or not well formed, at `line`."""

    line: int
    detail: str


class ForbiddenDoctype(BankMessageError):
    """A message with a DOCTYPE is never read."""


class UnsupportedMessage(BankMessageError):
    """A message of a kind that proves nothing to us."""

    name: str


class MessageChanged(BankMessageError):
    """The same message id came before with other bytes."""

    message_id: str


class TotalsDiffer(BankMessageError):
    """A count or sum in the message is not what its entries add up to."""

    what: str
    expected: object
    found: object


class SchemaViolation(BankMessageError):
    """The official schema refuses the file at `line`."""

    line: int
    detail: str


class IntegrityAlarm(KhatwaError):
    """Something that must hold whatever happens does not: a person must look at once."""


class BooksUnbalanced(IntegrityAlarm):
    """A pair of postings that does not sum to zero."""


class EventsTampered(IntegrityAlarm):
    """The chain of events does not hold at `position`.

    `what`: event_changed, event_missing, link_missing, event_slipped_in, unreadable, or
    head_missing when the chain does not hold the head that was printed.
    """

    position: int
    what: str


class RunDoesNotAddUp(IntegrityAlarm):
    """A count or sum of the run differs from the database's."""

    what: str
    expected: object
    found: object


class FileAltered(IntegrityAlarm):
    """The bytes of a file (`reference`) are not those that were written, or it is gone."""


class JournalDamaged(IntegrityAlarm):
    """The journal of what was sent cannot be read at `line`, which is not its torn end."""

    line: int


class JournalIncomplete(IntegrityAlarm):
    """The journal lacks the file `reference`, which has left; all of it, where that is empty."""

    reference: str


class BackupDamaged(IntegrityAlarm):
    """`reason`: no_backup, incomplete, manifest, dump or content; of a file that is not whole."""

    reason: str


class SealBroken(IntegrityAlarm):
    """A ciphertext was changed, moved to another row, or sealed with an unknown key."""


class TransportRefused(KhatwaError):
    """Nothing was delivered under `name`.

    `reason`: unusable_name, no_folder or different_file; of a server also no_key, unreachable,
    host_key (not the one that is known), not_let_in, not_written or interrupted.
    """

    name: str
    reason: str


class DeliveryUnknown(KhatwaError):
    """Whether `name` was delivered is not known; `reason`: no_answer or unreadable."""

    name: str
    reason: str


class DemonstrationBankFailed(KhatwaError):
    """The demonstration's bank did not start, did not answer, or refused what it was asked."""

    doing: str
    detail: str


class DocumentsUnavailable(KhatwaError):
    """No PDF can be written on this machine: the Debian `package` is missing."""

    package: str


class DatabaseProgramMissing(KhatwaError):
    """PostgreSQL's own `program` is not on this machine: the Debian `package` brings it."""

    program: str
    package: str


class DatabaseProgramFailed(KhatwaError):
    """PostgreSQL's own `program` ended with an error; `said` is the end of what it wrote."""

    program: str
    said: str


class UnsafeConfiguration(KhatwaError):
    """The service refuses to start with this `setting`."""

    setting: str
    why: str
