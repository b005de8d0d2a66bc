"""What holds for every test."""

from __future__ import annotations

from hypothesis import settings

from tests.routes import keep_compiled_routes
from tests.scratch import write_into_memory
from webapp.garbage import collect_seldom

write_into_memory()
keep_compiled_routes()
pytest_plugins = [
    "tests.databases",
    "tests.engines",
    "tests.telling",
    "tests.workers",
    "tests.application",
]

# A busy machine is slow, not wrong: how long one example takes proves nothing.
settings.register_profile("khatwa", deadline=None)
settings.load_profile("khatwa")


def pytest_collection_finish() -> None:
    """What is loaded by now stays: the collector of garbage need not look through it again."""
    collect_seldom()
