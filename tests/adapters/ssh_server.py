"""A real OpenSSH server on the loopback, for one test, and a wire to it that can be cut."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from getpass import getuser
from pathlib import Path

import asyncssh

from webapp.adapters.sftp import Patience, SftpTransport
from webapp.domain.channel_terms import SftpServer

SSHD = shutil.which("sshd") or "/usr/sbin/sshd"
HAS_SSHD = Path(SSHD).exists()
CONFIGURATION = """\
Port {port}
ListenAddress 127.0.0.1
HostKey {folder}/host_key
AuthorizedKeysFile {folder}/authorized_keys
PidFile {folder}/pid
StrictModes no
UsePAM no
PasswordAuthentication no
KbdInteractiveAuthentication no
PermitRootLogin prohibit-password
Subsystem sftp internal-sftp {options}
"""


def new_key(path: Path) -> asyncssh.SSHKey:
    """A key pair: the private one at `path`, closed to others."""
    key = asyncssh.generate_private_key("ssh-ed25519")
    path.write_bytes(key.export_private_key())
    path.chmod(0o600)
    return key


def public(key: asyncssh.SSHKey) -> str:
    return key.export_public_key().decode().strip()


@dataclass
class Sshd:
    """A server that lets one key in; `drop` is the folder that files are delivered to."""

    folder: Path
    options: str = ""
    port: int = 0
    process: subprocess.Popen[bytes] | None = field(default=None, repr=False)

    def __post_init__(self) -> None:
        self.drop.mkdir(parents=True, exist_ok=True)
        self.host_key = public(new_key(self.folder / "host_key"))
        own = new_key(self.key)
        (self.folder / "authorized_keys").write_text(f"{public(own)}\n")

    @property
    def key(self) -> Path:
        return self.folder / "own_key"

    @property
    def drop(self) -> Path:
        return self.folder / "drop"

    def names(self) -> list[str]:
        return sorted(path.name for path in self.drop.iterdir())

    def start(self) -> None:
        with suppress(PermissionError):  # What sshd asks for when root starts it.
            Path("/run/sshd").mkdir(mode=0o755, exist_ok=True)
        self.port = self.port or free_port()
        settings = self.folder / "sshd_config"
        settings.write_text(
            CONFIGURATION.format(port=self.port, folder=self.folder, options=self.options)
        )
        with (self.folder / "log").open("ab") as log:
            self.process = subprocess.Popen(
                [SSHD, "-D", "-e", "-f", str(settings)], stderr=log, start_new_session=True
            )
        wait_for_port(self.port)

    def kill(self) -> None:
        """End the server and whatever it serves at this moment, as a power cut would."""
        if self.process is None:
            return
        for pid in [*descendants(self.process.pid), self.process.pid]:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        self.process.wait()
        self.process = None

    def server(self, **other: object) -> SftpServer:
        known = {
            "host": "127.0.0.1", "port": self.port, "user": getuser(), "folder": str(self.drop),
            "host_key": self.host_key,
        }  # fmt: skip
        return SftpServer(**(known | other))  # type: ignore[arg-type]

    def transport(self, patience: float = 10, **other: object) -> SftpTransport:
        return SftpTransport(
            self.server(**other), self.key, Patience(patience, patience, close=0.2)
        )


@contextmanager
def running(server: Sshd) -> Iterator[Sshd]:
    server.start()
    try:
        yield server
    finally:
        server.kill()


def descendants(pid: int) -> list[int]:
    """The children of a process and theirs, by /proc."""
    with suppress(FileNotFoundError, ProcessLookupError):
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
        return [one for child in children for one in (int(child), *descendants(int(child)))]
    return []


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port: int = found.getsockname()[1]
        return port


def wait_for_port(port: int) -> None:
    for _ in range(200):
        with suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
        time.sleep(0.02)
    raise TimeoutError(f"nothing listens on port {port}")


class Wire:
    """Carries bytes to a server and counts those it is sent, until `cut` says that it is enough.

    With `deaf`, it only stops to carry what the server answers: the request arrives, and nobody
    hears what has become of it.
    """

    def __init__(self, port: int, cut: Callable[[int], bool], *, deaf: bool = False) -> None:
        self.target = port
        self.cut = cut
        self.deaf = deaf
        self.carried = 0
        self.is_cut = False
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self.listener.getsockname()[1]
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        with suppress(OSError):
            with self.listener:
                here, _ = self.listener.accept()
            with here, socket.create_connection(("127.0.0.1", self.target)) as there:
                for end in (here, there):
                    end.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                back = threading.Thread(target=self._back, args=(there, here), daemon=True)
                back.start()
                self._forth(here, there)
                back.join()

    def _forth(self, here: socket.socket, there: socket.socket) -> None:
        with suppress(OSError):
            while data := here.recv(4096):
                if self.cut(self.carried + len(data)):
                    self.is_cut = True
                    if not self.deaf:
                        break
                there.sendall(data)
                self.carried += len(data)
                if self.is_cut:
                    time.sleep(0.2)  # The request arrives before the line goes dead.
                    break
        for end in (here, there):
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)

    def _back(self, there: socket.socket, here: socket.socket) -> None:
        with suppress(OSError):
            while data := there.recv(4096):
                if not self.is_cut:
                    here.sendall(data)
