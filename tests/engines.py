"""Which of the two engines a test runs on, where both would say the same.

A use case runs on both. Of a test with many variants each runs on one, in turn, so that both
answer for the test; what pages ask of a database the services ask, so a page's test runs on one.
All of it on both, in some minutes more: `make test BOTH=1`.
"""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Iterable
from itertools import count
from pathlib import Path
from zlib import crc32

import pytest

BOTH = ("sqlite", "postgresql")
TESTS = Path(__file__).parent
# Whose tests run on both whatever they are: keys and crashes are an engine's own.
ALWAYS_BOTH = (TESTS / "models", TESTS / "reliability")
# What asks the databases by way of the services.
BY_SERVICES = TESTS / "views"


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if os.environ.get("KHATWA_BOTH_ENGINES"):
        return
    spared = set(_spared(items))
    config.hook.pytest_deselected(items=[item for item in items if item in spared])
    items[:] = [item for item in items if item not in spared]


def _spared(items: Iterable[pytest.Item]) -> Iterable[pytest.Item]:
    """The tests whose twins on the other engine run in their place, the same ones every time."""
    variants: dict[str, dict[str, dict[str, pytest.Item]]] = defaultdict(lambda: defaultdict(dict))
    for item in items:
        engine = _engine_of(item)
        if engine and not any(folder in item.path.parents for folder in ALWAYS_BOTH):
            name, _, parameters = item.nodeid.partition("[")
            variants[name][parameters.replace(engine, "")][engine] = item
    for name, twins in variants.items():
        alone = len(twins) == 1
        pairs = [pair for pair in twins.values() if len(pair) == len(BOTH)]
        if alone and pairs and BY_SERVICES not in pairs[0]["sqlite"].path.parents:
            continue
        for place, pair in zip(count(crc32(name.encode())), pairs, strict=False):
            yield pair[BOTH[place % 2]]


def _engine_of(item: pytest.Item) -> str:
    callspec = getattr(item, "callspec", None)
    chosen = callspec.params.values() if callspec else ()
    return next((value for value in chosen if isinstance(value, str) and value in BOTH), "")
