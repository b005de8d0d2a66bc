"""What it costs to save a declaration of many worksites: CPU of the service, not of the network."""

from __future__ import annotations

import re
from pathlib import Path
from time import process_time
from typing import Any

from tests.bench.visitors import application

FIELDS = re.compile(r'name="(csrf_token|seen|page|w\d+-\w+)"[^>]*?value="([^"]*)"')
TIMES = 10


def measure_saving(home: Path, address: str, cookie: str) -> tuple[int, float, int]:
    """The statements of one saving, the milliseconds of CPU of the best, the bytes that are sent.

    To be called in a process of its own: it makes the application.
    """
    from sqlalchemy import event

    from webapp.extensions import db

    app, seen = application(home), []
    client = app.test_client(use_cookies=False)
    page = client.get(address, headers={"Cookie": cookie}).text
    form = dict(FIELDS.findall(page))
    lines = [name for name in form if name.startswith("w")]
    spent, sent = [], 0
    with app.app_context():

        @event.listens_for(db.engine, "before_cursor_execute")
        def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
            if not statement.startswith(("BEGIN", "PRAGMA")):
                seen.append(statement)

        for turn in range(TIMES):
            typed = {name: str(turn + 1) for name in lines}
            seen.clear()
            before = process_time()
            answer = client.post(
                address, data=form | typed | {"step": "totals"}, headers={"Cookie": cookie}
            )
            spent.append(process_time() - before)
            sent = answer.request.content_length or 0
            if answer.status_code != 200 or "button" in answer.text:
                raise RuntimeError(f"{address} was not saved")
        db.engine.dispose()
    return len(seen), 1_000 * min(spent), sent
