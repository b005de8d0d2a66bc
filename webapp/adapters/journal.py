"""The append-only record, outside the database, of what was about to be sent to a bank.

After a backup is restored the database has forgotten what was sent since; this file has not.
One JSON object per line. An append that returned is on disk. One that was cut short by a crash
may have left some of its lines, whole ones: its file was not sent, and is journalled again when
it is. So a reader may meet the same line twice, and never misses one.
"""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from webapp.adapters.storage import sync_folder
from webapp.domain.errors import JournalDamaged

READ_AT_ONCE: Final = 64 * 1024
WRITTEN_AT_ONCE: Final = 1024 * 1024


class SentJournal:
    def __init__(self, path: Path) -> None:
        self.path = path

    def append(self, lines: Iterable[Mapping[str, Any]]) -> None:
        """Write these objects at the end; they are on disk when this returns.

        When the iterable raises, none of them stays. The torn line of an earlier crash is cut
        off first: it was never reported as written. Two processes take turns.
        """
        descriptor = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            _mend_end(descriptor)
            start = os.fstat(descriptor).st_size
            try:
                _write_lines(descriptor, lines)
            except BaseException:
                os.ftruncate(descriptor, start)
                raise
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
        sync_folder(self.path.parent)

    def read(self) -> Iterator[dict[str, Any]]:
        """Every object in the order of writing; a torn last line is passed over.

        Raises JournalDamaged for any other line that is not a JSON object.
        """
        if not self.path.exists():
            return
        with self.path.open("rb") as journal:
            for number, line in enumerate(journal, 1):
                entry = _decoded(line)
                if entry is not None:
                    yield entry
                elif line.endswith(b"\n"):
                    raise JournalDamaged(line=number)


def _write_lines(descriptor: int, lines: Iterable[Mapping[str, Any]]) -> None:
    pending = bytearray()
    for line in lines:
        pending += _encoded(line)
        if len(pending) >= WRITTEN_AT_ONCE:
            _write_all(descriptor, pending)
            pending.clear()
    _write_all(descriptor, pending)


def _write_all(descriptor: int, data: bytes | bytearray) -> None:
    rest = bytes(data)
    while rest:
        rest = rest[os.write(descriptor, rest) :]


def _encoded(line: Mapping[str, Any]) -> bytes:
    return json.dumps(dict(line), ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


def _decoded(line: bytes) -> dict[str, Any] | None:
    try:
        entry = json.loads(line)
    except ValueError:
        return None
    return entry if isinstance(entry, dict) else None


def _mend_end(descriptor: int) -> None:
    """Let the journal end with a whole line: complete the last one, or cut it off when torn."""
    size = os.fstat(descriptor).st_size
    start = _start_of_last_line(descriptor, size)
    if start == size:
        return
    if _decoded(os.pread(descriptor, size - start, start)) is None:
        os.ftruncate(descriptor, start)
    else:
        _write_all(descriptor, b"\n")  # Only the line's end was lost.


def _start_of_last_line(descriptor: int, size: int) -> int:
    """Where the bytes after the last line's end begin; `size` when there are none."""
    end = size
    while end > 0:
        begin = max(0, end - READ_AT_ONCE)
        found = os.pread(descriptor, end - begin, begin).rfind(b"\n")
        if found >= 0:
            return begin + found + 1
        end = begin
    return 0
