"""What one application has compiled, the next one need not: templates and statements are the same.

Each test of a page has an application of its own, and would compile both again.
"""

from __future__ import annotations

from typing import Final

from flask import Flask
from jinja2 import BytecodeCache
from jinja2.bccache import Bucket
from sqlalchemy import Engine, make_url

from tests.databases import engine_of
from webapp.extensions import db


class CompiledTemplates(BytecodeCache):
    """Keeps compiled templates in memory, by their name and the digest of their source."""

    def __init__(self) -> None:
        self.kept: dict[tuple[str, str], bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        if kept := self.kept.get((bucket.key, bucket.checksum)):
            bucket.bytecode_from_string(kept)

    def dump_bytecode(self, bucket: Bucket) -> None:
        self.kept[bucket.key, bucket.checksum] = bucket.bytecode_to_string()


TEMPLATES: Final = CompiledTemplates()


def warm_up(app: Flask, url: str) -> Engine:
    """Give an application what others have compiled; return its engine, which is theirs too."""
    app.jinja_env.bytecode_cache = TEMPLATES
    place = make_url(url)
    engine, switch = engine_of(place.drivername, "sites")
    switch.url = place
    with app.app_context():
        db.engine.dispose()
        db.engines[None] = engine  # type: ignore[index]
    return engine
