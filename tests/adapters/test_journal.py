"""The journal of what was sent: no line is lost, whatever happens to the process that writes."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest

from tests.alone import ONE_FILE
from webapp.adapters.journal import SentJournal
from webapp.domain.errors import IntegrityAlarm, JournalDamaged

PROJECT = Path(__file__).parents[2]

# Appends groups of lines, and says after each append how many groups are certain.
WRITER = f"""{ONE_FILE}
from pathlib import Path
from webapp.adapters.journal import SentJournal

journal = SentJournal(Path(sys.argv[1]))
for group in range(int(sys.argv[2]), 10**9):
    journal.append({{"group": group, "line": n, "text": "x" * 3000}} for n in range(100))
    print(group, flush=True)
"""


@pytest.fixture
def journal(tmp_path: Path) -> SentJournal:
    return SentJournal(tmp_path / "sent.jsonl")


def sent(number: int) -> dict[str, object]:
    return {"end_to_end_id": f"D-{number}", "name": "مؤسسة الأمل"}


def test_what_was_appended_is_read_back_in_order(journal: SentJournal) -> None:
    journal.append([sent(1), sent(2)])
    journal.append([sent(3)])
    assert list(journal.read()) == [sent(1), sent(2), sent(3)]


def test_a_journal_that_was_never_written_is_empty(journal: SentJournal) -> None:
    assert list(journal.read()) == []


def test_the_journal_is_its_owners_alone(journal: SentJournal) -> None:
    journal.append([sent(1)])
    assert journal.path.stat().st_mode & 0o777 == 0o600


def test_lines_and_name_are_on_disk_before_append_returns(
    journal: SentJournal, monkeypatch: pytest.MonkeyPatch
) -> None:
    synced: list[tuple[bool, int]] = []
    fsync = os.fsync

    def watched(descriptor: int) -> None:
        path = Path(os.readlink(f"/proc/self/fd/{descriptor}"))
        synced.append((path.is_dir(), 0 if path.is_dir() else path.stat().st_size))
        fsync(descriptor)

    monkeypatch.setattr(os, "fsync", watched)
    journal.append(sent(number) for number in range(50_000))
    assert synced == [(False, journal.path.stat().st_size), (True, 0)]


def test_an_append_that_fails_leaves_none_of_its_lines(journal: SentJournal) -> None:
    def failing() -> Iterator[dict[str, object]]:
        for number in range(50_000):
            yield sent(number)
        raise ZeroDivisionError

    journal.append([sent(1)])
    with pytest.raises(ZeroDivisionError):
        journal.append(failing())
    assert list(journal.read()) == [sent(1)]


@pytest.mark.parametrize("cut", [1, 2, 10, 30])
def test_a_torn_last_line_is_passed_over_and_mended(journal: SentJournal, cut: int) -> None:
    journal.append([sent(1), sent(2)])
    whole = journal.path.read_bytes()
    journal.path.write_bytes(whole[:-cut])
    # When only the line's end is lost, the line itself is not.
    kept = [sent(1), sent(2)] if cut == 1 else [sent(1)]

    assert list(journal.read()) == kept
    journal.append([sent(3)])
    assert list(journal.read()) == [*kept, sent(3)]


def test_a_torn_line_longer_than_a_page_is_mended(journal: SentJournal) -> None:
    journal.append([sent(1)])
    with journal.path.open("ab") as file:
        file.write(b'{"end_to_end_id":"' + b"D" * 300_000)
    journal.append([sent(2)])
    assert list(journal.read()) == [sent(1), sent(2)]


def test_a_journal_of_one_torn_line_begins_anew(journal: SentJournal) -> None:
    journal.path.write_bytes(b"\0\0\0\0")
    journal.append([sent(1)])
    assert list(journal.read()) == [sent(1)]


@pytest.mark.parametrize("line", [b"{nonsense}\n", b"[1,2]\n", b"\n"])
def test_a_damaged_line_in_the_middle_is_an_alarm(journal: SentJournal, line: bytes) -> None:
    journal.append([sent(1)])
    with journal.path.open("ab") as file:
        file.write(line)
    journal.append([sent(2)])
    with pytest.raises(JournalDamaged) as alarm:
        list(journal.read())
    assert alarm.value.line == 2
    assert isinstance(alarm.value, IntegrityAlarm)


def test_two_writers_take_turns(journal: SentJournal) -> None:
    def write(group: int) -> None:
        journal.append({"group": group, "line": line, "text": "x" * 3000} for line in range(1000))

    threads = [threading.Thread(target=write, args=(group,)) for group in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    groups = [entry["group"] for entry in journal.read()]
    assert sorted(groups) == sorted([*range(3)] * 1000)
    assert sum(a != b for a, b in pairwise(groups)) == 2


def test_a_killed_writer_loses_no_line_that_was_reported(journal: SentJournal) -> None:
    seeded = random.Random(11)
    certain = -1
    for _ in range(3):  # each begins with a start of Python
        writer = subprocess.Popen(
            [sys.executable, "-c", WRITER, str(journal.path), str(certain + 1)],
            cwd=PROJECT,
            stdout=subprocess.PIPE,
        )
        with writer:
            assert writer.stdout is not None
            first = int(writer.stdout.readline())
            time.sleep(seeded.random() * 0.01)
            writer.kill()
            reported = [first, *map(int, writer.stdout.read().splitlines())]
        assert writer.returncode == -signal.SIGKILL
        certain = reported[-1]
        found = {(entry["group"], entry["line"]) for entry in journal.read()}
        wanted = {(group, line) for group in range(certain + 1) for line in range(100)}
        assert wanted <= found
