"""The programming interface for accounting software: JSON at /api/v1, a key of the employer."""

# ruff: noqa: I001  The blueprint comes first; importing a part gives it its routes.

from webapp.views.api.blueprint import (
    api,
    filing_gate,
    init_interface,
    reading_gate,
    refuse_program,
)
from webapp.views.api import debits, declarations, description, periods

__all__ = [
    "api", "debits", "declarations", "description", "filing_gate", "init_interface", "periods",
    "reading_gate", "refuse_program",
]  # fmt: skip
