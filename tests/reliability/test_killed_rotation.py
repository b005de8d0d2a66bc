"""A rotation of keys killed with SIGKILL in the middle: all opens, and the next one ends it."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import select

from tests.reliability.killing import KILLED, LONGEST_WAIT
from tests.reliability.offices import Office
from tests.reliability.portions import PORTION
from tests.reliability.stages import Stage
from webapp.adapters.archive import key_ids, seal_file
from webapp.adapters.keys import add_key
from webapp.adapters.vault import load_vault
from webapp.models import Mandate
from webapp.services.key_rotation import find_sealed_under

CHANGE_OF_A_PORTION = "UPDATE mandates SET account="
FILES = 3


@pytest.fixture
def office(stages: dict[str, Stage], tmp_path: Path) -> Office:
    """An office with some hundred mandates and some sealed files."""
    copied = stages["announce"].office.copy(tmp_path / f"{tmp_path.parent.name}-rotation")
    for number in range(FILES):
        source = copied.folder / f"answer{number}.xml"
        source.write_bytes(b"00799999002345678941")
        seal_file(source, copied.home / "inbox", load_vault(copied.folder / "keys"))
    return copied


def accounts(office: Office) -> dict[str, str]:
    """Every account, opened with the keys as they are now."""
    vault = load_vault(office.folder / "keys")
    with office.session() as session:
        rows = session.execute(select(Mandate.reference, Mandate.account)).all()
    return {row.reference: vault.open(row.account, f"mandate:{row.reference}") for row in rows}


def counts(office: Office, key_id: str) -> dict[str, int]:
    with office.session() as session:
        return find_sealed_under(session, office.home, key_id)


def run(office: Office, *arguments: str) -> int | None:
    process = office.start_warm("rotate-keys", *arguments)
    process.join(LONGEST_WAIT)
    return process.exitcode


def test_a_killed_rotation_loses_nothing_and_goes_on(office: Office) -> None:
    before, files = accounts(office), set((office.home / "inbox").glob("*.sealed"))
    assert len(before) > 5 * PORTION
    add_key(office.folder / "keys")
    process = office.start_doomed("rotate-keys", begins=CHANGE_OF_A_PORTION, times=3)
    process.join(LONGEST_WAIT)
    assert process.exitcode in KILLED, office.output()
    left = counts(office, "k1")
    assert left["files"] == FILES
    assert left["mandates.account"] == len(before) - 2 * PORTION
    assert accounts(office) == before

    assert run(office, "--retire", "k1") == 1
    assert "key_still_in_use" in office.output()
    assert run(office) == 0
    assert counts(office, "k1") == {}
    assert accounts(office) == before
    assert {path: key_ids(path) for path in files} == {path: {"k2"} for path in files}
    assert run(office, "--retire", "k1") == 0
    assert not (office.folder / "keys" / "k1").exists()
    assert accounts(office) == before
    office.discard()
