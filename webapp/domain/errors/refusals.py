"""What a rule forbids, although it can be read."""

# ruff: noqa: N818  The names say what happened; "Error" at the end of forty of them says nothing.

from __future__ import annotations

from webapp.domain.errors.root import KhatwaError


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


class AmountContested(RuleRefused):
    """What would change is contested: not before the contest is answered or taken back."""

    worksite: str


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


class NotInGoodStanding(RuleRefused):
    """A certificate says that nothing is overdue, and something is."""


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
