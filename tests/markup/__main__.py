"""The HTML of every page that the tests of pages open, as the Nu Html Checker reads it.

python -m tests.markup
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections import defaultdict
from pathlib import Path
from typing import Any

from tests.bench.site import report

HERE = Path(__file__).resolve().parent
JAR = HERE / "node_modules" / "vnu-jar" / "build" / "dist" / "vnu.jar"
INSTALLED = HERE / "node_modules" / ".installed"
# Not those that type whatever they can think of: what is typed is shown again as it was.
TESTS = ("tests/views", "--ignore=tests/views/test_any_text.py")
TYPED = ("attribute “value” on element “input”", "Forbidden code point", "Saw U+0000")
SHOWN = 3


def main() -> None:
    set_up()
    with tempfile.TemporaryDirectory(prefix="khatwa-markup-") as name:
        folder = Path(name)
        ended = collect(folder)
        pages = sorted(folder.glob("*.html"))
        faults = complaints(folder) if pages else []
        report([f"{len(pages)} pages that differ in their elements", *told(faults)])
    sys.exit(1 if faults or ended or not pages else 0)


def set_up() -> None:
    """The checker beside this file, from the lock; a second call does nothing."""
    missing = [name for name in ("npm", "java") if shutil.which(name) is None]
    if missing:
        packages = " ".join({"java": "default-jre-headless"}.get(name, name) for name in missing)
        sys.exit(f"MISSING: {', '.join(missing)}. Type: sudo apt-get install {packages}")
    wanted = hashlib.sha256((HERE / "package-lock.json").read_bytes()).hexdigest()
    if INSTALLED.exists() and INSTALLED.read_text() == wanted:
        return
    # Its script looks for a Java to download; the machine's own is used.
    command = ["npm", "ci", "--ignore-scripts", "--loglevel=error"]
    subprocess.run(command, cwd=HERE, check=True)
    INSTALLED.write_text(wanted)


def collect(folder: Path) -> int:
    """Let the tests of pages keep what they open; how they ended."""
    command = [sys.executable, "-m", "pytest", "-n", "2", "-q", *TESTS]
    return subprocess.run(command, env={**os.environ, "KHATWA_MARKUP": str(folder)}).returncode


def complaints(folder: Path) -> list[dict[str, Any]]:
    """What the checker calls an error."""
    command = ["java", "-Xss4m", "-jar", str(JAR), "--errors-only", "--format", "json", str(folder)]
    said = subprocess.run(command, capture_output=True, text=True)
    # It writes to standard error, and ends with 1 when there is one.
    found = json.loads(said.stderr or '{"messages": []}')["messages"]
    return [fault for fault in found if not any(one in fault["message"] for one in TYPED)]


def told(faults: list[dict[str, Any]]) -> list[str]:
    """Each fault once, with the first pages and the text on which it was found."""
    alike: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for fault in faults:
        alike[fault["message"]].append(fault)
    lines = [f"{len(faults)} errors"]
    for message, found in alike.items():
        lines.append(f"{len(found)} × {message}")
        lines += [
            f"    {Path(one['url']).stem}: {one.get('extract', '')!r}" for one in found[:SHOWN]
        ]
    return lines


if __name__ == "__main__":
    main()
