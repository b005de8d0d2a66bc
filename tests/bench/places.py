"""Where the database of a measurement lives: in its folder, or on the bench's own PostgreSQL."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ADDRESS = "database-url"


def database_in(folder: Path) -> Path:
    """The SQLite file of a folder."""
    return folder / "instance" / "database" / "khatwa.sqlite3"


def url_of(folder: Path) -> str:
    """The address of a folder's database."""
    address = folder / ADDRESS
    return address.read_text() if address.exists() else f"sqlite:///{database_in(folder)}"


def is_on_server(folder: Path) -> bool:
    return (folder / ADDRESS).exists()


def give_database(folder: Path, server: Path, template: Path | None = None) -> None:
    """A database on the server for this folder, empty or a copy of another folder's."""
    import psycopg

    def name_of(place: Path) -> str:
        return "-".join(place.parts[-3:])

    source = name_of(template) if template else "template1"
    with psycopg.connect(
        host=str(server), user="khatwa", dbname="postgres", autocommit=True
    ) as connection:
        connection.execute(f'CREATE DATABASE "{name_of(folder)}" TEMPLATE "{source}"')
    url = f"postgresql+psycopg://khatwa@/{name_of(folder)}?host={server}"
    (folder / ADDRESS).write_text(url)


@contextmanager
def own_server() -> Iterator[Path]:
    """The folder of a running server, durable as in production: what is committed is on disk."""
    command = [sys.executable, "-m", __name__]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdin is not None and process.stdout is not None
        yield Path(process.stdout.readline().strip())
        process.stdin.close()


def _serve() -> None:
    """In a process of its own: the one that measures must stay small."""
    from tests.databases import MISSING, start_server

    server = start_server(durable=True)
    if server is None:
        raise SystemExit(MISSING)
    sys.stdout.write(f"{server.folder}\n")
    sys.stdout.flush()
    sys.stdin.read()
    server.stop()


if __name__ == "__main__":
    _serve()
