"""The run report as lines for a terminal."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from webapp.services.bank_files import outbox_path
from webapp.services.reports import RunReport
from webapp.services.sums import Sum


def dinars(centimes: int) -> str:
    """1296000.00 DA, with spaces and a comma: 1 296 000,00."""
    sign = "-" if centimes < 0 else ""
    whole, rest = divmod(abs(centimes), 100)
    return f"{sign}{whole:,}".replace(",", " ") + f",{rest:02}"


def report_lines(report: RunReport, outbox: Path, *, dry_run: bool = False) -> Iterator[str]:
    """The report in the order in which a person reads it, sums in DA."""
    title = "Dry run, nothing written" if dry_run else "Run report"
    yield f"{title}: {report.day:%d/%m/%Y}, by {report.actor}"
    if report.phases:
        yield "  " + ", ".join(f"{name} {count}" for name, count in report.phases.items())
    yield from _table("Where every declared due stands", {**report.places})
    yield _line("= declared", report.declared)
    yield from _table("Debits", report.debits)
    yield from _table("Held, by reason", report.held)
    yield from _table(
        "From the banks",
        {
            "refused before settlement": report.refused,
            "returned after settlement": report.returned,
            "in suspense": report.suspense,
            "open credits and adjustments": report.corrections,
        },
    )
    yield from _table(
        "Beside each employer's last debit",
        {
            f"{name} (what is to come, or was debited)": one
            for name, one in report.comparison.items()
        },
    )
    by = (("bank", report.by_bank), ("agency", report.by_agency), ("wilaya", report.by_wilaya))
    for title, groups in by:
        yield f"\nBy {title}"
        for name, statuses in groups.items():
            told = ", ".join(f"{status} {sum_.count}" for status, sum_ in statuses.items())
            yield f"  {name:<8}{told}"
    yield "\nBank files"
    for file in report.files:
        yield _line(f"{file.reference} {file.status}", Sum(file.count, file.centimes))
        if file.sha256:
            path = outbox_path(outbox, file.reference, file.message_format)
            yield f"    {path}\n    sha256 {file.sha256}"
    yield "\nBooks: " + ", ".join(
        f"{account} {dinars(balance)}" for account, balance in report.balances.items()
    )
    if report.events_head:
        yield f"Events sealed up to {report.events_head}"
    if report.needs_a_person:
        yield "A person must look: something is held, unknown or in suspense."


def _table(title: str, rows: dict[str, Sum]) -> Iterator[str]:
    yield f"\n{title}"
    if not rows:
        yield "  none"
    for name, sum_ in rows.items():
        yield _line(name, sum_)


def _line(name: str, sum_: Sum) -> str:
    return f"  {name:<44}{sum_.count:>8}{dinars(sum_.centimes):>22} DA"
