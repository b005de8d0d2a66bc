"""`flask proof-pack`: everything that proves a debit, for one that is contested."""

from __future__ import annotations

from pathlib import Path
from typing import BinaryIO

import click
from flask import current_app
from flask.cli import with_appcontext

from webapp.adapters.storage import write_atomically
from webapp.archives import proof_pack_zip
from webapp.commands.desk import refusals_to_exit, right_now, session
from webapp.services.proof_packs import gather_proof


@click.command("proof-pack")
@click.argument("reference")
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@with_appcontext
@refusals_to_exit
def proof_pack(reference: str, folder: Path) -> None:
    """Write the proof of the debit REFERENCE into FOLDER: a PDF and the same as JSON, zipped."""
    pack = gather_proof(session(), None, reference)
    archive = proof_pack_zip(current_app, pack, right_now().now)
    path = folder / f"khatwa-{reference}.zip"

    def write(out: BinaryIO) -> None:
        out.write(archive)

    write_atomically(path, write)
    click.echo(str(path))
