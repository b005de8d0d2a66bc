"""`flask make-summaries`: the yearly summaries of all employers, a file for each."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path
from time import perf_counter

import click
from flask.cli import with_appcontext

from webapp.adapters.workshop import done_by_processes
from webapp.commands.desk import (
    ends_when_told,
    open_vault,
    progress_bar,
    refusals_to_exit,
    session,
    settings,
    working_day,
)
from webapp.documents.mass import SummaryToMake, make_summary_file
from webapp.services.summaries.owners import every_owner, every_summary
from webapp.services.summaries.papers import number_of_summary
from webapp.services.transactions import Progress, end_if_told


@click.command("make-summaries")
@click.argument("year", type=click.IntRange(2000, 2127))
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option(
    "--processes",
    type=click.IntRange(min=1),
    default=os.cpu_count() or 1,
    show_default="one for each processor",
    help="How many processes make them.",
)
@with_appcontext
@refusals_to_exit
def make_summaries(year: int, folder: Path, processes: int) -> None:
    """Write the summary of YEAR of every employer into FOLDER, as PDF.

    A file that is there is whole, and is not made again: whatever ended it, the same command goes
    on from there. To have one made anew, take it away first. SIGTERM or Ctrl-C ends it after the
    papers in hand, with 4. Needs PUBLIC_ADDRESS, for the codes on the papers.
    """
    if not settings().public_address:
        raise click.UsageError("PUBLIC_ADDRESS is not set: the codes on the papers lead there")
    with ends_when_told(), progress_bar() as progress:
        begun = perf_counter()
        owners = {id_: folder / _name(number, id_, year) for id_, number in every_owner(session())}
        there = {one.name for one in os.scandir(folder)}
        missing = {id_: path for id_, path in owners.items() if path.name not in there}
        jobs = _jobs(missing, year, progress)
        pages = list(done_by_processes(jobs, make_summary_file, processes))
        seconds = max(perf_counter() - begun, 0.001)
        click.echo(
            f"{len(pages)} summaries made, {sum(pages)} pages, "
            f"{sum(pages) / seconds:.1f} pages per second; "
            f"{len(owners) - len(missing)} were there."
        )
        end_if_told(session())


def _jobs(missing: dict[int, Path], year: int, progress: Progress) -> Iterator[SummaryToMake]:
    """What is to be made, as it is needed."""
    found = every_summary(session(), working_day(), open_vault(), missing, year)
    for done, (id_, paper) in enumerate(found, 1):
        if paper is not None:
            yield SummaryToMake(paper, missing[id_], settings().public_address)
        progress("summaries", done, len(missing))


def _name(member_number: str, employer_id: int, year: int) -> str:
    """Known to the employer by the member number, and to the page of checks by the last part."""
    plain = re.sub(r"[^0-9A-Za-z]+", "-", member_number)
    return f"{plain}-{year}-{number_of_summary(employer_id, year)}.pdf"
