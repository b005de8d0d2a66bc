"""Seals account numbers and other personal values for the database, and finds them by index.

The cipher is AES-SIV (RFC 5297): it needs no random number per value, so none can ever repeat,
and a value sealed twice for the same row gives the same bytes. What is written is

    key id  ":"  ciphertext

and the row's own reference (made before the row is inserted) is the associated data: a ciphertext
that is moved to another row does not open there.

The keys lie outside the database and its backups, in a folder or in one file:

    folder                        file
    current      k1               current = k1
    index        hex, 32 bytes    index = 77ab…
    k1           hex, 64 bytes    k1 = 90cd…

A folder holds one file per entry, a file one line per entry; `#` begins a comment line. Every
other name is the id of a sealing key. A new key is one more entry; `current` then names it, and
the old ones stay as long as anything is sealed under them.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import re
import secrets
import shutil
import stat
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESSIV

from webapp.adapters.storage import sync_folder
from webapp.domain.errors import SealBroken, UnsafeConfiguration

KEY_BYTES: Final = 64  # AES-256-SIV takes two keys of 256 bits.
INDEX_KEY_BYTES: Final = 32
KEY_ID: Final = re.compile(r"[A-Za-z0-9_-]{1,16}")
SEPARATOR: Final = b":"
CURRENT: Final = "current"
INDEX: Final = "index"
FIRST_KEY: Final = "k1"


class Vault:
    """Seals under the current key, opens under any key it was given."""

    def __init__(self, keys: Mapping[str, bytes], current: str, index_key: bytes) -> None:
        """`keys` by their ids, the id of the `current` one, and the key of the blind index.

        Raises UnsafeConfiguration when a key is too short, an id is malformed or `current` is
        not among the keys.
        """
        for key_id, key in keys.items():
            if not KEY_ID.fullmatch(key_id):
                raise _unsafe(f"the key id {key_id!r} is not 1 to 16 letters, digits, _ or -")
            if len(key) != KEY_BYTES:
                raise _unsafe(f"the key {key_id} does not have {KEY_BYTES} bytes")
        if current not in keys:
            raise _unsafe(f"the current key {current!r} is missing")
        if len(index_key) < INDEX_KEY_BYTES:
            raise _unsafe(f"the index key has fewer than {INDEX_KEY_BYTES} bytes")
        self._ciphers = {key_id.encode(): AESSIV(key) for key_id, key in keys.items()}
        self._current = current.encode()
        self._index_key = index_key

    def __repr__(self) -> str:
        return f"Vault(current={self._current.decode()!r}, keys={len(self._ciphers)})"

    @property
    def current(self) -> str:
        """The id of the key under which values are sealed now."""
        return self._current.decode()

    def seal(self, plaintext: str, context: str) -> bytes:
        """Encrypt `plaintext` for the row whose reference is `context`."""
        return self.seal_bytes(plaintext.encode(), context)

    def open(self, ciphertext: bytes, context: str) -> str:
        """Decrypt what was sealed for `context`.

        Raises SealBroken when it was sealed for another row, altered, or sealed under a key that
        this vault does not have.
        """
        return self.open_bytes(ciphertext, context).decode()

    def seal_bytes(self, plaintext: bytes, context: str) -> bytes:
        """Encrypt raw bytes (an element of a bank's message) as `seal` does."""
        sealed = self._ciphers[self._current].encrypt(plaintext, [context.encode()])
        return self._current + SEPARATOR + sealed

    def open_bytes(self, ciphertext: bytes, context: str) -> bytes:
        """Decrypt raw bytes as `open` does. Raises SealBroken."""
        key_id, _, sealed = ciphertext.partition(SEPARATOR)
        cipher = self._ciphers.get(key_id)
        if cipher is None:
            raise SealBroken(context=context)
        try:
            return cipher.decrypt(sealed, [context.encode()])
        except InvalidTag:
            raise SealBroken(context=context) from None

    def sealed_under_current(self, ciphertext: bytes) -> bool:
        """Whether the value needs no new seal after the keys were rotated."""
        return ciphertext.partition(SEPARATOR)[0] == self._current

    def blind_index(self, text: str) -> str:
        """The same 64 hexadecimal digits for the same text: looks up without decrypting.

        Keyed (HMAC-SHA-256), for account numbers are few enough to try them all. The key never
        rotates with the others, or the indexes in the database would go stale.
        """
        return hmac.digest(self._index_key, text.encode(), hashlib.sha256).hex()


class KeptVault(Vault):
    """A vault that follows its keys: what is running learns of a new key without a new start.

    It looks whether they have changed before it seals, and when a value does not open.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._stamp = _stamp(path)
        super().__init__(*_read_keys(path))

    def seal_bytes(self, plaintext: bytes, context: str) -> bytes:
        self._follow()
        return super().seal_bytes(plaintext, context)

    def open_bytes(self, ciphertext: bytes, context: str) -> bytes:
        try:
            return super().open_bytes(ciphertext, context)
        except SealBroken:
            if not self._follow():
                raise
            return super().open_bytes(ciphertext, context)

    def _follow(self) -> bool:
        """Read the keys again if they have changed; whether they have.

        While they cannot be seen, or somebody is writing them by hand, those that are known count.
        """
        with suppress(OSError, UnsafeConfiguration):
            stamp = _stamp(self._path)
            if stamp != self._stamp:
                super().__init__(*_read_keys(self._path))
                self._stamp = stamp
                return True
        return False


def load_vault(path: Path) -> Vault:
    """The vault whose keys lie at `path`, a folder or a file.

    Raises UnsafeConfiguration when they are missing, malformed, or open to anyone but their owner.
    """
    return KeptVault(path)


def read_entries(path: Path) -> dict[str, str]:
    """What lies at `path`, by name: the keys, `current` and `index`.

    Raises UnsafeConfiguration as `load_vault` does.
    """
    if not path.exists():
        raise _unsafe("there is nothing at that path")
    entries = dict(_entries_of_folder(path) if path.is_dir() else _entries_of_file(path))
    for name in (CURRENT, INDEX):
        if name not in entries:
            raise _unsafe(f"the entry {name!r} is missing")
    return entries


def _read_keys(path: Path) -> tuple[dict[str, bytes], str, bytes]:
    """The sealing keys by their ids, the id of the current one, the key of the index."""
    entries = read_entries(path)
    current = entries.pop(CURRENT)
    index_key = _key(INDEX, entries.pop(INDEX))
    return {name: _key(name, text) for name, text in entries.items()}, current, index_key


def _stamp(path: Path) -> tuple[int, int] | None:
    """What is another whenever another key has become current."""
    file = path / CURRENT if path.is_dir() else path
    if not file.exists():
        return None
    found = file.stat()
    return found.st_ino, found.st_mtime_ns


def create_keys(path: Path) -> None:
    """Make a folder (0700) of new keys (0600) at `path`, unless keys are there already.

    Of several processes that start at once, one wins and the others leave its keys alone.
    """
    if _has_keys(path):
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    own = Path(tempfile.mkdtemp(prefix=f".{path.name}.", dir=path.parent))
    entries = {
        CURRENT: FIRST_KEY,
        INDEX: secrets.token_hex(INDEX_KEY_BYTES),
        FIRST_KEY: secrets.token_hex(KEY_BYTES),
    }
    try:
        for name, text in entries.items():
            _write_entry(own / name, text)
        sync_folder(own)
        try:
            own.rename(path)
        except OSError:
            # The name is taken: by another process's keys, which then count, or by a mistake.
            if not _has_keys(path):
                raise
        sync_folder(path.parent)
    finally:
        shutil.rmtree(own, ignore_errors=True)


def _has_keys(path: Path) -> bool:
    return path.is_file() or (path / CURRENT).exists()


def _entries_of_folder(folder: Path) -> Iterator[tuple[str, str]]:
    _refuse_if_open(folder)
    for entry in sorted(folder.iterdir()):
        if entry.is_file() and not entry.name.startswith("."):
            _refuse_if_open(entry)
            yield entry.name, _read(entry).strip()


def _entries_of_file(file: Path) -> Iterator[tuple[str, str]]:
    _refuse_if_open(file)
    for number, line in enumerate(_read(file).splitlines(), 1):
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        name, equals, text = line.partition("=")
        if not equals:
            raise _unsafe(f"line {number} is not of the form name = value")
        yield name.strip(), text.strip()


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="ascii")
    except UnicodeDecodeError:
        raise _unsafe(f"{path.name} holds something else than ASCII text") from None


def _key(name: str, text: str) -> bytes:
    try:
        return bytes.fromhex(text)
    except ValueError:
        raise _unsafe(f"the entry {name!r} is not hexadecimal") from None


def _refuse_if_open(path: Path) -> None:
    mode = path.stat().st_mode
    if stat.S_IMODE(mode) & 0o077:
        what = "folder" if stat.S_ISDIR(mode) else "file"
        raise _unsafe(f"the {what} {path.name} is open to others than its owner")


def _write_entry(path: Path, text: str) -> None:
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as out:
        out.write(f"{text}\n")
        out.flush()
        os.fsync(out.fileno())


def _unsafe(why: str) -> UnsafeConfiguration:
    return UnsafeConfiguration(setting="KHATWA_KEYS", why=why)
