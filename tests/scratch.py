"""Where tests write: into memory where it is roomy, for databases wait for a disk again and again.

Whoever sets TMPDIR has chosen another place.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path

MEMORY = Path("/dev/shm")  # noqa: S108  only the folder in which temporary ones are made
ROOM_NEEDED = 4 * 1024**3


def write_into_memory() -> None:
    """Make temporary folders of this process and its children in memory, if it has the room."""
    if "TMPDIR" in os.environ or not os.access(MEMORY, os.W_OK):
        return
    if shutil.disk_usage(MEMORY).free >= ROOM_NEEDED:
        os.environ["TMPDIR"] = str(MEMORY)
        tempfile.tempdir = None
