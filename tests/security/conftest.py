"""Fixtures of the matrix: one stage with everybody on it, for all its questions."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from shutil import copy

import pytest

from tests import builders
from tests.security.cast import Cast, build
from tests.services.conftest import lay_foundations
from tests.views.browser import Clock
from webapp import create_app
from webapp.config import TestConfig
from webapp.extensions import db
from webapp.outside import VAULT
from webapp.views import desk


@pytest.fixture(scope="module")
def cast(migrated_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cast]:
    folder = tmp_path_factory.mktemp("matrix")
    file = folder / "stage.sqlite3"
    copy(migrated_file, file)
    lay_foundations(f"sqlite:///{file}")
    app = create_app(TestConfig.under(folder, f"sqlite:///{file}"))
    app.extensions[VAULT] = builders.VAULT
    made = Cast(app, Clock(), file, folder / "kept.sqlite3")
    build(made, folder)
    patch = pytest.MonkeyPatch()
    patch.setattr(desk, "read_clock", lambda: made.clock.now)
    yield made
    patch.undo()
    with app.app_context():
        db.engine.dispose()
