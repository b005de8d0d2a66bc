"""New keys and retired ones, in a folder and in a file: what was sealed opens all the while."""

from __future__ import annotations

import secrets
from pathlib import Path

import pytest

from webapp.adapters import keys
from webapp.adapters.keys import add_key, remove_key
from webapp.adapters.storage import write_atomically
from webapp.adapters.vault import (
    INDEX_KEY_BYTES,
    KEY_BYTES,
    create_keys,
    load_vault,
    read_entries,
)
from webapp.domain.errors import NotFound, SealBroken, UnsafeConfiguration

ACCOUNT = "00799999002345678941"
ROW = "mandate:M-7QK2"


@pytest.fixture(params=["folder", "file"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """Keys in each of their two forms."""
    path = tmp_path / "keys"
    if request.param == "folder":
        create_keys(path)
        return path
    path.write_text(
        "# kept by the head of the office\n"
        "current = k1\n"
        f"index = {secrets.token_hex(INDEX_KEY_BYTES)}\n\n"
        f"k1 = {secrets.token_hex(KEY_BYTES)}"
    )
    path.chmod(0o600)
    return path


def test_a_new_key_seals_and_the_old_one_still_opens(place: Path) -> None:
    before = load_vault(place).seal(ACCOUNT, ROW)
    assert add_key(place) == "k2"
    vault = load_vault(place)
    assert vault.current == "k2"
    assert vault.seal(ACCOUNT, ROW).startswith(b"k2:")
    assert vault.open(before, ROW) == ACCOUNT


def test_the_index_of_accounts_stays_what_it_is(place: Path) -> None:
    before = load_vault(place).blind_index(ACCOUNT)
    add_key(place)
    remove_key(place, "k1")
    assert load_vault(place).blind_index(ACCOUNT) == before


def test_what_is_running_learns_of_a_new_key_by_itself(place: Path) -> None:
    running = load_vault(place)
    running.seal(ACCOUNT, ROW)
    add_key(place)
    sealed_elsewhere = load_vault(place).seal(ACCOUNT, ROW)
    assert running.open(sealed_elsewhere, ROW) == ACCOUNT
    add_key(place)
    assert running.seal(ACCOUNT, ROW).startswith(b"k3:")


def test_what_does_not_open_with_new_keys_either_is_an_alarm(place: Path) -> None:
    running = load_vault(place)
    sealed = running.seal(ACCOUNT, ROW)
    add_key(place)
    with pytest.raises(SealBroken):
        running.open(sealed, "mandate:another")
    assert running.open(sealed, ROW) == ACCOUNT


def test_keys_that_cannot_be_seen_any_more_stay_as_they_are_known(place: Path) -> None:
    running = load_vault(place)
    place.rename(place.with_name("elsewhere"))
    assert running.open(running.seal(ACCOUNT, ROW), ROW) == ACCOUNT


def test_a_retired_key_is_gone(place: Path) -> None:
    before = load_vault(place).seal(ACCOUNT, ROW)
    secret = read_entries(place)["k1"]
    add_key(place)
    remove_key(place, "k1")
    assert set(read_entries(place)) == {"current", "index", "k2"}
    files = [place] if place.is_file() else list(place.iterdir())
    assert not any(secret in file.read_text() for file in files)
    with pytest.raises(SealBroken):
        load_vault(place).open(before, ROW)


@pytest.mark.parametrize("key", ["k1", "k9", "index", "current", "", "../keys", "# kept"])
def test_the_current_key_and_what_is_no_key_are_never_taken_away(place: Path, key: str) -> None:
    with pytest.raises(NotFound):
        remove_key(place, key)
    assert load_vault(place).current == "k1"


def test_numbers_are_not_given_twice_and_names_of_people_s_own_are_kept(place: Path) -> None:
    add_key(place)
    add_key(place)
    remove_key(place, "k2")
    assert add_key(place) == "k4"
    assert {"k1", "k3", "k4"} <= set(read_entries(place))


def test_comments_and_modes_are_kept(place: Path) -> None:
    add_key(place)
    files = [place] if place.is_file() else list(place.iterdir())
    assert {file.stat().st_mode & 0o777 for file in files} == {0o600}
    if place.is_file():
        assert place.read_text().startswith("# kept by the head of the office\n")


def test_killed_between_the_key_and_its_becoming_current_all_is_as_before(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = tmp_path / "keys"
    create_keys(place)
    before = load_vault(place).seal(ACCOUNT, ROW)

    def killed(path: Path, *rest: object) -> str:
        if path.name == "current":
            raise KeyboardInterrupt
        return write_atomically(path, *rest)  # type: ignore[arg-type]

    with monkeypatch.context() as patched, pytest.raises(KeyboardInterrupt):
        patched.setattr(keys, "write_atomically", killed)
        add_key(place)
    vault = load_vault(place)
    assert vault.current == "k1"
    assert vault.open(before, ROW) == ACCOUNT
    assert add_key(place) == "k3"
    assert load_vault(place).current == "k3"


def test_keys_that_cannot_be_written_are_told_by_name(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> str:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(keys, "write_atomically", refuse)
    with pytest.raises(UnsafeConfiguration, match="cannot be written: Permission denied"):
        add_key(place)
    assert load_vault(place).current == "k1"
