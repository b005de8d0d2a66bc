"""What has left for the banks, and a restored database does not know."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from sqlalchemy import select
from sqlalchemy.orm import Session

from webapp.adapters.journal import SentJournal
from webapp.domain.statuses import BankFileStatus
from webapp.models import Attempt, BankFile, EarlierFile
from webapp.services.journalling import SentAttempt, SentFile, attempts_in
from webapp.services.lost_files import give_up_file
from webapp.services.matching_sent import SentDebit
from webapp.services.sets import parts, portions
from webapp.services.superseding import NEVER_SENT
from webapp.services.transactions import reading, transaction
from webapp.services.working_day import WorkingDay

ATTEMPTS_AT_ONCE = 2_000


@dataclass(frozen=True, slots=True)
class Lost:
    """What left and the database does not know: its debits in the order in which they left."""

    files: Mapping[str, SentFile]
    debits: Sequence[SentDebit]

    @property
    def dues(self) -> set[str]:
        """The keys of all dues that are concerned."""
        return {key for one in self.debits for key in one.last.dues}


def find_lost(session: Session, files: Mapping[str, SentFile], journal: SentJournal) -> Lost:
    """What the journal has and the database has not; the journal is read twice, never held.

    What the database knows in another file than it left in last is not known to have left.
    """
    unknown: dict[str, SentAttempt] = {}
    for part in portions(attempts_in(journal.read(), files), ATTEMPTS_AT_ONCE):
        known = _known(session, part)
        for attempt in part:
            unknown.pop(attempt.end_to_end_id, None)
            if (attempt.end_to_end_id, attempt.file) not in known:
                unknown[attempt.end_to_end_id] = attempt
    keys = {key for attempt in unknown.values() for key in attempt.dues}
    last_debit_of: dict[str, str] = {}
    for attempt in attempts_in(journal.read(), files):
        last_debit_of.update((key, attempt.debit) for key in attempt.dues if key in keys)
        last = unknown.get(attempt.end_to_end_id)
        if last is not None and attempt.file not in (last.file, *last.earlier):
            unknown[attempt.end_to_end_id] = replace(last, earlier=(*last.earlier, attempt.file))
    names = {name for attempt in unknown.values() for name in (attempt.file, *attempt.earlier)}
    return Lost({name: files[name] for name in names}, _debits(unknown.values(), last_debit_of))


def give_up_lost_files(session: Session, day: WorkingDay, lost: Lost) -> None:
    """That something of a file in doubt left once more proves that two people called it lost."""
    earlier = {one.end_to_end_id for sent in lost.debits for one in sent.attempts if one.earlier}
    for part in parts(sorted(earlier)):
        with transaction(session):
            doubtful = session.scalars(
                select(BankFile.id)
                .join(Attempt, Attempt.bank_file_id == BankFile.id)
                .where(Attempt.end_to_end_id.in_(part), BankFile.status == BankFileStatus.UNKNOWN)
                .distinct()
            ).all()
            for file_id in doubtful:
                give_up_file(session, day, file_id)


def _known(session: Session, attempts: Sequence[SentAttempt]) -> set[tuple[str, str]]:
    """Of these, the EndToEndIds that the database knows to have left, each with its files."""
    mine = Attempt.end_to_end_id.in_({one.end_to_end_id for one in attempts})
    with reading(session):
        now = session.execute(
            select(Attempt.end_to_end_id, BankFile.reference)
            .join(BankFile, BankFile.id == Attempt.bank_file_id)
            .where(mine, BankFile.status.not_in(NEVER_SENT))
        )
        before = session.execute(
            select(Attempt.end_to_end_id, BankFile.reference)
            .join(EarlierFile, EarlierFile.attempt_id == Attempt.id)
            .join(BankFile, BankFile.id == EarlierFile.bank_file_id)
            .where(mine)
        )
        return {(row[0], row[1]) for found in (now, before) for row in found}


def _debits(
    attempts: Iterable[SentAttempt], last_debit_of: Mapping[str, str]
) -> Sequence[SentDebit]:
    """The attempts by their debits, in the order in which the last of each left."""
    place = {attempt.end_to_end_id: number for number, attempt in enumerate(attempts)}
    by_debit = sorted(attempts, key=lambda one: (one.debit, one.number))
    debits = []
    for debit, own in groupby(by_debit, key=lambda one: one.debit):
        mine = tuple(own)
        overtaken = any(last_debit_of[key] != debit for key in mine[-1].dues)
        debits.append(SentDebit(mine, overtaken))
    return sorted(debits, key=lambda one: place[one.last.end_to_end_id])
