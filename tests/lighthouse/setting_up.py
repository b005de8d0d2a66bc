"""Lighthouse and its Chromium: installed beside this file from the lock, or what to type."""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
CHROMIUM = Path("/usr/bin/chromium")
INSTALLED = HERE / "node_modules" / ".installed"


def set_up() -> None:
    """A second call does nothing, until the lock changes."""
    missing = [name for name in ("node", "npm") if shutil.which(name) is None]
    missing += [] if CHROMIUM.exists() else ["chromium"]
    if missing:
        packages = " ".join("nodejs" if name == "node" else name for name in missing)
        sys.exit(f"MISSING: {', '.join(missing)}. Type: sudo apt-get install {packages}")
    wanted = hashlib.sha256((HERE / "package-lock.json").read_bytes()).hexdigest()
    if INSTALLED.exists() and INSTALLED.read_text() == wanted:
        return
    subprocess.run(["npm", "ci", "--omit=optional", "--loglevel=error"], cwd=HERE, check=True)
    INSTALLED.write_text(wanted)
