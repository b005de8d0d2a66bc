"""The copy of an employer's data as a paper: the latest of everything, to read."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from flask import Flask

from webapp.catalogs import catalog
from webapp.documents.fields import section
from webapp.documents.labels import heading
from webapp.documents.rendering import BOTH, name, render
from webapp.services.proof_packs import Plain

# Of a table of any length the paper shows so many rows, the latest; all stand in the JSON.
ROWS_ON_PAPER = 30
STACKED = ("employer", "mandates", "signatures", "corrections", "contests", "notes")


@dataclass(slots=True)
class Excerpt:
    """The latest rows of a table, and how many there are; the rows pass through it."""

    total: int = 0
    latest: deque[Plain] = field(default_factory=lambda: deque(maxlen=ROWS_ON_PAPER))

    def passing(self, rows: Iterable[Plain]) -> Iterator[Plain]:
        """The same rows, of which the latest are remembered."""
        for row in rows:
            self.total += 1
            self.latest.append(row)
            yield row


def data_export_pdf(
    app: Flask, owner: str, excerpts: Mapping[str, Excerpt], made_at: datetime
) -> bytes:
    """Everything about an employer, readable. Raises DocumentsUnavailable."""
    values = {
        "titles": heading("export"),
        "title": " · ".join(heading("export")),
        "created": made_at.isoformat(timespec="minutes"),
        "name": name(owner),
        "sections": [
            section(part, heading(part), list(one.latest), one.total, stacked=part in STACKED)
            for part, one in excerpts.items()
            if one.total
        ],
        "shortened": [
            catalog(language).gettext("The latest %(shown)s of %(total)s; the JSON file has all.")
            for language in BOTH
        ],
    }
    return render(app, "data_export.html", values)
