"""Keeps whole files encrypted: bank files and answers hold account numbers in the clear."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Collection, Iterator
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO, Final

from webapp.adapters.storage import sha256_of, write_atomically
from webapp.adapters.vault import SEPARATOR, Vault
from webapp.domain.errors import SealBroken

SEALED_AT_ONCE: Final = 1024 * 1024
LENGTH_BYTES: Final = 4
SUFFIX: Final = ".sealed"
SHOWN_OF_DIGEST: Final = 16


def seal_file(source: Path, folder: Path, vault: Vault) -> Path:
    """Write `source` encrypted into `folder` and return the path; `source` stays.

    Sealed piece by piece, so that memory does not grow with the file. Each piece is bound to the
    file's name, its SHA-256, its place and the number of pieces: none can be taken out, added,
    moved or put into another file.
    """
    with source.open("rb") as plain:
        return _seal(plain, source.name, source.stat().st_size, sha256_of(source), folder, vault)


def seal_content(content: bytes, name: str, folder: Path, vault: Vault) -> Path:
    """Write bytes encrypted into `folder` as the file that is called `name`; never in the clear."""
    digest = hashlib.sha256(content).hexdigest()
    return _seal(io.BytesIO(content), name, len(content), digest, folder, vault)


def sealed_path(folder: Path, name: str, sha256: str) -> Path:
    """Where in `folder` the file of that name and SHA-256 (hex) lies encrypted."""
    return folder / f"{name}.{sha256[:SHOWN_OF_DIGEST]}{SUFFIX}"


def names_of_sealed(folder: Path, digests: Collection[str]) -> dict[str, str]:
    """What the files with these SHA-256 (hex) were called that lie encrypted in `folder`."""
    wanted = {digest[:SHOWN_OF_DIGEST]: digest for digest in digests}
    found: dict[str, str] = {}
    if not wanted or not folder.is_dir():
        return found
    for path in sorted(folder.glob(f"*{SUFFIX}")):
        name, _, shown = path.name.removesuffix(SUFFIX).rpartition(".")
        if shown in wanted:
            found.setdefault(wanted[shown], name)
    return found


def _seal(plain: BinaryIO, name: str, size: int, digest: str, folder: Path, vault: Vault) -> Path:
    target = sealed_path(folder, name, digest)
    if target.exists():
        return target
    pieces = max(1, -(-size // SEALED_AT_ONCE))

    def produce(out: BinaryIO) -> None:
        out.write(f"{digest} {pieces}\n".encode())
        for number in range(pieces):
            context = _context(name, digest, number, pieces)
            sealed = vault.seal_bytes(plain.read(SEALED_AT_ONCE), context)
            out.write(len(sealed).to_bytes(LENGTH_BYTES, "big") + sealed)

    write_atomically(target, produce)
    return target


def open_file(sealed: Path, name: str, vault: Vault) -> Iterator[bytes]:
    """The bytes of the file that was called `name`, piece by piece. Raises SealBroken."""
    with sealed.open("rb") as file:
        digest, pieces = _header(file, name)
        for number in range(pieces):
            yield vault.open_bytes(_piece(file), _context(name, digest, number, pieces))
        if file.read(1):
            raise SealBroken(context=name)


def reseal_file(sealed: Path, vault: Vault) -> None:
    """Seal each piece anew under the vault's current key, in place. Raises SealBroken.

    The file keeps its name and what its pieces are bound to. Killed at any moment, all of it is
    as it was or all of it is sealed anew.
    """
    name = _name_within(sealed)

    def produce(out: BinaryIO) -> None:
        with sealed.open("rb") as file:
            digest, pieces = _header(file, name)
            out.write(f"{digest} {pieces}\n".encode())
            for number in range(pieces):
                context = _context(name, digest, number, pieces)
                anew = vault.seal_bytes(vault.open_bytes(_piece(file), context), context)
                out.write(len(anew).to_bytes(LENGTH_BYTES, "big") + anew)
            if file.read(1):
                raise SealBroken(context=name)

    write_atomically(sealed, produce)


def key_ids(sealed: Path) -> set[str]:
    """The ids of the keys under which its pieces are sealed; none, where it is no such file."""
    found = set()
    with sealed.open("rb") as file, suppress(SealBroken):
        _header(file, sealed.name)
        while piece := _piece(file):
            found.add(piece.partition(SEPARATOR)[0].decode("ascii", "replace"))
    return found


def _name_within(sealed: Path) -> str:
    """The name of the file that was sealed: its own, less the digest and the ending."""
    return sealed.name.removesuffix(SUFFIX).rpartition(".")[0]


def _header(file: BinaryIO, name: str) -> tuple[str, int]:
    digest, _, pieces = file.readline().decode("ascii", "replace").strip().partition(" ")
    if not pieces.isdigit():
        raise SealBroken(context=name)
    return digest, int(pieces)


def _piece(file: BinaryIO) -> bytes:
    return file.read(int.from_bytes(file.read(LENGTH_BYTES), "big"))


def _context(name: str, digest: str, number: int, pieces: int) -> str:
    return f"file:{name}:{digest}:{number}/{pieces}"
