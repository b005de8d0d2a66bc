"""Style sheets, fonts and images that a browser may keep for a year; what is sent compressed.

The address of a file changes with its content. Fonts keep theirs, because the style sheet names
them as well: a font that changes gets a new name.
"""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path

from flask import Blueprint, Flask, request, url_for
from flask.wrappers import Response
from flask_compress import Compress

A_YEAR = 365 * 24 * 3600
COMPRESSIBLE = ["text/html", "text/css", "text/javascript", "image/svg+xml"]
COMPRESSION = {
    "COMPRESS_ALGORITHM": ["br", "gzip"],
    "COMPRESS_MIMETYPES": COMPRESSIBLE,
    "COMPRESS_REGISTER": False,  # not every page: see init_compression
    "COMPRESS_STREAMS": False,
    "COMPRESS_MIN_SIZE": 200,
}


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


def init_compression(app: Flask, compress: Compress, open_pages: Blueprint) -> None:
    """Compress files and the pages of `open_pages`, which hold nothing about anybody.

    Never a page of someone who is signed in, nor a form: where a secret (the form's token) and
    words that a stranger can make the page repeat are compressed together, the length of the
    answer betrays the secret letter by letter (BREACH).
    """
    app.config.update(COMPRESSION)
    compress.init_app(app)

    def compress_what_is_open(response: Response) -> Response:
        is_open = request.endpoint == "static" or request.blueprint == open_pages.name
        # A part of a file (206) counts in bytes of the file as it is.
        if not is_open or response.status_code != 200:
            return response
        if response.mimetype in COMPRESSIBLE:
            # A file comes in pieces; whole, its length is known and every browser takes it.
            response.direct_passthrough = False
            response.make_sequence()
        return compress.after_request(response)

    app.after_request(compress_what_is_open)
