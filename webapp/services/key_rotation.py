"""Rotation of keys: whatever is sealed under an older key is sealed anew under the current one.

Each portion is one short transaction, and what is done is known again by its own first bytes: a
rotation that was killed goes on where it was. Pages and runs may go on meanwhile.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy import ColumnElement, Update, and_, bindparam, func, select, update
from sqlalchemy.orm import Session

from webapp.adapters.archive import SUFFIX, key_ids, reseal_file
from webapp.adapters.vault import SEPARATOR, Vault
from webapp.domain.errors import KeyStillInUse, SealBroken
from webapp.services.sealed_values import SEALED, SealedColumn
from webapp.services.transactions import Progress, no_progress, reading, transaction

ROWS_AT_ONCE = 2_000


@dataclass(slots=True)
class Rotation:
    """How many values and files were sealed anew, and by name those that no key opens."""

    values: int = 0
    files: int = 0
    unopened: list[str] = field(default_factory=list)


def reseal_everything(
    session: Session, vault: Vault, home: Path, progress: Progress = no_progress
) -> Rotation:
    """Seal under the vault's current key what is sealed under any other, rows first, then files.

    What no key opens is left as it is and told by name; everything else goes on.
    """
    rotation = Rotation()
    for sealed in SEALED:
        _reseal_column(session, vault, sealed, rotation, progress)
    files = [path for path in sealed_files(home) if key_ids(path) != {vault.current}]
    for done, path in enumerate(files, 1):
        try:
            reseal_file(path, vault)
            rotation.files += 1
        except SealBroken:
            rotation.unopened.append(str(path))
        progress("files", done, len(files))
    return rotation


def sealed_files(home: Path) -> Iterator[Path]:
    """Every file under `home` that is kept encrypted."""
    return (path for path in sorted(home.rglob(f"*{SUFFIX}")) if path.is_file())


def find_sealed_under(session: Session, home: Path, key_id: str) -> dict[str, int]:
    """How many values of each column, and how many files, a key has sealed."""
    found = {}
    for sealed in SEALED:
        with reading(session):
            found[sealed.name] = _count(session, sealed, _begins_with(sealed, key_id))
    found["files"] = sum(key_id in key_ids(path) for path in sealed_files(home))
    return {name: count for name, count in found.items() if count}


def refuse_if_in_use(session: Session, home: Path, vault: Vault, key_id: str) -> None:
    """Raise KeyStillInUse while a key is the current one, or anything is sealed under it."""
    found = find_sealed_under(session, home, key_id)
    if key_id == vault.current or found:
        raise KeyStillInUse(key=key_id, current=key_id == vault.current, found=found)


def _reseal_column(
    session: Session, vault: Vault, sealed: SealedColumn, rotation: Rotation, progress: Progress
) -> None:
    """One column, in the order of its table's keys: a row that cannot be opened is passed once."""
    old = and_(func.length(sealed.column) > 0, ~_begins_with(sealed, vault.current))
    with reading(session):
        total = _count(session, sealed, old)
    last, done = None, 0
    while True:
        with transaction(session):
            rows = _next_rows(session, sealed, old, last)
            changes = _sealed_anew(vault, sealed, rows, rotation)
            if changes:
                session.connection().execute(_change_of(sealed), changes)
        if not rows:
            return
        last = rows[-1]["row"]
        rotation.values += len(changes)
        done += len(rows)
        progress(sealed.name, done, max(done, total))


def _next_rows(
    session: Session, sealed: SealedColumn, old: ColumnElement[bool], last: int | None
) -> Sequence[Any]:
    """Some rows after the last one; what is changed meanwhile moves none of them."""
    key = _key(sealed)
    fields = [getattr(sealed.model, name) for name in sealed.fields]
    query = select(key.label("row"), *fields, sealed.column.label("before")).where(old)
    if last is not None:
        query = query.where(key > last)
    return session.execute(query.order_by(key).limit(ROWS_AT_ONCE)).mappings().all()


def _sealed_anew(
    vault: Vault, sealed: SealedColumn, rows: Sequence[Any], rotation: Rotation
) -> list[dict[str, Any]]:
    """The change of each row that opens."""
    changes = []
    for row in rows:
        context = sealed.context_of(**{name: row[name] for name in sealed.fields})
        try:
            anew = vault.seal_bytes(vault.open_bytes(row["before"], context), context)
        except SealBroken:
            rotation.unopened.append(f"{sealed.name} {context}")
        else:
            changes.append({"row": row["row"], "before": row["before"], "anew": anew})
    return changes


def _change_of(sealed: SealedColumn) -> Update:
    """Changes one row, unless somebody has written something else there meanwhile."""
    table = sealed.model.__table__
    column = table.c[sealed.column.key]
    return (
        update(table)
        .where(_key(sealed) == bindparam("row"), column == bindparam("before"))
        .values({column: bindparam("anew")})
    )


def _key(sealed: SealedColumn) -> ColumnElement[int]:
    """The one column of the table's primary key."""
    [key] = sealed.model.__table__.primary_key
    return key  # type: ignore[no-any-return]


def _begins_with(sealed: SealedColumn, key_id: str) -> ColumnElement[bool]:
    first = key_id.encode() + SEPARATOR
    return func.substr(sealed.column, 1, len(first)) == first


def _count(session: Session, sealed: SealedColumn, *conditions: ColumnElement[bool]) -> int:
    query = select(func.count()).select_from(sealed.model).where(*conditions)
    return session.scalar(query) or 0
