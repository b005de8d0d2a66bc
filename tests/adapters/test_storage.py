"""Writing files: all of the bytes under the final name, or nothing, whatever happens."""

from __future__ import annotations

import hashlib
import os
import random
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import BinaryIO

import pytest

from tests.alone import ONE_FILE
from webapp.adapters.storage import sha256_of, write_atomically

CONTENT = b"<Document/>" * 1000
PROJECT = Path(__file__).parents[2]

# Writes one file of a known content again and again, slowly enough to be killed in the middle.
WRITER = f"""{ONE_FILE}
from pathlib import Path
from webapp.adapters.storage import write_atomically

def produce(out):
    for number in range(2000):
        out.write(b"%06d\\n" % number * 200)

print("ready", flush=True)
while True:
    write_atomically(Path(sys.argv[1]), produce)
"""
WRITERS_CONTENT = b"".join(b"%06d\n" % number * 200 for number in range(2000))


def write_content(out: BinaryIO) -> None:
    out.write(CONTENT)


def names_in(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_the_file_holds_what_was_produced_and_its_digest_is_returned(tmp_path: Path) -> None:
    path = tmp_path / "F-1.xml"
    digest = write_atomically(path, write_content)
    assert path.read_bytes() == CONTENT
    assert digest == sha256_of(path) == hashlib.sha256(CONTENT).hexdigest()
    assert names_in(tmp_path) == ["F-1.xml"]


def test_a_failure_inside_leaves_nothing(tmp_path: Path) -> None:
    def fail(out: BinaryIO) -> None:
        out.write(CONTENT)
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        write_atomically(tmp_path / "F-1.xml", fail)
    assert names_in(tmp_path) == []


def test_a_failure_inside_leaves_the_file_that_was_there(tmp_path: Path) -> None:
    def fail(out: BinaryIO) -> None:
        out.write(b"half of it")
        raise KeyboardInterrupt

    path = tmp_path / "F-1.xml"
    write_atomically(path, write_content)
    with pytest.raises(KeyboardInterrupt):
        write_atomically(path, fail)
    assert path.read_bytes() == CONTENT
    assert names_in(tmp_path) == ["F-1.xml"]


@pytest.mark.parametrize("umask", [0, 0o077])
@pytest.mark.parametrize("mode", [0o600, 0o640])
def test_the_mode_is_the_one_asked_for_whatever_the_umask(
    tmp_path: Path, umask: int, mode: int
) -> None:
    before = os.umask(umask)
    try:
        write_atomically(tmp_path / "F-1.xml", write_content, mode)
    finally:
        os.umask(before)
    assert (tmp_path / "F-1.xml").stat().st_mode & 0o777 == mode


def test_bytes_and_name_are_on_disk_in_that_order(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    steps: list[str] = []
    fsync, rename = os.fsync, Path.rename

    def watched_fsync(descriptor: int) -> None:
        synced = Path(os.readlink(f"/proc/self/fd/{descriptor}"))
        size = os.fstat(descriptor).st_size
        steps.append("folder" if synced.is_dir() else f"{synced.name} {size}")
        fsync(descriptor)

    def watched_rename(path: Path, target: Path) -> Path:
        steps.append("rename")
        return rename(path, target)

    monkeypatch.setattr(os, "fsync", watched_fsync)
    monkeypatch.setattr(Path, "rename", watched_rename)
    write_atomically(tmp_path / "F-1.xml", write_content)
    assert steps == [f".F-1.xml.partial {len(CONTENT)}", "rename", "folder"]


def test_what_was_written_cannot_be_written_again(tmp_path: Path) -> None:
    def go_back(out: BinaryIO) -> None:
        out.write(CONTENT)
        out.seek(0)

    with pytest.raises(OSError, match="not seekable"):
        write_atomically(tmp_path / "F-1.xml", go_back)


def test_a_full_disk_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        write_atomically(tmp_path / "F-1.xml", write_content)
    assert names_in(tmp_path) == []


def test_two_writers_of_one_file_take_turns(tmp_path: Path) -> None:
    path = tmp_path / "F-1.xml"
    turns: list[bytes] = []

    def write(letter: bytes) -> None:
        def produce(out: BinaryIO) -> None:
            turns.append(letter)
            for _ in range(20):
                out.write(letter * 100_000)
                out.flush()

        write_atomically(path, produce)

    threads = [threading.Thread(target=write, args=(letter,)) for letter in (b"a", b"b", b"c")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(turns) == len(threads)
    assert path.read_bytes() == turns[-1] * 2_000_000
    assert names_in(tmp_path) == ["F-1.xml"]


def test_a_killed_writer_leaves_nothing_or_its_temporary_file(tmp_path: Path) -> None:
    seeded = random.Random(7)
    left_overs = 0
    for attempt in range(4):  # each begins with a start of Python
        folder = tmp_path / str(attempt)
        folder.mkdir()
        path = folder / "F-1.xml"
        writer = subprocess.Popen(
            [sys.executable, "-c", WRITER, str(path)], cwd=PROJECT, stdout=subprocess.PIPE
        )
        with writer:
            assert writer.stdout is not None
            assert writer.stdout.readline() == b"ready\n"
            time.sleep(seeded.random() * 0.02)
            writer.kill()
        assert writer.returncode == -signal.SIGKILL
        assert set(names_in(folder)) <= {"F-1.xml", ".F-1.xml.partial"}
        if path.exists():
            assert path.read_bytes() == WRITERS_CONTENT
        left_overs += (folder / ".F-1.xml.partial").exists()

        write_atomically(path, write_content)
        assert path.read_bytes() == CONTENT
        assert names_in(folder) == ["F-1.xml"]
    assert left_overs >= 1, "the kills came too late or too early to prove anything"
