"""The layout pain.008.001.08: ISO 20022, checked against the official schema."""

from __future__ import annotations

from functools import partial

from webapp.banking.layouts.layout import Layout
from webapp.banking.pain008 import write_collections
from webapp.banking.schemas import validate_file

NAME = "pain.008.001.08"
LAYOUT = Layout(
    name=NAME,
    suffix=".xml",
    write=partial(write_collections, version=NAME),
    validate=partial(validate_file, version=NAME),
)
