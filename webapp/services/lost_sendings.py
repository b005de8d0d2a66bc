"""What has left for the banks, and a restored database does not know."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from sqlalchemy import select
from sqlalchemy.orm import Session

from webapp.adapters.journal import SentJournal
from webapp.models import Attempt, BankFile
from webapp.services.journalling import SentAttempt, SentFile, attempts_in
from webapp.services.matching_sent import SentDebit
from webapp.services.sets import portions
from webapp.services.superseding import NEVER_SENT
from webapp.services.transactions import reading

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
    """What the journal has and the database has not; the journal is read twice, never held."""
    unknown: dict[str, SentAttempt] = {}
    for part in portions(attempts_in(journal.read(), files), ATTEMPTS_AT_ONCE):
        wanted = {attempt.end_to_end_id: attempt for attempt in part}
        with reading(session):
            known = session.scalars(
                select(Attempt.end_to_end_id)
                .join(BankFile, BankFile.id == Attempt.bank_file_id)
                .where(Attempt.end_to_end_id.in_(wanted), BankFile.status.not_in(NEVER_SENT))
            ).all()
        for end_to_end_id in wanted.keys() - set(known):
            unknown.pop(end_to_end_id, None)
        unknown |= {one: wanted[one] for one in wanted if one not in set(known)}
    keys = {key for attempt in unknown.values() for key in attempt.dues}
    last_debit_of: dict[str, str] = {}
    for attempt in attempts_in(journal.read(), files):
        last_debit_of.update((key, attempt.debit) for key in attempt.dues if key in keys)
    return Lost(
        {attempt.file: files[attempt.file] for attempt in unknown.values()},
        _debits(unknown.values(), last_debit_of),
    )


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
