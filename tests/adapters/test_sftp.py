"""Delivery to a real OpenSSH server: once, whole, to the right host, and never a guess."""

from __future__ import annotations

import asyncio
import hashlib
import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.adapters.ssh_server import HAS_SSHD, Sshd, Wire, free_port, new_key, public, running
from webapp.adapters.transports import Transport
from webapp.domain.errors import DeliveryUnknown, TransportRefused

pytestmark = pytest.mark.skipif(
    not HAS_SSHD, reason="OpenSSH's sshd is not installed: apt-get install openssh-server"
)
NAME = "KHATWA-BNA-20261130-001.xml"
CONTENT = random.Random(5).randbytes(600_000)


@pytest.fixture
def source(tmp_path: Path) -> Path:
    path = tmp_path / NAME
    path.write_bytes(CONTENT)
    return path


@pytest.fixture
def bank(tmp_path: Path) -> Iterator[Sshd]:
    with running(Sshd(tmp_path / "bank")) as server:
        yield server


def test_a_file_arrives_whole_under_its_name_and_nothing_else_is_left(
    bank: Sshd, source: Path
) -> None:
    transport: Transport = bank.transport()
    transport.deliver(source, NAME)
    assert bank.names() == [NAME]
    assert (bank.drop / NAME).read_bytes() == CONTENT


def test_it_is_delivered_from_within_a_running_loop_too(bank: Sshd, source: Path) -> None:
    async def within() -> None:
        bank.transport().deliver(source, NAME)

    asyncio.run(within())
    assert bank.names() == [NAME]


def test_the_same_file_again_changes_nothing(bank: Sshd, source: Path) -> None:
    bank.transport().deliver(source, NAME)
    before = (bank.drop / NAME).stat()
    bank.transport().deliver(source, NAME)
    after = (bank.drop / NAME).stat()
    assert (before.st_ino, before.st_mtime_ns) == (after.st_ino, after.st_mtime_ns)


@pytest.mark.parametrize("other", [b"another", bytes(len(CONTENT))], ids=["size", "bytes"])
def test_another_file_of_that_name_is_never_overwritten(
    bank: Sshd, source: Path, other: bytes
) -> None:
    (bank.drop / NAME).write_bytes(other)
    with pytest.raises(TransportRefused, match="different_file"):
        bank.transport().deliver(source, NAME)
    assert (bank.drop / NAME).read_bytes() == other
    assert bank.names() == [NAME]


def test_a_host_with_another_key_is_told_nothing(bank: Sshd, source: Path, tmp_path: Path) -> None:
    changed = public(new_key(tmp_path / "another"))
    with pytest.raises(TransportRefused, match="host_key"):
        bank.transport(host_key=changed).deliver(source, NAME)
    assert bank.names() == []
    # It ended before anybody said who they are.
    assert "Accepted" not in (bank.folder / "log").read_text()


def test_a_host_that_changes_its_key_is_refused_until_somebody_enters_the_new_one(
    bank: Sshd, source: Path
) -> None:
    known = bank.host_key
    bank.kill()
    changed = public(new_key(bank.folder / "host_key"))
    bank.start()
    with pytest.raises(TransportRefused, match="host_key"):
        bank.transport(host_key=known).deliver(source, NAME)
    bank.transport(host_key=changed).deliver(source, NAME)
    assert bank.names() == [NAME]


def test_a_key_that_the_bank_does_not_know_is_not_let_in(bank: Sshd, source: Path) -> None:
    new_key(bank.key)
    with pytest.raises(TransportRefused, match="not_let_in"):
        bank.transport().deliver(source, NAME)
    assert bank.names() == []


def test_a_key_that_is_missing_or_open_to_others_is_not_used(bank: Sshd, source: Path) -> None:
    bank.key.chmod(0o644)
    with pytest.raises(TransportRefused, match="no_key"):
        bank.transport().deliver(source, NAME)
    bank.key.unlink()
    with pytest.raises(TransportRefused, match="no_key"):
        bank.transport().deliver(source, NAME)


def test_a_server_that_is_away_or_silent_is_refused_in_time(bank: Sshd, source: Path) -> None:
    with pytest.raises(TransportRefused, match="unreachable"):
        bank.transport(port=free_port()).deliver(source, NAME)
    silent = Wire(bank.port, lambda sent: True)
    with pytest.raises(TransportRefused, match="unreachable"):
        bank.transport(port=silent.port, patience=1).deliver(source, NAME)


def test_a_missing_folder_is_refused(bank: Sshd, source: Path) -> None:
    with pytest.raises(TransportRefused, match="no_folder"):
        bank.transport(folder=f"{bank.drop}/none").deliver(source, NAME)


@pytest.mark.parametrize("name", ["../F.xml", "a/F.xml", "", ".F.xml"])
def test_a_name_that_leaves_the_folder_is_refused(bank: Sshd, source: Path, name: str) -> None:
    with pytest.raises(TransportRefused, match="unusable_name"):
        bank.transport().deliver(source, name)


