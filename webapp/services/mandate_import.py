"""Taking in mandates that were signed on paper before this service: all good lines, none twice."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import select, tuple_
from sqlalchemy.orm import Session

from webapp.adapters.vault import Vault
from webapp.domain.errors import InvalidRow
from webapp.models import Employer, Language, Mandate, MandateWorksite, SigningChannel, Worksite
from webapp.services.mandate_lines import MandateLine, read_mandates
from webapp.services.mandates import Signature, add_signed_mandates
from webapp.services.planning import ENDED
from webapp.services.transactions import Progress, no_progress, transaction
from webapp.services.working_day import WorkingDay

LINES_AT_ONCE = 500
TEXT_ON_PAPER = "Signed on paper before this service; the paper: {paper}"

Refuse = Callable[[InvalidRow], None]


@dataclass(slots=True)
class MandateSummary:
    """What became of the lines."""

    lines: int = 0
    refused: int = 0
    added: int = 0
    known: int = 0


def import_mandates(
    session: Session,
    day: WorkingDay,
    vault: Vault,
    path: Path,
    refuse: Refuse,
    progress: Progress = no_progress,
    *,
    dry_run: bool = False,
) -> MandateSummary:
    """Take in the sheet at `path` (its columns: `mandate_lines`); good lines are kept.

    A mandate of the same employer on the same account is known: the same sheet a second time
    changes nothing. The evidence says that it was signed on paper, and where the paper is. With
    `dry_run` nothing is kept. Raises InvalidRow when the first line does not name the columns.
    """
    summary = MandateSummary()
    for part in _portions(read_mandates(path, day.today)):
        summary.lines += len(part)
        good = [line for line in part if isinstance(line, MandateLine)]
        for line in part:
            if isinstance(line, InvalidRow):
                _refuse(summary, refuse, line)
        with transaction(session):
            new = _new(session, vault, good, summary, refuse)
            if new and not dry_run:
                add_signed_mandates(session, day, vault, [_signature(line) for line in new])
        summary.added += len(new)
        progress("mandates", summary.lines, summary.lines)
    return summary


def _portions(
    lines: Iterator[MandateLine | InvalidRow],
) -> Iterator[list[MandateLine | InvalidRow]]:
    part: list[MandateLine | InvalidRow] = []
    for line in lines:
        part.append(line)
        if len(part) == LINES_AT_ONCE:
            yield part
            part = []
    if part:
        yield part


def _signature(line: MandateLine) -> Signature:
    return Signature(
        member_number=line.member_number,
        account=line.account,
        text=TEXT_ON_PAPER.format(paper=line.paper),
        language=Language.FRENCH,
        ceiling=line.ceiling,
        covers_arrears=line.covers_arrears,
        worksites=line.worksites,
        text_version="paper",
        channel=SigningChannel.IMPORT,
        quality=line.quality,
        signed_on=line.signed_on,
        paper_received=True,
    )


Key = tuple[int, str]


@dataclass(slots=True)
class _Known:
    """What is there already, and what the lines before have added to it.

    Mandates by employer and account; employers with a default mandate; worksites by employer and
    code, and those under an exception.
    """

    mandates: set[Key]
    covered: set[int]
    worksites: set[Key]
    taken: set[Key]

    def refusal(self, line: MandateLine, owner: int) -> tuple[str, str, str] | None:
        """The column, value and reason for which a line cannot be taken in; None when it can."""
        wanted = {(owner, code) for code in line.worksites}
        if not owner:
            return "member_number", line.member_number, "unknown_employer"
        if not line.worksites and owner in self.covered:
            return "member_number", line.member_number, "has_a_mandate"
        if wanted - self.worksites:
            return "worksites", " ".join(line.worksites), "unknown_worksite"
        if wanted & self.taken:
            return "worksites", " ".join(line.worksites), "worksite_taken"
        return None

    def add(self, line: MandateLine, key: Key) -> None:
        self.mandates.add(key)
        self.taken |= {(key[0], code) for code in line.worksites}
        if not line.worksites:
            self.covered.add(key[0])


def _new(
    session: Session,
    vault: Vault,
    lines: Sequence[MandateLine],
    summary: MandateSummary,
    refuse: Refuse,
) -> list[MandateLine]:
    """The lines that can be taken in; the others are known, or go to `refuse`."""
    numbers = [line.member_number for line in lines]
    owners = dict(
        session.execute(
            select(Employer.member_number, Employer.id).where(Employer.member_number.in_(numbers))
        ).all()
    )
    keys = [
        (owners.get(line.member_number, 0), vault.blind_index(line.account.digits))
        for line in lines
    ]
    known = _known(session, list(owners.values()), keys)
    new = []
    for line, key in zip(lines, keys, strict=True):
        if key in known.mandates:
            summary.known += 1
            continue
        wrong = known.refusal(line, key[0])
        if wrong is None:
            known.add(line, key)
            new.append(line)
            continue
        column, value, reason = wrong
        row = InvalidRow(line=line.number, column=column, value=value, reason=reason)
        _refuse(summary, refuse, row)
    return new


def _known(session: Session, owners: Sequence[int], keys: Sequence[Key]) -> _Known:
    live = (Mandate.status.not_in(ENDED), Mandate.employer_id.in_(owners))
    worksites = select(Worksite.employer_id, Worksite.code).where(Worksite.employer_id.in_(owners))
    taken = worksites.join(MandateWorksite, MandateWorksite.worksite_id == Worksite.id).where(
        MandateWorksite.ended_at.is_(None)
    )
    mandates = select(Mandate.employer_id, Mandate.account_index).where(
        *live, tuple_(Mandate.employer_id, Mandate.account_index).in_(keys)
    )
    return _Known(
        mandates={(row[0], row[1]) for row in session.execute(mandates)},
        covered=set(session.scalars(select(Mandate.employer_id).where(*live, Mandate.is_default))),
        worksites={(row[0], row[1]) for row in session.execute(worksites)},
        taken={(row[0], row[1]) for row in session.execute(taken)},
    )


def _refuse(summary: MandateSummary, refuse: Refuse, row: InvalidRow) -> None:
    summary.refused += 1
    refuse(row)
