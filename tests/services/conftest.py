"""Fixtures of the use cases: a database with its foundations, on both engines."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from tests import builders
from tests.services.collecting import Desk


@pytest.fixture
def office(session: Session) -> Session:
    """A session on a database that holds rates, closed days, agencies and channels."""
    builders.foundations(session)
    return session


@pytest.fixture
def outbox(tmp_path: Path) -> Path:
    folder = tmp_path / "outbox"
    folder.mkdir()
    return folder


@pytest.fixture
def desk(office: Session, tmp_path: Path) -> Desk:
    """The collection office at work."""
    return Desk(office, tmp_path)
