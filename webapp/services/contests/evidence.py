"""What employers send along with a contest: checked, kept sealed, shown to nobody without trace."""

from __future__ import annotations

import hashlib
import secrets
from pathlib import Path

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from webapp.adapters.archive import open_file, seal_content, sealed_path
from webapp.adapters.scans import media_type_of
from webapp.adapters.vault import Vault
from webapp.domain.errors import FileAltered, NotFound
from webapp.domain.roles import Scope
from webapp.models import Contest, ContestPaper, Employer, Subject
from webapp.services.events import record
from webapp.services.staff.employers import in_scope
from webapp.services.transactions import transaction
from webapp.services.working_day import WorkingDay


def keep_evidence(
    session: Session,
    day: WorkingDay,
    vault: Vault,
    folder: Path,
    contest_id: int,
    content: bytes,
) -> None:
    """Seal what proves a contest and write its row; inside the caller's transaction.

    Raises UnusableScan.
    """
    kind, paper = media_type_of(content), secrets.token_hex(16)
    # On disk before its row: a row without its file would be a lie, a file alone is nothing.
    seal_content(content, paper, folder, vault)
    session.add(
        ContestPaper(
            reference=paper,
            contest_id=contest_id,
            media_type=kind,
            size=len(content),
            sha256=hashlib.sha256(content).hexdigest(),
            received_at=day.now,
        )
    )
    session.flush()


def read_evidence(
    session: Session, day: WorkingDay, vault: Vault, folder: Path, scope: Scope, paper: str
) -> tuple[str, bytes]:
    """The kind and the bytes of an evidence, for the office; the look is an event, written first.

    Raises NotFound, also for another agency's, and the IntegrityAlarms FileAltered and SealBroken
    when its file is gone or is not what was received.
    """
    return _read(session, day, vault, folder, paper, "contest_paper", *in_scope(scope))


def read_own_evidence(
    session: Session, day: WorkingDay, vault: Vault, folder: Path, employer_id: int, paper: str
) -> tuple[str, bytes]:
    """The same for the employer who has sent it."""
    return _read(session, day, vault, folder, paper, None, Employer.id == employer_id)


def _read(
    session: Session,
    day: WorkingDay,
    vault: Vault,
    folder: Path,
    paper: str,
    look: str | None,
    *mine: ColumnElement[bool],
) -> tuple[str, bytes]:
    with transaction(session):
        row = session.execute(
            select(
                Contest.employer_id,
                ContestPaper.media_type,
                ContestPaper.sha256,
                ContestPaper.size,
            )
            .join(Contest, Contest.id == ContestPaper.contest_id)
            .join(Employer, Employer.id == Contest.employer_id)
            .where(ContestPaper.reference == paper, *mine)
        ).first()
        if row is None:
            raise NotFound(kind="paper", reference=paper)
        if look is not None:
            record(session, day, Subject.EMPLOYER, [row.employer_id], None, "opened", look)
    sealed = sealed_path(folder, paper, row.sha256)
    if not sealed.exists():
        raise FileAltered(reference=paper)
    # Each piece is bound to the file's name, its place and their number: nothing else opens.
    content = b"".join(open_file(sealed, paper, vault))
    if len(content) != row.size:
        raise FileAltered(reference=paper)
    return row.media_type, content
