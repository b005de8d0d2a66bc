"""What the office does with a bank file beside approving it: send it now, carry it, replace it.

Nothing here carries bytes: a file that is asked for leaves with the next sending, which holds the
run's lock and may take minutes. And nothing moves a file that somebody else has moved meanwhile.
"""

from __future__ import annotations

from pathlib import Path

from sqlalchemy.orm import Session

from webapp.adapters.journal import SentJournal
from webapp.domain.errors import CutOffPassed, IllegalMove, NoLongerPossible, SecondPersonNeeded
from webapp.domain.file_acts import BY_HAND, FileMark, FileStanding
from webapp.domain.statuses import BankFileStatus, DebitStatus
from webapp.models import Subject
from webapp.services.after_restore import refuse_until_reconciled
from webapp.services.bank_files import (
    NOBODY,
    SENDING,
    AnyRow,
    check_bytes,
    find_bank_file,
    is_past_cut_off,
    move_debits,
    move_file,
    move_from,
)
from webapp.services.events import record
from webapp.services.file_standings import standings_of
from webapp.services.journalling import journal_lines
from webapp.services.lost_files import give_up_file
from webapp.services.superseding import NEVER_SENT, supersede_file
from webapp.services.transactions import transaction
from webapp.services.working_day import WorkingDay

APPROVED, UNKNOWN = BankFileStatus.APPROVED, BankFileStatus.UNKNOWN


def ask_to_send(session: Session, day: WorkingDay, reference: str, outbox: Path) -> None:
    """The file is to leave now: an approved one, or one in doubt that two people let go again.

    Raises NotFound, IllegalMove in another state, NoLongerPossible when it was asked for already,
    CutOffPassed, FileAltered, and SentNotReconciled after the return to a backup.
    """
    refuse_until_reconciled(session)
    with transaction(session):
        file, standing = _look(session, reference)
        if file.status is not APPROVED and not (file.status is UNKNOWN and standing.agreed_by):
            raise _illegal(file, SENDING)
        if standing.asked_at is not None:
            raise NoLongerPossible(reference=reference)
        _check_it_may_leave(day, file, outbox)
        _mark(session, day, file, FileMark.ASKED)


def carry_by_hand(
    session: Session, day: WorkingDay, reference: str, outbox: Path, journal: SentJournal
) -> None:
    """Somebody takes the approved file to the bank: from now on no sending takes it.

    It is in doubt, with its debits, until the bank's receipt is entered: said before anybody
    carries it, for two ways at once would be two files at the bank. Raises NotFound, IllegalMove,
    NoLongerPossible when it is asked for, CutOffPassed, FileAltered, SentNotReconciled.
    (design.md §5: what leaves is journalled and claimed first)
    """
    refuse_until_reconciled(session)
    with transaction(session):
        file = _to_carry(session, day, reference, outbox)
    journal.append(journal_lines(session, day, file))
    with transaction(session):
        file = _to_carry(session, day, reference, outbox)
        move_file(session, day, file, SENDING, BY_HAND)
        move_from(session, day, file.id, SENDING, UNKNOWN, BY_HAND)
        move_debits(session, day, file.id, DebitStatus.FROZEN, DebitStatus.UNKNOWN)


def replace_file(session: Session, day: WorkingDay, reference: str) -> int:
    """Take back a file of which no byte has left; a new one takes over its debits with the next
    run. Returns how many.

    They keep their day and their notice; after the bank's hour they get another one of each, as a
    missed run gives them. Raises NotFound and IllegalMove.
    """
    with transaction(session):
        file = find_bank_file(session, reference)
        if file.status not in NEVER_SENT:
            raise _illegal(file, BankFileStatus.SUPERSEDED)
        if not is_past_cut_off(day, file):
            return supersede_file(session, day, file.id, DebitStatus.ANNOUNCED)
        return supersede_file(
            session, day, file.id, DebitStatus.PLANNED, collect_on=day.feasible_on
        )


def say_missing(session: Session, day: WorkingDay, reference: str) -> None:
    """The bank has written that it has not got the file; a second person must say so too.

    Raises NotFound, IllegalMove for a file that is not in doubt, NoLongerPossible when somebody
    has said so already, and SecondPersonNeeded when the actor is no person.
    """
    with transaction(session):
        file, standing = _in_doubt(session, day, reference)
        if standing.missing_by:
            raise NoLongerPossible(reference=reference)
        _mark(session, day, file, FileMark.MISSING)


def agree_missing(session: Session, day: WorkingDay, reference: str, outbox: Path) -> None:
    """A second person has read the bank's word as well: the same file is to be sent again.

    Under the same name, with the same bytes: what the bank has got after all it gets once. After
    the bank's hour it counts as lost instead, and its debits are planned anew, also when two had
    agreed before and it did not leave in time. Raises NotFound, IllegalMove for a file that is not
    in doubt, NoLongerPossible when nobody has said that it is missing or, before the hour, two
    have, SecondPersonNeeded for who said so first, FileAltered and SentNotReconciled.
    (design.md §5)
    """
    refuse_until_reconciled(session)
    with transaction(session):
        file, standing = _in_doubt(session, day, reference)
        too_late = is_past_cut_off(day, file)
        if not standing.missing_by or (standing.agreed_by and not too_late):
            raise NoLongerPossible(reference=reference)
        if standing.missing_by == day.actor:
            raise SecondPersonNeeded(reference=reference)
        if too_late:
            give_up_file(session, day, file.id)
            return
        check_bytes(file, outbox)
        _mark(session, day, file, FileMark.AGREED)


def _look(session: Session, reference: str) -> tuple[AnyRow, FileStanding]:
    """The file, locked, and what its events tell."""
    file = find_bank_file(session, reference)
    return file, standings_of(session, [file.id])[file.id]


def _in_doubt(session: Session, day: WorkingDay, reference: str) -> tuple[AnyRow, FileStanding]:
    file, standing = _look(session, reference)
    if file.status is not UNKNOWN:
        raise _illegal(file, SENDING)
    if day.actor in NOBODY:
        raise SecondPersonNeeded(reference=reference)
    return file, standing


def _to_carry(session: Session, day: WorkingDay, reference: str, outbox: Path) -> AnyRow:
    file, standing = _look(session, reference)
    if file.status is not APPROVED:
        raise _illegal(file, SENDING)
    if standing.asked_at is not None:
        raise NoLongerPossible(reference=reference)
    _check_it_may_leave(day, file, outbox)
    return file


def _check_it_may_leave(day: WorkingDay, file: AnyRow, outbox: Path) -> None:
    if is_past_cut_off(day, file):
        raise CutOffPassed(reference=file.reference)
    check_bytes(file, outbox)


def _mark(session: Session, day: WorkingDay, file: AnyRow, mark: FileMark) -> None:
    """Say something of a file that stays where it is."""
    record(session, day, Subject.BANK_FILE, [file.id], file.status, file.status.value, mark.value)


def _illegal(file: AnyRow, target: BankFileStatus) -> IllegalMove:
    return IllegalMove(subject="BankFile", source=file.status.value, target=target.value)
