"""Finds a number in any bytes, however it is written: grouped, in other digits, encoded, packed."""

from __future__ import annotations

import base64
import re
import zlib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

# What people and programs put between digits: spaces of any width, dashes, dots, strokes, marks
# of direction.
BETWEEN = " \t\r\n\u00a0\u2009\u200e\u200f\u202f\u2066\u2067\u2068\u2069_./:-"
OTHER_DIGITS = (0x660, 0x6F0)


def in_clear(content: bytes, number: str) -> bool:
    """Whether the bytes hold the number in any way of writing it."""
    return any(
        written(number).search(text) or any(code in text for code in encoded(number))
        for text in (content, content.replace(b"\0", b""), *unpacked(content))
    )


@cache
def written(number: str) -> re.Pattern[bytes]:
    """The number with whatever may stand between its digits, each in any script."""
    signs = [
        "(?:" + "|".join([sign, *(chr(zero + int(sign)) for zero in OTHER_DIGITS)]) + ")"
        if sign.isdigit()
        else re.escape(sign)
        for sign in number
    ]
    between = "(?:" + "|".join(re.escape(one) for one in BETWEEN) + "){0,3}"
    return re.compile(between.join(signs).encode())


@cache
def encoded(number: str) -> tuple[bytes, ...]:
    """The number in hexadecimal, in base64 at each of its three places, and as a URL has it."""
    raw = number.encode()
    places = (base64.b64encode(b"\0" * shift + raw)[4 if shift else 0 : -4] for shift in range(3))
    return (raw.hex().encode(), raw.hex().upper().encode(), *places)


def unpacked(content: bytes) -> Iterator[bytes]:
    """What is compressed in the bytes, as PDF files and archives have it."""
    for found in re.finditer(rb"stream\r?\n", content):
        try:
            yield zlib.decompressobj().decompress(content[found.end() :])
        except zlib.error:
            continue


def files_with(folder: Path, numbers: list[str]) -> dict[str, list[str]]:
    """Every file below a folder that holds one of the numbers, in its bytes or in its name."""
    found = {}
    for path in sorted(folder.rglob("*")):
        name = str(path.relative_to(folder))
        content = name.encode() + b"\n" + (path.read_bytes() if path.is_file() else b"")
        if held := [number for number in numbers if in_clear(content, number)]:
            found[name] = held
    return found
