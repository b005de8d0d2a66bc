"""Telling an employer of what changed: handed to the services that change it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from sqlalchemy.orm import Session

from webapp.adapters.vault import Vault
from webapp.services.working_day import WorkingDay


class Tell(Protocol):
    """Queue a message of a `kind` (templates/messages/) inside the caller's transaction.

    It goes to the contact that the employer has at that moment.
    """

    def __call__(
        self,
        session: Session,
        day: WorkingDay,
        vault: Vault,
        employer_id: int,
        kind: str,
        values: Mapping[str, object],
    ) -> None: ...
