"""How fast, and with how much memory: every figure beside its target, as one table.

python -m tests.bench [--small] [--times 1,4] [--engines sqlite,postgresql]
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Iterator
from contextlib import nullcontext
from pathlib import Path

from tests.bench import bank_files
from tests.bench.answers import ImportFigures, measure_import
from tests.bench.pages import PageFigures, measure_pages, tables_of_pages
from tests.bench.places import own_server
from tests.bench.run import RunFigures, measure_run

MANDATES = 65_000
ENTRIES = 100_000
SMALL = 2_600
# At most, by design: seconds and MiB at 65,000 mandates; how many times as much as the floor;
# how many times as much per debit, and in memory, at a larger size.
RUN_SECONDS, RUN_MIB, TIMES_FLOOR, GROWTH = 15, 256, 5, 1.2
IMPORT_SECONDS, IMPORT_MIB = 30, 256
TIMES_SEPAXML = 5
# Of a first visit, in bytes as sent; of a bare page's requests a second, what the home reaches.
MARKUP, FONTS, PART_OF_BARE_PAGE = 20_000, 70_000, 0.4


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--small", action="store_true", help="a quick look at small sizes")
    arguments.add_argument("--times", default="1,4", help="sizes of the run, as multiples")
    arguments.add_argument("--engines", default="sqlite,postgresql", help="of the run and imports")
    given = arguments.parse_args()
    mandates, entries = (SMALL, SMALL) if given.small else (MANDATES, ENTRIES)
    out = sys.stdout.write
    measured = []
    with tempfile.TemporaryDirectory(prefix="khatwa-bench-") as name:
        for engine in given.engines.split(","):
            with own_server() if engine == "postgresql" else nullcontext() as server:
                folder = Path(name) / engine
                runs = []
                for times in given.times.split(","):
                    runs.append(measure_run(folder / times, mandates * int(times), server))
                    out(table_of_run(runs[-1]) + "\n")
                    sys.stdout.flush()
                measured.append((runs, measure_import(folder / "import", entries, server)))
    files = bank_files.measure_all()
    out(bank_files_table(files) + "\n")
    pages = measure_pages()
    out("\n".join(tables_of_pages(pages)) + "\n\n")
    for runs, imported in measured:
        for line in targets(runs, imported):
            out(line + "\n")
    for line in other_targets(files, pages):
        out(line + "\n")


def table_of_run(figures: RunFigures) -> str:
    """The seconds of each phase at one size, and what the whole is measured by."""
    lines = [
        f"run of {figures.mandates:,} mandates, {figures.dues:,} dues"
        f" ({figures.engine}, one process; delivery of notices faked: accepted at once, no text)"
    ]
    lines += [f"  {name:<12}{seconds:>9.2f} s" for name, seconds in figures.phases.items()]
    lines += [
        f"  {'together':<12}{figures.seconds:>9.2f} s, {figures.per_debit:.0f} µs per debit",
        f"  {'floor':<12}{figures.floor:>9.2f} s (bare SQL and bytes), {figures.ratio:.2f} times",
        f"  {'peak':<12}{figures.peak_mib:>9.0f} MiB",
        f"  {'bank files':<12}{figures.files:>9} of {figures.bytes_written:,} bytes",
    ]
    return "\n".join(lines) + "\n"


def bank_files_table(figures: list[bank_files.Figure]) -> str:
    """Bank files written, validated and read, apart from the service."""
    lines = [f"{'bank files':<32}{'count':>9}{'seconds':>10}{'per second':>12}{'peak MiB':>10}"]
    lines += [
        f"{one.what:<32}{one.count:>9,}{one.seconds:>10.2f}{one.rate:>12,.0f}{one.peak_mib:>10.0f}"
        for one in figures
    ]
    return "\n".join(lines) + "\n"


def targets(runs: list[RunFigures], imported: ImportFigures) -> Iterator[str]:
    """Each target of the design on an engine, what was measured, and whether it was missed."""
    first, last = runs[0], runs[-1]
    yield f"{'target on ' + first.engine:<58}{'at most':>10}{'measured':>10}"
    yield _line(f"run, {first.mandates:,} mandates: seconds", RUN_SECONDS, first.seconds)
    yield _line("run: peak MiB", RUN_MIB, first.peak_mib)
    yield _line("run: times its floor", TIMES_FLOOR, first.ratio)
    if last is not first:
        larger = f"run of {last.mandates:,}"
        yield _line(f"{larger}: times its floor", TIMES_FLOOR, last.ratio)
        yield _line(f"{larger}: times as much per debit", GROWTH, last.per_debit / first.per_debit)
        yield _line(f"{larger}: times as much memory", GROWTH, last.peak_mib / first.peak_mib)
    what = f"camt.054, {imported.entries:,} entries, {imported.megabytes:.0f} MB"
    yield _line(f"{what}: seconds", IMPORT_SECONDS, imported.seconds)
    yield _line("camt.054: peak MiB", IMPORT_MIB, imported.peak_mib)


def other_targets(files: list[bank_files.Figure], pages: PageFigures) -> Iterator[str]:
    """The targets of bank files and pages, apart from the run."""
    ours, sepaxml = files[0].rate, files[3].rate
    yield f"{'target':<58}{'at most':>10}{'measured':>10}"
    visit = pages.heaviest
    yield _line(f"first visit, {visit.address}: bytes of HTML, CSS, JS", MARKUP, visit.markup)
    yield _line(f"first visit, {visit.address}: bytes of fonts", FONTS, visit.fonts)
    yield f"{'target':<58}{'at least':>10}{'measured':>10}"
    yield _line("pain.008 written and validated: times sepaxml's rate", TIMES_SEPAXML,
                ours / sepaxml, at_least=True)  # fmt: skip
    yield _line("signed-in home: part of a bare page's requests/s", PART_OF_BARE_PAGE,
                pages.ratio, at_least=True)  # fmt: skip


def _line(what: str, target: float, found: float, *, at_least: bool = False) -> str:
    reached = found >= target if at_least else found <= target
    return f"{what:<58}{target:>10g}{found:>10.2f}{'' if reached else '  missed'}"


if __name__ == "__main__":
    main()
