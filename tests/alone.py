"""What a child process begins with that uses one file of the service, and not the whole of it."""

from __future__ import annotations

from typing import Final

# As if webapp/__init__.py were empty: to load every page and every command takes seconds.
ONE_FILE: Final = """
import sys
import types

sys.modules["webapp"] = types.ModuleType("webapp")
sys.modules["webapp"].__path__ = ["webapp"]
"""
