"""Numbers of rows in addresses: what cannot be one leads nowhere, like one that is nobody's."""

from __future__ import annotations

from flask import request

# Beyond it neither database keeps a number exactly.
LARGEST_ID = 2**53
ID = f"int(max={LARGEST_ID})"


def asked_id(name: str) -> int | None:
    """An id in the query of the address; None where there is none that could be one."""
    asked = request.args.get(name, type=int)
    return asked if asked is not None and 0 <= asked <= LARGEST_ID else None
