"""A run that is told to end ends soon, tells so, and leaves everything whole for the next one."""

from __future__ import annotations

import os
import signal
from pathlib import Path

from sqlalchemy import text

from tests.reliability.invariants import check_tables
from tests.reliability.killing import progress, typed, wait_until
from tests.reliability.offices import Office
from tests.reliability.outcomes import check_same, outcome
from tests.reliability.stages import Stage, check_office, run_alone
from tests.telling import Tell
from webapp.commands.desk import EXIT_STOPPED

# Seconds of a processor from the signal to the end: others may be busy on this machine.
AT_MOST = 5.0
SHARE = 0.3  # of the work that is done before the signal
UNFINISHED = "SELECT count(*) FROM runs WHERE finished_at IS NULL"


def test_a_run_that_is_told_to_end_stops_and_the_next_one_goes_on(
    stages: dict[str, Stage], tmp_path: Path, tell: Tell
) -> None:
    stage = stages["announce"]
    undisturbed = stage.office.copy(tmp_path / f"{tmp_path.parent.name}-undisturbed")
    with progress(undisturbed) as done:
        before = done()
        run_alone(undisturbed, stage)
        work = done() - before
    office = stage.office.copy(tmp_path / f"{tmp_path.parent.name}-stopped")

    seconds = stop_amid(office, stage, int(SHARE * work))

    tell(f"run-debits on {office.engine_name}: {seconds:.2f} s of a processor after SIGTERM")
    assert seconds <= AT_MOST
    assert "stopped: what was done is kept whole" in office.output()
    assert "Traceback" not in office.output()
    with office.session() as session:
        check_tables(session)
        assert session.scalar(text(UNFINISHED)) == 1
    run_alone(office, stage)
    check_office(office, stage)
    check_same(outcome(office), outcome(undisturbed))


def stop_amid(office: Office, stage: Stage, amount: int) -> float:
    """Start the command as a person would, stop it after so much work; seconds until its end."""
    with progress(office) as done:
        wanted = done() + 1 + amount
        process = office.start(*typed(stage))
        try:
            wait_until(lambda: process.poll() is not None or done() >= wanted, office)
            before = seconds_of(process.pid)
            process.send_signal(signal.SIGTERM)
            wait_until(lambda: has_ended(process.pid), office)
            seconds = seconds_of(process.pid) - before
            assert process.wait() == EXIT_STOPPED, office.output()
            return seconds
        finally:
            process.kill()
            process.wait()


def has_ended(pid: int) -> bool:
    """Whether it waits for nothing but to be asked how it ended."""
    return fields_of(pid)[0] == "Z"


def seconds_of(pid: int) -> float:
    """How long a processor has worked for it so far."""
    user, system = fields_of(pid)[11:13]
    return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")


def fields_of(pid: int) -> list[str]:
    """What the system tells of a process, behind its name."""
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
