"""How tests are handed out to the processes of `pytest -n 2`: one by one, a few together."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from xdist.remote import Producer
    from xdist.scheduler import LoadScopeScheduling

# What is costly to prepare, prepared once: one Chromium and one tour of the pages, one village.
TOGETHER = ("tests/browser/", "tests/services/test_demonstration.py")


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> LoadScopeScheduling:
    # Only where there are several processes. (pytest-xdist's own groups do nothing in pytest 9.2:
    # they rename tests, whose names cannot be changed any more.)
    from xdist.scheduler import LoadScopeScheduling

    class Handing(LoadScopeScheduling):
        def _split_scope(self, nodeid: str) -> str:
            return next((part for part in TOGETHER if nodeid.startswith(part)), nodeid)

    return Handing(config, log)
