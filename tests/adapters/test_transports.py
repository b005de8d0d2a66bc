"""The folder transport: a complete file once, never over another one."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from webapp.adapters.transports import FolderTransport, Transport
from webapp.domain.errors import TransportRefused


@pytest.fixture
def source(tmp_path: Path) -> Path:
    path = tmp_path / "F-1.xml"
    path.write_bytes(b"<Document/>")
    return path


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "delivered"
    folder.mkdir()
    return folder


def test_the_bytes_arrive_under_the_name_and_nothing_else_does(source: Path, folder: Path) -> None:
    transport: Transport = FolderTransport(folder)
    transport.deliver(source, "F-1.xml")
    assert [path.name for path in folder.iterdir()] == ["F-1.xml"]
    assert (folder / "F-1.xml").read_bytes() == source.read_bytes()
    assert (folder / "F-1.xml").stat().st_mode & 0o777 == 0o600


def test_delivering_the_same_bytes_again_changes_nothing(source: Path, folder: Path) -> None:
    transport = FolderTransport(folder)
    transport.deliver(source, "F-1.xml")
    before = (folder / "F-1.xml").stat()
    transport.deliver(source, "F-1.xml")
    after = (folder / "F-1.xml").stat()
    assert (before.st_ino, before.st_mtime_ns) == (after.st_ino, after.st_mtime_ns)


def test_another_file_of_that_name_is_never_overwritten(source: Path, folder: Path) -> None:
    (folder / "F-1.xml").write_bytes(b"another")
    with pytest.raises(TransportRefused, match="different_file"):
        FolderTransport(folder).deliver(source, "F-1.xml")
    assert (folder / "F-1.xml").read_bytes() == b"another"


@pytest.mark.parametrize("name", ["../F-1.xml", "a/F-1.xml", "", ".", "..", ".F-1.xml", "/F-1.xml"])
def test_a_name_never_leaves_the_folder(source: Path, folder: Path, name: str) -> None:
    with pytest.raises(TransportRefused, match="unusable_name"):
        FolderTransport(folder).deliver(source, name)
    assert list(folder.iterdir()) == []


def test_a_missing_folder_is_refused_and_not_made(source: Path, tmp_path: Path) -> None:
    missing = tmp_path / "unplugged"
    with pytest.raises(TransportRefused, match="no_folder"):
        FolderTransport(missing).deliver(source, "F-1.xml")
    assert not missing.exists()


def test_a_failure_in_the_middle_leaves_nothing(
    source: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        FolderTransport(folder).deliver(source, "F-1.xml")
    assert list(folder.iterdir()) == []


def test_a_reader_that_skips_hidden_files_never_sees_half_a_file(
    source: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[list[str]] = []
    fsync = os.fsync

    def look(descriptor: int) -> None:
        seen.append([path.name for path in folder.iterdir() if not path.name.startswith(".")])
        fsync(descriptor)

    monkeypatch.setattr(os, "fsync", look)
    FolderTransport(folder).deliver(source, "F-1.xml")
    assert seen == [[], ["F-1.xml"]]
