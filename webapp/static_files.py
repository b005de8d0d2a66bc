"""Style sheets, fonts and images that a browser may keep for a year.

The address of a file changes with its content. Fonts keep theirs, because the style sheet names
them as well: a font that changes gets a new name.
"""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path

from flask import Flask, request, url_for
from flask.wrappers import Response

A_YEAR = 365 * 24 * 3600


def init_static_files(app: Flask) -> None:
    folder = Path(app.static_folder or "")

    def asset(name: str) -> str:
        return url_for("static", filename=name, v=fingerprint(folder / name))

    app.jinja_env.globals["asset"] = asset
    app.after_request(_keep_for_long)


@cache
def fingerprint(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()[:12]


def _keep_for_long(response: Response) -> Response:
    fixed = "v" in request.args or request.path.endswith(".woff2")
    if request.endpoint == "static" and fixed and response.status_code == 200:
        response.cache_control.no_cache = None
        response.cache_control.public = True
        response.cache_control.max_age = A_YEAR
        response.cache_control.immutable = True
    return response
