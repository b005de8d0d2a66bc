"""Hands bank files over to whoever carries them to a bank."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import BinaryIO, Final, Protocol

from webapp.adapters.storage import sha256_of, write_atomically
from webapp.domain.errors import TransportRefused

COPIED_AT_ONCE: Final = 1024 * 1024


class Transport(Protocol):
    def deliver(self, source: Path, name: str) -> None:
        """Deliver the bytes of `source` under `name`, once; a repetition changes nothing.

        Raises TransportRefused when it is certain that nothing was delivered, DeliveryUnknown
        when nobody can tell. After any other error it is not known either.
        """
        ...


def check_file_name(name: str) -> None:
    """Raise TransportRefused for a name that would leave its folder, or be hidden in it."""
    if not name or Path(name).name != name or name.startswith("."):
        raise TransportRefused(name=name, reason="unusable_name")


class FolderTransport:
    """Delivers into a folder that the bank, or whoever carries files to it, reads."""

    def __init__(self, folder: Path, mode: int = 0o600) -> None:
        self.folder = folder
        self.mode = mode

    def deliver(self, source: Path, name: str) -> None:
        """Copy `source` into the folder: a complete file under its name, or nothing.

        Raises TransportRefused when the folder is missing, the name would leave it, or another
        file of that name but with other bytes lies there; that one is never overwritten.
        """
        check_file_name(name)
        if not self.folder.is_dir():
            raise TransportRefused(name=name, reason="no_folder")
        target = self.folder / name
        if target.exists():
            if sha256_of(target) != sha256_of(source):
                raise TransportRefused(name=name, reason="different_file")
            return

        def copy(out: BinaryIO) -> None:
            with source.open("rb") as file:
                shutil.copyfileobj(file, out, COPIED_AT_ONCE)

        write_atomically(target, copy, self.mode)
