"""Papers made by the thousand, each in a file of its own: by processes that know only the paper."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import BinaryIO

from flask import Flask

from webapp.adapters.documents import Documents
from webapp.adapters.storage import write_atomically
from webapp.config import PROJECT
from webapp.documents.summary import summary_pdf
from webapp.services.summaries.papers import SummaryPaper


@dataclass(frozen=True, slots=True)
class SummaryToMake:
    """A summary, where its file goes, and how the service is reached from outside."""

    paper: SummaryPaper
    path: Path
    address: str


def make_summary_file(job: SummaryToMake) -> int:
    """Write the file, whole or not at all; how many pages it has. Raises DocumentsUnavailable."""
    pdf = summary_pdf(_papers(), job.paper, job.address)

    def write(out: BinaryIO) -> None:
        out.write(pdf)

    write_atomically(job.path, write)
    return Documents.pages_of(pdf)


@cache
def _papers() -> Flask:
    """Templates, and nothing else of the service: no settings, no keys, no database."""
    return Flask("khatwa papers", template_folder=str(PROJECT / "templates"))
