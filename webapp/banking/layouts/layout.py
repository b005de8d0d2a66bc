"""What a layout of bank files is: a name, the suffix of its files, a writer and a check."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from webapp.banking.collections import Collection, CollectionBatch

Write = Callable[[BinaryIO, CollectionBatch, Iterable[Collection]], None]
Validate = Callable[[Path], None]


@dataclass(frozen=True, slots=True)
class Layout:
    """One way to ask a bank to collect.

    `name` (up to 20 characters) is what a channel and its files keep; it never changes. `write`
    streams: the same batch and collections give the same bytes, and it raises InvalidInput,
    InvalidAmount and TotalsDiffer, after which the file is worth nothing. `validate` reads a
    file back, in memory that does not grow with it, and raises SchemaViolation with the line of
    the first fault.
    """

    name: str
    suffix: str
    write: Write
    validate: Validate
