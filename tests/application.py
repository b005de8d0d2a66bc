"""One application for all tests of pages in a process: it moves from test to test.

To make one takes longer than most tests of a page, and what it has compiled, templates and
statements, is the same for all of them.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any, Final

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, make_url

from tests.databases import engine_of
from webapp import create_app
from webapp.config import Config, TestConfig
from webapp.extensions import db
from webapp.outside import SENDERS, VAULT

# What an application keeps for itself that is of one test alone.
OF_ONE_TEST: Final = (VAULT, SENDERS)


@cache
def _application() -> tuple[Flask, dict[str, Any]]:
    """The application, and its settings as they were when it was made."""
    with tempfile.TemporaryDirectory(prefix="khatwa-app-") as folder:
        app = create_app(TestConfig.under(Path(folder)))
        with app.app_context():
            db.engine.dispose()
    return app, dict(app.config)


def lend(config: Config) -> tuple[Flask, Engine]:
    """The application with these settings, their database and nothing of earlier tests."""
    app, settings = _application()
    config.prepare_home()
    app.config.clear()
    app.config.update(settings | config.for_flask())
    app.instance_path = str(config.home)
    for name in OF_ONE_TEST:
        app.extensions.pop(name, None)
    place = make_url(config.database_url)
    engine, switch = engine_of(place.drivername, "sites")
    switch.url = place
    with app.app_context():
        db.engines[None] = engine  # type: ignore[index]
    return app, engine


@pytest.fixture
def app(tmp_path: Path) -> Iterator[Flask]:
    """The application in a temporary folder of this test, without tables."""
    app, engine = lend(TestConfig.under(tmp_path))
    yield app
    engine.dispose()


@pytest.fixture
def own_app(tmp_path: Path) -> Iterator[Flask]:
    """An application of this test's own, to which it may add something."""
    app = create_app(TestConfig.under(tmp_path))
    yield app
    with app.app_context():
        db.engine.dispose()


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()
