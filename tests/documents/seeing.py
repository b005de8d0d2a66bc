"""A paper as a phone sees it: the squares on its pages, in their order; and its tags."""

from __future__ import annotations

import io
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
import zxingcpp
from PIL import Image
from pypdf import PdfReader

_papers: dict[str, bytes] = {}


def made_once(name: str, make: Callable[[], bytes]) -> bytes:
    """A paper that several tests look at: to make it takes longer than all their looks."""
    if name not in _papers:
        _papers[name] = make()
    return _papers[name]


def squares(pdf: bytes, folder: Path) -> list[str]:
    """What the codes on the pages say."""
    if shutil.which("pdftoppm") is None:
        pytest.skip("pdftoppm (poppler-utils) is missing: THE CODES OF THE PAPERS ARE NOT READ")
    (path := folder / "seen.pdf").write_bytes(pdf)
    subprocess.run(["pdftoppm", "-r", "110", "-png", str(path), str(folder / "seen")], check=True)
    found = []
    for page in sorted(folder.glob("seen-*.png")):
        with Image.open(page) as picture:
            found += [one.text for one in zxingcpp.read_barcodes(picture)]
    return found


def is_tagged(pdf: bytes) -> bool:
    """Whether it says of itself that it can be read aloud, and in which language."""
    root = PdfReader(io.BytesIO(pdf)).root_object
    return bool(root["/MarkInfo"]["/Marked"]) and root["/Lang"] == "ar"  # type: ignore[index]
