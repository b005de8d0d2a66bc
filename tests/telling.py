"""What tests have measured, told after all of them, whichever process they ran in."""

from __future__ import annotations

from collections.abc import Callable

import pytest

Tell = Callable[[str], None]
TOLD = "told"


@pytest.fixture
def tell(record_property: Callable[[str, object], None]) -> Tell:
    """Tell a line at the end of the run: what a worker prints, nobody sees."""
    return lambda line: record_property(TOLD, line)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    for reports in terminalreporter.stats.values():
        for report in reports:
            if getattr(report, "when", "") == "teardown":
                for name, line in report.user_properties:
                    if name == TOLD:
                        terminalreporter.write_line(line)
