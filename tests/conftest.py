"""Fixtures of every test: an application of its own in a temporary folder."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import settings

from tests.routes import keep_compiled_routes
from tests.scratch import write_into_memory
from webapp import create_app
from webapp.config import TestConfig
from webapp.extensions import db

write_into_memory()
keep_compiled_routes()
pytest_plugins = ["tests.databases", "tests.telling", "tests.workers"]

# A busy machine is slow, not wrong: how long one example takes proves nothing.
settings.register_profile("khatwa", deadline=None)
settings.load_profile("khatwa")


def pytest_collection_finish() -> None:
    """What is loaded by now stays: the collector of garbage need not look through it again."""
    gc.collect()
    gc.freeze()


@pytest.fixture
def app(tmp_path: Path) -> Iterator[Flask]:
    app = create_app(TestConfig.under(tmp_path))
    yield app
    with app.app_context():
        db.engine.dispose()


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()
