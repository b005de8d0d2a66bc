"""The terms of a channel: how its files are written, how they travel, by when and how large."""

from __future__ import annotations

import base64
import binascii
import re
from dataclasses import dataclass
from datetime import time
from enum import StrEnum

from webapp.domain.errors import InvalidChannel
from webapp.domain.rules import CollectionRules
from webapp.domain.text import typed

DEFAULT_LAYOUT = "pain.008.001.08"
LARGEST_FILE = 100_000
LARGEST_PORT = 65_535
LONGEST_HOST = 253
LONGEST_USER = 64
LONGEST_FOLDER = 255
LONGEST_HOST_KEY = 1_000

HOST = re.compile(r"[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?|[0-9a-f:]+:[0-9a-f.:]*")
USER = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.@\\-]*")
FOLDER = re.compile(r"[^\x00-\x1f\x7f]+")
# What OpenSSH calls the keys of a host; the old ssh-dss is not among them.
HOST_KEYS = (
    "ssh-ed25519", "ecdsa-sha2-nistp256", "ecdsa-sha2-nistp384", "ecdsa-sha2-nistp521", "ssh-rsa",
)  # fmt: skip


class NameProfile(StrEnum):
    """How names of employers are written in a bank's files."""

    AS_WRITTEN = "as_written"
    LATIN = "latin"  # in the plain Latin letters that every bank takes


class TransportKind(StrEnum):
    """How files go to a bank."""

    FOLDER = "folder"  # somebody, or another program, carries them from there
    SFTP = "sftp"


@dataclass(frozen=True, slots=True)
class SftpServer:
    """A bank's SFTP server. The private key that opens it lies with the keys, never here."""

    host: str
    port: int
    user: str
    folder: str
    host_key: str  # as OpenSSH writes it: ssh-ed25519 AAAA…


@dataclass(frozen=True, slots=True)
class ChannelTerms:
    """What an administrator says of a channel; without a server its files go to a folder."""

    layout: str
    names: NameProfile
    server: SftpServer | None
    lead_days: int
    cut_off: time
    file_limit: int

    @property
    def transport(self) -> TransportKind:
        return TransportKind.SFTP if self.server else TransportKind.FOLDER

    def check(self, rules: CollectionRules) -> None:
        """Raise InvalidChannel with its field for terms under which no debit could be collected."""
        check_lead_days(self.lead_days, rules)
        check_file_limit(self.file_limit)


def check_lead_days(days: int, rules: CollectionRules) -> None:
    """How many bank days before the debit a bank may want its file. Raises InvalidChannel.

    They and the day of freezing lie inside the notice that the employer is given.
    """
    most = rules.notice_bank_days - rules.freeze_ahead_bank_days
    if not 0 <= days <= most:
        raise InvalidChannel(field="lead_days", most=most)


def check_file_limit(debits: int) -> None:
    """How many debits a file may hold. Raises InvalidChannel."""
    if not 1 <= debits <= LARGEST_FILE:
        raise InvalidChannel(field="file_limit", most=LARGEST_FILE)


def read_host(text: str) -> str:
    """The name or address of a host. Raises InvalidChannel."""
    host = typed(text).lower()
    if len(host) > LONGEST_HOST or not HOST.fullmatch(host):
        raise InvalidChannel(field="host")
    return host


def read_port(text: str) -> int:
    """A port; 22 where none was typed. Raises InvalidChannel."""
    port = typed(text) or "22"
    if not re.fullmatch("[0-9]{1,5}", port) or not 1 <= int(port) <= LARGEST_PORT:
        raise InvalidChannel(field="port")
    return int(port)


def read_user(text: str) -> str:
    """The user at the bank's server. Raises InvalidChannel."""
    user = typed(text)
    if len(user) > LONGEST_USER or not USER.fullmatch(user):
        raise InvalidChannel(field="user")
    return user


def read_folder(text: str) -> str:
    """The folder at the bank; the one in which a session begins where none was typed.

    Raises InvalidChannel for one that climbs (..) or holds control characters.
    """
    folder = typed(text) or "."
    climbs = ".." in folder.split("/")
    if len(folder) > LONGEST_FOLDER or climbs or not FOLDER.fullmatch(folder):
        raise InvalidChannel(field="folder")
    return folder


def read_host_key(text: str) -> str:
    """The public key of a host, as ssh-keyscan or the bank gives it; its comment is dropped.

    A line of known_hosts is understood too. Raises InvalidChannel.
    """
    words = typed(text).split()
    kind = next((word for word in words if word in HOST_KEYS), None)
    if kind is None or len(text) > LONGEST_HOST_KEY:
        raise InvalidChannel(field="host_key")
    data = words[words.index(kind) + 1 :][:1]
    if not data or not _is_key(kind, data[0]):
        raise InvalidChannel(field="host_key")
    return f"{kind} {data[0]}"


def _is_key(kind: str, data: str) -> bool:
    """A key begins with its own kind, after the length of that word in four bytes."""
    try:
        key = base64.b64decode(data, validate=True)
    except (binascii.Error, ValueError):
        return False
    begins = len(kind).to_bytes(4, "big") + kind.encode()
    return key.startswith(begins) and len(key) > len(begins)
