"""Writes the keys of the vault: makes a new one current, takes an old one away.

Killed at any moment, it leaves keys that open everything: a key is on disk before it is current.
What the entries are, and in which two forms they lie, is told in `vault.py`.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable
from pathlib import Path
from typing import Final

from webapp.adapters.storage import sync_folder, write_atomically
from webapp.adapters.vault import CURRENT, INDEX, KEY_BYTES, read_entries
from webapp.domain.errors import NotFound, UnsafeConfiguration

NUMBERED: Final = re.compile(r"k([0-9]+)")


def add_key(path: Path) -> str:
    """Make a new key, make it the current one, and return its id: k2 after k1.

    Raises UnsafeConfiguration where the keys cannot be read or written.
    """
    names = read_entries(path)
    numbers = [int(found[1]) for name in names if (found := NUMBERED.fullmatch(name))]
    key_id = f"k{max(numbers, default=0) + 1}"
    key = secrets.token_hex(KEY_BYTES)
    if path.is_dir():
        _write(path / key_id, f"{key}\n")
        _write(path / CURRENT, f"{key_id}\n")
    else:
        kept = [line for line in _lines(path) if _name(line) != CURRENT]
        _write(path, "".join([*kept, f"{key_id} = {key}\n", f"{CURRENT} = {key_id}\n"]))
    return key_id


def remove_key(path: Path, key_id: str) -> None:
    """Take a key away for good. Whoever asks has made sure that nothing is sealed under it.

    Raises NotFound when no sealing key has that id, and UnsafeConfiguration as `add_key` does.
    """
    entries = read_entries(path)
    if key_id not in entries or key_id in (CURRENT, INDEX, entries[CURRENT]):
        raise NotFound(kind="key", reference=key_id)
    if path.is_dir():
        _unlink(path / key_id)
    else:
        _write(path, "".join(line for line in _lines(path) if _name(line) != key_id))


def _lines(path: Path) -> list[str]:
    """The lines of a file of keys, each with its end."""
    return [f"{line}\n" for line in path.read_text(encoding="ascii").splitlines()]


def _name(line: str) -> str:
    """The entry that a line holds; nothing, for a comment."""
    return "" if line.lstrip().startswith("#") else line.partition("=")[0].strip()


def _write(path: Path, text: str) -> None:
    _or_refuse(path, lambda: write_atomically(path, lambda out: _put(out.write, text)))


def _put(write: Callable[[bytes], object], text: str) -> None:
    write(text.encode())


def _unlink(path: Path) -> None:
    _or_refuse(path, path.unlink)
    sync_folder(path.parent)


def _or_refuse(path: Path, act: Callable[[], object]) -> None:
    try:
        act()
    except OSError as error:
        raise UnsafeConfiguration(
            setting="KHATWA_KEYS", why=f"{path.name} cannot be written: {error.strerror}"
        ) from error
