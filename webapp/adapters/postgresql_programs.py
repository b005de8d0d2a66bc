"""PostgreSQL's own programs, for a dump of a database and the way back.

Where the database is and how to enter it goes to them by their environment: a password in an
argument could be read by everybody on the machine.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from webapp.domain.errors import DatabaseProgramFailed, DatabaseProgramMissing

PACKAGE: Final = "postgresql-client"
# Where Debian keeps the programs of each version.
DEBIAN: Final = Path("/usr/lib/postgresql")
LONGEST_TOLD: Final = 500
EMPTY: Final = "DROP SCHEMA IF EXISTS public CASCADE; CREATE SCHEMA public;\n"


def find_program(name: str) -> Path:
    """The program in PATH, else the newest at Debian's place. Raises DatabaseProgramMissing."""
    found = shutil.which(name)
    if found:
        return Path(found)
    versions = sorted(DEBIAN.glob(f"*/bin/{name}"), key=lambda one: float(one.parts[-3]))
    if not versions:
        raise DatabaseProgramMissing(program=name, package=PACKAGE)
    return versions[-1]


def dump_database(place: Mapping[str, str], target: Path, snapshot: str) -> None:
    """Dump the database as it stood in an exported snapshot, in pg_dump's custom format.

    `place` holds the settings of libpq (PGHOST, PGDATABASE, …).
    """
    _run(
        "pg_dump", ["--format=custom", f"--snapshot={snapshot}", "--no-owner", "--no-privileges",
        f"--file={target}"], place,
    )  # fmt: skip
    target.chmod(0o600)


def restore_database(
    place: Mapping[str, str], dump: Path, after: str, values: Mapping[str, str]
) -> None:
    """Let the dump take the place of everything in the schema `public`, in one transaction.

    `after` is SQL that belongs to the same transaction; `:'name'` stands in it for a value.
    The schema is dropped whole: tables of a later version, which the dump does not know, would
    stay otherwise. When anything fails, nothing has changed.
    """
    script, empty, last = (dump.with_name(name) for name in ("dump.sql", "empty.sql", "after.sql"))
    for path in (script, empty, last):
        path.touch(0o600)
    _run("pg_restore", ["--no-owner", "--no-privileges", f"--file={script}", str(dump)], place)
    empty.write_text(EMPTY)
    last.write_text(after)
    variables = [f"--set={name}={value}" for name, value in values.items()]
    files = [f"--file={path}" for path in (empty, script, last)]
    _run(
        "psql", ["--no-psqlrc", "--quiet", "--single-transaction", "--set=ON_ERROR_STOP=1",
        "--output=/dev/null", *variables, *files], place,
    )  # fmt: skip


def _run(name: str, arguments: Sequence[str], place: Mapping[str, str]) -> None:
    done = subprocess.run(  # noqa: S603  The program is found by us, its arguments are ours.
        [find_program(name), *arguments],
        env=os.environ | place,
        capture_output=True,
        text=True,
        errors="replace",
        check=False,
    )
    if done.returncode:
        said = done.stderr.strip()[-LONGEST_TOLD:]
        raise DatabaseProgramFailed(program=name, said=said)
