"""Writes files so that under their final name there is either all of their bytes or nothing."""

from __future__ import annotations

import fcntl
import hashlib
import io
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Final, cast

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer

WRITTEN_AT_ONCE: Final = 1024 * 1024


def write_atomically(path: Path, produce: Callable[[BinaryIO], None], mode: int = 0o600) -> str:
    """Let `produce` write the file at `path`, and return the SHA-256 (hex) of its bytes.

    The bytes go to a temporary name in the same folder, which begins with a dot so that nobody
    takes it for a file; they are on disk before the file gets its name, and the name is on disk
    before this returns. When `produce` raises, neither name is left. A process that is killed
    leaves at most the temporary name, which the next writing of the same file takes over.
    """
    with _claimed(path.with_name(f".{path.name}.partial")) as (descriptor, temporary):
        try:
            os.fchmod(descriptor, mode)
            raw = _HashedFile(descriptor)
            # Closed in every case: a buffer left open would be written later, into whatever file
            # has got the same descriptor by then.
            with io.BufferedWriter(raw, WRITTEN_AT_ONCE) as out:
                produce(cast(BinaryIO, out))
            os.fsync(descriptor)
            temporary.rename(path)
        except BaseException:
            temporary.unlink(missing_ok=True)
            raise
        sync_folder(path.parent)
        return raw.sha256.hexdigest()


def sha256_of(path: Path) -> str:
    """The SHA-256 (hex) of the file's bytes."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def sync_folder(folder: Path) -> None:
    """Put on disk which names the folder holds: a new or renamed file survives a power cut."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@contextmanager
def _claimed(temporary: Path) -> Iterator[tuple[int, Path]]:
    """The temporary file, empty and locked: two writers of the same file take turns."""
    while True:
        descriptor = os.open(temporary, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            if _is_named(descriptor, temporary):
                os.ftruncate(descriptor, 0)
                yield descriptor, temporary
                return
            # Whoever held the lock has renamed the file meanwhile: it is not ours to empty.
        finally:
            os.close(descriptor)


def _is_named(descriptor: int, path: Path) -> bool:
    try:
        return os.path.samestat(os.fstat(descriptor), path.stat())
    except FileNotFoundError:
        return False


class _HashedFile(io.FileIO):
    """A file that is written once from its beginning, and hashed as it goes to disk."""

    def __init__(self, descriptor: int) -> None:
        super().__init__(descriptor, "wb", closefd=False)
        self.sha256 = hashlib.sha256()

    def write(self, data: ReadableBuffer, /) -> int:
        written = super().write(data)
        self.sha256.update(memoryview(data)[:written])
        return written

    def seekable(self) -> bool:
        """What was hashed cannot be written again."""
        return False
