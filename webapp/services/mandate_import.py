"""Taking in mandates that were signed on paper before this service: all good lines, none twice.

Which are there already is asked of the database for a portion of lines at once; what the lines
before have taken is remembered, so that a dry run finds the same.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from webapp.adapters.vault import Vault
from webapp.domain.errors import InvalidRow
from webapp.models import (
    Employer,
    Language,
    Mandate,
    MandateSignature,
    MandateWorksite,
    SigningChannel,
    Worksite,
)
from webapp.services.mandate_lines import MandateLine, masked, read_mandates
from webapp.services.mandates import Signature, add_signed_mandates
from webapp.services.planning import ENDED
from webapp.services.sets import portions
from webapp.services.transactions import Progress, no_progress, transaction
from webapp.services.working_day import WorkingDay

LINES_AT_ONCE = 2_000

Refuse = Callable[[InvalidRow], None]
# What the evidence says instead of a text that was shown: nothing was.
TextOf = Callable[[MandateLine], str]
# An employer, and the index of an account or the code of a worksite.
Key = tuple[int, str]
# The column, the value and the reason for which a line cannot be taken in.
Wrong = tuple[str, str, str]


@dataclass(slots=True)
class MandateSummary:
    """What became of the lines; of those added, how many wait for their paper."""

    lines: int = 0
    refused: int = 0
    added: int = 0
    known: int = 0
    waiting: int = 0


@dataclass(frozen=True, slots=True)
class _Owner:
    id: int
    language: Language


@dataclass(slots=True)
class _Seen:
    """What the lines before have taken: by which line each account, employer and worksite is."""

    accounts: dict[Key, MandateLine] = field(default_factory=dict)
    covered: dict[int, int] = field(default_factory=dict)
    worksites: dict[Key, int] = field(default_factory=dict)

    def add(self, line: MandateLine, key: Key) -> None:
        self.accounts[key] = line
        self.worksites |= {(key[0], code): line.number for code in line.worksites}
        if not line.worksites:
            self.covered[key[0]] = line.number


@dataclass(frozen=True, slots=True)
class _There:
    """What the database holds of the employers of a portion.

    `imported`: what came from a sheet before, ended or not, by account, day and first ceiling.
    """

    imported: frozenset[tuple[int, str, date, int | None]]
    live: frozenset[Key]
    covered: frozenset[int]
    worksites: frozenset[Key]
    taken: frozenset[Key]


def import_mandates(
    session: Session,
    day: WorkingDay,
    vault: Vault,
    path: Path,
    text_of: TextOf,
    refuse: Refuse,
    progress: Progress = no_progress,
    *,
    dry_run: bool = False,
) -> MandateSummary:
    """Take in the sheet at `path` (its columns: `mandate_lines`); good lines are kept.

    The same sheet a second time changes nothing, also where a mandate of it has ended meanwhile.
    A mandate whose paper is here is in force; one without waits for it, whatever its bank.
    `text_of` a line is its evidence: no text was shown, but there is a paper. Every line that is
    not taken goes to `refuse`. With `dry_run` nothing is kept.

    Raises InvalidRow when the first line does not name the columns.
    """
    summary, seen = MandateSummary(), _Seen()
    for part in portions(read_mandates(path, day.today), LINES_AT_ONCE):
        summary.lines += len(part)
        with transaction(session):
            new = list(_new(session, vault, part, seen, summary, refuse))
            if new and not dry_run:
                signatures = [_signature(line, owner, text_of) for line, owner in new]
                add_signed_mandates(session, day, vault, signatures)
        summary.added += len(new)
        summary.waiting += sum(not line.paper for line, _ in new)
        progress("mandates", summary.lines, summary.lines)
    return summary


def _new(
    session: Session,
    vault: Vault,
    part: Sequence[MandateLine | InvalidRow],
    seen: _Seen,
    summary: MandateSummary,
    refuse: Refuse,
) -> Iterator[tuple[MandateLine, _Owner]]:
    """The lines that can be taken in; the others are known, or go to `refuse` in their order."""
    owners = _owners(session, [line for line in part if isinstance(line, MandateLine)])
    there = _there(session, [owner.id for owner in owners.values()])
    for line in part:
        if isinstance(line, InvalidRow):
            wrong: InvalidRow | None = line
        else:
            owner = owners.get(line.member_number, _Owner(0, Language.ARABIC))
            key = (owner.id, vault.blind_index(line.account.digits))
            if _is_known(line, key, there, seen):
                summary.known += 1
                continue
            wrong = _error(line, _what_is_wrong(line, key, there, seen))
            if wrong is None:
                seen.add(line, key)
                yield line, owner
        if wrong is not None:
            summary.refused += 1
            refuse(wrong)


def _is_known(line: MandateLine, key: Key, there: _There, seen: _Seen) -> bool:
    """It came from a sheet before, or stands in this one already, word for word."""
    before = seen.accounts.get(key)
    if before is not None:
        return replace(before, number=line.number) == line
    return (*key, line.signed_on, line.ceiling) in there.imported


def _what_is_wrong(line: MandateLine, key: Key, there: _There, seen: _Seen) -> Wrong | None:
    owner, last4 = key[0], line.account.last4
    if not owner:
        return "member_number", line.member_number, "unknown_employer"
    if key in seen.accounts:
        return "account", last4, f"contradicts_line {seen.accounts[key].number}"
    if key in there.live or any(one[:3] == (*key, line.signed_on) for one in there.imported):
        return "account", last4, "has_another_mandate"
    if not line.worksites:
        if owner in seen.covered:
            return "worksites", "", f"all_taken_by_line {seen.covered[owner]}"
        if owner in there.covered:
            return "member_number", line.member_number, "has_a_mandate"
    for code in line.worksites:
        if (owner, code) not in there.worksites:
            return "worksites", code, "unknown_worksite"
        if (owner, code) in seen.worksites:
            return "worksites", code, f"taken_by_line {seen.worksites[owner, code]}"
        if (owner, code) in there.taken:
            return "worksites", code, "worksite_taken"
    return None


def _error(line: MandateLine, wrong: Wrong | None) -> InvalidRow | None:
    if wrong is None:
        return None
    column, value, reason = wrong
    return masked(InvalidRow(line=line.number, column=column, value=value, reason=reason))


def _owners(session: Session, lines: Sequence[MandateLine]) -> dict[str, _Owner]:
    rows = session.execute(
        select(Employer.member_number, Employer.id, Employer.language).where(
            Employer.member_number.in_({line.member_number for line in lines})
        )
    )
    return {row.member_number: _Owner(row.id, row.language) for row in rows}


def _there(session: Session, owners: Sequence[int]) -> _There:
    theirs = Mandate.employer_id.in_(owners)
    live = session.execute(
        select(Mandate.employer_id, Mandate.account_index, Mandate.is_default).where(
            theirs, Mandate.status.not_in(ENDED)
        )
    ).all()
    imported = session.execute(
        select(
            Mandate.employer_id,
            Mandate.account_index,
            Mandate.signed_on,
            MandateSignature.ceiling_centimes,
        )
        .join(
            MandateSignature,
            and_(MandateSignature.mandate_id == Mandate.id, MandateSignature.number == 1),
        )
        .where(theirs, MandateSignature.channel == SigningChannel.IMPORT)
    )
    worksites = select(Worksite.employer_id, Worksite.code).where(Worksite.employer_id.in_(owners))
    taken = worksites.join(MandateWorksite, MandateWorksite.worksite_id == Worksite.id).where(
        MandateWorksite.ended_at.is_(None)
    )
    return _There(
        imported=frozenset((row[0], row[1], row[2], row[3]) for row in imported),
        live=frozenset((row[0], row[1]) for row in live),
        covered=frozenset(row[0] for row in live if row.is_default),
        worksites=frozenset((row[0], row[1]) for row in session.execute(worksites)),
        taken=frozenset((row[0], row[1]) for row in session.execute(taken)),
    )


def _signature(line: MandateLine, owner: _Owner, text_of: TextOf) -> Signature:
    return Signature(
        member_number=line.member_number,
        account=line.account,
        text=text_of(line),
        language=owner.language,
        ceiling=line.ceiling,
        covers_arrears=line.covers_arrears,
        worksites=line.worksites,
        text_version="paper",
        channel=SigningChannel.IMPORT,
        quality=line.quality,
        signatory_name=line.signatory_name,
        signed_on=line.signed_on,
        paper_received=bool(line.paper),
    )
