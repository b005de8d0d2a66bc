"""The figures by which the fund collects, as settings with their defaults.

Marks as in the domain notes: [likely] has one good source; [house] is the fund's own rule, shown
to users as its setting and never as law.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import time
from zlib import crc32

# A wait is longer by none to five twentieths: few enough for those that wait alike to share one
# statement.
STEPS_OF_DELAY = 6


@dataclass(frozen=True)
class CollectionRules:
    """What the fund may change without a programmer. Days are calendar or bank days as named."""

    # [house] A declaration is filed and paid within this many calendar days of its period's end.
    filing_offset_days: int = 30

    # [likely] The annual wage return (DAS) is due within so many calendar days from 1 July.
    annual_return_days: int = 30

    # [house] The provider may take this long to report that a notice did not arrive.
    delivery_bank_days: int = 1

    # [house] An employer knows of a debit for this long before it happens.
    notice_bank_days: int = 5

    # [house] A due becomes part of a planned debit this long before its day.
    plan_ahead_bank_days: int = 8

    # [house] A bank file may be frozen this long before the day of its bank's cut-off.
    freeze_ahead_bank_days: int = 1

    # [house] Presentations of one due to the bank, the first one included.
    max_attempts: int = 3

    # [house] All of them within this many calendar days of the first.
    representation_window_days: int = 28

    # [house] Of debits from an account that took another's place, nothing is told for this long.
    new_account_quiet_hours: int = 48

    # [house] The employer suspends an authorisation for at most this many calendar days at once,
    # unless it is until they resume; and not further ahead than that.
    longest_pause_days: int = 366

    # [house] An employer may declare periods that ended within this many months.
    declarable_months: int = 12

    # [house] A figure further than this many percent from the last one of its worksite is asked
    # about before the declaration is filed, and never refused.
    questioned_difference_percent: int = 30

    # [house] An authorisation without any debit for this many months ends; so does one whose
    # stamped paper has not come for that many.
    dormant_months: int = 36
    unconfirmed_months: int = 6

    # [house] Its employer is told this many calendar days before.
    expiry_notice_days: int = 30

    # [house] Of a paper that has not come, the employer is told this many days before it is due.
    paper_notice_days: int = 7

    # [house] A mandate from a sheet whose paper is not here waits for it so many calendar days,
    # where its bank says nothing else.
    paper_days: int = 30

    # [house] A bank file whose work is done stays in the outbox for this many calendar days.
    outbox_days: int = 30

    # [house] A bank that has said nothing of a file for so many bank days after its collection day,
    # or after it was sent, is silent.
    bank_silence_bank_days: int = 3

    # [house] A payment schedule has so many instalments, the last one within so many months.
    least_instalments: int = 2
    most_instalments: int = 24
    schedule_months: int = 24

    # [house] An instalment that no debit is under way for is missed so many calendar days after
    # its day: time enough to sign a new authorisation.
    missed_after_days: int = 15

    # [house] A certificate of good standing holds for at most so many days, and never past the next
    # deadline to declare.
    certificate_days: int = 90

    # [house] A payment made elsewhere that one of the staff enters needs a second person above so
    # many centimes: a million dinars.
    second_person_above: int = 100_000_000

    # [house] An employer may contest what was received until so many calendar days afterwards.
    contest_days: int = 60

    # [house] The fund answers a contest within so many bank days.
    contest_answer_bank_days: int = 15

    def __post_init__(self) -> None:
        if min(vars(self).values()) < 0 or self.max_attempts < 1:
            raise ValueError("collection rules count days and attempts from zero or one up")

    @property
    def announce_ahead_bank_days(self) -> int:
        """Bank days from the sending of a notice to the debit: its delivery, then the notice."""
        return self.delivery_bank_days + self.notice_bank_days


@dataclass(frozen=True)
class Limit:
    """At most `tries` of something within `minutes` of the first, for one subject or for all."""

    name: str
    tries: int
    minutes: int


@dataclass(frozen=True)
class MessageRules:
    """How messages are sent and tried again. [house]"""

    # Whoever takes a message to send it has it for this long; afterwards another may take it.
    lease_seconds: int = 120

    # No try takes longer than this: none begins that could outlast the lease.
    longest_try_seconds: int = 100

    # The wait after the first try that failed; it doubles with each, up to the longest. Somebody
    # waits for a code.
    first_wait_seconds: int = 60
    first_wait_of_code_seconds: int = 10
    longest_wait_seconds: int = 6 * 3600

    # After so many tries, some three days, a message is undeliverable.
    most_tries: int = 20

    # A worker looks for new messages this often.
    seconds_between_rounds: int = 5

    # A worker sends so many notices, then looks whether a code came meanwhile.
    notices_of_a_round: int = 100

    def __post_init__(self) -> None:
        if not 0 < self.longest_try_seconds < self.lease_seconds:
            raise ValueError("a try that outlasts its lease is made twice")

    def wait_after(self, tries: int, reference: str, *, is_code: bool = False) -> int:
        """Seconds until the next try, after so many that failed.

        Up to a quarter more, by the reference: what failed together does not come back together.
        """
        first = self.first_wait_of_code_seconds if is_code else self.first_wait_seconds
        wait = int(min(first * 2 ** (tries - 1), self.longest_wait_seconds))
        return wait + wait * (crc32(f"{reference}:{tries}".encode()) % STEPS_OF_DELAY) // 20


@dataclass(frozen=True)
class WorkerRules:
    """How the workers of a run live, and when one counts as lost. [house]"""

    # A worker that is idle looks for jobs this often; it is told of most at once.
    seconds_between_looks: float = 5

    # It shows this often that it lives, and looks whether others do. One that has not for so long
    # is lost, and what it had in hand is done by another worker; by the run, after as long again.
    heartbeat_seconds: float = 2
    lost_after_seconds: float = 10

    # Told to end, it may work on for so long; then it stops between two notices.
    grace_seconds: float = 3

    def __post_init__(self) -> None:
        if not 0 < self.heartbeat_seconds < self.lost_after_seconds:
            raise ValueError("a worker that lives would count as lost")


@dataclass(frozen=True)
class AccessRules:
    """How employers sign in and stay signed in. [house] (design notes §8)"""

    # A one-time code is good for this long, and for this many tries.
    code_minutes: int = 10
    code_tries: int = 5

    # Another code is sent for the same act only after this long.
    resend_seconds: int = 60

    # A session ends when nothing happened for so long, and always after so many hours.
    idle_minutes: int = 15
    session_hours: int = 8

    # An act of weight needs a code given within this long.
    proof_minutes: int = 10

    # What was typed into a form whose session had expired is kept for this long.
    kept_form_hours: int = 8

    # What was typed for an authorisation that was not signed is kept for this long.
    draft_hours: int = 24

    # Never counted by address: forty people share the network of an open day.
    codes_per_member: Limit = Limit("codes of a member", 5, 30)
    codes_for_all: Limit = Limit("codes for all", 600, 5)
    tries_of_all: Limit = Limit("tries of all", 3_000, 5)
    checks_for_all: Limit = Limit("checks of papers", 600, 5)

    # Programs with a key of an employer; what shows no good key is counted apart, so that it
    # shuts nobody out.
    requests_per_key: Limit = Limit("requests of a key", 300, 5)
    requests_for_all: Limit = Limit("requests of keys", 6_000, 5)
    wrong_keys_for_all: Limit = Limit("wrong keys", 600, 5)

    # Calendars ask again every few hours, on each device of their employer.
    reads_per_calendar: Limit = Limit("reads of a calendar", 60, 5)
    wrong_calendars_for_all: Limit = Limit("wrong calendars", 600, 5)

    # An employer has at most so many keys at once.
    most_keys: int = 10

    # A program sends at most so many bytes, and so many worksites in one declaration.
    largest_body: int = 512 * 1024
    most_lines: int = 2_000


@dataclass(frozen=True)
class StaffRules(AccessRules):
    """How the fund's own people sign in; their sessions last as long as the employers'. [house]"""

    # Between the password and the second factor.
    waiting_minutes: int = 10

    # An act of weight needs a second factor given within this long.
    proof_minutes: int = 5

    # A link to choose a password is good for this long.
    invitation_days: int = 3

    passwords_per_member: Limit = Limit("passwords of a member", 10, 15)
    passwords_for_all: Limit = Limit("passwords for all", 600, 5)
    factors_per_member: Limit = Limit("second factors of a member", 5, 15)
    factors_for_all: Limit = Limit("second factors for all", 600, 5)


@dataclass(frozen=True)
class DeviceRules:
    """Devices of the fund at open days. [house] (design notes §8)"""

    # A code opens a device within so many minutes of being made.
    code_minutes: int = 15

    # A device is open for one shift.
    shift_hours: int = 12

    # Nobody has touched it for so long: it asks; then nothing of the employer stays on it.
    idle_seconds: int = 90
    warning_seconds: int = 30

    # A code on its screen lets a phone go on within so many minutes.
    hand_over_minutes: int = 5

    # Forms on paper that are prepared at once.
    most_forms: int = 500

    codes_for_all: Limit = Limit("codes of devices", 60, 5)
    # Wrong ones in a row: the right one begins anew.
    pins_per_device: Limit = Limit("pins of a device", 5, 15)
    hand_overs_for_all: Limit = Limit("hand-overs", 300, 5)


@dataclass(frozen=True)
class HealthRules:
    """From when on somebody must look. [house]"""

    # On a bank day the run has ended by this hour in Algiers.
    run_ends_by: time = time(9)

    # A file may be in doubt, or on its way, for so many hours.
    doubt_hours: int = 24
    sending_hours: int = 1

    # One that somebody wants to leave now leaves within so many minutes, or nobody sends.
    asked_minutes: int = 15

    # A message may wait for so many minutes after it should have been tried.
    stuck_minutes: int = 30

    # So many of the last links of the chain of events are computed again.
    checked_links: int = 500
