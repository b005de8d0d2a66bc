"""The service's own application, which commits after small portions of work.

Commands are started with `flask --app tests.reliability.small_portions`.
"""

from __future__ import annotations

from tests.reliability.portions import work_in_small_portions
from wsgi import app

__all__ = ["app"]

work_in_small_portions()
