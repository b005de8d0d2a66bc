"""Small portions: a few hundred debits then take as many transactions as the whole country would.

A kill at a random moment finds every kind of place between two commits, and runs at once meet
in every one of them.
"""

from __future__ import annotations

from webapp.services import (
    announcing,
    applying,
    events,
    freezing,
    key_rotation,
    notices,
    planning,
    refusals,
    staging,
    writing_files,
)

PORTION = 40
# Of a bank file (register.FILE_LIMIT): each is filled in three.
PORTION_OF_A_FILE = 10
WORKERS = (
    announcing, applying, events, freezing, key_rotation, notices, planning, refusals, staging,
    writing_files,
)  # fmt: skip


def work_in_small_portions() -> None:
    """From now on, in this process, whatever a service does at once it does in small portions."""
    portions = [
        (service, name)
        for service in WORKERS
        for name in vars(service)
        if name.endswith("_AT_ONCE")
    ]
    assert len(portions) >= len(WORKERS)
    for service, name in portions:
        setattr(service, name, PORTION_OF_A_FILE if service is freezing else PORTION)
