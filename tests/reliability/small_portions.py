"""The service's own application, which commits after small portions of work; its workers are soon
missed.

Commands are started with `flask --app tests.reliability.small_portions`.
"""

from __future__ import annotations

from tests.reliability.portions import work_in_small_portions
from webapp.commands import desk
from webapp.domain.rules import WorkerRules
from wsgi import app

__all__ = ["app"]

# On a busy machine a living one may be late, and a portion of it is done twice: all the better.
SOON_MISSED = WorkerRules(heartbeat_seconds=0.3, lost_after_seconds=1.5)

work_in_small_portions()
setattr(desk, "WorkerRules", lambda: SOON_MISSED)  # noqa: B010  (a class, for mypy)