def test_a_full_disk_leaves_nothing_under_the_name(bank: Sshd, source: Path) -> None:
    # What is written to /dev/full finds no space left on the device.
    (bank.drop / f".{NAME}.part").symlink_to("/dev/full")
    with pytest.raises(TransportRefused, match="not_written"):
        bank.transport().deliver(source, NAME)
    assert bank.names() == []
    bank.transport().deliver(source, NAME)
    assert (bank.drop / NAME).read_bytes() == CONTENT


def test_a_folder_that_may_not_be_written_is_refused(tmp_path: Path, source: Path) -> None:
    with running(Sshd(tmp_path / "bank", options="-R")) as bank:  # read-only, for root as well
        with pytest.raises(TransportRefused, match="not_written"):
            bank.transport().deliver(source, NAME)
        assert bank.names() == []


def test_a_file_of_ours_that_cannot_be_read_back_is_a_doubt(tmp_path: Path, source: Path) -> None:
    with running(Sshd(tmp_path / "bank", options="-P open")) as bank:
        (bank.drop / NAME).write_bytes(CONTENT)
        with pytest.raises(DeliveryUnknown, match="unreadable"):
            bank.transport().deliver(source, NAME)


def test_a_server_without_posix_rename_is_asked_in_the_old_way(
    tmp_path: Path, source: Path
) -> None:
    with running(Sshd(tmp_path / "bank", options="-P posix-rename")) as bank:
        bank.transport().deliver(source, NAME)
        assert bank.names() == [NAME]


def test_a_rename_that_is_refused_is_a_refusal(tmp_path: Path, source: Path) -> None:
    with running(Sshd(tmp_path / "bank", options="-P posix-rename,rename")) as bank:
        with pytest.raises(TransportRefused, match="not_written"):
            bank.transport().deliver(source, NAME)
        assert NAME not in bank.names()


def test_a_server_killed_in_the_middle_is_sent_the_file_anew(bank: Sshd, source: Path) -> None:
    wire = Wire(bank.port, lambda sent: sent > 300_000 and (bank.kill() or True))
    with pytest.raises(TransportRefused, match="interrupted"):
        bank.transport(port=wire.port).deliver(source, NAME)
    assert bank.names() == [f".{NAME}.part"]
    assert (bank.drop / f".{NAME}.part").stat().st_size < len(CONTENT)
    bank.start()
    bank.transport().deliver(source, NAME)
    assert bank.names() == [NAME]
    assert (bank.drop / NAME).read_bytes() == CONTENT


def whole_conversation(bank: Sshd, source: Path) -> int:
    """How many bytes a delivery sends from the first to the last."""
    wire = Wire(bank.port, lambda sent: False)
    bank.transport(port=wire.port).deliver(source, NAME)
    (bank.drop / NAME).unlink()
    return wire.carried


@pytest.mark.parametrize("deaf", [False, True], ids=["cut", "unheard"])
def test_wherever_the_wire_is_cut_what_is_said_is_true(
    bank: Sshd, source: Path, *, deaf: bool
) -> None:
    """Refused: nothing has the name. Delivered: all of it has. Only where the name was asked for
    and no answer came is it unknown, and then it is either."""
    source.write_bytes(CONTENT[:20_000])
    whole = whole_conversation(bank, source)
    said = set()
    for left in [0, 60, 120, 180, 240, 300, 400, 600, 2_500, 9_000, whole - 500]:
        wire = Wire(bank.port, lambda sent, left=left: sent >= whole - left, deaf=deaf)  # type: ignore[misc]
        try:
            bank.transport(port=wire.port, patience=5).deliver(source, NAME)
            said.add("delivered")
            assert (bank.drop / NAME).read_bytes() == source.read_bytes()
        except TransportRefused:
            said.add("refused")
            assert not (bank.drop / NAME).exists(), f"{left} bytes before the end"
        except DeliveryUnknown:
            said.add("unknown")
        for path in bank.drop.iterdir():
            path.unlink()
    assert {"refused", "unknown"} <= said


def test_what_travels_is_what_was_approved(bank: Sshd, source: Path) -> None:
    digest = hashlib.sha256(source.read_bytes()).hexdigest()
    bank.transport().deliver(source, NAME)
    assert hashlib.sha256((bank.drop / NAME).read_bytes()).hexdigest() == digest


def test_no_key_of_this_machine_is_offered(
    bank: Sshd, source: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Neither an agent nor a configuration of whoever runs the service has a say."""
    home = tmp_path / "home" / ".ssh"
    home.mkdir(parents=True)
    (home / "config").write_text("Host *\n  Port 1\n")
    monkeypatch.setenv("HOME", str(home.parent))
    monkeypatch.setenv("SSH_AUTH_SOCK", str(tmp_path / "no agent"))
    bank.transport().deliver(source, NAME)
    assert bank.names() == [NAME]
