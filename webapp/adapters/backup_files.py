"""A backup is one file: a tar of its manifest, the manifest's digest and the database's dump.

It gets its name when all of it is on disk, and never the name of another file. Whoever reads it
compares every byte with its digest before anything is done with it.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import shutil
import tarfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from webapp.adapters.storage import sha256_of, sync_folder
from webapp.domain.errors import BackupDamaged, BackupExists

MANIFEST: Final = "manifest.json"
DIGEST: Final = "manifest.sha256"
DUMP: Final = "dump"
COPIED_AT_ONCE: Final = 1024 * 1024
LARGEST_MANIFEST: Final = 64 * 1024


def write_backup(path: Path, manifest: Mapping[str, object], dump: Path) -> None:
    """Write the backup at `path`, open to its owner alone. Raises BackupExists."""
    if path.exists():
        raise BackupExists(name=path.name)
    told = json.dumps(dict(manifest), indent=2, sort_keys=True).encode() + b"\n"
    temporary = dump.with_name("backup.partial")
    with open(os.open(temporary, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
        with tarfile.open(fileobj=out, mode="w", format=tarfile.PAX_FORMAT) as tar:
            _add(tar, MANIFEST, told)
            _add(tar, DIGEST, hashlib.sha256(told).hexdigest().encode())
            entry = tarfile.TarInfo(DUMP)
            entry.size, entry.mode = dump.stat().st_size, 0o600
            with dump.open("rb") as content:
                tar.addfile(entry, content)
        out.flush()
        os.fsync(out.fileno())
    try:
        os.link(temporary, path)  # unlike a renaming, this never takes another file's place
    except FileExistsError:
        raise BackupExists(name=path.name) from None
    finally:
        temporary.unlink()
    sync_folder(path.parent)


def read_manifest(path: Path) -> dict[str, Any]:
    """What the backup says of itself, compared with its digest. Raises BackupDamaged."""
    try:
        with tarfile.open(path, "r:") as tar:
            return _manifest(tar)
    except (tarfile.TarError, OSError, EOFError):
        raise BackupDamaged(reason="no_backup") from None


def unpack_dump(path: Path, target: Path) -> dict[str, Any]:
    """Copy the dump to `target` once all of it is proved whole; its manifest.

    Raises BackupDamaged, and leaves nothing at `target` then.
    """
    manifest = read_manifest(path)
    try:
        with tarfile.open(path, "r:") as tar:
            content = _content(tar, DUMP)
            with open(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
                shutil.copyfileobj(content, out, COPIED_AT_ONCE)
                out.flush()
                os.fsync(out.fileno())
    except (tarfile.TarError, EOFError):
        target.unlink(missing_ok=True)
        raise BackupDamaged(reason="incomplete") from None
    if sha256_of(target) != manifest.get("sha256"):
        target.unlink()
        raise BackupDamaged(reason="dump")
    return manifest


def _add(tar: tarfile.TarFile, name: str, content: bytes) -> None:
    entry = tarfile.TarInfo(name)
    entry.size, entry.mode = len(content), 0o600
    tar.addfile(entry, io.BytesIO(content))


def _manifest(tar: tarfile.TarFile) -> dict[str, Any]:
    told = _content(tar, MANIFEST).read(LARGEST_MANIFEST)
    digest = _content(tar, DIGEST).read(LARGEST_MANIFEST)
    if hashlib.sha256(told).hexdigest().encode() != digest:
        raise BackupDamaged(reason="manifest")
    try:
        manifest = json.loads(told)
    except ValueError:
        raise BackupDamaged(reason="manifest") from None
    if not isinstance(manifest, dict):
        raise BackupDamaged(reason="manifest")
    return manifest


def _content(tar: tarfile.TarFile, name: str) -> Any:
    """The bytes under one name; nothing of the archive is ever written under its own name."""
    try:
        content = tar.extractfile(name)
    except KeyError:
        content = None
    if content is None:
        raise BackupDamaged(reason="incomplete")
    return content
