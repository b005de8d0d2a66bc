"""Fixtures of the commands: an application on a migrated database with one filed declaration."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from shutil import copy

import pytest
from flask import Flask
from flask.testing import FlaskCliRunner

from tests import builders
from tests.application import lend
from tests.services.collecting import FILED
from webapp.adapters.vault import create_keys, load_vault
from webapp.commands import desk, run, sending
from webapp.config import TestConfig
from webapp.domain.moment import Moment
from webapp.extensions import db


@pytest.fixture(autouse=True)
def _later(monkeypatch: pytest.MonkeyPatch) -> None:
    """The clock of the commands stands after every day of these tests, whenever they run."""
    late = Moment.at(datetime(2027, 1, 1, 9, 0, tzinfo=UTC))
    for module in (desk, run, sending):
        monkeypatch.setattr(module, "right_now", lambda: late)


@pytest.fixture
def config(tmp_path: Path, migrated_file: Path) -> TestConfig:
    """Settings over a migrated database of this test's own."""
    config = TestConfig.under(tmp_path)
    config.prepare_home()
    copy(migrated_file, config.database_folder / "khatwa.sqlite3")
    create_keys(config.keys)
    return config


@pytest.fixture
def office(config: TestConfig, monkeypatch: pytest.MonkeyPatch) -> Iterator[Flask]:
    """The application with its foundations, whose vault has the keys of the settings."""
    monkeypatch.setattr(builders, "VAULT", load_vault(config.keys))
    app, _ = lend(config)
    with app.app_context():
        builders.foundations(db.session())
    yield app
    with app.app_context():
        db.engine.dispose()


@pytest.fixture
def filed(office: Flask) -> Flask:
    """One employer with an active mandate who has filed October 2026."""
    with office.app_context():
        session = db.session()
        day = builders.working_day(session, FILED)
        owner = builders.employer(session)
        builders.mandate(session, day, owner)
        builders.declaration(session, day, owner)
    return office


@pytest.fixture
def cli(filed: Flask) -> FlaskCliRunner:
    return filed.test_cli_runner()
