"""What a child process begins with that uses one file of the service, and not the whole of it."""

from __future__ import annotations

import sys
from types import ModuleType
from typing import Final

# For a child that is a text of Python, in the folder of the project.
ONE_FILE: Final = """
import sys
from tests.alone import load_one_file

load_one_file()
"""


def load_one_file() -> None:
    """As if webapp/__init__.py were empty: to load every page and every command takes seconds."""
    package = ModuleType("webapp")
    package.__path__ = ["webapp"]
    sys.modules["webapp"] = package
